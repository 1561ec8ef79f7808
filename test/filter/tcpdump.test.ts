import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { filter, FilterError, fromTcpdump } from "zc-gen/filter";
import type { Stack } from "zc-gen/protocols";
import { needsPcaps } from "../support/shared.js";
import { ETHERNET, MOST_BYTES } from "./support/corpus.js";
import { CaptureFolder, Differences } from "./support/differences.js";
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
  "tcp[13] & 2 != 0",
  "tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn",
  "tcp[tcpflags] & (tcp-push|tcp-fin) != 0 and not port 80",
  "tcp[12:2] & 0x0fff = 0x018",
  "(tcp[12] & 0xf0) >> 2 > 20",
  "tcp[14:2] < 0x2001 or tcp[4:4] > 0x80000000",
  "ip[6:2] & 0x1fff = 0",
  "ip[6:2] & 0x3fff != 0",
  "not ip[6:2] & 0x4000 != 0",
  "ip[0] & 0xf > 5",
  "ip[0] > 0x45 or ip[1] & 0xfc != 0",
  "ip[8] & 0xf0 > 0x45",
  "ip[16] >= 224 and ip[12:4] != ip[16:4]",
  "ip6[6] = 58 and ip6[7] = 255",
  "ip6[8:2] = 0xfe80 or ip6[0:4] & 0xfffff != 0",
  "icmp[icmptype] = icmp-echo or icmp[icmptype] = icmp-echoreply",
  "icmp6[icmp6type] = icmp6-neighborsolicit",
  "icmp[0] = 3 and icmp[1] != 3",
  "igmp[0] = 0x16",
  "arp[6:2] = 1",
  "ether[0] & 1 != 0",
  "ether[12:2] <= 1500",
  "ether[6:4] = 0x00000000",
  "udp[0:2] < udp[2:2]",
  "udp[4:2] > 100 and 53 = udp[2:2]",
  "sctp[0:2] != 0",
  "len > 100 and len < 200",
] as const;

/** Layers that tcpdump's filters look at. */
const LOOKED_AT = ["ethernet", "arp", "ipv4", "ipv6", "tcp", "udp", "icmp", "icmpv6", "igmp", "sctp"];

