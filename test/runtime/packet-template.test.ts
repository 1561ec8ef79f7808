import { describe, expect, it } from "vitest";
import { BuildError, buildPacket, FieldValueError, PacketTemplate } from "zc-gen";
import { Ethernet, Ipv4, Ipv6, Stack, Udp } from "zc-gen/protocols";

const PAYLOAD = Uint8Array.of(1, 2, 3, 4, 5, 6, 7);
const DST = 0x020000000001;

function udpTemplate(): PacketTemplate<readonly [Ethernet, Ipv4, Udp]> {
  return new PacketTemplate(
    [
      [Ethernet, { dst: DST }],
      [Ipv4, { ttl: 64, dstText: "198.51.100.1" }],
      [Udp, { dstPort: 5001 }],
    ],
    PAYLOAD,
  );
}

function built(src: number, srcPort: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(49);
  const length = buildPacket(
    bytes,
    [
      [Ethernet, { dst: DST }],
      [Ipv4, { ttl: 64, src, dstText: "198.51.100.1" }],
      [Udp, { srcPort, dstPort: 5001 }],
    ],
    payload,
  );
  expect(length).toBe(49);
  return bytes;
}

describe("a packet that is written many times", () => {
  it("has each time the bytes that buildPacket gives", () => {
    const template = udpTemplate();
    const [, ipv4, udp] = template.headers;
    for (const [src, srcPort, first] of [
      [0xc0000201, 20000, 1],
      [0xffffffff, 0, 255],
      [0, 65535, 0],
      [0xc0000201, 20000, 1],
    ] as const) {
      ipv4.src = src;
      udp.srcPort = srcPort;
      template.payload[0] = first;
      const target = new Uint8Array(60).fill(0xa5);
      expect(template.write(target, 5)).toBe(49);
      const payload = PAYLOAD.with(0, first);
      expect(target.slice(5, 54)).toEqual(built(src, srcPort, payload));
      expect([...target.slice(0, 5), ...target.slice(54)]).toEqual(Array(11).fill(0xa5));
    }
  });

  it("sums up over IPv6, too", () => {
    const template = new PacketTemplate(
      [[Ethernet], [Ipv6, { hopLimit: 1 }], [Udp, { dstPort: 5001 }]],
      PAYLOAD,
    );
    const [ethernet, ipv6] = template.headers;
    ethernet.srcText = "02:00:00:00:00:09";
    ipv6.srcText = "2001:db8::7";
    const target = new Uint8Array(template.bytes.length);
    template.write(target);
    const stack = new Stack(new DataView(target.buffer));
    expect(stack.decode(0, target.length, 1)).toBe(0);
    expect(stack.udp.verifyChecksum(stack.ipv6)).toBe("good");
    expect(stack.ipv6.srcText).toBe("2001:db8::7");
  });

  it("keeps checksums that were given", () => {
    const template = new PacketTemplate([
      [Ipv4, { headerChecksum: 0xbad }],
      [Udp, { checksum: 7 }],
    ]);
    const [ipv4, udp] = template.headers;
    ipv4.ttl = 9;
    udp.srcPort = 1;
    template.write(new Uint8Array(28));
    expect([ipv4.headerChecksum, udp.checksum]).toEqual([0xbad, 7]);
  });

  it("keeps its bytes apart from every other packet's", () => {
    const [one, other] = [udpTemplate(), udpTemplate()];
    one.headers[2].srcPort = 1;
    other.headers[2].srcPort = 2;
    buildPacket(new Uint8Array(100), [[Udp, { srcPort: 3 }]]);
    expect([one.headers[2].srcPort, other.headers[2].srcPort]).toEqual([1, 2]);
  });

  it.each([
    [48, 0],
    [60, 12],
    [60, -1],
    [60, NaN],
  ])("writes nothing into %i bytes from %i on, which are too few", (length, at) => {
    const target = new Uint8Array(length).fill(0xa5);
    let error: unknown;
    try {
      udpTemplate().write(target, at);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(BuildError);
    expect(error).toMatchObject({ code: "ERR_ZC_BUILD_ROOM", layout: "udp", needed: 49, had: length - at });
    expect(target).toEqual(new Uint8Array(length).fill(0xa5));
  });

  it("refuses what buildPacket refuses", () => {
    expect(() => new PacketTemplate([[Udp], [Ethernet]])).toThrow(BuildError);
    expect(() => new PacketTemplate([[Ipv4, { ttl: 256 }]])).toThrow(FieldValueError);
    expect(() => (udpTemplate().headers[1].ttl = 256)).toThrow(FieldValueError);
  });
});
