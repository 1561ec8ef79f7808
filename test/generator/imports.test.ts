import { describe, expect, it } from "vitest";
import { compile } from "../../generator/compile.js";
import { generate } from "../../generator/generate.js";
import { put, temporaryFolder } from "./support/files.js";

const HEAD = "zc: 1\nendian: big\n";
const schema = (name: string, more: string): string => `${HEAD}name: ${name}\n${more}`;
const NODE = schema("acme_node", "fields: { id: u16, place: { type: u8, enum: acme_place } }\n");
const PLACE = "zc: 1\nname: acme_place\nvalues: { 1: roof, 2: cellar }\n";

/** What is said of the schemas in `in`, and the files that come of them. */
async function compiled(folder: string): Promise<{ told: string[]; files: string[] }> {
  const { diagnostics, files } = await compile({ inputs: ["in"], cwd: folder });
  return {
    told: diagnostics.map(({ code, message }) => `${code} ${message}`),
    files: files.map(({ path }) => path),
  };
}

describe("imports", () => {
  it("bring in files beside the schema, and what those import", async () => {
    const folder = temporaryFolder();
    put(folder, {
      "in/frame.yaml": schema(
        "frame",
        "imports: [../shared/node.yaml]\nfields: { from: { struct: acme_node } }\n",
      ),
      "shared/node.yaml": `${NODE}imports: [./place.yaml]\n`,
      "shared/place.yaml": PLACE,
      "shared/other.yaml": schema("not_imported", "fields: { a: u8 }\n"),
    });
    const { told, files } = await compiled(folder);
    expect(told).toEqual([]);
    expect(files.filter((path) => path !== "stack.ts")).toEqual([
      "acme-node.ts",
      "acme-place.ts",
      "frame.ts",
      "index.ts",
    ]);
  });

  it("bring in a folder of an npm package, from above the schema's own", async () => {
    const folder = temporaryFolder();
    put(folder, {
      "in/frame.yaml": schema(
        "frame",
        "imports: ['@acme/radio/schemas']\nfields: { from: { struct: acme_node } }\n",
      ),
      "node_modules/@acme/radio/schemas/node.yaml": NODE,
      "node_modules/@acme/radio/schemas/place.yaml": PLACE,
    });
    expect((await compiled(folder)).told).toEqual([]);
  });

  it("of bundled schemas change nothing", async () => {
    const folder = temporaryFolder();
    put(folder, {
      "in/a.yaml": schema("a", "imports: [zc-gen/schemas/transport/udp.yaml]\nfields: { a: u8 }\n"),
    });
    expect(await compiled(folder)).toEqual({ told: [], files: ["a.ts", "index.ts"] });
  });

  it("bring in a file once, however often it is named", async () => {
    const folder = temporaryFolder();
    const one = (name: string): string => schema(name, "imports: [./place.yaml]\nfields: { a: u8 }\n");
    put(folder, { "in/a.yaml": one("a"), "in/b.yaml": one("b"), "in/place.yaml": PLACE });
    expect((await compiled(folder)).told).toEqual([]);
  });

  it("are read again when an imported file changed", async () => {
    const folder = temporaryFolder();
    put(folder, {
      "in/a.yaml": schema("a", "imports: [../place.yaml]\nfields: { at: { type: u8, enum: acme_place } }\n"),
      "place.yaml": PLACE,
    });
    const run = async (): Promise<boolean> => (await generate({ inputs: ["in"], cwd: folder })).fresh;
    expect([await run(), await run()]).toEqual([false, true]);
    put(folder, { "place.yaml": PLACE.replace("roof", "attic") });
    expect(await run()).toBe(false);
  });
});

describe("an import that cannot be is told, and why", () => {
  it.each([
    ["./place.yaml", 'ZC1216 there is no schema or folder "./place.yaml" beside this file'],
    [
      "@acme/radio/x.yaml",
      'ZC1216 the package "@acme/radio" is not installed here: `npm install @acme/radio`',
    ],
    ["zc-gen/schemas/x.yaml", 'ZC1216 the package "zc-gen" has no schema or folder "zc-gen/schemas/x.yaml"'],
    ["zc-gen/../x.yaml", 'ZC1216 the package "zc-gen" has no schema or folder "zc-gen/../x.yaml"'],
    ["/etc/x.yaml", 'ZC1216 "/etc/x.yaml" names no schema: write `./file.yaml`, or `package/file.yaml`'],
  ])("%s", async (path, message) => {
    const folder = temporaryFolder();
    put(folder, { "in/a.yaml": schema("a", `imports: ['${path}']\nfields: { a: u8 }\n`) });
    expect((await compiled(folder)).told).toEqual([message]);
  });

  it("a cycle, with all of its files", async () => {
    const folder = temporaryFolder();
    const one = (name: string, next: string): string =>
      schema(name, `imports: [./${next}.yaml]\nfields: { a: u8 }\n`);
    put(folder, { "in/a.yaml": one("a", "b"), "in/b.yaml": one("b", "c"), "in/c.yaml": one("c", "b") });
    expect((await compiled(folder)).told).toEqual([
      "ZC1217 schemas import each other: in/b.yaml > in/c.yaml > in/b.yaml",
    ]);
  });

  describe("through folders", () => {
    const one = (name: string, ...imports: string[]): string =>
      schema(name, `${imports.length === 0 ? "" : `imports: [${imports.join(", ")}]\n`}fields: { a: u8 }\n`);

    it("a cycle, with all of its files", async () => {
      const folder = temporaryFolder();
      put(folder, {
        "in/a.yaml": one("a", "../common"),
        "common/deep/b.yaml": one("b", "../c.yaml"),
        "common/c.yaml": one("c", "../in"),
      });
      expect((await compiled(folder)).told).toEqual([
        "ZC1217 schemas import each other: common/c.yaml > in/a.yaml > common/deep/b.yaml > common/c.yaml",
        "ZC1217 schemas import each other: common/c.yaml > in/a.yaml > common/c.yaml",
      ]);
    });

    it("of packages, too", async () => {
      const folder = temporaryFolder();
      put(folder, {
        "in/a.yaml": one("a", "acme/schemas"),
        "node_modules/acme/package.json": "{}",
        "node_modules/acme/schemas/b.yaml": one("b", "../more"),
        "node_modules/acme/more/c.yaml": one("c", "acme/schemas/b.yaml"),
      });
      expect((await compiled(folder)).told).toEqual([
        "ZC1217 schemas import each other: node_modules/acme/schemas/b.yaml > node_modules/acme/more/c.yaml > node_modules/acme/schemas/b.yaml",
      ]);
    });

    it("two that lie in one folder and import it", async () => {
      const folder = temporaryFolder();
      put(folder, { "in/a.yaml": one("a", "./"), "in/b.yaml": one("b", "../in") });
      expect((await compiled(folder)).told).toEqual([
        "ZC1217 schemas import each other: in/a.yaml > in/b.yaml > in/a.yaml",
      ]);
    });

    it("accepts a folder that the file lies in, and one that two ways lead to", async () => {
      const folder = temporaryFolder();
      put(folder, {
        "in/a.yaml": one("a", "./", "../common"),
        "in/b.yaml": one("b", "../common"),
        "common/c.yaml": one("c", "./d.yaml"),
        "common/d.yaml": one("d"),
      });
      expect((await compiled(folder)).told).toEqual([]);
    });
  });
});
