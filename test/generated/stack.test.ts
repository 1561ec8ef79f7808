import { describe, expect, it } from "vitest";
import { Fault, faultCode } from "zc-gen";
import { Arp, Dns, Ethernet, Ipv4, Ipv6, Stack, Tcp, TcpStart, TpacketReq3, Udp, Vlan } from "zc-gen/protocols";
import { ARP_REQUEST, bytesOf, DNS_QUERY, IPV4_FRAGMENT, surrounded, TCP_IN_IPV6_IN_QINQ, UDP_IN_IPV4 } from "../vectors/packets.js";

const ETHERNET = 1;
const PACKETS = { UDP_IN_IPV4, DNS_QUERY, TCP_IN_IPV6_IN_QINQ, ARP_REQUEST, IPV4_FRAGMENT };

function stackOn(packet: Uint8Array): Stack {
  return new Stack(new DataView(packet.buffer, packet.byteOffset, packet.byteLength));
}

describe("Stack", () => {
  it("finds the layers of a packet in order", () => {
    const stack = stackOn(UDP_IN_IPV4);
    expect(stack.decode(0, UDP_IN_IPV4.length, ETHERNET)).toBe(0);
    expect(stack.layers().map(({ layout }) => layout.name)).toEqual(["ethernet", "ipv4", "udp"]);
    expect([stack.has(Udp), stack.has(Tcp), stack.has(Vlan), stack.has(TpacketReq3)]).toEqual([true, false, false, false]);
    expect([stack.udp.dstPort, stack.payloadOffset, stack.payloadEnd]).toEqual([5300, 42, 47]);
  });

  it("goes on to what is attached to a port, and keeps UDP where that is something else", () => {
    const stack = stackOn(DNS_QUERY);
    expect(stack.decode(0, DNS_QUERY.length, ETHERNET)).toBe(0);
    expect(stack.layers().map(({ layout }) => layout.name)).toEqual(["ethernet", "ipv4", "udp", "dns"]);
    expect([stack.dns.id, stack.dns.qdcount, stack.udp.dstPort]).toEqual([0x1234, 1, 53]);
    const hello = Uint8Array.from(UDP_IN_IPV4);
    hello.set([0, 53], 36);
    const other = stackOn(hello);
    expect(faultCode(other.decode(0, hello.length, ETHERNET))).toBe(Fault.TRUNCATED);
    expect(other.explain()?.message).toBe("dns at 42 needs 12 bytes, but only 5 are there");
    expect([other.has(Dns), other.has(Udp), other.udp.dstPort]).toEqual([false, true, 53]);
  });

  it("gives what there is of a header that is cut off, and of one that is wrong in its lengths", () => {
    const syn = bytesOf("45000034 00010000 40060000 c0000201 c0000202 c0000050 00000001 00000000 8002ffff 00000000 020405b4");
    const stack = stackOn(syn);
    expect([0, stack.cut]).toEqual([stack.fault, undefined]);
    for (const [length, fields] of [[44, 17], [33, 6], [28, 3], [20, 0]] as const) {
      expect(faultCode(stack.decode(0, length, 101))).toBe(length === 44 ? Fault.TRUNCATED_HEADER : Fault.TRUNCATED);
      const { header, truncated } = stack.cut ?? {};
      expect([header?.layout.name, header?.offset, Object.keys(header?.toJSON() ?? {}).length]).toEqual(["tcp", 20, fields]);
      expect(truncated).toBeGreaterThan(0);
      expect(stack.layers().map(({ layout }) => layout.name)).toEqual(["raw_ip", "ipv4"]);
    }
    syn[32] = 0x40;
    expect(faultCode(stack.decode(0, 40, 101))).toBe(Fault.RANGE);
    expect((stack.cut?.header as Tcp).dstPort).toBe(80);
    expect(stack.decode(20, 20, 147)).not.toBe(0);
    expect(stack.cut).toBeUndefined();
    syn[32] = 0x50;
    expect([stack.decode(0, 40, 101), stack.cut]).toEqual([0, undefined]);
  });

  it("gives what there is of a header that a quoted packet was cut in, which is no fault", () => {
    const quoted = "45000054 00010000 40110000 c0000201 c0000202 c0000035 0040";
    const error = bytesOf(`45000036 00010000 40010000 c0000202 c0000201 0b00abcd 00000000 ${quoted}`);
    const stack = stackOn(error);
    expect(stack.decode(0, error.length, 101)).toBe(0);
    expect([stack.cut?.header.layout.name, stack.cut?.header.toJSON()]).toMatchObject(["udp", { src_port: 0xc000, dst_port: 53, length: 64 }]);
  });

  it("takes a packet with its own bounds", () => {
    const view = surrounded(UDP_IN_IPV4, 0xff);
    const stack = new Stack(view);
    expect(stack.decode({ dataOffset: 37, dataEnd: 37 + UDP_IN_IPV4.length, linkType: ETHERNET })).toBe(0);
    expect(stack.ipv4.srcText).toBe("192.0.2.1");
  });

  it("reaches every one of repeated layers", () => {
    const stack = stackOn(TCP_IN_IPV6_IN_QINQ);
    expect(stack.decode(0, TCP_IN_IPV6_IN_QINQ.length, ETHERNET)).toBe(0);
    expect([stack.vlanCount, stack.vlan.vid, stack.vlanAt(0).vid, stack.vlanAt(1).vid]).toEqual([2, 100, 100, 200]);
    expect(() => stack.vlanAt(2)).toThrow(RangeError);
    expect(stack.has(Ipv6) && stack.has(Tcp)).toBe(true);
  });

  it("stops at a fragment that is not the first", () => {
    const stack = stackOn(IPV4_FRAGMENT);
    expect(stack.decode(0, IPV4_FRAGMENT.length, ETHERNET)).toBe(0);
    expect([stack.has(Ipv4), stack.has(Udp)]).toEqual([true, false]);
  });

  it("lets no layer of the last packet answer for this one", () => {
    const view = surrounded(UDP_IN_IPV4, 0, 0, ARP_REQUEST.length);
    new Uint8Array(view.buffer).set(ARP_REQUEST, UDP_IN_IPV4.length);
    const stack = new Stack(view);
    stack.decode(0, UDP_IN_IPV4.length, ETHERNET);
    expect(stack.udp.dstPort).toBe(5300);
    stack.decode(UDP_IN_IPV4.length, view.byteLength, ETHERNET);
    expect(stack.has(Arp)).toBe(true);
    expect(() => stack.udp.dstPort).toThrow(RangeError);
    expect(() => stack.ipv4.ttl).toThrow(RangeError);
  });

  it("parks a deeper tag that someone kept", () => {
    const bytes = new Uint8Array(TCP_IN_IPV6_IN_QINQ.length * 2);
    bytes.set(TCP_IN_IPV6_IN_QINQ);
    bytes.set(TCP_IN_IPV6_IN_QINQ, TCP_IN_IPV6_IN_QINQ.length);
    bytes.set([0x86, 0xdd], TCP_IN_IPV6_IN_QINQ.length + 16);
    const stack = stackOn(bytes);
    stack.decode(0, TCP_IN_IPV6_IN_QINQ.length, ETHERNET);
    const inner = stack.vlanAt(1);
    expect(inner.vid).toBe(200);
    stack.decode(TCP_IN_IPV6_IN_QINQ.length, bytes.length, ETHERNET);
    expect(stack.vlanCount).toBe(1);
    expect(() => inner.vid).toThrow(RangeError);
  });

  it("makes every read throw once it is parked", () => {
    const stack = stackOn(TCP_IN_IPV6_IN_QINQ);
    stack.decode(0, TCP_IN_IPV6_IN_QINQ.length, ETHERNET);
    const { vlan, tcp } = stack;
    stack.park();
    expect(() => vlan.vid).toThrow(RangeError);
    expect(() => tcp.srcPort).toThrow(RangeError);
    expect([stack.has(Tcp), stack.layers()]).toEqual([false, []]);
  });

  it("keeps what it decoded before a fault, and explains the fault", () => {
    const stack = stackOn(UDP_IN_IPV4);
    const fault = stack.decode(0, 38, ETHERNET);
    expect(faultCode(fault)).toBe(Fault.TRUNCATED);
    expect([stack.has(Ipv4), stack.has(Udp), stack.ipv4.dstText]).toEqual([true, false, "198.51.100.2"]);
    expect(stack.explain()).toMatchObject({ code: "ERR_ZC_TRUNCATED", layout: "udp", offset: 34, required: 8, have: 4 });
    expect(stack.toString()).toMatch(/fault: udp at 34 needs 8 bytes, but only 4 are there$/);
  });

  it("says which link type it has no decoder for", () => {
    const stack = stackOn(UDP_IN_IPV4);
    expect(stack.decode(0, UDP_IN_IPV4.length, 147)).toBe(Fault.LINK_TYPE);
    expect(stack.explain()?.message).toContain("no decoder for link type 147");
  });

  it("ends a chain of tags that is too deep with a fault, not with a deeper stack", () => {
    const tags = bytesOf("02 00 00 00 00 02 02 00 00 00 00 01" + " 81 00 00 01".repeat(600));
    const stack = stackOn(tags);
    expect(stack.decode(0, tags.length, ETHERNET)).toBe(Fault.DEPTH);
    expect([stack.vlanCount, stack.explain()?.code]).toEqual([512, "ERR_ZC_DEPTH"]);
  });

  it.each([
    ["8 bytes", "c0000050 00000001", ["ethernet", "ipv4", "icmp", "ipv4", "tcp_start"]],
    ["a header without its options", "c0000050 00000001 00000000 a002faf0 00000000", ["ethernet", "ipv4", "icmp", "ipv4", "tcp_start"]],
    ["less than ports and sequence number", "c0000050", ["ethernet", "ipv4", "icmp", "ipv4"]],
  ])("finds no fault in %s of TCP that an ICMP error quotes", (_, quoted, names) => {
    const tcp = bytesOf(quoted);
    const total = (48 + tcp.length).toString(16).padStart(4, "0");
    const error = `0b000000 00000000 4500003c 00010000 40060000 c0000201 c6336402 ${quoted}`;
    const stack = stackOn(bytesOf(`020000000002 020000000001 0800 4500${total} 00020000 40010000 c6336402 c0000201 ${error}`)); // prettier-ignore
    expect(stack.decode(0, stack.view.byteLength, ETHERNET)).toBe(0);
    expect([stack.layers().map(({ layout }) => layout.name), stack.has(Tcp)]).toEqual([names, false]);
    expect(stack.headerOf(TcpStart)?.dstPort).toBe(tcp.length < 8 ? undefined : 80);
    expect(stack.has(TcpStart)).toBe(tcp.length >= 8);
  });

  it("tells a packet in one line, as JSON, and as an annotated dump", () => {
    const stack = stackOn(UDP_IN_IPV4);
    stack.decode(0, UDP_IN_IPV4.length, ETHERNET);
    expect(stack.toString()).toBe(
      "ethernet 02:00:00:00:00:01 > 02:00:00:00:00:02 | ipv4 192.0.2.1 > 198.51.100.2 | udp 50000 > 5300 | 5 bytes",
    );
    expect(stack.toJSON()).toMatchObject({
      layers: [
        { proto: "ethernet", offset: 0 },
        { proto: "ipv4", offset: 14, fields: { ttl: 64 } },
        { proto: "udp", offset: 34, fields: { dst_port: 5300 } },
      ],
    });
    const dump = stack.hexDump();
    expect(dump).toContain("  000c  08 00                                            ether_type 2048 (ipv4)");
    expect(dump).toContain("  000e  45                                               version 4, ihl 5");
    expect(dump).toContain("  002a  68 65 6c 6c 6f");
  });
});

