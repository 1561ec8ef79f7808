import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AnyFields,
  buildPacket,
  BuildError,
  Elements,
  FieldValueError,
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

describe("what a switch leads to is written by the names of its fields", () => {
  const Class = classOf(
    `kind: u8
class: { type: u8 = 2, when: kind == 9 }
sender: { struct: party }
receiver: { struct: party, bytes: u16 }
body: { switch: kind & 15, bytes: u16, 1: { port: u16, rest: bytes }, 2: party, 3..4: { list: option, until: end }, 5: nested }
tail: { switch: kind >> 4, 0: { a: u8 }, 1: { b: u16, c: varint.quic } }`,
    `types:
  party: { fields: { name: { text: utf8, bytes: u8 }, address: ipv4_address } }
  nested: { fields: { size: u8, inner: { switch: size, 1: { x: u8 }, else: party }, all: { array: party, until: end } } }
  option:
    tag: { kind: u8 }
    length: { length: u8, counts: value }
    value: { switch: kind, 1: { deep: u16 }, 2: { list: option2, until: end } }
  option2:
    tag: { kind: u8 }
    length: { length: u8, counts: value }
    value: { only: u24 }
`,
  );
  const ada = { name: "Ada", address: 0xc0000201 };
  const adaHex = "03416461c0000201";
  const bytesOf = (fields: AnyFields): string => {
    const target = new Uint8Array(400);
    const length = buildPacket(target, [[Class, { sender: ada, receiver: ada, ...fields }]] as never);
    return Buffer.from(target.subarray(0, length)).toString("hex");
  };

  it.each([
    ["a case described in place", { kind: 1, body: { port: 80, rest: [1, 2] } }, "0004" + "00500102", "00"],
    ["a case that is a type", { kind: 2, body: ada, tail: { a: 7 } }, "0008" + adaHex, "07"],
    ["its bytes", { kind: 2, body: [1, 2, 3], tail: [9] }, "0003" + "010203", "09"],
    [
      "another case of an expression",
      { kind: 0x11, body: { port: 1 }, tail: { b: 3, c: 5, cLength: 4 } },
      "0002" + "0001",
      "000380000005",
    ],
    [
      "a list, lists in its values",
      {
        kind: 4,
        body: [
          { kind: 1, value: { deep: 7 } },
          { kind: 2, value: [{ kind: 9, value: { only: 5 } }] },
          { kind: 3, value: [1] },
        ],
      },
      "000e" + "01020007" + "0205" + "0903000005" + "030101",
      "00",
    ],
    [
      "a switch in a case, arrays beside it",
      { kind: 5, body: { size: 1, inner: { x: 4 }, all: [ada, ada] } },
      "0012" + "0104" + adaHex + adaHex,
      "00",
    ],
  ] as const)("%s", (_, fields, body, tail) => {
    expect(bytesOf({ tail: { a: 0 }, ...fields })).toBe(
      fields.kind.toString(16).padStart(2, "0") + adaHex + "0008" + adaHex + body + tail,
    );
  });

  it("an optional constant is written where it is said to be there", () => {
    const Sometimes = classOf("kind: u8\nid: { bytes: u8 }\nversion: u8 = 4\nlevel: u8 in 3..9");
    expect(built(Sometimes, { id: [1] }).toJSON()).toMatchObject({ version: 4, level: 3 });
  });

  it.each([
    [
      { kind: 1, body: { port: 70_000 } },
      FieldValueError,
      "body.port",
      "body.port: probe_body_case_1.port must be a whole number in 0..65535, not 70000",
    ],
    [
      { kind: 3, body: [{ kind: 1 }, { kind: 1, value: { deep: -1 } }] },
      FieldValueError,
      "body[1].value.deep",
      "body[1].value.deep: option_case_1.deep must be",
    ],
    [
      { kind: 5, body: { size: 1, all: [ada, { address: 2 ** 33 }] } },
      FieldValueError,
      "body.all[1].address",
      "body.all[1].address: party.address must be",
    ],
    [{ kind: 0x10, tail: { c: 2 ** 53 } }, FieldValueError, "tail.c", "tail.c: probe_tail_case_1.c must be"],
    [
      { kind: 0x10, tail: { c: 64, cLength: 1 } },
      BuildError,
      "tail",
      "tail: probe_tail_case_1.c cannot be 64 in 1 bytes",
    ],
    [
      { kind: 2, body: { port: 80 } },
      BuildError,
      "body",
      "body: party has no field port to write; it has name, address",
    ],
    [
      { kind: 6, body: { port: 80 } },
      BuildError,
      undefined,
      "probe: nothing is known of body where its switch is over 6: give its bytes",
    ],
    [
      { kind: 4, body: ada },
      BuildError,
      undefined,
      "body is a list of option: it takes an array of elements, or bytes",
    ],
    [{ kind: 2, body: 5 }, BuildError, "body", "body: party takes its fields, not number"],
    [
      { kind: 3, body: [{ kind: 2, asCase1: { deep: 1 } }] },
      BuildError,
      "body[0]",
      "body[0]: option: asCase1 is given, but the tag leads to asOption2",
    ],
    [
      { kind: 3, body: [{ kind: 3, value: { deep: 1 } }] },
      BuildError,
      "body[0]",
      "body[0]: option: nothing is known of its value where its switch is over 3: give its bytes",
    ],
  ])("%j is refused, and the error tells where", (fields, type, path, message) => {
    const target = new Uint8Array(400).fill(0xa5);
    const all = { sender: ada, receiver: ada, tail: { a: 0 }, ...fields };
    const build = (): number => buildPacket(target, [[Class, all]] as never);
    expect(build).toThrow(type);
    expect(build).toThrow(expect.objectContaining({ path }));
    expect(build).toThrow(message);
    expect(target).toEqual(new Uint8Array(400).fill(0xa5));
  });
});

it("names that are read with escapes are written as they were", () => {
  const Class = classOf("host: dns_name");
  const labels = [4, 0x61, 0x2e, 0x5c, 0x07, 1, 0x62, 0];
  const text = new Class(new DataView(Uint8Array.from(labels).buffer)).wrapOrThrow(0, labels.length)[
    "hostText"
  ];
  expect(text).toBe("a\\.\\\\\\007.b");
  expect(built(Class, { hostText: text })["hostText"]).toBe(text);
});

it("more bytes than a call takes arguments", () => {
  const target = new Uint8Array(400_000);
  const length = buildPacket(target, [
    [classOf("id: { bytes: u32 }"), { id: new Uint8Array(300_000).fill(7) }],
  ] as never);
  expect([length, target[length - 1]]).toEqual([300_004, 7]);
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
        options: [{ kind: 2, value: { mss: 1460 } }, { kind: 1 }, { kind: 3, value: [7] }],
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
    [
      Dns,
      {
        id: 7,
        questions: [{ nameText: "example.com", type: 15 }],
        answers: [
          { nameText: "example.com", type: 15, rdata: { preference: 10, exchangeText: "mail.example.com" } },
        ],
      },
    ],
  ]);
  const { questions, answers } = Dns.of(frame.subarray(0, query), 8);
  expect([questions.first(), questions.element.nameText]).toEqual([true, "example.com"]);
  expect([answers.first(), answers.element.rdataAsMx?.exchangeText]).toEqual([true, "mail.example.com"]);
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
