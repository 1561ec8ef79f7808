import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { filter } from "zc-gen/filter";
import { Ipv4, Stack } from "zc-gen/protocols";
import { pcap } from "../files/support/captures.js";
import { requirement } from "../support/requirement.js";
import { needsPcaps } from "../support/shared.js";
import { corpus, type Bytes } from "./support/corpus.js";
import { tableBelow } from "./support/page.js";

const needsTshark = requirement(
  "tshark",
  () => spawnSync("tshark", ["--version"]).status === 0 || "it does not start",
  "apt-get install tshark",
);

/** Wireshark's names mean headers at any depth: `[*]` here. */
const PAIRS: readonly (readonly [wireshark: string, ours: string])[] = [
  ["ip", "ipv4[*]"],
  ["ipv6", "ipv6[*]"],
  ["tcp", "tcp[*]"],
  ["udp", "udp[*]"],
  ["arp", "arp[*]"],
  ["icmp", "icmp[*]"],
  ["icmpv6", "icmpv6[*]"],
  ["vlan", "vlan[*]"],
  ["tcp.port == 80", "tcp[*].port == 80"],
  ["udp.port in {1..1023}", "udp[*].port in 1..1023"],
  ["ip.addr == 10.0.0.138", "ipv4[*].addr == 10.0.0.138"],
  ["ip.src == 10.0.0.0/8", "ipv4[*].src in 10.0.0.0/8"],
  ["eth.addr == ff:ff:ff:ff:ff:ff", "ethernet[*].addr == ff:ff:ff:ff:ff:ff"],
  ["ip.proto == 17", "ipv4[*].protocol == udp"],
  ["ipv6.nxt == 58", "ipv6[*].next_header == icmpv6"],
  ["ip.ttl > 64", "ipv4[*].ttl > 64"],
  ["vlan.id == 10", "vlan[*].id == 10"],
  ["frame.len <= 100", "original_length <= 100"],
  ["icmp.type == 8", "icmp[*].type == echo"],
  ["tcp.flags.syn == 1", "tcp[*].flags.syn"],
];

describe("Wireshark's display filters", () => {
  const folder = mkdtempSync(join(tmpdir(), "zc-tshark-"));
  const path = join(folder, "all.pcap");
  let frames: Bytes[] = [];
  beforeEach(needsTshark);
  beforeEach(needsPcaps());
  beforeAll(async () => {
    const found = await corpus().catch(() => []);
    frames = found.filter(({ linkType, bytes }) => linkType === 1 && bytes.length >= 14);
    writeFileSync(path, pcap({}, ...frames.map(({ bytes }, i) => [i, 0, [...bytes]] as const)));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function shownBy(expression: string): Set<number> {
    const options = [
      "-o",
      "ip.defragment:FALSE",
      "-o",
      "ipv6.defragment:FALSE",
      "-o",
      "tcp.desegment_tcp_streams:FALSE",
    ];
    const args = ["-n", "-r", path, ...options, "-Y", expression, "-T", "fields", "-e", "frame.number"];
    const { stdout, status, stderr } = spawnSync("tshark", args, { encoding: "utf8", maxBuffer: 1 << 26 });
    expect(status, stderr).toBe(0);
    return new Set(
      stdout
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => Number(line) - 1),
    );
  }

  /** Why one may differ; undefined: for no reason that is known. */
  function reason(stack: Stack, ours: string): string | undefined {
    const last = stack.layers().at(-1)?.layout.name ?? "";
    if (stack.fault !== 0) return "malformed or cut off: tshark reads on";
    if (last === "mpls") return "tshark guesses what labels carry";
    if (last === "vxlan_gpe") return "a protocol that our schemas lack";
    const hasRoute = [...stack.headersOf(Ipv4)].some((header) => header.isWrapped && header.ihl > 5);
    return ours.includes("addr") && hasRoute ? "a source route: tshark means where it ends" : undefined;
  }

  it("give the same packets, but for reasons", () => {
    const counts: Record<string, number> = { same: 0 };
    for (const [wireshark, ours] of PAIRS) {
      const shown = shownBy(wireshark);
      for (const [i, { bytes, from }] of frames.entries()) {
        const stack = new Stack(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
        const bounds = { dataOffset: 0, dataEnd: bytes.length, linkType: 1 };
        stack.decode(bounds);
        const matches = filter(ours).onDecoded(stack)(bounds);
        const why = matches === shown.has(i) ? "same" : reason(stack, ours);
        if (why === undefined) expect.fail(`${ours} gives ${matches} for ${from}: ${stack.toString()}`);
        counts[why] = (counts[why] ?? 0) + 1;
      }
    }
    console.log(`beside tshark: ${JSON.stringify(counts)}`);
    expect(counts["same"]).toBeGreaterThan(0.998 * PAIRS.length * frames.length);
  });

  it("of docs/filters.md are ones", () => {
    const filters = tableBelow("Beside tcpdump and Wireshark").map(([, wireshark = ""]) => wireshark);
    for (const wireshark of filters) shownBy(wireshark);
    expect(filters.length).toBeGreaterThan(8);
  });
});
