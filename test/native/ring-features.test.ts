import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import type { RingStats } from "../../native/index.js";
import { requirement } from "../support/requirement.js";
import { needsIproute, needsNamespace, runScenario, UNSHARE } from "./support/namespace.js";

interface Thrown {
  readonly name: string;
  readonly code?: string;
  readonly message?: string;
  readonly syscall?: string;
}

const run = <T>(scenario: string, veth = false): Promise<T> =>
  runScenario<T>("ring-features.mjs", { args: [scenario], veth });

const needsPythonAsRoot = requirement(
  "root and python3",
  () => {
    if (process.getuid?.() !== 0) return "this is not root, which gives its rights up here";
    return spawnSync("python3", ["--version"]).status === 0 || "python3 cannot be run";
  },
  "run as root with python3 installed",
);

beforeEach((context) => needsNamespace(context));

describe("fanout", () => {
  it("shares every packet out once, in each mode", async () => {
    const { shares } = await run<{ shares: Record<string, [number[], number[]]> }>("fanout");
    for (const [first, second] of Object.values(shares)) expect(first.length + second.length).toBe(200);
    const common = (mode: string): number[] => {
      const [first = [], second = []] = shares[mode] ?? [];
      return first.filter((port) => second.includes(port));
    };
    expect(common("hash")).toEqual([]); // a flow stays in one ring
    expect(shares["lb"]?.map((ports) => ports.length)).toEqual([100, 100]);
    expect(shares["cbpf"]?.[1]).toEqual([]); // the program says 0
  });

  it("sends packets where expressions say", async () => {
    const { shares } = await run<{ shares: number[][] }>("fanoutFilters");
    const [first, second, third] = shares.map((ports) => [...new Set(ports)].sort((a, b) => a - b));
    const rest = Array.from({ length: 30 }, (_, i) => 1020 + i);
    expect(first).toEqual(Array.from({ length: 20 }, (_, i) => 1000 + i));
    expect(second).toEqual(rest.filter((port) => port % 2 === 0));
    expect(third).toEqual(rest.filter((port) => port % 2 === 1));
    expect(shares.flat()).toHaveLength(200);
  });

  it("has groups that the kernel numbers, and refuses members that differ", async () => {
    const result = await run<{ group: number; second: number; mismatch: Thrown; none: boolean }>("groups");
    expect(result.second).toBe(result.group);
    expect(result.mismatch).toMatchObject({
      name: "FanoutMismatchError",
      code: "EINVAL",
      syscall: "setsockopt(PACKET_FANOUT)",
    });
    expect(result.none).toBe(true);
  });
});

describe("a filter", () => {
  it("is replaced while packets flow, and the ring knows from which block on it holds", async () => {
    const { from, counts, bad, late, stats } = await run<{
      from: number;
      counts: Record<"before" | "mixed" | "after" | "wrong", number>;
      bad: Thrown;
      late: Thrown;
      stats: RingStats;
    }>("liveFilter");
    expect(from).toBeGreaterThan(1);
    expect(counts.wrong).toBe(0);
    expect(counts.before).toBeGreaterThan(0);
    expect(counts.after).toBeGreaterThan(0);
    expect(stats.delivered + stats.dropped).toBe(stats.received);
    expect(bad).toMatchObject({ name: "RingConfigError" });
    expect(late).toMatchObject({ name: "RingClosedError" });
  });

  it("is taken away, and a snap length put in its place", async () => {
    expect(await run("filterOffAndOn")).toEqual({ lengths: [100, 100, 40] });
  });
});

