import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { withoutCompiler } from "./support/commands.js";
import { megabytes, needsTarball, Project } from "./support/project.js";

const ENTRIES = ["zc-gen", "zc-gen/protocols", "zc-gen/ring", "zc-gen/generator"];

const SCHEMA = `zc: 1
name: beacon
doc: What a lighthouse says.
source: The keeper's handbook
endian: big
attach: { udp.port: 4711 }
fields:
  kind: u8
  flashes: u8
  period_ms: u16
`;

const CONSUMER = `import { Fault, LayoutError, type Header } from "zc-gen";
import { Stack, Udp } from "zc-gen/protocols";
import { MockRing, RxRing, type Packet } from "zc-gen/ring";
import { generate, type GenerateResult } from "zc-gen/generator";
import facts from "zc-gen/package.json" with { type: "json" };

export const udp: Header = new Udp(new DataView(new ArrayBuffer(8)));
export const fault: number = udp.wrap(0, 8);
export const complete: boolean = fault !== Fault.TRUNCATED;
export const error: LayoutError | undefined = udp.explain(fault);
export const version: string = facts.version;
export function made(): Promise<GenerateResult> {
  return generate({ inputs: ["schemas"] });
}
export async function ports(): Promise<number[]> {
  await using ring = RxRing.open({ interface: "lo" });
  const stack = ring.bind(Stack);
  const seen: number[] = [];
  for await (const block of ring) {
    for (const packet of block) if (stack.decode(packet) === 0 && stack.has(Udp)) seen.push(stack.udp.dstPort);
  }
  return seen;
}
export function first(ring: MockRing): Packet | undefined {
  using block = ring.tryNext();
  for (const packet of block ?? []) return packet;
  return undefined;
}
`;

const STRICT = {
  target: "es2022",
  lib: ["es2022", "dom", "esnext.disposable"],
  types: [],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  erasableSyntaxOnly: true,
  verbatimModuleSyntax: true,
  resolveJsonModule: true,
  skipLibCheck: false,
  noEmit: true,
};

describe("the package in an empty folder", () => {
  const project = new Project();

  beforeEach(needsTarball);
  beforeAll(() => {
    if (inject("tarball") !== "") project.install();
    project.write("my-schemas/beacon.yaml", SCHEMA);
    project.write("consumer.ts", CONSUMER);
  });
  afterAll(() => project.remove());

  it("is of a modest size", () => {
    const bytes = project.installedBytes();
    console.log(`installed for a generator user: ${megabytes(bytes)}`);
    expect(bytes).toBeLessThan(45e6);
  });

  it("generates classes for a schema of the user's", () => {
    const { code, stdout, stderr } = project.run("npx", [
      "--no-install",
      "zc-gen",
      "my-schemas",
      "--out",
      "gen",
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining("error") });
    expect(stdout).toMatch(/1 class\b.* from 1 schema\b/);
    expect(readFileSync(join(project.folder, "gen/beacon.ts"), "utf8")).toContain("get periodMs(): number");
  });

  it("generates a Stack that type-checks beside the package's own", () => {
    project.run("npx", ["--no-install", "zc-gen", "my-schemas", "--out", "gen"]);
    const nodenext = { ...STRICT, module: "nodenext", moduleResolution: "nodenext" };
    expect(project.typeErrors(nodenext, ["gen/index.ts"])).toBe("");
  });

  it.each(ENTRIES)("gives %s to import and to require, the same module", (entry) => {
    const names = `Object.keys(entry).filter((name) => name !== "__esModule" && name !== "default").sort().join()`;
    const imported = project.node(`import * as entry from "${entry}"; console.log(${names})`);
    const required = project.node(`const entry = require("${entry}"); console.log(${names})`, "commonjs");
    expect(imported.length).toBeGreaterThan(5);
    expect(required).toBe(imported);
  });

  it("gives its schemas and their JSON Schema to other tools", () => {
    const script = `const at = (name) => import.meta.resolve("zc-gen/" + name);
      console.log(["schema.json", "schemas/transport/udp.yaml", "package.json"].map(at).every(Boolean))`;
    expect(project.node(script)).toBe("true");
  });

  it.each([
    { module: "nodenext", moduleResolution: "nodenext" },
    { module: "esnext", moduleResolution: "bundler" },
  ])("type-checks strictly under $moduleResolution, its own declarations included", (options) => {
    expect(project.typeErrors({ ...STRICT, ...options }, ["consumer.ts"])).toBe("");
  });

  it("loads its addon where no compiler, make or python is found", () => {
    const script = `import { RxRing } from "zc-gen/ring";
      try { RxRing.open({ interface: "zc-nowhere" }) } catch (error) { console.log(error.code) }`;
    const code = project.node(script, "module", withoutCompiler(project.folder));
    expect(code).toMatch(/^(ENODEV|EPERM)$/);
  });

  it("says in a typed error that its addon is missing, and does without it", () => {
    const bare = join(project.folder, "bare");
    cpSync(join(project.folder, "node_modules"), join(bare, "node_modules"), { recursive: true });
    rmSync(join(bare, "node_modules/zc-gen/native/prebuilds"), { recursive: true });
    project.write(
      "bare/try.mjs",
      `import { MockRing, RingUnsupportedError, RxRing } from "zc-gen/ring";
       const ring = MockRing.create({});
       ring.push(new Uint8Array(60));
       ring.flush();
       console.log(ring.tryNext()?.packetCount);
       try { RxRing.open({ interface: "lo" }) } catch (error) {
         console.log(error instanceof RingUnsupportedError, error.code, error.hint);
       }`,
    );
    const { stdout } = project.run(process.execPath, [join(bare, "try.mjs")]);
    expect(stdout).toMatch(/^1\ntrue ERR_RING_UNSUPPORTED .*g\+\+, make and python3/);
  });
});
