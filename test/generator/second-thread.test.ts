import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { fromKept, type KeptNode, toKept } from "../../generator/bundled-nodes.js";
import { Diagnostics } from "../../generator/diagnostics.js";
import { emit, EVERYTHING } from "../../generator/emit.js";
import { ownSchemas, readInputs } from "../../generator/inputs.js";
import { load } from "../../generator/load.js";
import { NO_REUSE } from "../../generator/reuse.js";
import * as source from "../../generator/second-thread.js";
import { checkTexts } from "./support/schemas.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OPTIONS = { importExtension: ".js", runtimeImport: "zc-gen", standalone: false, strict: false };

function named(name: string): string {
  return `zc: 1\nname: ${name}\nendian: big\nfields: { a: u8, b: u16 }\n`;
}

describe("the shares of two threads", () => {
  it("are together what one thread makes", () => {
    const names = ["a", "b", "c", "d", "e"];
    const { model } = checkTexts(Object.fromEntries(names.map((name) => [`${name}.yaml`, named(name)])));
    const [first, second, whole] = [source.FIRST_HALF, source.SECOND_HALF, EVERYTHING].map((share) =>
      emit(model, OPTIONS, NO_REUSE, share),
    );
    expect(second?.length).toBeGreaterThan(0);
    const paths = (files: typeof first): string[] => (files ?? []).map(({ path }) => path).sort();
    expect(paths([...(first ?? []), ...(second ?? [])])).toEqual(paths(whole));
    for (const file of [...(first ?? []), ...(second ?? [])]) expect(whole).toContainEqual(file);
  });

  it("are not put together when the threads have read different texts", async () => {
    const built = pathToFileURL(`${ROOT}dist/generator/second-thread.js`).href;
    const { startSecondThread } = (await import(built)) as typeof source;
    const options = { inputs: ["schemas"], cwd: ROOT };
    const inputs = await readInputs(options);
    const same = startSecondThread(options, inputs);
    const other = startSecondThread(options, { ...inputs, inputsHash: "other" });
    try {
      expect((await same?.files())?.length).toBeGreaterThan(20);
      expect(await other?.files()).toBeUndefined();
    } finally {
      same?.stop();
      other?.stop();
    }
  });
});

describe("nodes that are kept", () => {
  it.each(ownSchemas(["schemas"], ROOT).map((file) => [file.path, file] as const))(
    "are those of %s",
    (_path, file) => {
      const root = load(file, new Diagnostics())?.root;
      expect(root).toBeDefined();
      if (root === undefined) return;
      const kept = JSON.parse(JSON.stringify(toKept(root))) as KeptNode;
      expect(fromKept(kept, file)).toEqual(root);
    },
  );
});
