import { readdirSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { type AnyFields, buildPacket, BuildError, fieldsOf, FieldValueError, finalizePacket, Header, type HeaderClass, layersOf, viewOf } from "zc-gen";
import { PcapFile } from "zc-gen/files";
import * as protocols from "zc-gen/protocols";
import { Arp, Ethernet, Icmp, Ipv4, Ipv6, Stack, Tcp, Udp, Vlan } from "zc-gen/protocols";
import { needsPcaps, PCAPS } from "../support/shared.js";
import { byName, faultsOf, paddingOf } from "./support/by-name.js";
import { ARP_REQUEST, TCP_IN_IPV6_IN_QINQ, UDP_IN_IPV4 } from "../vectors/packets.js";

const HELLO = new TextEncoder().encode("hello");

function decoded(bytes: Uint8Array): Stack {
  const stack = new Stack(viewOf(bytes));
  expect(stack.decode(0, bytes.length, 1)).toBe(0);
  return stack;
}

describe("buildPacket", () => {
  it("fills in lengths, numbers and checksums", () => {
    const frame = new Uint8Array(100).fill(0xa5);
    const length = buildPacket(
      frame,
      [
        [Ethernet, { srcText: "02:00:00:00:00:01", dstText: "02:00:00:00:00:02" }],
        [Ipv4, { ttl: 64, srcText: "192.0.2.1", dstText: "198.51.100.2" }],
        [Udp, { srcPort: 50000, dstPort: 5300 }],
      ],
      HELLO,
    );
    expect(length).toBe(47);
    expect(frame[47]).toBe(0xa5);
    const { ethernet, ipv4, udp } = decoded(frame.subarray(0, length));
    expect([ethernet.etherType, ipv4.ihl, ipv4.totalLength, ipv4.protocol, udp.length]).toEqual([0x800, 5, 33, 17, 13]);
    expect([ipv4.verifyHeaderChecksum(), udp.verifyChecksum(ipv4)]).toEqual(["good", "good"]);
    expect(udp.payloadEnd - udp.payloadOffset).toBe(5);
  });

  it("pads options to whole words, and counts them", () => {
    const frame = new Uint8Array(100);
    const length = buildPacket(frame, [[Ethernet], [Vlan, { vid: 7 }], [Ipv6, { hopLimit: 3 }], [Tcp, { syn: true, $rest: [2, 4, 5, 0xa0, 1] }]]);
    const { ethernet, vlan, ipv6, tcp } = decoded(frame.subarray(0, length));
    expect([ethernet.etherType, vlan.etherType, ipv6.nextHeader, ipv6.payloadLength]).toEqual([0x8100, 0x86dd, 6, 28]);
    expect([tcp.dataOffset, tcp.headerLength, tcp.verifyChecksum(ipv6)]).toEqual([7, 28, "good"]);
  });

  it("writes what is given as it is given", () => {
    const frame = new Uint8Array(64);
    const length = buildPacket(
      frame,
      [[Ethernet, { etherType: 0x88b5 }], [Ipv4, { totalLength: 99, headerChecksum: 1 }], [Icmp, { checksum: 2, type: 8, $rest: [0, 1, 0, 2] }]],
    );
    const ip = Ipv4.of(frame.subarray(0, length), 14);
    expect([ip.totalLength, ip.headerChecksum, ip.protocol]).toEqual([99, 1, 1]);
    expect(Icmp.of(frame.subarray(0, length), 34).checksum).toBe(2);
    expect(frame[12]).toBe(0x88);
  });

  it("puts trailing bytes behind the end that a header declares", () => {
    const frame = new Uint8Array(100);
    const length = buildPacket(frame, [[Ethernet], [Ipv4, { $trailing: new Uint8Array(18) }], [Udp]], HELLO);
    const { ipv4 } = decoded(frame.subarray(0, length));
    expect([length, ipv4.totalLength, ipv4.trailing]).toEqual([65, 33, 18]);
  });

  it("leaves the checksum of a fragment alone", () => {
    const frame = new Uint8Array(100);
    const echo = { type: 8, $rest: [0, 1, 0, 2] };
    buildPacket(frame, [[Ipv4, { moreFragments: true }], [Icmp, echo]]);
    expect(Icmp.of(frame, 20).checksum).toBe(0);
    buildPacket(frame, [[Ipv4, {}], [Icmp, echo]]);
    expect(Icmp.of(frame.subarray(0, 28), 20).checksum).toBe(0xf7fc);
  });

  it("says how much room it needs, and had", () => {
    const build = (): number => buildPacket(new Uint8Array(46), [[Ethernet], [Ipv4], [Udp]], HELLO);
    expect(build).toThrow(BuildError);
    expect(build).toThrow("a packet of ethernet, ipv4, udp and its payload takes 47 bytes; the target has 46");
    expect(() => buildPacket(new Uint8Array(46), [[Ethernet], [Ipv4], [Udp]], HELLO)).toThrow(
      expect.objectContaining({ code: "ERR_ZC_BUILD_ROOM", needed: 47, had: 46 }),
    );
  });

  it("refuses a layer that cannot follow, a field that there is not, and a value that does not fit", () => {
    const frame = new Uint8Array(100);
    expect(() => buildPacket(frame, [[Ethernet], [Udp]])).toThrow("udp cannot follow ethernet: it is attached to ah, ipv4, ipv6, ");
    // @ts-expect-error no such field
    expect(() => buildPacket(frame, [[Ethernet, { source: 1 }]])).toThrow("ethernet has no field source to write");
    // @ts-expect-error not a number
    expect(() => buildPacket(frame, [[Udp, { srcPort: "53" }]])).toThrow(FieldValueError);
    expect(() => buildPacket(frame, [[Ipv4, { ttl: 256 }]])).toThrow("ipv4.ttl must be a whole number in 0..255, not 256");
    expect(() => buildPacket(new Uint8Array(70000), [[Ipv4]], new Uint8Array(65530))).toThrow("ipv4.total_length must be a whole number in 0..65535, not 65550");
  });
});

describe("finalizePacket", () => {
  it("derives lengths and checksums anew after a change", () => {
    const frame = new Uint8Array(100);
    const length = buildPacket(frame, [[Ethernet], [Ipv4, { ttl: 9 }], [Udp, { dstPort: 5300 }]], HELLO);
    const stack = decoded(frame);
    stack.ipv4.dstText = "192.0.2.77";
    finalizePacket(stack.layers(), length + 2);
    const { ipv4, udp } = decoded(frame);
    expect([ipv4.totalLength, udp.length, ipv4.trailing]).toEqual([35, 15, 100 - 49]);
    expect([ipv4.verifyHeaderChecksum(), udp.verifyChecksum(ipv4)]).toEqual(["good", "good"]);
  });
});

/** A packet taken apart into fields and built again. */
function rebuilt(stack: Stack, room: number): Uint8Array {
  const { layers, payload } = layersOf(stack);
  const target = new Uint8Array(room + 16).fill(0xa5);
  const length = buildPacket(target, layers as never, payload);
  return target.slice(0, length);
}

describe("fields out of a Stack, built again", () => {
  it.each([
    ["UDP with padding", UDP_IN_IPV4],
    ["TCP with options in QinQ", TCP_IN_IPV6_IN_QINQ],
    ["ARP", ARP_REQUEST],
  ])("give the bytes of %s", (_, packet) => {
    expect(rebuilt(decoded(packet), packet.length)).toEqual(packet);
  });

  describe("from captures", () => {
    beforeEach(needsPcaps());

    it("give them again without what the schemas derive, where the checksums were right", { timeout: 120_000 }, () => {
      let count = 0;
      const kept = new Set<string>();
      for (const { stack, bytes } of knownPackets()) {
        if (!isRight(stack)) continue;
        const { layers, payload } = layersOf(stack);
        const bare = layers.map(([Class, fields], index) => [Class, withoutDerived(Class, fields, layers[index + 1]?.[0])] as const);
        for (const [index, [Class, fields]] of bare.entries()) {
          const left = LEADING.find((name) => name in fields && index < bare.length - 1);
          if (left === undefined) continue;
          kept.add(`${Class.LAYOUT.name} ${String(fields[left])}`);
        }
        const target = new Uint8Array(bytes.length);
        expect(buildPacket(target, bare as never, payload)).toBe(bytes.length);
        expect(Buffer.from(target).toString("hex")).toBe(Buffer.from(bytes).toString("hex"));
        count++;
      }
      expect(count).toBeGreaterThan(500);
      // PPPoE has two numbers, and that of sessions is the second; that of service tags is a tag's second.
      expect([...kept].sort()).toEqual(["ethernet 34916", "ethernet 34984", "vlan 34916"]);
    });

    it("give the bytes of every packet whose layers are known", { timeout: 120_000 }, () => {
      let count = 0;
      for (const { stack, bytes } of knownPackets()) {
        expect(Buffer.from(rebuilt(stack, bytes.length)).toString("hex"), `packet ${count}`).toBe(Buffer.from(bytes).toString("hex"));
        count++;
      }
      expect(count).toBeGreaterThan(1000);
    });

    it("give the bytes of every header by the names of its fields, options and records as objects", { timeout: 120_000 }, () => {
      const rebuilt = new Map<string, number>();
      for (const { stack, name } of knownPackets()) {
        for (const header of stack.layers().filter((one) => faultsOf(one) === 0 && one.truncated === 0)) {
          const { layout } = header;
          expect(builtByName(header), `${layout.name} in ${name}`).toBe(hexOf(header));
          rebuilt.set(layout.name, (rebuilt.get(layout.name) ?? 0) + 1);
        }
      }
      // Options, TLVs, chunks and records of each of these.
      expect([...rebuilt.keys()]).toEqual(expect.arrayContaining(LISTED));
      expect(rebuilt.size).toBeGreaterThanOrEqual(45);
    });
  });
});

const LISTED = ["dhcpv4", "dns", "geneve", "icmpv6", "igmp", "ipv4", "ipv6_hop_by_hop", "ipv6_routing", "lldp", "pppoe_discovery", "sctp", "tcp"]; // prettier-ignore

/** A header with what it carries, made of its fields by name alone; without what it carries, in hex. */
function builtByName(header: Header): string {
  const { view, payloadOffset, payloadEnd } = header;
  const payload = new Uint8Array(view.buffer, view.byteOffset + payloadOffset, Math.max(0, payloadEnd - payloadOffset));
  const target = new Uint8Array(header.headerLength + payload.length + 8);
  const build = (behind: ArrayLike<number>): Uint8Array => {
    const layers = [[header.constructor as HeaderClass, byName(header)]];
    return target.subarray(0, buildPacket(target, layers as never, behind) - payload.length);
  };
  const built = build(payload);
  const lacking = header.headerLength - built.length;
  const padding = lacking > 0 ? paddingOf(header).slice(-lacking) : [];
  return Buffer.from(lacking > 0 ? build([...padding, ...payload]) : built).toString("hex");
}

function hexOf({ view, offset, headerLength }: Header): string {
  return Buffer.from(view.buffer, view.byteOffset + offset, headerLength).toString("hex");
}

/** Every packet of the captures that a `Stack` decodes to its end. */
function* knownPackets(): Generator<{ stack: Stack; bytes: Uint8Array; name: string }> {
  const names = readdirSync(PCAPS, { recursive: true }).map(String).sort();
  for (const name of names.filter((one) => /\.(pcap|pcapng|cap)$/.test(one) && !one.startsWith("damaged"))) {
    using file = PcapFile.open(`${PCAPS}/${name}`);
    for (const block of file) {
      for (const { dataOffset, dataEnd, linkType } of block) {
        const bytes = new Uint8Array(file.view.buffer, file.view.byteOffset + dataOffset, dataEnd - dataOffset).slice();
        const stack = new Stack(viewOf(bytes));
        const fault = stack.decode(0, bytes.length, linkType);
        if (fault === 0 && stack.layers().length > 0) yield { stack, bytes, name };
      }
    }
  }
}

/** Whole, with every checksum filled in and right, and no length left to the card. */
function isRight(stack: Stack): boolean {
  const { ipv4, ipv6, udp, tcp, icmp, icmpv6 } = stack;
  const ip = ipv4.isWrapped ? ipv4 : ipv6;
  if (stack.layers().some(({ truncated }) => truncated > 0) || !ip.isWrapped) return false;
  if ((ipv4.isWrapped ? ipv4.totalLength : ipv6.payloadLength) === 0) return false;
  if (ipv4.isWrapped && ipv6.isWrapped) return false;
  const verdicts = [
    ...(ipv4.isWrapped ? [ipv4.verifyHeaderChecksum()] : []),
    ...[udp, tcp, icmpv6].flatMap((one) => (one.isWrapped ? [one.verifyChecksum(ip)] : [])),
    ...(icmp.isWrapped ? [icmp.verifyChecksum(ipv4)] : []),
  ];
  return verdicts.every((verdict) => verdict === "good");
}

const DERIVED: Readonly<Record<string, readonly string[]>> = {
  ipv4: ["ihl", "totalLength", "headerChecksum"],
  ipv6: ["payloadLength"],
  udp: ["length", "checksum"],
  tcp: ["dataOffset", "checksum"],
  icmp: ["checksum"],
  icmpv6: ["checksum"],
};

const LEADING: readonly string[] = ["etherType", "protocol", "nextHeader"];

function withoutDerived({ LAYOUT }: HeaderClass, fields: AnyFields, next: HeaderClass | undefined): AnyFields {
  // Where several numbers lead to a header, each has a meaning of its own, and only the first of them is derived.
  const first = next?.LAYOUT.attach?.find(({ to }) => to === LAYOUT.name)?.value;
  const leading = LEADING.filter((name) => fields[name] === first);
  const names = [...(DERIVED[LAYOUT.name] ?? []), ...leading];
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

const CLASSES = (Object.values(protocols) as unknown[]).filter(
  (value): value is HeaderClass => typeof value === "function" && value.prototype instanceof Header,
);

describe.each(CLASSES.map((Class) => ({ name: Class.LAYOUT.className, Class })))("$name", ({ Class }) => {
  it("reads as the fields it was built of", () => {
    for (let round = 0; round < 200; round++) {
      const bytes = Uint8Array.from({ length: Class.LAYOUT.minLength + 60 }, (_, i) => (Math.imul(i + 1, 2654435761 + round * 40503) >>> 13) & 0xff);
      const header = new Class(viewOf(bytes));
      if (header.wrap(0, bytes.length) !== 0) continue;
      const fields = fieldsOf(header);
      const target = new Uint8Array(bytes.length);
      buildPacket(target, [[Class, fields]] as never, bytes.subarray(header.payloadOffset));
      expect(target).toEqual(bytes);
    }
  });
});

it("builds an ARP packet, its addresses behind the lengths that tell how long they are", () => {
  const frame = new Uint8Array(42);
  const addresses = [2, 0, 0, 0, 0, 1, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 192, 0, 2, 2];
  const fixed = { hardwareType: 1, protocolType: 0x0800, hardwareLength: 6, protocolLength: 4, operation: 1 };
  buildPacket(frame, [[Ethernet], [Arp, { ...fixed, $rest: addresses }]]);
  expect(decoded(frame).arp.toJSON()).toMatchObject({ operation: 1, sender_hardware_address: "020000000001", target_protocol_address: "c0000202" });
});
