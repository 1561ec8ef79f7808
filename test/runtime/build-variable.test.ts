import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AnyFields,
  buildPacket,
  BuildError,
  Elements,
  type Header,
  type HeaderClass,
  type List,
} from "zc-gen";
import { Arp, Dns, Ethernet, Ipv4, Tcp, Udp } from "zc-gen/protocols";
import { runFiles } from "../generator/support/modules.js";
import { emitTexts, header } from "../generator/support/schemas.js";

type Probe = Header & Record<string, unknown>;

function classOf(fields: string, more = ""): HeaderClass<Probe> {
  const text = header(fields, `endian: big\nbit_order: msb\n${more}`);
  return runFiles(emitTexts(text))["probe.ts"]?.["Probe"] as HeaderClass<Probe>;
}

/** A header of these fields alone, read again. */
function built(Class: HeaderClass<Probe>, fields: AnyFields): Probe {
  const target = new Uint8Array(4000).fill(0xa5);
  const length = buildPacket(target, [[Class, fields]] as never);
  return new Class(new DataView(target.buffer)).wrapOrThrow(0, length);
}

describe("fields of no fixed length are written by name", () => {
  const Class = classOf(
    `kind: u8
has_port: flag
count: u7
port: { type: u16, when: has_port }
sources: { array: ipv4_address, count: count }
id: { bytes: u8 in 0..32 }
token: { bytes: varint.quic }
suites: { array: u16le, bytes: u16le }
words: u8
data: { bytes: words * 4 }
name: { text: ascii, until: 0 }
place: { text: latin1, bytes: u8 }
length: varint.leb128
host: dns_name
entries: { array: entry, count: u }
u: u8`.replace(
      "entries: { array: entry, count: u }\nu: u8",
      "entry_count: u8\nentries: { array: entry, count: entry_count }\noptions: { list: option, until: end }",
    ),
    `types:
  entry: { fields: { key: u8, text: { text: utf8, bytes: u8 } } }
  option:
    tag: { kind: u8 }
    length: { length: u8, counts: element, absent: [0, 1] }
    stop: 0
    value: { switch: kind, 2: { mss: u16 }, 5: { blocks: { array: u32, until: end } }, 9: { list: inner, until: end }, else: { data: bytes } }
  inner: { tag: { kind: u8 }, length: { length: u8, counts: value, unit: 4 bytes }, align: 4 }
`,
  );

  it("one of each, with counts, flags and lengths before them", () => {
    const probe = built(Class, {
      kind: 3,
      port: 8080,
      sources: [0xc0000201, 0x0a000001],
      id: [1, 2, 3],
      token: new Uint8Array(70).fill(4),
      suites: [0x1301, 0x1302],
      data: [9, 9, 9, 9, 8, 8, 8, 8],
      name: "here",
      place: "Zürich",
      length: 300,
      host: "example.com",
      entries: [
        { key: 1, text: "über" },
        { key: 2, text: "" },
      ],
      options: [
        { kind: 1 },
        { kind: 2, asCase2: { mss: 1460 } },
        { kind: 5, asCase5: { blocks: [1, 2] } },
        { kind: 9, asInner: [{ kind: 7, value: [1, 2, 3] }] },
        { kind: 77, value: [5] },
        { kind: 0 },
      ],
    });
    expect(probe.toJSON()).toMatchObject({
      kind: 3,
      has_port: true,
      count: 2,
      port: 8080,
      sources: ["192.0.2.1", "10.0.0.1"],
      id: "010203",
      suites: [0x1301, 0x1302],
      words: 2,
      name: "here",
      place: "Zürich",
      length: 300,
      host: "example.com",
      entry_count: 2,
      entries: [
        { key: 1, text: "über" },
        { key: 2, text: "" },
      ],
    });
    const options = probe["options"] as List & Record<string, Probe>;
    expect([options.find(2), options["asCase2"]?.["mss"], options["length"]]).toEqual([true, 1460, 4]);
    expect([options.find(5), options["asCase5"]?.["blocksCount"]]).toEqual([true, 2]);
    expect([options.find(9), options.valueLength, (options["asInner"] as unknown as List).toJSON()]).toEqual([
      true,
      8,
      [{ kind: 7, length: 1, value: "01020300" }],
    ]);
    expect([options.find(77), [...options.valueBytes()], options.next(), options.fault]).toEqual([
      true,
      [5],
      false,
      0,
    ]);
  });

  it("what is left out is empty, or absent", () => {
    const probe = built(Class, { kind: 1, name: "x" });
    expect([
      probe["hasPort"],
      probe["sourcesCount"] ?? probe["count"],
      probe["idLength"],
      probe["entryCount"],
    ]).toEqual([false, 0, 0, 0]);
  });
});

describe("what cannot be written is told", () => {
  it("a field whose condition does not hold", () => {
    const Class = classOf("kind: u8\nport: { type: u16, when: kind == 4 }");
    expect(built(Class, { kind: 4, port: 7 })["port"]).toBe(7);
    expect(() => built(Class, { kind: 3, port: 7 })).toThrow(BuildError);
    expect(() => built(Class, { kind: 3, port: 7 })).toThrow(
      "probe.port is given, but its condition does not hold",
    );
  });

  it("a name beside $rest, and a value of another kind", () => {
    const Class = classOf("id: { bytes: u8 }");
    expect(() => built(Class, { id: [1], $rest: [1, 2] })).toThrow("probe.id lies in what $rest gives");
    expect(() => built(Class, { id: 7 })).toThrow("probe.id takes bytes or a list, not number");
    expect(() => built(classOf("host: dns_name"), { host: "a..b" })).toThrow(RangeError);
    expect(() => built(classOf("id: { bytes: u8 }"), { id: new Uint8Array(256) })).toThrow(
      "probe.id has 256 bytes; 0 to 255 are possible",
    );
  });
});

