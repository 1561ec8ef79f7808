import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { format } from "../../generator/format.js";
import { emitFiles } from "./support/schemas.js";
import { strictProblems } from "./support/strict.js";

// One small schema a feature, its output in the folder beside it. `npm run goldens` renews them: read the difference
// before you commit it.
const FOLDER = fileURLToPath(new URL("../golden", import.meta.url));
const schemas = readdirSync(FOLDER).filter((name) => name.endsWith(".yaml"));

/** By itself, without the bundled schemas: a new protocol there must not change what is expected here. */
async function outputOf(schema: string): Promise<{ path: string; text: string }[]> {
  const emitted = emitFiles({ [schema]: readFileSync(join(FOLDER, schema), "utf8") });
  return Promise.all(emitted.map(format));
}

describe.each(schemas)("the output of %s", (schema) => {
  const folder = join(FOLDER, schema.replace(".yaml", ""));

  it("is what lies beside it", async () => {
    const files = await outputOf(schema);
    for (const { path, text } of files) await expect(text).toMatchFileSnapshot(join(folder, path));
    if (!existsSync(folder)) return;
    expect(files.map(({ path }) => path).sort()).toEqual(readdirSync(folder).sort());
  });

  it("is what the strictest compiler takes", { timeout: 60_000 }, async () => {
    const files = await outputOf(schema);
    expect(strictProblems(Object.fromEntries(files.map(({ path, text }) => [path, text])))).toEqual([]);
  });
});
