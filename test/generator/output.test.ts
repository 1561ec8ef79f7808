import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, unlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { generateWith, type GenerateOptions, type GenerateResult } from "../../generator/generate.js";
import { GeneratorError, reasonOf, SchemaError } from "../../generator/errors.js";
import {
  hashFiles,
  isSafePath,
  type Manifest,
  MANIFEST_NAME,
  readManifest,
} from "../../generator/manifest.js";
import { MARKER } from "../../generator/marker.js";
import { writeOutput } from "../../generator/output.js";
import { FakeCompiler } from "./support/fake-compiler.js";
import { put, temporaryFolder, tree } from "./support/files.js";

let cwd: string;
let out: string;
let compiler: FakeCompiler;

beforeEach(() => {
  cwd = temporaryFolder();
  out = join(cwd, "generated");
  compiler = new FakeCompiler();
  put(cwd, { "in.yaml": "udp\ntcp\n" });
});

function run(options: Partial<GenerateOptions> = {}): Promise<GenerateResult> {
  return generateWith(compiler, { inputs: ["in.yaml"], cwd, ...options });
}

function refused(promise: Promise<unknown>): Promise<GeneratorError> {
  return promise.then(
    () => expect.fail("expected a refusal"),
    (error: unknown) => {
      expect(error).toBeInstanceOf(GeneratorError);
      return error as GeneratorError;
    },
  );
}

describe("refusing what is not ours", () => {
  it("does not overwrite a file without the marker, and leaves everything as it was", async () => {
    put(out, { "udp.ts": "// mine\n" });
    const error = await refused(run());
    expect(error.code).toBe("ERR_ZC_OUTPUT");
    expect(error.message).toContain(join(out, "udp.ts"));
    expect(error.message).toContain("--out");
    expect(tree(out)).toEqual({ "udp.ts": "// mine\n" });
  });

  it("overwrites a file with the marker, whoever wrote it", async () => {
    put(out, { "udp.ts": `${MARKER} 0.0.1\n// older\n` });
    expect((await run()).written).toEqual(["tcp.ts", "udp.ts"]);
  });

  it("counts further files that are in the way", async () => {
    put(out, { "udp.ts": "// mine\n", "tcp.ts": "// mine too\n" });
    expect((await refused(run())).message).toContain("(and 1 more)");
  });

  it("does not overwrite a generated file whose marker the user took away", async () => {
    await run();
    put(out, { "udp.ts": "export const udp = 'now mine';\n" });
    expect((await refused(run())).message).toContain("udp.ts");
  });

  it("does not write through a symbolic link", async () => {
    put(cwd, { "precious.ts": `${MARKER}\nprecious\n` });
    mkdirSync(out);
    symlinkSync(join(cwd, "precious.ts"), join(out, "udp.ts"));
    expect((await refused(run())).message).toContain("udp.ts");
    expect(readFileSync(join(cwd, "precious.ts"), "utf8")).toBe(`${MARKER}\nprecious\n`);
  });

  it("accepts an output folder that is itself a symbolic link", async () => {
    mkdirSync(join(cwd, "elsewhere"));
    symlinkSync(join(cwd, "elsewhere"), out);
    await run();
    expect(Object.keys(tree(join(cwd, "elsewhere")))).toContain("udp.ts");
  });

  it("does not put a file where a folder is", async () => {
    mkdirSync(join(out, "udp.ts"), { recursive: true });
    expect((await refused(run())).message).toContain("udp.ts");
  });

  it("does not follow a linked folder out of the output folder", async () => {
    mkdirSync(join(cwd, "elsewhere"));
    mkdirSync(out);
    symlinkSync(join(cwd, "elsewhere"), join(out, "zc-runtime"));
    await refused(run({ standalone: true }));
    expect(readdirSync(join(cwd, "elsewhere"))).toEqual([]);
  });

  it("tells in words that the output folder is a file", async () => {
    put(cwd, { generated: "a file" });
    expect((await refused(run())).message).toMatch(/cannot write .*generated.*: /);
    expect(readFileSync(out, "utf8")).toBe("a file");
  });

  it("tells in words why the system refused", () => {
    const error = Object.assign(new Error("EACCES"), { code: "EACCES", syscall: "open" });
    expect(reasonOf(error)).toBe("permission denied (EACCES)");
    expect(reasonOf(Object.assign(new Error("EWHAT"), { code: "EWHAT" }))).toBe("EWHAT");
  });

  it("takes a generated path that leaves the folder for a bug of ours", () => {
    const files = [{ path: "../evil.ts", text: `${MARKER}\n` }];
    expect(() => writeOutput(out, files, manifestOf({}), undefined)).toThrow("leaves the output folder");
  });
});

