import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Findings } from "../../bench/publish.js";
import { needsIproute, needsNamespace } from "../native/support/namespace.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** One of each kind; the others need libpcap and Go, or are like these. */
const PEERS = ["live-recv", "live-ring", "live-udp"];

beforeEach((context) => {
  needsNamespace(context);
  needsIproute(context);
});

describe("npm run bench -- --smoke --only capture", () => {
  const out = mkdtempSync(join(tmpdir(), "zc-bench-test-"));
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  it("sends over veth, and every peer finds the sum of what it received", () => {
    const peers = PEERS.flatMap((id) => ["--peer", id]);
    const args = [join(ROOT, "dist/bench/main.js"), "--smoke", "--only", "capture", "--out", out, ...peers];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const { results, leftOut } = JSON.parse(readFileSync(join(out, "results.json"), "utf8")) as Findings;
    expect(leftOut).toEqual([]);
    expect(results.map(({ id }) => id)).toEqual(["capture-cpu-64", "capture-cpu-1500", "capture-latency"]);
    for (const row of results.flatMap(({ rows }) => rows)) {
      expect(row.voidBecause).toBeUndefined();
      for (const [column, values] of Object.entries(row.values)) {
        expect(values.length).toBeGreaterThan(0);
        if (!["lost", "lossless"].includes(column)) expect(Math.min(...values)).toBeGreaterThan(0);
      }
    }
  });
});
