import { beforeEach, describe, expect, it } from "vitest";
import type { RingStats } from "zc-gen/ring";
import { needsNamespace, runScenario } from "./support/namespace.js";

interface Soak {
  readonly sent: number;
  readonly seen: number;
  readonly outOfOrder: number;
  readonly start: { readonly rss: number; readonly external: number };
  readonly end: { readonly rss: number; readonly external: number };
  readonly stats: RingStats;
}

/** Packets; `npm run soak` sets more. */
const PACKETS = process.env["ZC_SOAK_PACKETS"] ?? "1000000";

beforeEach((context) => needsNamespace(context));

describe("a flood that a slow reader cannot follow", () => {
  it.each(["ring", "slots"])("is accounted for to the packet, with memory flat (%s)", async (kind) => {
    const { sent, seen, outOfOrder, start, end, stats } = await runScenario<Soak>("soak.mjs", {
      args: [kind, PACKETS],
      node: ["--expose-gc"],
    });
    expect(stats).toMatchObject({ received: sent, delivered: seen, pending: 0 });
    expect(seen + stats.dropped).toBe(sent);
    expect(stats.dropped).toBeGreaterThan(0);
    expect(outOfOrder).toBe(0);
    expect(end.external).toBeLessThanOrEqual(start.external * 1.05);
    expect(end.rss).toBeLessThanOrEqual(start.rss * 1.05);
  });
});