describe("removing", () => {
  it("removes a file that it generated earlier and no longer does", async () => {
    await run();
    put(cwd, { "in.yaml": "udp\n" });
    expect((await run()).removed).toEqual(["tcp.ts"]);
    expect(Object.keys(tree(out))).toEqual([MANIFEST_NAME, "udp.ts"]);
  });

  it("removes no file that it did not generate, marked or not", async () => {
    put(out, { "notes.md": "mine", "old.ts": `${MARKER}\nfrom a colleague\n` });
    await run();
    put(cwd, { "in.yaml": "udp\n" });
    await run();
    expect(Object.keys(tree(out))).toEqual([MANIFEST_NAME, "notes.md", "old.ts", "udp.ts"]);
  });

  it("leaves a file that lost its marker", async () => {
    await run();
    put(out, { "tcp.ts": "// mine now\n" });
    put(cwd, { "in.yaml": "udp\n" });
    expect((await run()).removed).toEqual([]);
    expect(tree(out)["tcp.ts"]).toBe("// mine now\n");
  });

  it("obeys no manifest that names files outside the folder", async () => {
    put(cwd, { "precious.ts": `${MARKER}\n` });
    const absolute = join(cwd, "precious.ts");
    put(out, {
      [MANIFEST_NAME]: JSON.stringify({
        version: 1,
        ...manifestOf({ "../precious.ts": "x", [absolute]: "x" }),
      }),
    });
    expect((await run()).removed).toEqual([]);
    expect(readFileSync(absolute, "utf8")).toBe(`${MARKER}\n`);
  });

  it("removes nothing through a linked folder", async () => {
    put(cwd, { "elsewhere/a.ts": `${MARKER}\n` });
    put(out, { [MANIFEST_NAME]: JSON.stringify({ version: 1, ...manifestOf({ "sub/a.ts": "x" }) }) });
    symlinkSync(join(cwd, "elsewhere"), join(out, "sub"));
    expect((await run()).removed).toEqual([]);
    expect(tree(join(cwd, "elsewhere"))).toHaveProperty("a.ts");
  });

  it.each([
    "{ not json",
    "<<<<<<< HEAD",
    "[]",
    "null",
    '{"version":2}',
    '{"version":1,"files":3}',
    '{"version":1}',
  ])("works without a manifest that makes no sense: %s", async (text) => {
    put(out, { [MANIFEST_NAME]: text });
    expect((await run()).written).toEqual(["tcp.ts", "udp.ts"]);
    expect(readManifest(out)).toBeDefined();
  });

  it("takes away the runtime's folder once it is empty", async () => {
    await run({ standalone: true });
    expect(readdirSync(out)).toContain("zc-runtime");
    await run();
    expect(readdirSync(out)).not.toContain("zc-runtime");
  });

  it("keeps the runtime's folder when a file of the user's is in it", async () => {
    await run({ standalone: true });
    put(out, { "zc-runtime/mine.ts": "// mine\n" });
    await run();
    expect(readdirSync(join(out, "zc-runtime"))).toEqual(["mine.ts"]);
  });
});

