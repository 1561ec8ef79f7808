import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import { afterEach, describe, expect, it } from "vitest";
import rules from "../.dependency-cruiser.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PARTS = ["runtime", "generated", "generator", "native", "files", "filter", "decode", "examples"];

describe("the parts of this repository", () => {
  it("import each other in the permitted directions", async () => {
    const { modules, violations } = await cruiseIn(ROOT, PARTS);
    expect(violations).toEqual([]);
    expect(modules).toBeGreaterThan(50);
  }, 60_000);

  it("name the addon's loader in one file", () => {
    const native = readdirSync(join(ROOT, "native")).filter((name) => name.endsWith(".ts"));
    const loads = /node-gyp-build|createRequire|dlopen/;
    expect(native.filter((name) => loads.test(readFileSync(join(ROOT, "native", name), "utf8")))).toEqual([
      "binding.ts",
    ]);
  });
});

describe("a planted violation", () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  const SOUND: Readonly<Record<string, string>> = {
    "runtime/index.ts": 'export { fault } from "./fault.js";',
    "runtime/fault.ts": "export const fault = 1;",
    "generated/index.ts": 'export { udp } from "./udp.js";',
    "generated/udp.ts": 'import { fault } from "zc-gen";\nexport const udp = fault;',
    "generator/emit.ts": 'import { ts } from "ts-morph";\nexport const emit = ts;',
    "native/index.ts": 'import { udp } from "../generated/index.js";\nexport const ring = udp;',
    "native/binding.ts": 'import { createRequire } from "node:module";\nexport const load = createRequire;',
    "files/browser.ts": 'import { udp } from "../generated/index.js";\nexport const file = udp;',
    "files/open.ts":
      'import fs from "node:fs";\nimport { load } from "../native/binding.js";\nexport const open = [fs, load];',
    "files/index.ts": 'export { open } from "./open.js";',
    "decode/command.ts": 'import { open } from "../files/index.js";\nexport const decode = open;',
    "filter/index.ts": 'import { udp } from "../generated/index.js";\nexport const filter = udp;',
    "examples/tour.ts": 'import { ring } from "zc-gen/ring";\nexport const tour = ring;',
    "test/support.ts": "export const load = 1;",
  };

  async function rulesBrokenBy(path: string, text: string): Promise<string[]> {
    const folder = mkdtempSync(join(tmpdir(), "zc-imports-"));
    folders.push(folder);
    for (const [name, content] of Object.entries({ ...SOUND, [path]: text })) {
      write(join(folder, name), content);
    }
    const { violations } = await cruiseIn(folder, PARTS);
    return [...new Set(violations.map((violation) => violation.split(":")[0] as string))];
  }

  it("is not found in a sound tree", async () => {
    expect(await rulesBrokenBy("runtime/more.ts", 'import { fault } from "./fault.js";\nfault;')).toEqual([]);
  });

  it.each([
    ["runtime-knows-nothing", "runtime/fault.ts", 'import fs from "node:fs";\nexport const fault = fs;'],
    [
      "runtime-knows-nothing",
      "runtime/fault.ts",
      'import type { udp } from "../generated/udp.js";\nexport type U = typeof udp;',
    ],
    [
      "generated-knows-the-runtime",
      "generated/udp.ts",
      'import { fault } from "../runtime/fault.js";\nexport const udp = fault;',
    ],
    [
      "generated-knows-the-runtime",
      "generated/udp.ts",
      'import { ring } from "zc-gen/ring";\nexport const udp = ring;',
    ],
    [
      "generator-alone",
      "generator/emit.ts",
      'import { fault } from "../runtime/index.js";\nexport const emit = fault;',
    ],
    [
      "native-knows-two-entries",
      "native/index.ts",
      'import { udp } from "../generated/udp.js";\nexport const r = udp;',
    ],
    [
      "files-share-with-rings",
      "files/open.ts",
      'import { ring } from "../native/index.js";\nexport const open = ring;',
    ],
    [
      "filters-know-two-entries",
      "filter/index.ts",
      'import { ring } from "../native/index.js";\nexport const filter = ring;',
    ],
    [
      "browsers-read-files",
      "files/browser.ts",
      'import { open } from "./open.js";\nexport const file = open;',
    ],
    [
      "binding-loads-the-addon",
      "native/index.ts",
      'import { createRequire } from "node:module";\nexport const r = createRequire;',
    ],
    [
      "ts-morph-in-the-emitter",
      "generator/load.ts",
      'import { ts } from "ts-morph";\nexport const load = ts;',
    ],
    [
      "examples-use-public-names",
      "examples/tour.ts",
      'import { ring } from "../native/index.js";\nexport const tour = ring;',
    ],
    [
      "nothing-shipped-needs-tests",
      "native/index.ts",
      'import { load } from "../test/support.js";\nexport const r = load;',
    ],
    [
      "no-cycles-of-values",
      "runtime/fault.ts",
      'import * as all from "./index.js";\nexport const fault = (): unknown => all;',
    ],
  ])("breaks %s when it is in %s", async (rule, path, text) => {
    expect(await rulesBrokenBy(path, text)).toContain(rule);
  });

  it("is not a cycle when only types go round", async () => {
    const text =
      'import type * as all from "./index.js";\nexport const fault = (x: typeof all): unknown => x;';
    expect(await rulesBrokenBy("runtime/fault.ts", text)).toEqual([]);
  });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** What dependency-cruiser finds, each violation as `rule: from -> to`. */
async function cruiseIn(
  baseDir: string,
  parts: readonly string[],
): Promise<{ modules: number; violations: string[] }> {
  const { enhancedResolveOptions, ...options } = rules.options ?? {};
  const result = await cruise(
    [...parts],
    { ...options, ruleSet: { forbidden: rules.forbidden ?? [] }, validate: true, baseDir },
    enhancedResolveOptions,
  );
  const { modules, summary } = result.output as ICruiseResult;
  const violations = summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
  return { modules: modules.length, violations };
}
