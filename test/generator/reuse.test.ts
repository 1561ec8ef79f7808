import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emit } from "../../generator/emit.js";
import { generate } from "../../generator/generate.js";
import { keyOf, type Reuse } from "../../generator/reuse.js";
import { put, temporaryFolder, tree } from "./support/files.js";
import { bundledSchemas, checkTexts, type Texts } from "./support/schemas.js";

const OPTIONS = {
  importExtension: ".js",
  runtimeImport: "zc-gen",
  standalone: false,
  strict: false,
} as const;

function emitted(texts: Texts, reuse?: Reuse): ReturnType<typeof emit> {
  return emit(checkTexts(texts).model, OPTIONS, reuse);
}

/** Each edit keeps the schema sound, and means something to those that refer to it. */
const EDITS: readonly (readonly [string, string, string])[] = [
  ["ip_protocol.yaml", "udp", "udp_datagram"],
  ["ethernet.yaml", "doc: ", "doc: Changed. "],
  ["udp.yaml", "src_port", "source_port"],
];

describe("a run after one change", () => {
  it.each(EDITS)("gives what a run from nothing gives: %s, %s is %s", (name, from, to) => {
    const before = bundledSchemas();
    const after = { ...before, [name]: (before[name] ?? "").replaceAll(from, to) };
    expect(after[name]).not.toBe(before[name]);
    const known = new Map(emitted(before).map(({ path, text, key }) => [path, { text, key }]));
    let reused = 0;
    const again = emitted(after, (path, key) => {
      const file = known.get(path);
      if (file?.key !== key) return undefined;
      reused++;
      return file.text;
    });
    const textsOf = (files: ReturnType<typeof emit>): string[][] =>
      files.map(({ path, text }) => [path, text]);
    expect(textsOf(again)).toEqual(textsOf(emitted(after)));
    expect(reused).toBeGreaterThan(known.size / 2);
  });
});

describe("the memory of a run", () => {
  const fields = "endian: big\nbit_order: msb\nfields:\n  a: u8\n";
  const schema = (name: string, more: string): string => `zc: 1\nname: ${name}\n${fields}${more}`;

  async function generated(folder: string, check = false): ReturnType<typeof generate> {
    return generate({ inputs: ["in"], cwd: folder, check });
  }

  it("lies with the project's packages, not in the output", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "node_modules"));
    put(folder, { "in/one.yaml": schema("one", "") });
    await generated(folder);
    expect(readdirSync(join(folder, "node_modules/.cache/zc-gen"))).toHaveLength(1);
    expect(Object.keys(tree(join(folder, "generated")))).toEqual([".zc-gen.json", "index.ts", "one.ts"]);
  });

  it("does not keep what was edited by hand, and --check tells of it", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "node_modules"));
    put(folder, { "in/one.yaml": schema("one", ""), "in/two.yaml": schema("two", "") });
    await generated(folder);
    const right = tree(join(folder, "generated"))["one.ts"] ?? "";
    put(folder, { "generated/one.ts": right.replace("getUint8", "getInt8") });
    expect((await generated(folder, true)).stale.map(({ path }) => path)).toEqual(["one.ts"]);
    put(folder, { "in/two.yaml": schema("two", "  b: u8\n") });
    expect((await generated(folder)).written).toEqual(["one.ts", "two.ts"]);
    expect(tree(join(folder, "generated"))["one.ts"]).toBe(right);
  });

  it("does without in a project that has no folder for it", async () => {
    const folder = temporaryFolder();
    put(folder, { "in/one.yaml": schema("one", "") });
    expect((await generated(folder)).written).toHaveLength(2);
    put(folder, { "in/one.yaml": schema("one", "  b: u8\n") });
    expect((await generated(folder)).written).toEqual(["one.ts"]);
  });

  it("is broken by nothing that stands in its place", async () => {
    const folder = temporaryFolder();
    put(folder, { "node_modules/.cache": "a file", "in/one.yaml": schema("one", "") });
    expect((await generated(folder)).written).toHaveLength(2);
  });
});

describe("keyOf", () => {
  it("tells values apart, and not where they were written", () => {
    expect(keyOf({ a: 1, span: 1 })).toBe(keyOf({ a: 1, span: 2 }));
    expect(keyOf({ a: 1 })).not.toBe(keyOf({ a: 2 }));
    expect(keyOf([1n])).not.toBe(keyOf([1]));
    expect(keyOf(new Map([["a", 1]]))).not.toBe(keyOf(new Map([["a", 2]])));
  });

  it("takes values that refer to themselves", () => {
    const value: { self?: unknown } = {};
    value.self = value;
    expect(keyOf(value)).toBe(keyOf(value));
  });
});
