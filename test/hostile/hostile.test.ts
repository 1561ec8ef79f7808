import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { PCAPS } from "../support/shared.js";
import { needsAddon, resultOf, runChild, type End } from "./support.js";

const IS_CI = process.env["CI"] === "true";
const SEED = Number(process.env["ZC_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const MUTANTS = Number(process.env["ZC_MUTANTS"] ?? (IS_CI ? 2_000_000 : 20_000));
const FILE_MUTANTS = Math.ceil(MUTANTS / 100);
const COUNTED = Math.ceil(MUTANTS / 50);
const KEPT = fileURLToPath(new URL("regressions/", import.meta.url));
const TIMEOUT_MS = 1_200_000;

beforeEach(needsAddon);

describe("a read outside the packet", () => {
  it.each(["before", "behind"])("ends the process: %s", async (side) => {
    const { signal, lines } = await runChild("trespass.mjs", [side]);
    expect({ signal, lines }).toEqual({ signal: "SIGSEGV", lines: [""] });
  });
});

describe("hostile packets", () => {
  it(
    `${MUTANTS} mutants give faults, the same wherever they lie, and read no byte outside (seed ${SEED})`,
    async () => {
      const children = Math.min(4, availableParallelism());
      const share = Math.ceil(MUTANTS / children);
      const started = performance.now();
      const firsts = Array.from({ length: children }, (_, index) => index * share);
      const results = await Promise.all(firsts.map((first) => mutantsFrom(first, share)));
      const sum = (name: keyof Mutants): number => results.reduce((total, result) => total + result[name], 0);
      const seconds = Math.round((performance.now() - started) / 1000);
      console.log(
        `seed ${SEED}: ${sum("mutants")} mutants of packets, ${sum("faults")} with faults, ${seconds} s`,
      );
      expect(sum("mutants")).toBeGreaterThanOrEqual(MUTANTS);
      expect(sum("faults")).toBeGreaterThan(MUTANTS / 10);
      expect(sum("faults")).toBeLessThan((MUTANTS * 9) / 10);
    },
    TIMEOUT_MS,
  );

  it("that once were too much are kept", async () => {
    const outlines = await resultOf<Record<string, string>>("kept.mjs", []);
    expect(Object.keys(outlines)).toContain("dns-name-chain.txt");
  });

  it(
    `are read a bounded number of times a byte (seed ${SEED})`,
    async () => {
      const { decode, fields } = await resultOf<Reads>("steps.mjs", [PCAPS, SEED, COUNTED]);
      console.log(
        `reads a byte: ${decode.ratio.toFixed(2)} to decode, ${fields.ratio.toFixed(2)} for all fields`,
      );
      expect(decode.ratio, decode.packet).toBeLessThan(4);
      expect(fields.ratio, fields.packet).toBeLessThan(40);
    },
    TIMEOUT_MS,
  );
});

describe("what coverage-guided runs kept", () => {
  it("reaches the generated classes and their runtime, and throws nowhere", async () => {
    const { classes, kept } = await resultOf<Fuzzed>("../fuzz.mjs", [0, SEED, "dry"]);
    expect(classes).toBeGreaterThan(250);
    expect(kept).toBeGreaterThan(250);
  });
});

describe("hostile capture files", () => {
  it(
    `${FILE_MUTANTS} mutants give whole packets, then a typed error (seed ${SEED})`,
    async () => {
      const { endings } = await resultOf<Files>("files.mjs", [PCAPS, SEED, FILE_MUTANTS]);
      console.log(`seed ${SEED}: ${FILE_MUTANTS} mutants of files`, endings);
      expect(Object.keys(endings).sort()).toEqual(["ERR_CAPTURE_FORMAT", "ERR_CAPTURE_TRUNCATED", "whole"]);
    },
    TIMEOUT_MS,
  );
});

interface Mutants {
  readonly mutants: number;
  readonly faults: number;
}

interface Fuzzed {
  readonly kept: number;
  readonly classes: number;
}

interface Reads {
  readonly decode: { readonly ratio: number; readonly packet: string };
  readonly fields: { readonly ratio: number; readonly packet: string };
}

interface Files {
  readonly endings: Readonly<Record<string, number>>;
}

/** A child's share of the mutants. What breaks it is written to `regressions/`, also where the process crashed. */
async function mutantsFrom(first: number, count: number): Promise<Mutants> {
  const end = await runChild("packets.mjs", [PCAPS, SEED, first, count]);
  if (end.code === 0) return JSON.parse(end.lines.at(-1) as string) as Mutants;
  const { packet, error } = end.signal === null ? failure(end) : await crashed(end, first);
  const name = `seed-${SEED}-${first}.txt`;
  writeFileSync(`${KEPT}${name}`, `# ${error.split("\n")[0]}\n${packet}\n`);
  throw new Error(`ZC_SEED=${SEED}, kept as regressions/${name}: ${error}\n${packet}`);
}

interface Failure {
  readonly packet: string;
  readonly error: string;
}

function failure({ lines, stderr }: End): Failure {
  const last = lines.at(-1) ?? "";
  return last.startsWith("{") ? (JSON.parse(last) as Failure) : { packet: "", error: stderr };
}

/** Once more from where it was last heard of, each mutant told before it is decoded. */
async function crashed({ signal, lines }: End, first: number): Promise<Failure> {
  const at = Number(/^at (\d+)$/.exec(lines.at(-1) ?? "")?.[1] ?? first);
  const again = await runChild("packets.mjs", [PCAPS, SEED, at, 1000, "careful"], 60_000);
  const packet = again.lines.findLast((line) => !line.startsWith("at ")) ?? "";
  return { packet, error: `the process ended with ${signal}: it read outside the packet, or ran in a loop` };
}
