import { describe, expect, it } from "vitest";
import { crc32c, viewOf } from "zc-gen";
import { Icmp, Ipv4, Stack, type Tcp, type Udp } from "zc-gen/protocols";
import { runFiles } from "../generator/support/modules.js";
import { emitTexts } from "../generator/support/schemas.js";
import { bytesOf, TCP_IN_IPV6_IN_QINQ, UDP_IN_IPV4 } from "../vectors/packets.js";

/** A `Stack` on a copy of a packet. */
function decoded(packet: Uint8Array, length: number = packet.length): Stack {
  const stack = new Stack(viewOf(packet.slice()));
  expect(stack.decode(0, length, 1)).toBe(0);
  return stack;
}

const UDP = 34;
const ICMP_IN_IPV4 = bytesOf(`
  02 00 00 00 00 02   02 00 00 00 00 01   08 00
  45 00 00 1d   00 01 00 00   40 01 f6 da   c0 00 02 01   c0 00 02 02
  08 00 a6 fd   00 01 00 01   50`);

describe("the checksum of a header alone", () => {
  it("is verified, written anew, and kept right when a field changes", () => {
    const { ipv4 } = decoded(UDP_IN_IPV4);
    expect(ipv4.verifyHeaderChecksum()).toBe("good");
    const before = ipv4.src;
    ipv4.srcText = "203.0.113.99";
    expect(ipv4.verifyHeaderChecksum()).toBe("bad");
    ipv4.adjustHeaderChecksum(before, ipv4.src);
    expect(ipv4.verifyHeaderChecksum()).toBe("good");
    ipv4.ttl--;
    ipv4.updateHeaderChecksum();
    expect(ipv4.verifyHeaderChecksum()).toBe("good");
  });
});

describe("the checksum of a payload with a pseudo header", () => {
  it.each([
    ["IPv4", UDP_IN_IPV4],
    ["IPv6", TCP_IN_IPV6_IN_QINQ],
  ])("covers the addresses of %s", (_, packet) => {
    const stack = decoded(packet);
    const ip = stack.ipv4.isWrapped ? stack.ipv4 : stack.ipv6;
    const transport: Udp | Tcp = stack.udp.isWrapped ? stack.udp : stack.tcp;
    transport.updateChecksum(ip);
    expect(transport.checksum).not.toBe(0);
    expect(transport.verifyChecksum(ip)).toBe("good");
    ip.dstText = stack.ipv4.isWrapped ? "198.51.100.3" : "2001:db8::3";
    expect(transport.verifyChecksum(ip)).toBe("bad");
  });

  it("is kept right when an address and a port change", () => {
    const { ipv4, udp } = decoded(UDP_IN_IPV4);
    udp.updateChecksum(ipv4);
    const [src, port] = [ipv4.src, udp.srcPort];
    ipv4.srcText = "203.0.113.9";
    udp.srcPort = 1024;
    udp.adjustChecksum(src, ipv4.src);
    udp.adjustChecksum(port, 1024);
    expect(udp.verifyChecksum(ipv4)).toBe("good");
  });

  it("is unknown where UDP has none, and stays none when a field changes", () => {
    const { ipv4, udp } = decoded(UDP_IN_IPV4);
    expect(udp.verifyChecksum(ipv4)).toBe("unknown");
    udp.adjustChecksum(1, 2);
    expect(udp.checksum).toBe(0);
  });

  it("is sent as all ones where the sum is 0 (RFC 768)", () => {
    const { ipv4, udp } = decoded(UDP_IN_IPV4);
    udp.updateChecksum(ipv4);
    udp.srcPort = (udp.srcPort + udp.checksum) % 0xffff; // what is left of the sum
    udp.updateChecksum(ipv4);
    expect([udp.checksum, udp.verifyChecksum(ipv4)]).toEqual([0xffff, "good"]);
  });

  it("is unknown where the sender's card would have filled it in", () => {
    const { ipv4, udp } = decoded(UDP_IN_IPV4);
    udp.checksum = 0x1234;
    expect(udp.verifyChecksum(ipv4)).toBe("bad");
    expect(udp.verifyChecksum(ipv4, "notReady")).toBe("unknown");
  });

  it("is unknown where bytes are missing, and where the payload is one fragment of several", () => {
    const packet = UDP_IN_IPV4.slice();
    new DataView(packet.buffer).setUint16(UDP + 6, 0x1234);
    const cut = decoded(packet, UDP + 10);
    expect(cut.udp.verifyChecksum(cut.ipv4)).toBe("unknown");
    const { ipv4, udp } = decoded(packet);
    ipv4.moreFragments = true;
    expect([ipv4.isFragment, udp.verifyChecksum(ipv4)]).toEqual([true, "unknown"]);
  });
});

