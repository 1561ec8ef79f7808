import { beforeEach, describe, expect, it } from "vitest";
import type { RingStats } from "zc-gen/ring";
import { needsNamespace, runScenario } from "./support/namespace.js";

interface Thrown {
  readonly name: string;
  readonly code?: string;
  readonly message?: string;
}

interface Exit {
  readonly index: number;
  readonly code: number;
  readonly restarts: boolean;
  readonly error?: string;
}

interface Books {
  readonly seen: number;
  readonly distinct: number;
  readonly stats: RingStats;
}

const run = <T>(scenario: string): Promise<T> => runScenario<T>("workers.mjs", { args: [scenario] });

beforeEach((context) => needsNamespace(context));

describe("openWorkers", () => {
  it("gives each worker a ring of its own and every packet to one of them", async () => {
    const result = await run<Books & { running: number; each: number[]; exits: Exit[] }>("fanout");
    expect(result).toMatchObject({ running: 2, seen: 5000, distinct: 5000 });
    expect(result.stats).toMatchObject({ received: 5000, delivered: 5000, dropped: 0 });
    expect(result.each).toEqual([2500, 2500]);
    expect(result.exits.map(({ code }) => code)).toEqual([0, 0]);
  });

  it("lets workers share one ring, and every packet is seen by one of them", async () => {
    const result = await run<Books & { exits: Exit[] }>("shared");
    expect(result).toMatchObject({ seen: 5000, distinct: 5000 });
    expect(result.stats).toMatchObject({ received: 5000, delivered: 5000, dropped: 0, pending: 0 });
    expect(result.exits).toHaveLength(3);
  });

  it("starts a worker again that fails, and loses no count", async () => {
    const { exits, sent, stats } = await run<{ exits: Exit[]; sent: number; stats: RingStats }>("restarted");
    expect(exits[0]).toMatchObject({ code: 1, restarts: true, error: "on purpose" });
    expect(stats).toMatchObject({ received: sent, delivered: sent, dropped: 0, pending: 0 });
  });

  it("passes on why a worker could not begin", async () => {
    const { error, missing, noInterface } = await run<{ error: Exit; missing: Thrown; noInterface: Thrown }>(
      "failsAtOnce",
    );
    expect(error).toMatchObject({ index: 1, code: 1, restarts: false, error: "on purpose" });
    expect(missing).toMatchObject({ code: "ERR_MODULE_NOT_FOUND" });
    expect(noInterface.message).toContain("nope0");
  });
});

describe("a shared ring", () => {
  it("gets a dead reader's blocks back, and others read on", async () => {
    const { held, after, misuse, stats, numbers } = await run<{
      held: unknown;
      after: unknown;
      misuse: Record<"read" | "again" | "plain" | "unknown", Thrown>;
      stats: RingStats;
      numbers: number[];
    }>("deadHolder");
    expect(held).toEqual({ leases: 1, oldest: true, readers: 1 });
    expect(after).toEqual({ leases: 0, readers: 0 });
    expect(stats).toMatchObject({ received: 80, delivered: 80, dropped: 0, pending: 0 });
    expect(numbers).toHaveLength(70); // all but the block that died with its reader
    expect(misuse.read).toMatchObject({ code: "ERR_RING_SHARED" });
    expect(misuse.again).toMatchObject({ code: "ERR_RING_SHARED" });
    expect(misuse.plain).toMatchObject({ name: "RingUnsupportedError" });
    expect(misuse.unknown).toMatchObject({ code: "ENXIO" });
  });

  it("gives each of 20 000 packets to exactly one of four readers", async () => {
    const { seen, distinct, stats, shares } = await run<Books & { shares: number[] }>("race");
    expect({ seen, distinct }).toEqual({ seen: 20_000, distinct: 20_000 });
    expect(stats).toMatchObject({ received: 20_000, delivered: 20_000, dropped: 0, pending: 0 });
    expect(shares.every((share) => share > 0)).toBe(true);
  });

  it("survives readers that are terminated at any time, with exact books", async () => {
    const { sent, dropped, steady, leases, stats } = await run<{
      sent: number;
      dropped: number;
      steady: number;
      leases: number;
      stats: RingStats;
    }>("deaths");
    expect(leases).toBe(0);
    expect(stats).toMatchObject({ delivered: sent, received: sent + dropped, pending: 0 });
    expect(steady).toBeGreaterThan(0);
  });

  it("survives workers that are terminated while they open and close", async () => {
    expect(await run("earlyDeaths")).toEqual({ rounds: 60, leases: 0 });
  });
});
