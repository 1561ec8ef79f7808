import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { fanoutProgram, filter, type BpfInstruction } from "zc-gen/filter";
import { requirement } from "../support/requirement.js";
import { expressions } from "./support/random.js";

const SEED = Number(process.env["ZC_FILTER_SEED"] ?? 7);
const RUNS = Number(process.env["ZC_FILTER_RUNS"] ?? (process.env["CI"] === "true" ? 1000 : 150));
const SCRIPT = fileURLToPath(new URL("support/attach.py", import.meta.url));
const TARGETS = [{}, { isExact: true }, { isCooked: true }, { hasSnaplen: true }] as const;

const needsPython = requirement(
  "python3 on Linux",
  () =>
    (process.platform === "linux" && spawnSync("python3", ["--version"]).status === 0) || "it does not start",
  "apt-get install python3",
);

describe(`every random program (seed ${SEED})`, () => {
  beforeEach(needsPython);

  it("is one that the kernel attaches to a socket", () => {
    const texts = fc.sample(
      expressions(() => []),
      { seed: SEED, numRuns: RUNS },
    );
    const programs = texts.flatMap((text) => {
      const wanted = filter(text);
      const isShort = wanted.program({ isCooked: true, isExact: true }).instructions.length < 2000;
      const sorting = isShort && !text.includes("ethernet") ? [fanoutProgram([wanted, wanted])] : [];
      return [...TARGETS.map((target) => wanted.program(target).instructions), ...sorting];
    });
    const lines = programs.map((program) =>
      program.flatMap(({ code, jt, jf, k }) => [code, jt, jf, k]).join(" "),
    );
    const { stdout, status, stderr } = spawnSync("python3", [SCRIPT], {
      input: lines.join("\n"),
      encoding: "utf8",
    });
    expect(status, stderr).toBe(0);
    expect(stdout).toBe(`attached ${programs.length}\n`);
    expect(programs.length).toBeGreaterThan(4 * RUNS);
  });

  it("is refused where it is no program, so that the test above says something", () => {
    const bad: readonly BpfInstruction[] = [{ code: 0x15, jt: 9, jf: 9, k: 1 }];
    const input = bad.flatMap(({ code, jt, jf, k }) => [code, jt, jf, k]).join(" ");
    const { stdout } = spawnSync("python3", [SCRIPT], { input, encoding: "utf8" });
    expect(stdout).toMatch(/^0: .*Invalid argument\nattached 0\n$/);
  });
});