describe("the checksum of a message without a pseudo header", () => {
  it("is good, bad, and unknown where the header before says that bytes are missing", () => {
    const { ipv4, icmp } = decoded(ICMP_IN_IPV4);
    icmp.updateChecksum();
    expect([icmp.verifyChecksum(), icmp.verifyChecksum(ipv4)]).toEqual(["good", "good"]);
    icmp.code = 1;
    expect(icmp.verifyChecksum(ipv4)).toBe("bad");
    const view = viewOf(ICMP_IN_IPV4.slice());
    const [ip, message] = [new Ipv4(view), new Icmp(view)];
    ip.wrap(14, 42);
    message.wrap(ip.payloadOffset, ip.payloadEnd);
    expect([message.verifyChecksum(), message.verifyChecksum(ip)]).toEqual(["bad", "unknown"]);
  });
});

describe("other checksums", () => {
  const ALGORITHMS = ["crc32", "crc32c", "adler32", "fletcher16", "fletcher32"];
  const schema = (algorithm: string): string => `
zc: 1
name: ${algorithm}
endian: big
fields:
  kind: u8
  there: u8
  length: u16
  sum: { type: u${algorithm.endsWith("16") ? "16" : "32le"}, checksum: { algorithm: ${algorithm}, over: payload_end }, when: there != 0 }
length: { total: length }
`;

  it.each(ALGORITHMS)("%s covers the payload, its own field as zeros, and may be absent", (algorithm) => {
    const modules = runFiles(emitTexts(schema(algorithm)));
    const Class = Object.values(modules["index.ts"] ?? {})[0] as new (view: DataView) => Sum;
    const bytes = Uint8Array.from({ length: 40 }, (_, i) => i * 11 + 1);
    const header = new Class(viewOf(bytes));
    bytes.set([0, 1, 0, 30], 4);
    expect(header.wrap(4, 40)).toBe(0);
    expect(header.verifySum()).toBe("bad");
    header.updateSum();
    expect(header.verifySum()).toBe("good");
    bytes[33] = 1 + (bytes[33] as number);
    expect(header.verifySum()).toBe("bad");
    expect(header.verifySum(header, "notReady")).toBe("unknown");
    bytes[5] = 0;
    header.wrap(4, 40);
    expect(header.verifySum()).toBe("unknown");
  });

  it("is SCTP's, on the bytes as RFC 9260 has them", () => {
    const modules = runFiles(emitTexts(schema("crc32c")));
    const Class = Object.values(modules["index.ts"] ?? {})[0] as new (view: DataView) => Sum;
    const bytes = Uint8Array.from([0, 1, 0, 12, 0, 0, 0, 0, 1, 2, 3, 4]);
    const header = new Class(viewOf(bytes));
    const expected = crc32c(viewOf(bytes), 0, 12);
    header.wrap(0, 12);
    header.updateSum();
    expect(viewOf(bytes).getUint32(4, true)).toBe(expected);
  });
});

interface Sum {
  wrap(offset: number, end: number): number;
  verifySum(parent?: unknown, status?: string): string;
  updateSum(): void;
}