function manifestOf(files: Record<string, string>): Manifest {
  return { generator: "0", options: {}, inputs: "", schemas: 1, classes: 1, files };
}

describe("writing only what changed", () => {
  it("leaves the other files untouched", async () => {
    await run();
    const before = new Date(2000, 0);
    utimesSync(join(out, "udp.ts"), before, before);
    put(cwd, { "in.yaml": "udp\nicmp\n" });
    const result = await run();
    expect(result).toMatchObject({ written: ["icmp.ts"], removed: ["tcp.ts"], unchanged: ["udp.ts"] });
    expect(statSync(join(out, "udp.ts")).mtime).toEqual(before);
  });

  it("does not rewrite what differs by CRLF only", async () => {
    await run();
    const text = tree(out)["udp.ts"]?.replaceAll("\n", "\r\n") ?? "";
    put(out, { "udp.ts": text });
    expect((await run()).fresh).toBe(true);
    expect((await run({ check: true })).stale).toEqual([]);
    expect(tree(out)["udp.ts"]).toBe(text);
  });

  it("makes the same bytes in any folder, manifest included", async () => {
    await run();
    const other = temporaryFolder();
    put(other, { "in.yaml": "udp\ntcp\n" });
    await run({ cwd: other, out: "deeper/gen" });
    expect(tree(join(other, "deeper/gen"))).toEqual(tree(out));
  });

  it("leaves nothing temporary behind", async () => {
    await run();
    expect(readdirSync(out).filter((name) => name.includes("tmp"))).toEqual([]);
  });

  it("takes away what a run that was killed has left, and nothing that may be another run's or somebody else's", async () => {
    const names = [".zc-gen-tmp-killed", ".zc-gen-tmp-at-work", "other-tmp"];
    for (const name of names) put(join(out, name), { "new-0": "half" });
    put(out, { ".zc-gen-tmp-file": "mine" });
    const before = new Date(Date.now() - 120_000);
    for (const name of [".zc-gen-tmp-killed", "other-tmp", ".zc-gen-tmp-file"]) utimesSync(join(out, name), before, before); // prettier-ignore
    await run();
    expect(readdirSync(out).filter((name) => name.includes("tmp"))).toEqual([".zc-gen-tmp-at-work", ".zc-gen-tmp-file", "other-tmp"]); // prettier-ignore
  });
});

describe("a failed run", () => {
  it("leaves the old output when the schemas are broken", async () => {
    await run();
    const before = tree(out);
    put(cwd, { "in.yaml": "broken\nudp\nbroken\n" });
    const error = await run().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SchemaError);
    expect((error as SchemaError).diagnostics).toHaveLength(2);
    expect(tree(out)).toEqual(before);
  });

  it("makes no output folder when the schemas are broken", async () => {
    put(cwd, { "in.yaml": "broken\n" });
    await expect(run()).rejects.toThrow("in.yaml:1:1: error[broken]");
    expect(readdirSync(cwd)).toEqual(["in.yaml"]);
  });

  it("puts back what it had replaced when a later file cannot be written", () => {
    const marked = (text: string): string => `${MARKER}\n${text}\n`;
    put(out, { "a.ts": marked("old"), "gone.ts": marked("old") });
    const before = tree(out);
    const files = [
      { path: "a.ts", text: marked("new") },
      { path: "b.ts", text: marked("new") },
      { path: `${"x".repeat(300)}.ts`, text: marked("name too long for the file system") },
    ];
    expect(() => writeOutput(out, files, manifestOf({}), manifestOf({ "gone.ts": "x" }))).toThrow(
      GeneratorError,
    );
    expect(tree(out)).toEqual(before);
  });

  it("puts back what it had replaced when the renaming itself fails half-way", () => {
    const marked = (text: string): string => `${MARKER}\n${text}\n`;
    put(out, { "a.ts": marked("old"), "gone.ts": marked("old") });
    const before = tree(out);
    const files = [
      { path: "a.ts", text: marked("new") },
      { path: "b.ts", text: marked("new") },
      { path: "b.ts/c.ts", text: marked("b.ts is a file by then") },
    ];
    expect(() => writeOutput(out, files, manifestOf({}), manifestOf({ "gone.ts": "x" }))).toThrow(
      GeneratorError,
    );
    expect(tree(out)).toEqual(before);
  });
});