describe.each(Object.entries(PACKETS))("%s, damaged", (_, packet) => {
  it("gives the same answer whatever lies around it, at every length", () => {
    for (let length = 0; length <= packet.length; length++) {
      const cut = packet.subarray(0, length);
      const [first, ...others] = [0x00, 0xff, 0xa5].map((filler) => {
        const stack = new Stack(surrounded(cut, filler));
        const fault = stack.decode(37, 37 + length, ETHERNET);
        return { fault, json: stack.toJSON(), layers: stack.layers().length };
      });
      for (const other of others) expect(other).toEqual(first);
    }
  });

  it("never throws or reads outside, whatever bit is flipped", () => {
    for (let bit = 0; bit < packet.length * 8; bit++) {
      const bytes = packet.slice();
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      const stack = stackOn(bytes);
      stack.decode(0, bytes.length, ETHERNET);
      expect(stack.payloadEnd).toBeLessThanOrEqual(bytes.length);
      expect(() => [stack.toJSON(), stack.toString(), stack.hexDump()]).not.toThrow();
    }
  });
});

it("a Stack knows each class once", () => {
  const stack = stackOn(new Uint8Array(0));
  for (const Class of [Arp, Ethernet, Ipv4, Ipv6, Tcp, Udp, Vlan]) expect(stack.has(Class)).toBe(false);
});
