import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { OutputFile } from "./compile.js";
import { GeneratorError } from "./errors.js";
import { MARKER } from "./marker.js";
import { packageRoot, packageVersion } from "./package-root.js";

/** Where `--standalone` puts the runtime, below the output folder. */
export const RUNTIME_FOLDER = "zc-runtime";

/** The module from which standalone output imports the runtime. */
export function standaloneImport(importExtension: string): string {
  return `./${RUNTIME_FOLDER}/index${importExtension}`;
}

/** The runtime's own sources as files of the output: marked, with imports spelled as the user's project needs them. */
export function runtimeFiles(importExtension: string, folder: string = runtimeSource()): OutputFile[] {
  const header = `${MARKER} ${packageVersion()}: a copy of its runtime (--standalone). Changes here are lost.\n`;
  return sourceNames(folder).map((name) => ({
    path: `${RUNTIME_FOLDER}/${name}`,
    text: header + withExtension(readFileSync(join(folder, name), "utf8"), importExtension),
  }));
}

/** SHA-256 of the runtime's sources: a part of what standalone output is made from. */
export function runtimeHash(folder: string = runtimeSource()): string {
  const hash = createHash("sha256");
  for (const name of sourceNames(folder)) {
    hash.update(`${name}\0${readFileSync(join(folder, name), "utf8")}\0`);
  }
  return hash.digest("hex");
}

function runtimeSource(): string {
  return join(packageRoot(), "runtime");
}

function sourceNames(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
      .sort();
  } catch (cause) {
    const message = `the runtime's sources are missing from ${folder}; install zc-gen again`;
    throw new GeneratorError("ERR_ZC_INPUT", message, { cause });
  }
}

function withExtension(text: string, importExtension: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(/(\bfrom ")(\.\/[\w./-]+)\.js(")/g, `$1$2${importExtension}$3`);
}
