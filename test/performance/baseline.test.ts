import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { requirement } from "../support/requirement.js";
import { counts, readBaseline } from "./counts.mjs";

const BUILT = fileURLToPath(new URL("../../dist/generated/index.js", import.meta.url));
const needsBuild = requirement(
  "the compiled package",
  () => existsSync(BUILT) || "dist/ is not built",
  "npm run build",
);

/** Growth that needs no reason. */
const SLACK = 1.05;

describe("what is counted of the built package", () => {
  let now: Readonly<Record<string, number>> = {};
  beforeEach(needsBuild);
  beforeAll(async () => {
    if (existsSync(BUILT)) now = await counts();
  });

  it("is no larger than the baseline, unless a reason was given", () => {
    const { counts: before } = readBaseline();
    const grown = Object.entries(now)
      .filter(([name, count]) => count > (before[name] ?? 0) * SLACK)
      .map(([name, count]) => `${name}: ${before[name] ?? "not counted before"} -> ${count}`);
    expect(grown, 'run: npm run baseline -- "the reason"').toEqual([]);
  });

  it("counts what the baseline counts", () => {
    expect(Object.keys(now).sort()).toEqual(Object.keys(readBaseline().counts).sort());
  });

  it("leaves the straight way within what V8 optimises as one piece", () => {
    expect(now["bytecode of decode"]).toBeGreaterThan(100);
    expect(now["bytecode of decode"]).toBeLessThan(460);
  });
});
