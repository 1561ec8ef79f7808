import { spawnSync } from "node:child_process";
import { beforeEach, describe, expect, it } from "vitest";
import { DatagramSource, RingConfigError, type RingStats, type UdpOptions } from "zc-gen/ring";
import { requirement } from "../support/requirement.js";
import { needsIproute, needsNamespace, runScenario } from "./support/namespace.js";

interface Thrown {
  readonly name: string;
  readonly code?: string;
}

const run = <T>(scenario: string, veth = false): Promise<T> =>
  runScenario<T>("datagrams.mjs", { args: [scenario], veth });

const needsPython = requirement(
  "python3",
  () => spawnSync("python3", ["--version"]).status === 0 || "it cannot be run",
  "apt-get install python3",
);

beforeEach((context) => needsNamespace(context));

describe("an interface through slots", () => {
  it("accounts for every packet under overload, and gives them in order", async () => {
    const { sent, delivered, stats, ordered } = await run<{
      sent: number;
      delivered: number;
      stats: RingStats;
      ordered: boolean;
    }>("overload");
    expect(stats).toMatchObject({ received: sent, delivered, pending: 0 });
    expect(stats.dropped).toBeGreaterThan(0);
    expect(stats.delivered + stats.dropped).toBe(sent);
    expect(ordered).toBe(true);
  });

  it("tells of each packet what a ring tells", async (context) => {
    needsIproute(context);
    const { packets, sent, stats } = await run<{
      packets: Record<string, unknown>[];
      sent: string;
      stats: RingStats;
    }>("known", true);
    expect(packets[0]).toMatchObject({
      captured: 64,
      original: 64,
      truncated: false,
      bytes: sent,
      packetType: 1,
    });
    expect(packets[1]).toMatchObject({ captured: 64, original: 200, truncated: true, hasVlan: false });
    expect(packets[2]).toMatchObject({ hasVlan: true, vlanTci: 0xe02a, protocol: 0x88b5, captured: 64 });
    for (const packet of packets) {
      expect(packet).toMatchObject({ align: 0, stamp: "software" });
      expect(packet["off"]).toBeLessThan(5);
    }
    expect(stats).toMatchObject({ received: 3, delivered: 3, dropped: 0 });
  });

  it("follows the interface down, up and away", async (context) => {
    needsIproute(context);
    const { events, failure, packets, stats } = await run<{
      events: string[];
      failure: Thrown;
      packets: number;
      stats: RingStats;
    }>("link", true);
    expect(events).toEqual(["down", "up", "gone"]);
    expect(failure).toMatchObject({ name: "InterfaceGoneError" });
    expect(packets).toBe(6);
    expect(stats).toMatchObject({ received: 6, delivered: 6, pending: 0 });
  });
});

describe("UDP through slots", () => {
  it("gives payloads with sender and kernel time, over IPv4, IPv6 and both", async () => {
    type Seen = { address: string; ipv4: number; own: boolean; length: number; stamp: string; off: number };
    const result = await run<Record<string, { packets: Seen[]; stats: RingStats }>>("udp");
    const addresses = { v4: "127.0.0.1", v6: "::1", mapped: "127.0.0.1" };
    for (const [name, address] of Object.entries(addresses)) {
      const { packets = [], stats } = result[name] ?? {};
      expect(packets.map(({ length }) => length)).toEqual([4, 4, 4, 4, 4, 0]);
      for (const packet of packets) {
        expect(packet).toMatchObject({ address, own: true, stamp: "software" });
        expect(packet.ipv4).toBe(name === "v6" ? -1 : 0x7f000001);
        expect(packet.off).toBeLessThan(5);
      }
      expect(stats).toMatchObject({ received: 6, delivered: 6, dropped: 0 });
    }
  });

  it("accounts for every datagram that found no room, or that nobody took", async () => {
    const { sent, delivered, stats } = await run<{ sent: number; delivered: number; stats: RingStats }>(
      "udpOverload",
    );
    expect(stats.received).toBe(sent);
    expect(stats.dropped).toBeGreaterThan(0);
    expect(stats.pending).toBeGreaterThan(0); // it was closed before anybody read
    expect(delivered + stats.dropped + stats.pending).toBe(sent);
  });

  it("joins multicast groups", async (context) => {
    needsIproute(context);
    expect(await run("multicast", true)).toEqual({ packets: ["192.0.2.1", "192.0.2.1", "192.0.2.1"] });
  });

  it("tells datagrams apart that the stack put together, even where the last lies 64 KiB behind", async (context) => {
    needsPython(context);
    type Result = { packets: [number, number | string, string][]; blocks: number; stats: RingStats };
    const { true: joined, false: single } = await run<Record<"true" | "false", Result>>("segments");
    const expected = [
      ...Array.from({ length: 46 }, (_, i) => [1424, i, "127.0.0.1"]),
      [3, "end", "127.0.0.1"],
      [1424, 120, "127.0.0.1"],
      [1424, 120, "127.0.0.1"],
    ];
    expect(single.packets).toEqual(expected);
    expect(joined.packets).toEqual(expected);
    expect(joined.blocks).toBeLessThan(single.blocks);
  });

  it("refuses what it cannot listen on, and late reads", async () => {
    const result = await run<
      Record<"taken" | "foreign" | "noGroup" | "stale", Thrown> & Record<string, unknown>
    >("misuse");
    expect(result.taken).toMatchObject({ name: "RingBusyError", code: "EADDRINUSE" });
    expect(result.foreign).toMatchObject({ name: "RingConfigError", code: "EADDRNOTAVAIL" });
    expect(result.noGroup).toMatchObject({ name: "RingConfigError" });
    expect(result.stale).toMatchObject({ name: "RangeError" });
    expect(result).toMatchObject({ read: true, after: null, raw: 0 });
  });

  it.each<[object, RegExp]>([
    [{ port: 65_536 }, /port is 65536, .*nearest legal value is 65535/],
    [{ port: 0, address: "localhost" }, /address is "localhost", .*IP address/],
    [{ port: 0, batch: 0 }, /batch is 0, .*nearest legal value is 1/],
    [{ port: 0, slotAlign: 96 }, /slotAlign is 96, .*power of two/],
    [{ port: 0, dataBytes: 1 }, /nearest legal value is 64/],
    [{ port: 0, receiveBuffer: 1 }, /receiveBuffer is 1, .*2048/],
    [{ port: 0, address: "::", groups: ["239.1.2.3"] }, /groups\[0\] is "239.1.2.3", .*same family/],
    [{ port: 0, blocks: 1 }, /blocks is 1, .*nearest legal value is 2/],
    [{ port: 0, backlog: 5 }, /no option "backlog"/],
  ])("refuses %j before any system call", (options, message) => {
    expect(() => DatagramSource.onUdp(options as UdpOptions)).toThrow(RingConfigError);
    expect(() => DatagramSource.onUdp(options as UdpOptions)).toThrow(message);
  });
});
