import { beforeEach, describe, expect, it } from "vitest";
import { PcapFile } from "zc-gen/files";
import type { RingStats } from "zc-gen/ring";

import { requirement } from "../support/requirement.js";
import { needsPcaps, PCAPS } from "../support/shared.js";
import { needsIproute, needsNamespace, needsTcpreplay, runScenario } from "./support/namespace.js";

const CAPTURE = `${PCAPS}/PcapPlusPlus/DnsPackets.pcap`;
const needsCaptures = needsPcaps("PcapPlusPlus/DnsPackets.pcap");

const needsRoot = requirement(
  "root, to become nobody",
  () => process.getuid?.() === 0 || "this is another user",
  "run as root, for example in a container",
);

interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly errno?: number;
  readonly syscall?: string;
  readonly hint?: string;
}

beforeEach(needsNamespace);

describe("packets of a real ring", () => {
  interface Known {
    sent: string[];
    stats: RingStats;
    packets: (Record<string, unknown> & { bytes: string; inPlace: string; age: number })[];
  }

  it("come byte for byte, with their lengths, time, tags and sender", async (context) => {
    needsIproute(context);
    const { sent, packets, stats } = await runScenario<Known>("known-packets.mjs", { veth: true });
    expect(packets).toHaveLength(5);
    expect(packets.slice(0, 3).map(({ bytes }) => bytes)).toEqual(sent.slice(0, 3));
    for (const packet of packets) {
      expect(packet.inPlace).toBe(packet.bytes);
      expect(packet.capturedLength).toBe(packet.bytes.length / 2);
      expect(packet.originalLength).toBe(packet.capturedLength);
      expect(packet.age).toBeLessThan(5);
      expect(packet).toMatchObject({
        truncated: false,
        packetType: 1,
        linkType: 1,
        align: 2,
        checksumStatus: "unknown",
      });
      expect(packet.interfaceIndex).toBeGreaterThan(0);
    }
    expect(packets[0]).toMatchObject({ hasVlan: false, vlanTci: 0, vlanTpid: 0 });
    expect(stats).toMatchObject({ received: 5, delivered: 5, dropped: 0, pending: 0, freezes: 0 });
  });

  it("have their outer VLAN tag beside the data, and an inner one in it", async (context) => {
    needsIproute(context);
    const { sent, packets } = await runScenario<Known>("known-packets.mjs", { veth: true });
    const without = (hex: string): string => hex.slice(0, 24) + hex.slice(32);
    expect(packets[3]).toMatchObject({
      hasVlan: true,
      vlanTci: 0xe02a,
      vlanTpid: 0x8100,
      bytes: without(sent[3] ?? ""),
    });
    expect(packets[4]).toMatchObject({
      hasVlan: true,
      vlanTci: 0x64,
      vlanTpid: 0x88a8,
      bytes: without(sent[4] ?? ""),
    });
    expect(packets[4]?.bytes.slice(24, 32)).toBe("810000c8");
  });

  it("of a capture sent by tcpreplay arrive whole and in order", async (context) => {
    needsIproute(context);
    needsTcpreplay(context);
    needsCaptures(context);
    const result = await runScenario<{ packets: string[]; stats: RingStats }>("replay.mjs", {
      veth: true,
      args: [CAPTURE],
    });
    const sent = [...PcapFile.open(CAPTURE).copies()].map(({ bytes }) => Buffer.from(bytes).toString("hex"));
    expect(sent.length).toBeGreaterThan(100);
    expect(result.packets).toEqual(sent);
    expect(result.stats).toMatchObject({ delivered: sent.length, dropped: 0 });
  });
});