describe("tcpdump's own filters", () => {
  const captures = new CaptureFolder();
  beforeEach(needsTcpdump);
  beforeEach(needsPcaps());
  beforeAll(() => captures.fill());
  afterAll(() => captures.remove());

  /** The numbers of the packets that tcpdump shows: it tells the seconds. */
  function shownBy(expression: string, linkType: number): number[] {
    const args = ["-nn", "-tt", "-q", "-r", captures.fileOf(linkType), expression];
    const { stdout, status, stderr } = spawnSync("tcpdump", args, { encoding: "utf8", maxBuffer: 1 << 26 });
    const isNone = status === 1 && stderr.includes("expression rejects all packets");
    if (!isNone) expect(status, `${expression}, link type ${linkType}: ${stderr}`).toBe(0);
    return [...stdout.matchAll(/^(\d+)\.000000 /gm)].map(([, seconds]) => Number(seconds));
  }

  /**
   * Why one may differ: tcpdump looks at headers right behind Ethernet's, whole or not; we look behind tags and in
   * tunnels, too, and take no header for there that is malformed or cut off. Our `net` is of IPv4 and IPv6 alone.
   */
  function reason(stack: Stack, linkType: number, expression: string): string | undefined {
    const names = stack.layers().map(({ layout }) => layout.name);
    if (names.includes("arp") && expression.includes("net ")) return "networks in ARP";
    if (stack.fault !== 0) return "malformed or cut off";
    if (names.includes("ipv6") && /\b(tcp|udp|sctp)\[/.test(expression)) return "bytes of TCP behind IPv6";
    const looked = names.filter((name) => LOOKED_AT.includes(name));
    if (new Set(looked).size < looked.length) return "a tunnel, or a quoted packet";
    const place = names[1] === "ipv4" || names[1] === "ipv6" || names[1] === "arp";
    const isBehind = linkType === ETHERNET ? !place && looked.length > 1 : names.includes("mpls");
    if (isBehind) return "behind a tag, a label or a shim";
    if (names.some((name) => name.startsWith("ipv6_") || name === "ah" || name === "esp")) {
      return "extension headers";
    }
    return undefined;
  }

  it.each([
    { isExact: false, atLeast: 0.95 },
    { isExact: true, atLeast: 0.995 },
  ])(
    `give the same packets, but for reasons, of up to ${MOST_BYTES >> 20} MiB a capture: $isExact`,
    (given) => {
      const { isExact, atLeast } = given;
      const differences = new Differences();
      for (const expression of EXPRESSIONS) {
        const ofEthernet = isExact || /\bether\b/.test(expression);
        const linkTypes = captures.linkTypes.filter((linkType) => !ofEthernet || linkType === ETHERNET);
        const shown = new Set(linkTypes.flatMap((linkType) => shownBy(expression, linkType)));
        const frames = captures.frames.filter(({ linkType }) => linkTypes.includes(linkType));
        const ours = fromTcpdump(expression, { isExact });
        differences.compare(frames, ours, shown, (stack, linkType) => reason(stack, linkType, expression));
      }
      console.log(`beside tcpdump (exact: ${isExact}): ${JSON.stringify(differences.counts)}`);
      expect(differences.unexplained).toEqual([]);
      expect(differences.sameness).toBeGreaterThan(atLeast);
    },
  );
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
    ["tcp[13] & 2 != 0", "tcp.syn"],
    ["tcp[tcpflags] & tcp-syn = 0", "tcp.syn == 0"],
    ["tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn", "tcp.flags & 0x12 == 0x2"],
    ["ip[6:2] & 0x1fff = 0", "ipv4.fragment_offset == 0"],
    ["ip[6:2] & 0x3fff != 0", "(ipv4.more_fragments || ipv4.fragment_offset != 0)"],
    ["ip[0] = 0x45", "(ipv4.version == 4 && ipv4.ihl == 5)"],
    ["ip[0] > 0x45", "(ipv4.version > 4 || (ipv4.version == 4 && ipv4.ihl > 5))"],
    ["20 < (tcp[12] & 0xf0) >> 2", "tcp.data_offset > 5"],
    ["(tcp[12] & 0xf0) / 4 <= 017 + 8", "tcp.data_offset <= 5"],
    ["ip[8] & 0xf0 >= 0x45", "ipv4.ttl & 0xf0 > 0x40"],
    ["ether[0] & 1 != 0", "ethernet.dst & 01:00:00:00:00:00 != 00:00:00:00:00:00"],
    ["ip[16] >= 224", "ipv4.dst & 255.0.0.0 >= 224.0.0.0"],
    ["ip6[8:2] = 0xfe80", "ipv6.src & ffff:0000:0000:0000:0000:0000:0000:0000 == fe80:0000:0000:0000:0000:0000:0000:0000"], // prettier-ignore
    ["udp[0:2] == udp[2:2]", "udp.src_port == udp.dst_port"],
    ["icmp[icmptype] = icmp-echo", "icmp.type == echo"],
    ["len = ip[2:2] or (len) > 0x10", "original_length == ipv4.total_length || original_length > 16"],
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
    '"not", "(", bytes of a header, "len", a number, "vlan", "less", "greater", a protocol, a direction, "host", "net", "port", "portrange" or an address';
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
    ["tcp[13] & 2", "expected an operator or a comparison, not the end", ""],
    ["tcp[13", 'expected an operator, ":" or "]", not the end', ""],
    ["tcp[tcpflag] = 2", 'expected "(", bytes of a header, "len" or a number, not "tcpflag]"', "tcpflag]"],
    ["tcp[20] = 1", "tcp[20] is not in fields of tcp that have a fixed place", "tcp[20]"],
    ["udp[8:4] = 1", "udp[8:4] is not in fields of udp that have a fixed place", "udp[8:4]"],
    ["tcp[0:3] = 1", "bytes are compared one, two or four at once", "tcp[0:3]"],
    ["ip[ip[0]] = 1", "the place of bytes is a number here", "ip[0]"],
    ["tcp[13] & 0 = 1", "nothing is left of tcp[13] & 0", "tcp[13] & 0"],
    ["tcp[13] & 2 = 1", "tcp[13] & 2 is never 1", "tcp[13] & 2"],
    ["tcp[13] & 2 != 1", "tcp[13] & 2 is always another than 1", "tcp[13] & 2"],
    ["tcp[13] + 1 = 2", "bytes are combined with numbers here, by &, << and >>, * and / with powers of two", "tcp[13] + 1"], // prettier-ignore
    ["1 = 1", "both sides are numbers", "1"],
    ["tcp[13] = 1 / 0", "a division by 0", "0"],
    ["tcp[0:2] = ip[12:4]", "tcp.src_port is not compared with ipv4.src", "ip[12:4]"],
    ["ip[0] = ip[1]", "ip[0] is no field: compare it with a number", "ip[0]"],
    ["(".repeat(100) + "tcp[13]", "more than 48 levels", "("],
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