it("bundled headers take options, addresses and names by name", () => {
  const frame = new Uint8Array(200);
  const length = buildPacket(frame, [
    [Ethernet],
    [Ipv4, { srcText: "192.0.2.1", dstText: "192.0.2.2" }],
    [
      Tcp,
      {
        syn: true,
        options: [{ kind: 2, asMaximumSegmentSize: { mss: 1460 } }, { kind: 1 }, { kind: 3, value: [7] }],
      },
    ],
  ]);
  const tcp = Tcp.of(frame.subarray(0, length), 34);
  expect([
    tcp.headerLength,
    tcp.options.find(3),
    tcp.verifyChecksum(Ipv4.of(frame.subarray(0, length), 14)),
  ]).toEqual([28, true, "good"]);
  const arp = buildPacket(frame, [
    [Ethernet],
    [Arp, { senderHardwareAddress: [2, 0, 0, 0, 0, 1], senderProtocolAddress: [192, 0, 2, 1] }],
  ]);
  expect(Arp.of(frame.subarray(0, arp), 14).toJSON()).toMatchObject({
    hardware_length: 6,
    protocol_length: 4,
  });
  const query = buildPacket(frame, [
    [Udp, { dstPort: 53 }],
    [Dns, { id: 7, questions: [{ nameText: "example.com", type: 1 }] }],
  ]);
  const { questions } = Dns.of(frame.subarray(0, query), 8);
  expect([questions.first(), questions.element.nameText]).toEqual([true, "example.com"]);
  expect(questions).toBeInstanceOf(Elements);
});

describe("decode(build(x)) = x", () => {
  const Class = classOf(
    "flag: flag\ncount: u7\nport: { type: u16, when: flag }\nvalues: { array: u24, count: count }\nid: { bytes: u8 }\n" +
      "size: varint.quic\nname: { text: utf8, bytes: u16 }\noptions: { list: option, until: end }",
    "types:\n  option:\n    tag: { kind: u8 in 1..255 }\n    length: { length: u8, counts: value }\n",
  );
  const byte = fc.integer({ min: 0, max: 255 });
  const bytes = (maxLength: number): fc.Arbitrary<number[]> => fc.array(byte, { maxLength });
  const packets = fc.record(
    {
      port: fc.integer({ min: 0, max: 0xffff }),
      values: fc.array(fc.integer({ min: 0, max: 0xffffff }), { maxLength: 127 }),
      id: bytes(255),
      size: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
      name: fc.string({ maxLength: 40 }),
      options: fc.array(fc.record({ kind: fc.integer({ min: 1, max: 255 }), value: bytes(30) }), {
        maxLength: 8,
      }),
    },
    { requiredKeys: ["values", "id", "size", "name", "options"] },
  );

  it("for any packet", () => {
    fc.assert(
      fc.property(packets, (packet) => {
        const probe = built(Class, packet);
        const options: unknown[] = [];
        const list = probe["options"] as List;
        while (list.next()) options.push({ kind: list.tag, value: [...list.valueBytes()] });
        const { values, size, name } = probe.toJSON();
        const found = { values, size, name, id: [...(probe["idBytes"] as () => Uint8Array)()], options };
        expect(probe["flag"] === true ? { ...found, port: probe["port"] } : found).toEqual(packet);
      }),
      { numRuns: 200 },
    );
  });
});

describe("where a packet is built", () => {
  const build = (target: ArrayBufferView, port: number, payload: ArrayLike<number>): number =>
    buildPacket(target, [[Ethernet], [Ipv4, { src: 0xc0000201 }], [Udp, { dstPort: port }]], payload);

  it("is left as it was where a value does not fit", () => {
    const target = new Uint8Array(64).fill(0xa5);
    expect(() => build(target, 70_000, [1, 2, 3])).toThrow(RangeError);
    expect(target).toEqual(new Uint8Array(64).fill(0xa5));
    expect(build(target, 53, [1, 2, 3])).toBe(45);
    expect(target.subarray(45)).toEqual(new Uint8Array(19).fill(0xa5));
  });

  it("may be any view, and nothing of the packet before shows", () => {
    const buffer = new ArrayBuffer(128);
    build(new Uint8Array(1500), 53, new Uint8Array(1400).fill(0xff));
    const length = build(new DataView(buffer, 7, 64), 53, [1, 2, 3]);
    const alone = new Uint8Array(64);
    build(alone, 53, [1, 2, 3]);
    expect(new Uint8Array(buffer, 7, length)).toEqual(alone.subarray(0, length));
    expect(new Uint8Array(buffer, 7 + length)).toEqual(new Uint8Array(121 - length));
  });

  it("may be asked for while a packet is being built", () => {
    const inner = new Uint8Array(64);
    const payload = {
      length: 1,
      get 0() {
        return build(inner, 1, [9]);
      },
    };
    const outer = new Uint8Array(64);
    expect(build(outer, 2, payload)).toBe(43);
    expect([outer[42], inner[42], outer[37], inner[37]]).toEqual([43, 9, 2, 1]);
  });
});
