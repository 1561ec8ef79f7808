import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { generateWith } from "../../generator/generate.js";
import { MARKER } from "../../generator/marker.js";
import { runtimeFiles, runtimeHash, standaloneImport } from "../../generator/standalone.js";
import { FakeCompiler } from "./support/fake-compiler.js";
import { put, temporaryFolder, tree } from "./support/files.js";

const RUNTIME = fileURLToPath(new URL("../../runtime", import.meta.url));

describe("runtimeFiles", () => {
  it("says what to do when the runtime's sources are missing", () => {
    expect(() => runtimeFiles(".js", "/nowhere")).toThrow("install zc-gen again");
  });

  it("copies every file of the runtime, each with the marker first", () => {
    const files = runtimeFiles(".js");
    expect(files.map(({ path }) => path)).toEqual(readdirSync(RUNTIME).sort().map((name) => `zc-runtime/${name}`)); // prettier-ignore
    for (const { text } of files) expect(text.startsWith(MARKER)).toBe(true);
  });

  it.each([
    [".js", "./fault.js"],
    [".ts", "./fault.ts"],
    ["", "./fault"],
  ])("spells imports with the extension %j", (extension, expected) => {
    const specifiers = runtimeFiles(extension).flatMap(({ text }) => importsOf(text));
    expect(specifiers).toContain(expected);
    for (const specifier of specifiers) {
      expect(specifier).toMatch(new RegExp(`^\\./[\\w-]+${extension.replace(".", "\\.")}$`));
    }
  });

  it("changes nothing but the imports", () => {
    const [js, none] = [runtimeFiles(".js"), runtimeFiles("")];
    js.forEach(({ text }, index) =>
      expect(text.replace(/(from "\.\/[\w-]+)\.js"/g, '$1"')).toBe(none[index]?.text),
    );
  });

  it("has a hash that follows the sources", () => {
    const folder = temporaryFolder();
    put(folder, { "a.ts": "1" });
    const before = runtimeHash(folder);
    expect(runtimeHash(folder)).toBe(before);
    put(folder, { "a.ts": "2" });
    expect(runtimeHash(folder)).not.toBe(before);
  });
});

function importsOf(text: string): string[] {
  return ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);
}

describe("generating standalone output", () => {
  it("tells the compiler where the runtime will lie", async () => {
    const { compiler } = await generateStandalone({ importExtension: ".ts" });
    expect(compiler.lastOptions).toMatchObject({ standalone: true, runtimeImport: "./zc-runtime/index.ts" });
    expect(standaloneImport("")).toBe("./zc-runtime/index");
  });

  it("leaves the import to the compiler otherwise", async () => {
    const { compiler } = await generateStandalone({ standalone: false });
    expect(compiler.lastOptions).not.toHaveProperty("runtimeImport");
  });

  it("covers the runtime in --check", async () => {
    const { cwd, run } = await generateStandalone({});
    expect((await run({ check: true })).stale).toEqual([]);
    put(cwd, { "generated/zc-runtime/fault.ts": `${MARKER}\n` });
    expect((await run({ check: true })).stale).toMatchObject([
      { path: "zc-runtime/fault.ts", kind: "changed" },
    ]);
  });

  it(
    "copies JavaScript and declarations with --target js, which run and check by themselves",
    { timeout: 60_000 },
    async () => {
      const { cwd } = await generateStandalone({ target: "js" });
      const paths = Object.keys(tree(cwd)).filter((path) => path.includes("zc-runtime"));
      expect(paths).toContain("generated/zc-runtime/index.js");
      expect(paths).toContain("generated/zc-runtime/index.d.ts");
      expect(paths.filter((path) => /(?<!\.d)\.ts$/.test(path))).toEqual([]);
      const runtime = (await import(join(cwd, "generated/zc-runtime/index.js"))) as {
        formatIpv4(value: number): string;
      };
      expect(runtime.formatIpv4(0x7f000001)).toBe("127.0.0.1");
      expect(problemsOf(join(cwd, "generated/zc-runtime/index.d.ts"))).toEqual([]);
    },
  );

  it("copies TypeScript that checks in a strict project", { timeout: 60_000 }, async () => {
    const { cwd } = await generateStandalone({});
    expect(problemsOf(join(cwd, "generated/zc-runtime/index.ts"))).toEqual([]);
  });
});

async function generateStandalone(options: object) {
  const cwd = temporaryFolder();
  put(cwd, { "in.yaml": "udp\n", "package.json": '{ "type": "module" }' });
  const compiler = new FakeCompiler();
  const run = (more: object) =>
    generateWith(compiler, { inputs: ["in.yaml"], cwd, standalone: true, ...options, ...more });
  await run({});
  return { cwd, compiler, run };
}

function problemsOf(file: string): string[] {
  const program = ts.createProgram([file], {
    strict: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
    types: [],
    noEmit: true,
  });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}