describe("the books of a real ring", () => {
  interface Books {
    sent: number;
    delivered: number;
    sequences: number[];
    history: RingStats[];
    stats: RingStats;
  }

  function expectBalanced({ sent, delivered, sequences, history, stats }: Books): void {
    expect(stats.received).toBe(sent);
    expect(stats.delivered).toBe(delivered);
    expect(stats.delivered + stats.dropped).toBe(sent);
    expect(stats.pending).toBe(0);
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
    const counts = ["received", "delivered", "dropped", "freezes", "blocks", "wakeups"] as const;
    for (const [index, later] of [...history.slice(1), stats].entries()) {
      for (const count of counts) expect(later[count]).toBeGreaterThanOrEqual(history[index]?.[count] ?? 0);
    }
  }

  it("balance, and block numbers are contiguous, when every packet is taken", async () => {
    const books = await runScenario<Books>("accounting.mjs", { args: ["40", "0"] });
    expectBalanced(books);
    expect(books.stats.dropped).toBe(0);
    expect(books.sent).toBe(8000);
  });

  it("balance when a held block freezes the ring and packets drop", async () => {
    const books = await runScenario<Books>("accounting.mjs", { args: ["40", "30"] });
    expectBalanced(books);
    expect(books.stats.dropped).toBeGreaterThan(0);
    expect(books.stats.freezes).toBeGreaterThan(0);
  });
});

describe("waking up", () => {
  interface Held {
    wakeups: number;
    cpuMs: number;
    leases: number;
    leasesAfter: number;
    oldestLeaseMs: number;
  }

  it.each([["quiet"], ["traffic"]])(
    "costs at most 2 wake-ups while a block is held for 100 ms (%s)",
    async (mode) => {
      const held = await runScenario<Held>("hold.mjs", { args: [mode] });
      expect(held.wakeups).toBeLessThanOrEqual(2);
      expect(held.cpuMs).toBeLessThan(50); // a spinning poll takes all 100
      expect(held).toMatchObject({ leases: 1, leasesAfter: 0 });
      expect(held.oldestLeaseMs).toBeGreaterThanOrEqual(99);
    },
  );

  it("lets timers run while the ring is never empty", async () => {
    const { ticks, blocks } = await runScenario<{ ticks: number; blocks: number }>("turns.mjs");
    expect(blocks).toBeGreaterThan(100);
    expect(ticks).toBeGreaterThan(10); // 300 ms, a timer of 5
  });
});

describe("leases of a real ring", () => {
  interface Leases {
    tooMany: Thrown;
    leases: number;
    leasesAfterTwice: number;
    fresh: number;
    stale: Record<"accessor" | "packet" | "copy" | "walk", Thrown>;
    seen: number;
    stats: RingStats;
  }

  it("are bounded, end once, in any order, and late reads throw", async () => {
    const result = await runScenario<Leases>("leases.mjs");
    expect(result.tooMany).toMatchObject({ name: "RingBusyError", code: "ERR_RING_LEASES" });
    expect(result).toMatchObject({ leases: 3, leasesAfterTwice: 2, fresh: 0x88b5 });
    expect(result.stale.accessor.name).toBe("RangeError");
    expect(result.stale.packet.name).toBe("RangeError");
    expect(result.stale.copy.name).toBe("LeaseReleasedError");
    expect(result.stale.walk.name).toBe("LeaseReleasedError");
    expect(result.seen).toBe(200);
    expect(result.stats).toMatchObject({ received: 203, delivered: 203, dropped: 0 });
  });
});

