import { beforeEach, describe, expect, it } from "vitest";
import { needsNamespace, runScenario } from "./support/namespace.js";

interface Thrown {
  readonly name: string;
  readonly code?: string;
  readonly syscall?: string;
}

const run = <T>(scenario: string): Promise<T> => runScenario<T>("faults.mjs", { args: [scenario] });

beforeEach((context) => needsNamespace(context));

describe("a system call that fails", () => {
  it("is told with its name and errno, and leaves no descriptor or mapping", async () => {
    const { failures, before, after, mappings } = await run<{
      failures: { kind: string; name: string; error: Thrown }[];
      before: number;
      after: number;
      mappings: number;
    }>("failing");
    expect(failures.length).toBeGreaterThan(30);
    for (const { name, error } of failures) {
      expect(error).toMatchObject({ name: "RingMemoryError", code: "ENOMEM", syscall: name });
    }
    expect({ descriptors: after, mappings }).toEqual({ descriptors: before, mappings: 0 });
  });

  it("is made again after EINTR", async () => {
    const { delivered } = await run<{ delivered: number[] }>("interrupted");
    expect(new Set(delivered)).toEqual(new Set([2]));
    expect(delivered.length).toBeGreaterThan(10);
  });

  it("for want of memory makes a ring smaller, where that was asked for", async () => {
    const result = await run<{ blocks: number; maxLeases: number; never: Thrown; unasked: Thrown }>(
      "shrinking",
    );
    expect(result).toMatchObject({ blocks: 30, maxLeases: 29 }); // five times a twentieth less than 40
    expect(result.never).toMatchObject({ name: "RingMemoryError", syscall: "setsockopt(PACKET_RX_RING)" });
    expect(result.unasked).toMatchObject({ name: "RingMemoryError" });
  });

  it("because rings are forbidden makes openCapture fall back, and say so", async () => {
    const result = await run<Record<string, unknown> & { warnings: { code: string }[] }>("forbidden");
    expect(result).toMatchObject({ isDatagrams: true, isRing: true, lengths: [40, 40, 40] });
    expect(result.warnings.map(({ code }) => code)).toEqual(["ZC_RING_FALLBACK"]);
  });

  it("while receiving loses nothing", async () => {
    const result = await run<{ count: number; stats: Thrown }>("readingFails");
    expect(result.count).toBe(2);
    expect(result.stats).toMatchObject({ name: "RingMemoryError", syscall: "getsockopt(PACKET_STATISTICS)" });
  });
});
