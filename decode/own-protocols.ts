import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { StackBase } from "../runtime/index.js";

/** A `Stack` class, ours or one that was compiled now. */
export type StackClass = new (view: DataView) => StackBase;

/** What the public names stand for, as seen from a folder that has no node_modules. */
const ENTRIES: Readonly<Record<string, string>> = {
  "zc-gen": new URL("../runtime/index.js", import.meta.url).href,
  "zc-gen/protocols": new URL("../generated/index.js", import.meta.url).href,
};

/**
 * The `Stack` that knows our protocols and those of the schemas in `folders`, compiled now and loaded.
 *
 * @throws SchemaError with all diagnostics. GeneratorError for a folder without schemas.
 */
export async function stackWith(folders: readonly string[]): Promise<StackClass> {
  const { generate } = await import("../generator/index.js");
  const out = mkdtempSync(join(tmpdir(), "zc-gen-decode-"));
  try {
    await generate({ inputs: folders, out: join(out, "gen"), target: "js" });
    linkModules(join(out, "gen"));
    const module = (await import(pathToFileURL(join(out, "gen", "index.js")).href)) as { Stack?: StackClass };
    if (module.Stack !== undefined) return module.Stack;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
  return (await import("../generated/index.js")).Stack;
}

/** Lets what was generated find the package, wherever it lies. */
function linkModules(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.endsWith(".js")) continue;
    const path = join(folder, name);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace(/ from "(zc-gen[\w/]*)"/g, (all, entry: string) => ` from "${ENTRIES[entry] ?? entry}"`)); // prettier-ignore
  }
}
