import { beforeEach, describe, expect, it } from "vitest";
import type { RingStats } from "zc-gen/ring";

import { needsNamespace, runChild, runScenario } from "./support/namespace.js";

beforeEach(needsNamespace);

interface Named {
  readonly name: string;
}

describe("closing a ring", () => {
  interface Left {
    sockets: number;
    ringMappings: number;
    descriptors: number;
    ringSizedMappings: number;
  }
  interface Storm {
    before: Left;
    after: Left;
    closed: Left;
    lateReads: number[];
  }

  it("200 times in eight orders leaves no socket, mapping or descriptor", async () => {
    const storm = await runScenario<Storm>("close-storm.mjs", { args: ["200"], node: ["--expose-gc"] });
    expect(storm.after).toEqual(storm.before);
    expect(storm.closed).toMatchObject({ sockets: 0, ringMappings: 0 });
    expect(storm.lateReads.every((byte) => byte === 0)).toBe(true);
  });

  it.each([["in-order"], ["at-once"]])(
    "makes late reads throw, and raw ones find zeros (%s)",
    async (way) => {
      const late = await runScenario<Record<string, unknown>>("late-reads.mjs", { args: [way] });
      const name = (key: string): string => (late[key] as Named).name;
      expect(late["live"]).toBe(0xff);
      expect(["accessor", "stack", "packet"].map(name)).toEqual(["RangeError", "RangeError", "RangeError"]);
      expect(["copy", "walk"].map(name)).toEqual(["LeaseReleasedError", "LeaseReleasedError"]);
      expect(name("bind")).toBe("RingClosedError");
      expect(name("release")).toBe("nothing");
      expect(late).toMatchObject({ tryNext: null, leases: 0, closed: true, released: true, raw: [0, 0, 0] });
    },
  );

  it("delivers everything under load first, and the books balance", async () => {
    const { packets, stats } = await ending<{ packets: number; stats: RingStats }>("underLoad");
    expect(packets).toBeGreaterThan(0);
    expect(stats.delivered).toBe(packets);
    expect(stats.received).toBe(stats.delivered + stats.dropped);
  });

  it("by AbortSignal delivers the last packets, and forgets the signal", async () => {
    expect(await ending("aborted")).toEqual({ packets: 7, again: "AbortError", listeners: 0 });
  });

  it("inside the loop that reads it does not hang", async () => {
    expect(await ending("closedInsideLoop")).toEqual({ packets: 3, closed: true });
  });

  it("on Ctrl-C delivers the last packets of a block that is not full", async () => {
    const { packets, stats } = await runScenario<{ packets: number; stats: RingStats }>("endings.mjs", {
      args: ["interrupted"],
      signal: "SIGINT",
    });
    expect(packets).toBe(7);
    expect(stats).toMatchObject({ received: 7, delivered: 7, pending: 0 });
  });

  it("happens when a ring is forgotten, with a warning", async () => {
    const result = await ending<{ before: number; after: number; warnings: string[] }>("forgotten");
    expect(result).toMatchObject({ before: 3, after: 1 }); // one is the sender's
    expect(result.warnings).toContain("ZC_RING_ABANDONED");
  });

  it("is not needed to get a forgotten block back", async () => {
    expect(await ending("forgottenBlock")).toEqual({ before: 1, after: 0, warnings: ["ZC_RING_LOST_BLOCK"] });
  });

  function ending<T>(name: string): Promise<T> {
    return runScenario<T>("endings.mjs", { args: [name], node: ["--expose-gc"] });
  }
});

describe("a process with an open ring", () => {
  it.each([["unread"], ["exit"], ["exitWhileWaiting"]])("ends cleanly: %s", async (name) => {
    const end = await runChild("endings.mjs", { args: [name] });
    expect(end).toMatchObject({ code: 0, signal: null, stderr: "" });
  });

  it("survives workers that exit, throw, end or are terminated", async () => {
    const { endings, sockets } = await runScenario<{ endings: string[]; sockets: number }>("worker.mjs");
    expect(endings).toHaveLength(18);
    expect(sockets).toBe(0);
  });
});
