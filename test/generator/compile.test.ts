import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compile, type CompileOptions } from "../../generator/compile.js";
import { put, temporaryFolder } from "./support/files.js";
import { header } from "./support/schemas.js";
import { strictProblems } from "./support/strict.js";

const BUNDLED = fileURLToPath(new URL("../../schemas", import.meta.url));
const OWN = {
  "a.yaml": header(
    "x: { type: u16, enum: ether_type }\ny: { struct: other }",
    "endian: big\nattach: { udp.port: 5000 }",
  ),
  "deep/b.yml": "zc: 1\nname: other\nendian: little\nattach: { tcp.port: 5000 }\nfields: { a: u32 }\n",
};

async function filesOf(options: CompileOptions): Promise<Record<string, string>> {
  const { files, diagnostics } = await compile(options);
  expect(diagnostics.map(({ message, span }) => `${span.file.path}: ${message}`)).toEqual([]);
  return Object.fromEntries(files.map(({ path, text }) => [path, text]));
}

function ownFolder(): string {
  const cwd = temporaryFolder();
  put(cwd, OWN);
  return cwd;
}

describe("compile", { timeout: 120_000 }, () => {
  it("gives the same bytes twice, for any order of files, from any folder", async () => {
    const cwd = ownFolder();
    const first = await compile({ inputs: ["."], cwd });
    const others = [
      { inputs: ["."], cwd },
      { inputs: ["deep/b.yml", "a.yaml"], cwd },
      { inputs: ["a.yaml", "deep", "."], cwd },
      { inputs: [cwd], cwd: "/" },
      { inputs: ["."], cwd: ownFolder() },
    ];
    for (const options of others) {
      const again = await compile(options);
      expect(again.files).toEqual(first.files);
      expect(again.inputsHash).toBe(first.inputsHash);
    }
    expect(first.files.map(({ path }) => path)).toEqual(["index.ts", "other.ts", "probe.ts", "stack.ts"]);
    expect([first.schemas, first.classes]).toEqual([2, 2]);
  });

  it("has another hash for another text", async () => {
    const [before, after] = [ownFolder(), ownFolder()];
    put(after, { "a.yaml": `${OWN["a.yaml"]}# changed\n` });
    const hashes = [before, after].map(async (cwd) => (await compile({ inputs: ["."], cwd })).inputsHash);
    expect(await hashes[0]).not.toBe(await hashes[1]);
  });

  it("finds schemas of an installed package, and none in the packages below a folder", async () => {
    const cwd = temporaryFolder();
    const installed = join(cwd, "node_modules", "their-protocols");
    put(installed, OWN);
    expect(Object.keys(await filesOf({ inputs: ["node_modules/their-protocols"], cwd }))).toContain(
      "probe.ts",
    );
    put(cwd, { "mine.yaml": header("x: u8") });
    expect(Object.keys(await filesOf({ inputs: ["."], cwd }))).toEqual(["index.ts", "probe.ts"]);
  });

  it("follows links to files, and takes no dangling one for a schema", async () => {
    const [cwd, elsewhere] = [temporaryFolder(), temporaryFolder()];
    put(elsewhere, { "real.yaml": header("x: u8") });
    symlinkSync(join(elsewhere, "real.yaml"), join(cwd, "link.yaml"));
    symlinkSync(join(elsewhere, "gone.yaml"), join(cwd, "gone.yaml"));
    mkdirSync(join(cwd, "folder.yaml"));
    expect(Object.keys(await filesOf({ inputs: ["."], cwd }))).toEqual(["index.ts", "probe.ts"]);
  });

  it("compiles one of the bundled schemas by itself: the others are the library", async () => {
    const files = await filesOf({ inputs: [join(BUNDLED, "transport/udp.yaml")] });
    expect(Object.keys(files)).toEqual(["index.ts", "stack.ts", "udp.ts"]);
  });

  it("says of a copy of the bundled schemas which names are taken", async () => {
    const cwd = temporaryFolder();
    cpSync(join(BUNDLED, "transport"), cwd, { recursive: true });
    const { diagnostics, files } = await compile({ inputs: ["."], cwd });
    expect(files).toEqual([]);
    expect(diagnostics.map(({ code, span }) => `${span.file.path} ${code}`)).toContain("udp.yaml ZC1204");
  });

  it.each([".js", ".ts", ""] as const)("ends relative imports with %j", async (importExtension) => {
    const { "probe.ts": probe } = await filesOf({ inputs: ["."], cwd: ownFolder(), importExtension });
    expect(probe).toContain(`from "./other${importExtension}"`);
  });

  it("emits what the Stack needs of the library when it must stand alone, and nothing more", async () => {
    const runtimeImport = "./zc-runtime/index.js";
    const files = await filesOf({ inputs: ["."], cwd: ownFolder(), standalone: true, runtimeImport });
    expect(Object.keys(files)).toEqual(expect.arrayContaining(["probe.ts", "stack.ts", "udp.ts", "ipv4.ts", "ether-type.ts"])); // prettier-ignore
    expect(Object.keys(files).filter((path) => /tpacket|sockaddr|\.h$/.test(path))).toEqual([]);
    const code = Object.values(files).join("\n");
    expect(code).not.toMatch(/from "zc-gen/);
    const inPlace = Object.entries(files).map(([path, text]) => [
      path,
      text.replaceAll(runtimeImport, "zc-gen"),
    ]);
    expect(strictProblems(Object.fromEntries(inPlace) as Record<string, string>)).toEqual([]);
  });

  it("refuses a type that is called like one of the library only where both are emitted", async () => {
    const cwd = temporaryFolder();
    put(cwd, { "a.yaml": header("a: { struct: arp_operation }", "endian: big\ntypes: { arp_operation: { fields: { x: u8 } } }") }); // prettier-ignore
    expect((await compile({ inputs: ["."], cwd })).diagnostics).toEqual([]);
    const { diagnostics } = await compile({ inputs: ["."], cwd, standalone: true });
    expect(diagnostics.map(({ code, span }) => `${span.file.path} ${code}`)).toEqual(["a.yaml ZC1205"]);
  });

  it("gives no file when one schema is broken, and every problem of all of them", async () => {
    const cwd = temporaryFolder();
    put(cwd, { ...OWN, "c.yaml": "zc: 1\nname: [", "d.yaml": header("x: u99").replace("probe", "third") });
    const { files, diagnostics } = await compile({ inputs: ["."], cwd });
    expect(files).toEqual([]);
    expect(new Set(diagnostics.map(({ span }) => span.file.path))).toEqual(new Set(["c.yaml", "d.yaml"]));
  });

  it("warns of a header that is attached to what no packet leads to, and of no other", async () => {
    const cwd = temporaryFolder();
    const island = header("a: u16", "endian: big\nnext: { by: a }").replace("probe", "island");
    const child = header("b: u8", "endian: big\nattach: { island.a: 7, udp.port: 9 }");
    put(cwd, {
      "island.yaml": island,
      "lost.yaml": child.replace("island.a: 7, udp.port: 9", "island.a: 8").replace("probe", "lost"),
      "child.yaml": child,
    });
    const { diagnostics, files } = await compile({ inputs: ["."], cwd });
    const told = diagnostics.map(({ severity, code, message, span }) => [
      severity,
      code,
      span.file.path,
      message,
    ]);
    expect(told).toEqual([
      [
        "warning",
        "ZC4010",
        "lost.yaml",
        "lost is attached to island, but no link type leads there: the Stack leaves both out",
      ],
    ]);
    expect(files.find(({ path }) => path === "stack.ts")?.text).toContain("probe: Probe");
  });
});
