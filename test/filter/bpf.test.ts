import { describe, expect, it } from "vitest";
import { filter } from "zc-gen/filter";
import { run } from "./support/bpf-machine.js";

const ETHERTYPE_AT = 12;

/** Ethernet, IPv4 with so many words of header, UDP. */
function datagram(dstPort: number, ihl: number = 5): Uint8Array {
  const bytes = new Uint8Array(14 + 4 * ihl + 8);
  const view = new DataView(bytes.buffer);
  view.setUint16(ETHERTYPE_AT, 0x0800);
  view.setUint8(14, 0x40 | ihl);
  view.setUint16(16, 4 * ihl + 8);
  view.setUint8(23, 17);
  view.setUint32(26, 0x0a000001);
  view.setUint32(30, 0xc0000201);
  view.setUint16(14 + 4 * ihl + 2, dstPort);
  view.setUint16(14 + 4 * ihl + 4, 8);
  return bytes;
}

/** Ethernet, IPv6, extension headers by number, UDP. */
function datagram6(dstPort: number, extensions: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(54 + 8 * extensions.length + 8);
  const view = new DataView(bytes.buffer);
  view.setUint16(ETHERTYPE_AT, 0x86dd);
  view.setUint8(14, 0x60);
  view.setUint16(18, 8 * extensions.length + 8);
  for (const [i, number] of [...extensions, 17].entries()) {
    view.setUint8(i === 0 ? 20 : 54 + 8 * (i - 1), number);
  }
  view.setUint16(54 + 8 * extensions.length + 2, dstPort);
  view.setUint16(54 + 8 * extensions.length + 4, 8);
  return bytes;
}

function passes(
  text: string,
  bytes: Uint8Array,
  isCooked: boolean = false,
  facts: Record<number, number> = {},
  isExact: boolean = false,
): boolean {
  return run(filter(text).program({ isCooked, isExact }).instructions, bytes, facts).result > 0;
}

function passesExact(text: string, bytes: Uint8Array): boolean {
  return passes(text, bytes, false, {}, true);
}

