import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { filter, FilterError, fromTcpdump } from "zc-gen/filter";
import { Stack } from "zc-gen/protocols";
import { pcap } from "../files/support/captures.js";
import { needsPcaps } from "../support/shared.js";
import { run } from "./support/bpf-machine.js";
import { corpus, type Bytes } from "./support/corpus.js";
import { tableBelow } from "./support/page.js";
import { needsTcpdump } from "./support/tcpdump.js";

const EXPRESSIONS = [
  "ip",
  "ip6",
  "arp",
  "tcp",
  "udp",
  "icmp",
  "icmp6",
  "igmp",
  "tcp port 80",
  "udp port 53 or 123",
  "port 53",
  "portrange 1-1023",
  "src port 53 and udp",
  "tcp src and dst port 80",
  "host 10.0.0.138",
  "src host 10.0.0.1 or dst host 10.0.0.138",
  "net 10.0.0.0/8",
  "not net 10.0.0.0/8 and ip",
  "ip6 host fe80::1",
  "tcp port 80 and not host 10.1.2.3",
  "ether host ff:ff:ff:ff:ff:ff",
  "ether dst ff:ff:ff:ff:ff:ff",
  "ip proto 6 or ip6 proto 17",
  "ether proto 0x0806",
  "less 60",
  "greater 500 and (tcp or udp)",
] as const;

/** Layers that tcpdump's filters look at. */
const LOOKED_AT = ["ethernet", "arp", "ipv4", "ipv6", "tcp", "udp", "icmp", "icmpv6", "igmp", "sctp"];