describe("recognising unchanged inputs", () => {
  it("does not compile again", async () => {
    await run();
    expect(await run()).toMatchObject({
      fresh: true,
      schemas: 1,
      classes: 2,
      unchanged: ["tcp.ts", "udp.ts"],
    });
    expect(compiler.compiled).toBe(1);
  });

  it.each<[string, () => Partial<GenerateOptions>]>([
    ["an input changed", () => (put(cwd, { "in.yaml": "udp\ntcp\nicmp\n" }), {})],
    ["an output file changed", () => (put(out, { "udp.ts": `${MARKER}\nchanged\n` }), {})],
    ["an output file is gone", () => (unlinkSync(join(out, "udp.ts")), {})],
    ["the manifest is gone", () => (unlinkSync(join(out, MANIFEST_NAME)), {})],
    ["an option changed", () => ({ importExtension: ".ts" })],
    ["the target changed", () => ({ target: "js" })],
    ["the generator is newer than the output", () => (utimesSync(join(out, MANIFEST_NAME), 0, 0), {})],
  ])("compiles again when %s", async (_, change) => {
    await run();
    await run(change());
    expect(compiler.compiled).toBe(2);
  });

  it("does not trust a manifest under --check", async () => {
    await run();
    expect((await run({ check: true })).stale).toEqual([]);
    expect(compiler.compiled).toBe(2);
  });

  describe("under --check, in a project that remembers", () => {
    beforeEach(() => mkdirSync(join(cwd, "node_modules")));

    it("compiles nothing where nothing changed", async () => {
      await run();
      expect(await run({ check: true })).toMatchObject({ stale: [], classes: 2, fresh: true });
      expect(compiler.compiled).toBe(1);
    });

    it.each<[string, () => Partial<GenerateOptions>]>([
      ["a schema changed", () => (put(cwd, { "in.yaml": "udp\ntcp\nicmp\n" }), {})],
      ["an output file was edited", () => (put(out, { "udp.ts": `${MARKER}\n` }), {})],
      ["an output file is gone", () => (unlinkSync(join(out, "udp.ts")), {})],
      ["an option changed", () => ({ importExtension: ".ts" })],
    ])("compiles when %s", async (_, change) => {
      await run();
      await run({ check: true, ...change() });
      expect(compiler.compiled).toBe(2);
    });

    it("compiles when the manifest names a file that the run did not make", async () => {
      await run();
      const manifest = JSON.parse(tree(out)[MANIFEST_NAME] ?? "") as Manifest;
      const files = { ...manifest.files, "old.ts": "0" };
      put(out, { [MANIFEST_NAME]: JSON.stringify({ ...manifest, files }), "old.ts": `${MARKER}\n` });
      const { stale } = await run({ check: true });
      expect(stale.map(({ path, kind }) => [path, kind])).toEqual([["old.ts", "superfluous"]]);
    });
  });
});

