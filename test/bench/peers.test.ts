import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Findings } from "../../bench/publish.js";
import { requirement } from "../support/requirement.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MAIN = join(ROOT, "dist/bench/main.js");
/** Those that need no more than the addon does; the others need crates, modules and packages. */
const PEERS = ["c-in-place", "c-copy", "cpp-span", "floor", "accessors", "for-of", "stack", "for-await"];
const BY_HAND = ["js-dataview", "js-buffer", "js-copy"];

const needsBench = requirement(
  "the compiled bench on Linux",
  () => (process.platform === "linux" && existsSync(MAIN)) || "it is not there",
  "npm run build",
);

beforeEach(needsBench);

describe("npm run bench -- --smoke", () => {
  const out = mkdtempSync(join(tmpdir(), "zc-bench-test-"));
  let findings: Findings;

  beforeAll(() => {
    if (!existsSync(MAIN)) return;
    const peers = [...PEERS, ...BY_HAND].flatMap((id) => ["--peer", id]);
    const args = [MAIN, "--smoke", "--only", "decode", "--only", "served", "--out", out, ...peers];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
    if (status !== 0) throw new Error(`${stdout}\n${stderr}`);
    findings = JSON.parse(readFileSync(join(out, "results.json"), "utf8")) as Findings;
  });
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  it("builds every peer that needs a C++ compiler at most", () => {
    expect(findings.leftOut).toEqual([]);
  });

  it("finds the same sum with every peer", () => {
    const rows = findings.results.flatMap((result) => result.rows);
    expect(rows.length).toBeGreaterThan(PEERS.length);
    expect(rows.filter(({ voidBecause }) => voidBecause !== undefined)).toEqual([]);
  });

  it("measures CPU time and latency of the peers that can be served", () => {
    const served = findings.results.filter(({ id }) => id.startsWith("served-"));
    expect(served.map(({ rows }) => rows.length)).toEqual([7, 7]);
    for (const { spreads } of served.flatMap(({ rows }) => rows)) {
      expect(spreads["cpu"]?.median).toBeGreaterThan(0);
      expect(spreads["p99"]?.median).toBeGreaterThanOrEqual(spreads["p50"]?.median ?? Infinity);
    }
  });

  it("draws a chart for every table", () => {
    for (const { id } of findings.results) {
      expect(readFileSync(join(out, `${id}.svg`), "utf8")).toMatch(/^<svg /);
    }
  });

  it("says what an unknown part is", () => {
    const { status, stderr } = spawnSync(process.execPath, [MAIN, "--only", "nothing"], { encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr).toContain(
      '--only is decode, served, capture, loops, claims, live, generate, filter, command, not "nothing"',
    );
  });
});