describe("tcpdump's own filters", () => {
  const folder = mkdtempSync(join(tmpdir(), "zc-tcpdump-"));
  const path = join(folder, "all.pcap");
  let frames: Bytes[] = [];
  beforeEach(needsTcpdump);
  beforeEach(needsPcaps());
  beforeAll(async () => {
    const found = await corpus().catch(() => []);
    frames = found.filter(({ linkType, bytes }) => linkType === 1 && bytes.length >= 14);
    writeFileSync(path, pcap({}, ...frames.map(({ bytes }, i) => [i, 0, [...bytes]] as const)));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The numbers of the frames that tcpdump shows: it tells the seconds. */
  function shownBy(expression: string): Set<number> {
    const { stdout, status, stderr } = spawnSync("tcpdump", ["-nn", "-tt", "-q", "-r", path, expression], {
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
    expect(status, stderr).toBe(0);
    return new Set([...stdout.matchAll(/^(\d+)\.000000 /gm)].map(([, seconds]) => Number(seconds)));
  }

  /**
   * Why one may differ: tcpdump looks at headers right behind Ethernet's, whole or not; we look behind tags and in
   * tunnels, too, and take no header for there that is malformed or cut off. Our `net` is of IPv4 and IPv6 alone.
   */
  function reason(stack: Stack, expression: string): string | undefined {
    const names = stack.layers().map(({ layout }) => layout.name);
    if (names.includes("arp") && expression.includes("net ")) return "networks in ARP";
    if (stack.fault !== 0) return "malformed or cut off";
    const looked = names.filter((name) => LOOKED_AT.includes(name));
    if (new Set(looked).size < looked.length) return "a tunnel, or a quoted packet";
    const place = names[1] === "ipv4" || names[1] === "ipv6" || names[1] === "arp";
    if (!place && looked.length > 1) return "behind a tag, a label or a shim";
    if (names.some((name) => name.startsWith("ipv6_") || name === "ah" || name === "esp")) {
      return "extension headers";
    }
    return undefined;
  }

  it.each([
    { isExact: false, atLeast: 0.95 },
    { isExact: true, atLeast: 0.995 },
  ])("give the same packets, but for reasons: $isExact", ({ isExact, atLeast }) => {
    const counts: Record<string, number> = { same: 0 };
    const all = new Uint8Array(frames.reduce((sum, { bytes }) => sum + bytes.length, 0));
    const stack = new Stack(new DataView(all.buffer));
    for (const expression of EXPRESSIONS) {
      const shown = shownBy(expression);
      const wanted = filter(fromTcpdump(expression, { isExact }));
      const test = wanted.on(stack);
      const { instructions } = wanted.program();
      for (const [i, { bytes, from }] of frames.entries()) {
        all.set(bytes);
        const bounds = { dataOffset: 0, dataEnd: bytes.length, linkType: 1 };
        const matches = test(bounds);
        if (matches) {
          expect(run(instructions, bytes).result, `${expression} loses ${from}`).toBeGreaterThan(0);
        }
        stack.decode(bounds);
        const why = matches === shown.has(i) ? "same" : reason(stack, expression);
        if (why === undefined) expect.fail(`${expression} gives ${matches} for ${from}: ${stack.toString()}`);
        counts[why] = (counts[why] ?? 0) + 1;
      }
    }
    console.log(`beside tcpdump (exact: ${isExact}): ${JSON.stringify(counts)}`);
    expect(counts["same"]).toBeGreaterThan(atLeast * EXPRESSIONS.length * frames.length);
  });
});

describe("the table of docs/filters.md", () => {
  beforeEach(needsTcpdump);
  const rows = tableBelow("Beside tcpdump and Wireshark");

  it.each(rows.map(([tcpdump = ""]) => tcpdump))("has %s, which tcpdump knows", (text) => {
    const { status, stderr } = spawnSync("tcpdump", ["-y", "EN10MB", "-d", text], { encoding: "utf8" });
    expect(status, stderr).toBe(0);
  });
});

describe("a translation", () => {
  it.each([
    ["tcp port 80 and host 10.1.2.3", "tcp.port == 80 && (ipv4.addr in 10.1.2.3 || (arp.sender_protocol_address == 0x0a010203 || arp.target_protocol_address == 0x0a010203))"], // prettier-ignore
    ["udp dst port 53", "udp.dst_port == 53"],
    ["port 80 or 443", "(tcp.port == 80 || udp.port == 80 || sctp.port == 80) || (tcp.port == 443 || udp.port == 443 || sctp.port == 443)"], // prettier-ignore
    ["arp or icmp and ip", "(arp || ipv4.protocol == icmp) && ipv4"],
    ["!vlan 10", "!(vlan.id == 10)"],
    ["src net 10.0.0.0/8", "ipv4.src in 10.0.0.0/8"],
  ])("of %s is %s", (text, translated) => {
    expect(fromTcpdump(text)).toBe(translated);
    expect(filter(translated).text).toBe(translated);
  });
});

function refused(text: string): FilterError {
  try {
    fromTcpdump(text);
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
  throw new Error(`${text} is accepted`);
}

describe("what is no expression of tcpdump's", () => {
  it("is told with what could stand in its place, and what was perhaps meant", () => {
    expect(refused("tcp port 80 an host 10.1.2.3").message).toBe(
      [
        'filter:1:13: error[ERR_FILTER_SYNTAX]: expected "and", "or" or the end, not "an"',
        "    1 | tcp port 80 an host 10.1.2.3",
        "      |             ^^",
        '  note: did you mean "and"?',
      ].join("\n"),
    );
    expect(refused("not tcpp").notes).toEqual(['did you mean "tcp"?']);
    expect(refused("hosts ::1").notes).toEqual(['did you mean "host"?']);
  });

  const terms =
    '"not", "(", "vlan", "less", "greater", a protocol, a direction, "host", "net", "port", "portrange", an address or a number';
  const behindProtocol =
    '"proto", a direction, "host", "net", "port", "portrange", an address, a number, "and", "or"';

  it.each([
    ["tcp udp", `expected ${behindProtocol} or the end, not "udp"`, "udp"],
    ["(tcp", `expected ${behindProtocol} or ")", not the end`, ""],
    ["tcp)", `expected ${behindProtocol} or the end, not ")"`, ")"],
    ["ip & tcp", `expected ${behindProtocol} or the end, not "&"`, "&"],
    ["", `expected ${terms}, not the end`, ""],
    ["not", `expected ${terms}, not the end`, ""],
    ["host ::1 or", `expected ${terms}, not the end`, ""],
    ["tcp[13] & 2 != 0", `expected ${terms}, not "tcp[13]"`, "tcp[13]"],
    ["tcp port", "expected a value, not the end", ""],
    ["less x", 'expected a number, not "x"', "x"],
    ["vlan x", 'expected a number, "and", "or" or the end, not "x"', "x"],
    ["ether", "expected what ether is to have", "ether"],
    ["icmp6 proto 3", "icmp6 has no proto", "icmp6"],
    ["icmp port 3", "icmp has no ports", "icmp"],
    ["tcp port http", "ports are numbers here", "http"],
    ["host example.com", "hosts and nets are whole addresses here", "example.com"],
    ["net 10", "hosts and nets are whole addresses here", "10"],
    ["host 10.1.2.999", '"10.1.2.999" is no IPv4 address; write it like 192.0.2.1', "10.1.2.999"],
    ["(".repeat(100), "more than 48 levels", "("],
    ["not ".repeat(100) + "tcp", "more than 48 levels", "n"],
    ["x".repeat(5000), "more than 4096 characters", "x"],
  ])("%s: %s", (text, problem, place) => {
    const error = refused(text);
    expect([error.problem, text.slice(error.start, error.end)]).toEqual([problem, place]);
  });
});