describe("checking", () => {
  it("finds nothing in output that is up to date, and writes nothing", async () => {
    await run();
    const before = tree(out);
    expect(await run({ check: true })).toMatchObject({ stale: [], classes: 2 });
    expect(tree(out)).toEqual(before);
  });

  it("tells the first line that differs", async () => {
    await run();
    put(out, { "udp.ts": `${MARKER}\nexport const udp = 1;\n` });
    expect((await run({ check: true })).stale).toEqual([
      {
        path: "udp.ts",
        kind: "changed",
        line: 2,
        onDisk: "export const udp = 1;",
        generated: 'export const udp: string = "udp";',
      },
    ]);
  });

  it("tells where the shorter text ended", async () => {
    await run();
    put(out, { "udp.ts": MARKER });
    const [stale] = (await run({ check: true })).stale;
    expect(stale).toMatchObject({
      line: 2,
      onDisk: undefined,
      generated: 'export const udp: string = "udp";',
    });
  });

  it("counts missing and superfluous files as stale", async () => {
    await run();
    unlinkSync(join(out, "udp.ts"));
    put(cwd, { "in.yaml": "udp\n" });
    const { stale } = await run({ check: true });
    expect(stale.map(({ path, kind }) => [path, kind])).toEqual([["tcp.ts", "superfluous"], ["udp.ts", "missing"]]); // prettier-ignore
    expect(Object.keys(tree(out))).toContain("tcp.ts");
  });

  it("finds everything missing where there is no folder, and makes none", async () => {
    expect((await run({ check: true })).stale).toHaveLength(2);
    expect(readdirSync(cwd)).toEqual(["in.yaml"]);
  });

  it("takes no notice of files of the user's", async () => {
    await run();
    put(out, { "notes.md": "mine" });
    expect((await run({ check: true })).stale).toEqual([]);
  });
});

describe("options", () => {
  it("names an input that is not there", async () => {
    const error = await refused(run({ inputs: ["in.yaml", "nowhere/"] }));
    expect(error).toMatchObject({
      code: "ERR_ZC_INPUT",
      message: "cannot read nowhere/: no such file or folder (ENOENT)",
    });
  });

  it("says so when the inputs hold no schema", async () => {
    const none = {
      ...compiler,
      compile: async () => ({ ...(await compiler.compile({ inputs: ["in.yaml"], cwd })), schemas: 0 }),
    };
    const error = await refused(
      generateWith({ ...none, readInputs: compiler.readInputs }, { inputs: ["in.yaml"], cwd }),
    );
    expect(error.message).toContain("no schema");
  });

  it.each([".ts", ""] as const)(
    "refuses --target js with import extension %j, which JavaScript cannot have",
    async (importExtension) => {
      const error = await refused(run({ target: "js", importExtension }));
      expect(error).toMatchObject({
        code: "ERR_ZC_OPTION",
        message: expect.stringContaining("--import-extension"),
      });
    },
  );

  it("accepts --target js with .js", async () => {
    await run({ target: "js", importExtension: ".js" });
    expect(Object.keys(tree(out))).toEqual([MANIFEST_NAME, "tcp.d.ts", "tcp.js", "udp.d.ts", "udp.js"]);
  });

  it.each([
    [{ inputs: [] }, "inputs"],
    [{ inputs: "in.yaml" }, "inputs"],
    [{ inputs: [3] }, "inputs[0]"],
    [{ out: "" }, "out"],
    [{ importExtension: ".mjs" }, "importExtension"],
    [{ target: "rust" }, "target"],
  ])("names the argument that is wrong in %j", async (options, name) => {
    await expect(run(options as unknown as GenerateOptions)).rejects.toThrow(TypeError);
    await expect(run(options as unknown as GenerateOptions)).rejects.toThrow(`${name}: expected`);
  });
});

describe("isSafePath", () => {
  it.each(["a.ts", "sub/a.ts", "a..b.ts"])("accepts %j", (path) => expect(isSafePath(path)).toBe(true));
  it.each(["../a", "a/../b", "/a", "a//b", "", ".", "a/.", "C:a", "a\\b", "a\0b"])("rejects %j", (path) =>
    expect(isSafePath(path)).toBe(false),
  );
});

describe("hashFiles", () => {
  it("does not mind line breaks", () => {
    const hashes = hashFiles([{ path: "a", text: "x\ny" }, { path: "b", text: "x\r\ny" }]); // prettier-ignore
    expect(hashes["a"]).toBe(hashes["b"]);
  });
});