describe("options of a real ring", () => {
  type Captured = {
    capturedLength: number;
    originalLength: number;
    truncated: boolean;
    packetType: number;
    rxHash: number;
  };
  type Outcome = Record<"badFilter" | "down" | "missing" | "denied" | "mayNotRaise", Thrown> & {
    results: Record<"all" | "filtered" | "cut" | "both" | "outgoing" | "odd", Captured[]>;
  };

  it("filter, cut, hash, leave outgoing packets out, and refuse with typed errors", async (context) => {
    needsRoot(context);
    const { results, ...errors } = await runScenario<Outcome>("options.mjs");
    const lengths = (packets: Captured[]): unknown =>
      packets.map((p) => [p.capturedLength, p.originalLength, p.truncated]);
    expect(lengths(results.all)).toEqual([
      [100, 100, false],
      [64, 64, false],
    ]);
    expect(lengths(results.filtered)).toEqual([[100, 100, false]]);
    expect(lengths(results.cut)).toEqual([
      [40, 100, true],
      [40, 64, true],
    ]);
    expect(lengths(results.both)).toEqual([[40, 100, true]]);
    expect(lengths(results.odd)).toEqual([[100, 100, false]]);
    expect(results.outgoing.map((packet) => packet.packetType)).toContain(4);
    expect(results.outgoing).toHaveLength(2);
    expect(results.all[0]?.rxHash).not.toBe(0);

    expect(errors.badFilter).toMatchObject({
      name: "RingConfigError",
      code: "EINVAL",
      syscall: "setsockopt(SO_ATTACH_FILTER)",
    });
    expect(errors.down).toMatchObject({ name: "InterfaceDownError", code: "ENETDOWN", syscall: "bind" });
    expect(errors.missing).toMatchObject({ name: "InterfaceNotFoundError", code: "ENODEV" });
    expect(errors.missing.hint).toContain("lo");
    expect(errors.denied).toMatchObject({
      name: "PermissionError",
      code: "EPERM",
      syscall: "socket(AF_PACKET)",
    });
    expect(errors.denied.errno).toBeLessThan(0);
    for (const word of ["CAP_NET_RAW", "setcap", "unshare -rn"]) expect(errors.denied.hint).toContain(word);
    expect(errors.mayNotRaise).toMatchObject({ name: "PermissionError", syscall: "ioctl(SIOCSIFFLAGS)" });
    expect(errors.mayNotRaise.hint).toContain("CAP_NET_ADMIN");
  });
});

describe("the interface", () => {
  interface Link {
    events: (Thrown & { state: string })[];
    packets: number;
    failure: Thrown;
    linkState: string;
    cpuMs: number;
    stats: RingStats;
  }

  it("goes down and up with the ring resuming, and is deleted with the last packets delivered", async (context) => {
    needsIproute(context);
    const result = await runScenario<Link>("link.mjs", { veth: true });
    expect(result.events.map(({ state }) => state)).toEqual(["down", "up", "gone"]);
    expect(result.events[0]).toMatchObject({ name: "InterfaceDownError", code: "ENETDOWN" });
    expect(result.failure).toMatchObject({ name: "InterfaceGoneError", code: "ENODEV" });
    expect(result.linkState).toBe("gone");
    expect(result.packets).toBe(8);
    expect(result.stats).toMatchObject({ received: 8, delivered: 8, pending: 0 });
    expect(result.cpuMs).toBeLessThan(50); // libpcap#234: 100 % of a processor while down
  });
});

describe("the mapping of a real ring", () => {
  it("is not inherited by children, and left out of core dumps", async () => {
    const { flags } = await runScenario<{ flags: string[] }>("mapping.mjs");
    expect(flags).toContain("dc"); // MADV_DONTFORK
    expect(flags).toContain("dd"); // MADV_DONTDUMP
    expect(flags).not.toContain("lo"); // not MAP_LOCKED
  });

  it("does not keep capturing in a child that was started while it was open", async () => {
    const { sockets } = await runScenario<{ sockets: number }>("mapping.mjs");
    expect(sockets).toBe(0);
  });
});

describe("walking packets", () => {
  it("allocates nothing", async () => {
    const { packets, bytesPerPacket } = await runScenario<{ packets: number; bytesPerPacket: number }>(
      "allocation.mjs",
      {
        node: ["--expose-gc"],
      },
    );
    expect(packets).toBeGreaterThan(500_000);
    expect(bytesPerPacket).toBeLessThan(1); // the smallest object has 12; the rest is the engine's own
  });
});
