import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Ipv4, type Stack } from "zc-gen/protocols";
import { requirement } from "../support/requirement.js";
import { needsPcaps } from "../support/shared.js";
import { MOST_BYTES } from "./support/corpus.js";
import { CaptureFolder, Differences } from "./support/differences.js";
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

/** An EtherType (ARP's hardware type) that Wireshark knows. */
const CISCO_METADATA = 0x8909;
const ATM = 19;

describe("Wireshark's display filters", () => {
  const captures = new CaptureFolder();
  beforeEach(needsTshark);
  beforeEach(needsPcaps());
  beforeAll(() => captures.fill());
  afterAll(() => captures.remove());

  function shownBy(expression: string): Set<number> {
    const options = [
      "-o",
      "ip.defragment:FALSE",
      "-o",
      "ipv6.defragment:FALSE",
      "-o",
      "tcp.desegment_tcp_streams:FALSE",
    ];
    const args = [
      "-n",
      "-r",
      captures.file,
      ...options,
      "-Y",
      expression,
      "-T",
      "fields",
      "-e",
      "frame.number",
    ];
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
    const isMetadata = last === "gre" && stack.gre.protocolType === CISCO_METADATA;
    if (stack.fault !== 0) return "malformed or cut off: tshark reads on";
    if (last === "mpls") return "tshark guesses what labels carry";
    if (last === "vxlan_gpe" || isMetadata) return "a protocol that our schemas lack";
    if (last === "null_loopback") return "no family of addresses: tshark takes half of it for an EtherType";
    if (last === "tcp_start") return "the start of a TCP header, quoted: a layer of its own here";
    if (last === "arp" && stack.arp.hardwareType === ATM) return "ATM's ARP: a protocol of its own in tshark";
    const hasRoute = [...stack.headersOf(Ipv4)].some((header) => header.isWrapped && header.ihl > 5);
    return ours.includes("addr") && hasRoute ? "a source route: tshark means where it ends" : undefined;
  }

  it(`give the same packets, but for reasons, of up to ${MOST_BYTES >> 20} MiB a capture`, () => {
    const differences = new Differences();
    for (const [wireshark, ours] of PAIRS) {
      differences.compare(captures.frames, ours, shownBy(wireshark), (stack) => reason(stack, ours));
    }
    console.log(`beside tshark: ${JSON.stringify(differences.counts)}`);
    expect(differences.unexplained).toEqual([]);
    expect(differences.sameness).toBeGreaterThan(0.999);
  });

  it("of docs/filters.md are ones", () => {
    const filters = tableBelow("Beside tcpdump and Wireshark").map(([, wireshark = ""]) => wireshark);
    shownBy(filters.map((wireshark) => `(${wireshark})`).join(" || "));
    expect(filters.length).toBeGreaterThan(8);
  });
});
