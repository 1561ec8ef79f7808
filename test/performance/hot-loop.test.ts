import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { requirement } from "../support/requirement.js";

const CHILD = fileURLToPath(new URL("./children/hot-loop.mjs", import.meta.url));
const BUILT = fileURLToPath(new URL("../../dist/native/index.js", import.meta.url));
const TIMEOUT_MS = 60_000;
/** The smallest object has 12 bytes; what is below one is the engine's own. */
const NOTHING = 1;

/** Room for all that a control allocates: what a collection takes away would not be counted. */
const YOUNG = ["--min-semi-space-size=64", "--max-semi-space-size=64"];

interface Counts {
  readonly packets: number;
  readonly bytes: number;
  /** The lines with which V8 tells of them. */
  readonly deopts: readonly string[];
  /** How many came before, while the loop warmed up. */
  readonly everDeopts: number;
}

const needsBuild = requirement(
  "the compiled package",
  () => existsSync(BUILT) || "dist/ is not built",
  "npm run build",
);

/** Counted in a process of its own, never timed: a slow machine gives the same answer. */
function count(loop: string, detach: boolean): Counts {
  const folder = mkdtempSync(join(tmpdir(), "zc-gen-deopt-"));
  const traces = join(folder, "traces");
  try {
    const flags = [...YOUNG, "--expose-gc", "--trace-deopt", "--redirect-code-traces"];
    const args = [
      ...flags,
      `--redirect-code-traces-to=${traces}`,
      CHILD,
      loop,
      detach ? "detach" : "",
      traces,
    ];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${loop} ended with ${status}:\n${stdout}\n${stderr}`);
    return JSON.parse(stderr.trimEnd().split("\n").at(-1) ?? "") as Counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

beforeEach(needsBuild);

describe.each([
  ["", false],
  [", after a buffer was detached elsewhere in the process", true],
])("once warm%s", (_words, detach) => {
  it.each(["accessors", "stack", "walked", "ring", "lists"])(
    "%s allocates nothing and is never deoptimised",
    (loop) => {
      const { packets, bytes, deopts } = count(loop, detach);
      expect(packets).toBeGreaterThanOrEqual(1_000_000);
      expect(deopts).toEqual([]);
      expect(bytes / packets).toBeLessThan(NOTHING);
    },
    TIMEOUT_MS,
  );
});

describe("the counting", () => {
  it(
    "sees an object a packet",
    () => {
      const { packets, bytes, deopts } = count("allocating", false);
      expect(bytes / packets).toBeGreaterThan(12 * NOTHING);
      expect(deopts).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    "sees a deoptimisation",
    () => {
      expect(count("deoptimising", false).deopts.length).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );

  it(
    "sees the deoptimisations that a detached buffer costs",
    () => {
      expect(count("accessors", true).everDeopts).toBeGreaterThan(count("accessors", false).everDeopts);
    },
    TIMEOUT_MS,
  );
});