describe("the kernel's program", () => {
  it("finds ports behind IPv4 options, and passes over fragments but the first", () => {
    for (const ihl of [5, 6, 15]) {
      expect(passes("udp.dst_port == 53", datagram(53, ihl))).toBe(true);
      expect(passes("udp.dst_port == 53", datagram(54, ihl))).toBe(false);
    }
    const fragment = datagram(53);
    fragment[21] = 1;
    expect(passes("udp.dst_port == 53", fragment)).toBe(false);
    expect(passes("udp || ipv4.fragment_offset == 1", fragment)).toBe(true);
  });

  it("tells fragments apart where the filter asks for them, whatever they carry", () => {
    const fragment = datagram(53);
    fragment[21] = 1;
    for (const text of ["ipv4.fragment_offset == 0", "ipv4 && !(ipv4.fragment_offset != 0)"]) {
      expect([passes(text, datagram(53)), passes(text, fragment)]).toEqual([true, false]);
    }
  });

  it("compares bits of an address in the word where they stand", () => {
    const { instructions } = filter("ethernet.dst & 01:00:00:00:00:00 != 00:00:00:00:00:00").program();
    expect(instructions).toHaveLength(4);
    const frame = datagram(53);
    expect(run(instructions, frame).result).toBe(0);
    frame[0] = 1;
    expect(run(instructions, frame).result).toBeGreaterThan(0);
    frame[7] = 0x80;
    expect(passes("ethernet.src & 00:ff:00:00:00:00 > 00:7f:00:00:00:00", frame)).toBe(true);
    expect(passes("ethernet.src & 00:ff:00:00:00:00 > 00:80:00:00:00:00", frame)).toBe(false);
  });

  it("follows two extension headers of IPv6, and leaves packets with more to the other half", () => {
    for (const extensions of [[], [0], [60, 43], [44], [0, 44]]) {
      expect(passesExact("udp.dst_port == 53", datagram6(53, extensions))).toBe(true);
      expect(passesExact("udp.dst_port == 53", datagram6(54, extensions))).toBe(false);
    }
    expect(passesExact("udp.dst_port == 53", datagram6(54, [0, 60, 43]))).toBe(true);
    expect(passes("ipv6_routing", datagram6(54, [43]))).toBe(true);
    expect(passesExact("ipv6_routing", datagram6(54, [0]))).toBe(false);
  });

  it("leaves extension headers that the filter does not name to the other half, when it is to be short", () => {
    expect(passes("udp.dst_port == 53", datagram6(54, [0]))).toBe(true);
    expect(passes("udp.dst_port == 53", datagram6(54, []))).toBe(false);
  });

  it("knows the tag that the kernel took out", () => {
    const tagged = { 44: (3 << 13) | 25, 48: 1 };
    expect(passes("vlan.id in {10, 20..30}", datagram(1), false, tagged)).toBe(true);
    expect(passes("vlan.id in {10, 20..24}", datagram(1), false, tagged)).toBe(false);
    expect(passes("vlan.pcp == 3 && vlan.ether_type == ipv4", datagram(1), false, tagged)).toBe(true);
    expect(passes("vlan", datagram(1))).toBe(false);
  });

  it("looks at nothing behind the end of a packet that matches already", () => {
    const cut = Uint8Array.of(...datagram(1).slice(0, 12), 0x81, 0, 0, 10, 0x81, 0, 0); // the second tag is cut off
    const text = "ethernet.ether_type == 0x8100 || vlan.id == 3 && udp.port == 53";
    expect(passes(text, cut)).toBe(true);
    expect(passesExact(text, cut)).toBe(true);
  });

  it("begins with the network's header where packets are cooked", () => {
    const cooked = (port: number): Uint8Array => datagram(port).slice(14);
    expect(passes("udp.dst_port == 53", cooked(53), true, { 0: 0x0800 })).toBe(true);
    expect(passes("udp.dst_port == 53", cooked(54), true, { 0: 0x0800 })).toBe(false);
    expect(passes("udp.dst_port == 53", cooked(53), true, { 0: 0x0806 })).toBe(false);
    expect(passes("ethernet", cooked(53), true, { 0: 0x0800 })).toBe(false);
  });

  it("compares addresses of 128 bits in words", () => {
    const packet = datagram6(53, []);
    packet.set([0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9], 22);
    expect(passes("ipv6.src in 2001:db8::/32", packet)).toBe(true);
    expect(passes("ipv6.src in 2001:db8::5..2001:db8::9", packet)).toBe(true);
    expect(passes("ipv6.src in 2001:db8::a..2001:db9::", packet)).toBe(false);
    expect(passes("ipv6.src > 2001:db8::8", packet)).toBe(true);
    expect(passes("ipv6.src < 2001:db8::9", packet)).toBe(false);
  });

  it("jumps farther than 255 instructions", () => {
    const ports = Array.from({ length: 300 }, (_, i) => 1000 + 2 * i);
    const text = `udp.dst_port in {${ports.join(", ")}} && !(ipv4.src == 10.0.0.2)`;
    expect(filter(text).program().instructions.length).toBeGreaterThan(512);
    for (const port of [999, 1000, 1001, 1150, 1598, 1599]) {
      expect(passes(text, datagram(port))).toBe(ports.includes(port));
    }
  });

  it("lets everything pass where it would be too long, or the link is another", () => {
    const many = `udp.port in {${Array.from({ length: 2500 }, (_, i) => 2 * i).join(",")}}`;
    const long = filter(many).program();
    expect(long).toMatchObject({ isExact: false, instructions: [{ code: 6, k: 0xffffffff }] });
    expect(long.reasons[0]).toMatch(/^the program would have \d+ instructions/);
    const other = filter("udp").program({ linkType: 101 });
    expect(other).toMatchObject({ isExact: false, instructions: [{ code: 6, k: 0xffffffff }] });
  });

  it("is exact where nothing hides from it", () => {
    expect(filter("ethernet.ether_type == arp").program().isExact).toBe(false); // frames of less than 14 bytes
    expect(filter("ethernet.ether_type == arp").program({ isExact: true }).isExact).toBe(true);
    expect(filter("captured_length > 100").program({ hasSnaplen: true }).isExact).toBe(false);
    expect(filter("udp").program({ isExact: true }).reasons).toContain("udp may stand in other ipv4 packets");
  });
});