describe("a ring", () => {
  it("gives the virtio header, with packets as aligned as without", async () => {
    interface Seen {
      gso?: number;
      size?: number;
      align: number;
      bytes: string;
    }
    const { packets, without, sent } = await run<{ packets: Seen[]; without: Seen[]; sent: string }>(
      "vnetHeader",
    );
    expect(packets).toHaveLength(2);
    for (const packet of packets) expect(packet).toMatchObject({ gso: 0, size: 0, align: 0, bytes: sent });
    expect(without).toEqual([{ align: 0, bytes: sent, isGso: false }]);
  });

  it("leaves link-layer headers out, and listens on all interfaces", async (context) => {
    needsIproute(context);
    interface Seen {
      linkType: number;
      protocol: number;
      interfaceIndex: number;
      capturedLength: number;
    }
    const result = await run<{ cooked: Seen[]; any: Seen[]; name: string; ringLinkType: number }>(
      "cooked",
      true,
    );
    expect(result.cooked).toEqual([
      { linkType: 228, protocol: 0x0800, interfaceIndex: 1, capturedLength: 50 },
      { linkType: -1, protocol: 0x88b5, interfaceIndex: 1, capturedLength: 50 },
    ]);
    expect(result.any.filter((packet) => packet.linkType === 228).length).toBeGreaterThan(0);
    expect(result).toMatchObject({ name: "any", ringLinkType: -1 });
  });

  it("says where time stamps come from, and warns where the card has none", async () => {
    type Stamp = { source: string; off: number };
    const result = await run<Record<"copy" | "software" | "hardware", Stamp> & { warnings: string[] }>(
      "timestamps",
    );
    expect(result.software.source).toBe("software");
    expect(result.hardware.source).toBe("software"); // lo stamps nothing
    for (const name of ["copy", "software", "hardware"] as const) expect(result[name].off).toBeLessThan(5);
    expect(result.warnings).toEqual(["ZC_RING_NO_HARDWARE_STAMPS"]);
  });

  it("hands blocks over after a millisecond with low latency, and can be spun for", async () => {
    const result = await run<{
      median: number;
      nothing: null;
      waited: number;
      blockBytes: number;
      blocks: number;
    }>("latency");
    expect(result.median).toBeLessThan(10);
    expect(result.nothing).toBeNull();
    expect(result.waited).toBeGreaterThanOrEqual(3);
    expect(result).toMatchObject({ blockBytes: 131_072, blocks: 256 });
  });

  it("pins its thread, and refuses a processor that is not there", async () => {
    const { allowed, none } = await run<{ allowed: string; none: Thrown }>("pinned");
    expect(allowed).toBe("0");
    expect(none).toMatchObject({ name: "RingConfigError", syscall: "sched_setaffinity" });
  });

  it("tells the end of file descriptors from other ends, and works again after", async () => {
    const { count, error, lengths } = await runScenario<{ count: number; error: Thrown; lengths: number[] }>(
      "ring-features.mjs",
      { args: ["limits"], descriptors: 300 },
    );
    expect(count).toBeGreaterThan(5);
    expect(error).toMatchObject({ name: "RingMemoryError", code: "EMFILE" });
    expect(lengths).toEqual([64, 64, 64]);
  });

  it("runs without rights on a socket that a privileged parent opened", (context) => {
    needsPythonAsRoot(context);
    const child = (name: string): string => fileURLToPath(new URL(`children/${name}`, import.meta.url));
    const [unshare = "", ...flags] = UNSHARE;
    const command = [
      ...flags,
      "python3",
      child("privileged-parent.py"),
      process.execPath,
      child("adopted-fd.mjs"),
    ];
    const { stdout, stderr, status } = spawnSync(unshare, command, { encoding: "utf8", timeout: 30_000 });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    const result = JSON.parse(stdout) as Record<string, Thrown> & { packets: number; stats: RingStats };
    expect(result["denied"]).toMatchObject({ name: "PermissionError" });
    for (const wrong of ["notASocket", "notOpen", "bound", "taken"]) {
      expect(result[wrong]).toMatchObject({ name: "RingConfigError" });
    }
    expect(result.stats).toMatchObject({ received: 5, delivered: 5, dropped: 0 }); // none of the 7 before it
    expect(result).toMatchObject({ packets: 5, interfaceName: "lo" });
  });
});

describe("sending", () => {
  interface Sent {
    numbers: number[];
    lengths: number[];
    stats: { sent: number; waits: number };
  }
  const send = <T>(scenario: string): Promise<Sent & T> =>
    runScenario<Sent & T>("sending.mjs", { args: [scenario] });
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

  it("waits for room as often as needed, and sends all in order", async () => {
    const { sent, more, numbers, stats } = await send<{ sent: number; more: number }>("all");
    expect({ sent, more }).toEqual({ sent: 3000, more: 1 });
    expect(numbers).toEqual(upTo(3001));
    expect(stats.sent).toBe(3001);
    expect(stats.waits).toBeGreaterThanOrEqual(1);
  });

  it("takes packets that were built in slots", async () => {
    const { numbers, lengths, room } = await send<{ room: number }>("slots");
    expect(numbers).toEqual(upTo(100));
    expect(lengths).toEqual(upTo(100).map((i) => 60 + (i % 8)));
    expect(room).toBe(8);
  });

  it("drops a packet that the kernel refuses, says so, and goes on", async () => {
    const { numbers, busy, tooLong, refused } =
      await send<Record<"busy" | "tooLong" | "refused", Thrown>>("refused");
    expect(busy).toMatchObject({ name: "RingBusyError", code: "ERR_RING_SLOTS" });
    expect(tooLong).toMatchObject({ name: "RingConfigError" });
    expect(refused).toMatchObject({ name: "RingError", code: "EINVAL", syscall: "sendmmsg" });
    expect(numbers).toEqual([0, 1, 2, 4, 5, 6, 7]);
  });

  it("ends with a typed error when the sender is closed meanwhile", async () => {
    const result = await send<Record<"ended" | "after" | "noSlots", Thrown>>("closedWhileWaiting");
    expect(result.ended).toMatchObject({ name: "RingClosedError" });
    expect(result.after).toMatchObject({ name: "RingClosedError" });
    expect(result.noSlots).toMatchObject({ name: "TypeError" });
    expect(result.numbers).toEqual([]);
  });
});
