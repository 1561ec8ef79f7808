// The hard layouts that the language was made for, a section each: what breaks other description languages.
import { describe, expect, it } from "vitest";
import {
  Fault,
  faultCode,
  type Header,
  type HeaderClass,
  isIncomplete,
  type Elements,
  type List,
} from "zc-gen";
import { runFiles } from "./support/modules.js";
import { emitTexts } from "./support/schemas.js";

type Probe = Header & Record<string, unknown>;

/** The class of a schema whose name is `probe`. */
function classOf(body: string): HeaderClass<Probe> {
  const text = `zc: 1\nname: probe\n${body}`;
  return runFiles(emitTexts(text))["probe.ts"]?.["Probe"] as HeaderClass<Probe>;
}

/** An accessor on bytes in the middle of others. */
function on(Class: HeaderClass<Probe>, bytes: readonly number[]): { probe: Probe; fault: number } {
  const all = new Uint8Array(bytes.length + 40).fill(0xa5);
  all.set(bytes, 11);
  const probe = new Class(new DataView(all.buffer));
  return { probe, fault: probe.wrap(11, 11 + bytes.length) };
}

/** One that fits. */
function read(Class: HeaderClass<Probe>, ...bytes: (number | number[] | string)[]): Probe {
  const flat = bytes.flatMap((one) => (typeof one === "string" ? [...Buffer.from(one)] : one));
  const { probe, fault } = on(Class, flat);
  expect(probe.explain(fault)?.message).toBeUndefined();
  return probe;
}

describe("section 1: bits, constants, units (IPv4)", () => {
  const Class = classOf(`
endian: big
bit_order: msb
fields:
  version: u4 = 4
  ihl: u4 in 5..15
  dscp: { type: u6, enum: dscp }
  ecn: u2
  total_length: u16
  identification: u16
  flags: u3
  fragment_offset: { type: u13, unit: 8 bytes }
  rest: { bytes: 12 }
let: { header_length: ihl * 4 }
length: { header: header_length, total: { from: total_length, zero_means: captured } }
enums: { dscp: { values: { 46: ef } } }
`);
  const bytes = [0x45, 46 << 2, 0, 22, 0, 0, 0, 3, ...new Array<number>(14).fill(0)];

  it("reads the wire's number and what it counts", () => {
    const probe = read(Class, bytes, 9, 9);
    expect([probe["dscp"], probe["fragmentOffset"], probe["fragmentOffsetBytes"]]).toEqual([46, 3, 24]);
    expect([probe.headerLength, probe.payloadEnd - 11, probe.trailing]).toEqual([20, 22, 2]);
  });
});

describe("section 2: the next header by number, condition and peek", () => {
  const files = {
    "top.yaml": `zc: 1
name: top
endian: big
bit_order: msb
attach: { link_type: 147 }
fields: { bottom: flag, length_or_type: u15 }
next:
  - { unless: bottom, by: length_or_type }
  - { peek: u4, values: { 4: four, 6: six } }
`,
    "four.yaml": "zc: 1\nname: four\nendian: big\nfields: { a: u8 }\n",
    "six.yaml": "zc: 1\nname: six\nendian: big\nattach: { top.length_or_type: 0x600.. }\nfields: { a: u8 }\n",
  };
  const Stack = runFiles(emitTexts(files))["stack.ts"]?.["Stack"] as new (view: DataView) => {
    decode(offset: number, end: number, linkType: number): number;
    layers(): Header[];
  };

  it.each([
    [[0x06, 0x00, 0x40], "six"],
    [[0x80, 0x00, 0x40], "four"],
    [[0x80, 0x00, 0x60], "six"],
    [[0x80, 0x00, 0x50], undefined],
  ])("%j leads to %s", (bytes, name) => {
    const stack = new Stack(new DataView(Uint8Array.from(bytes).buffer));
    stack.decode(0, bytes.length, 147);
    expect(stack.layers()[1]?.layout.name).toBe(name);
  });
});

describe("section 3: lists of elements with a tag", () => {
  it.each([
    [
      "IPv4: flags inside the tag",
      "tag: { copied: u1, class: u2, number: u5 }\n    length: { length: u8, counts: element, absent: [0, 1] }",
      [0x83, 3, 9, 1, 0x44, 2],
      [
        [0x83, 1],
        [1, 0],
        [0x44, 0],
      ],
    ],
    [
      "neighbor discovery: units of 8 bytes with the header",
      "tag: { kind: u8 }\n    length: { length: u8, counts: element, unit: 8 bytes }",
      [1, 1, 1, 2, 3, 4, 5, 6],
      [[1, 6]],
    ],
    [
      "LLDP: 7 and 9 bits",
      "tag: { kind: u7 }\n    length: { length: u9, counts: value }",
      [0x02, 2, 7, 7, 0, 0],
      [
        [1, 2],
        [0, 0],
      ],
    ],
    [
      "SCTP: padding that does not count",
      "tag: { kind: u8 }\n    length: { flags: u8, length: u16, counts: element }\n    align: { to: 4, counted: false }",
      [1, 0, 0, 5, 9, 0, 0, 0, 2, 0, 0, 4],
      [
        [1, 1],
        [2, 0],
      ],
    ],
    [
      "Geneve: units of 4 bytes of the value",
      "tag: { kind: u8 }\n    length: { length: u8, counts: value, unit: 4 bytes }",
      [7, 1, 1, 2, 3, 4],
      [[7, 4]],
    ],
    [
      "RTP: one less than there are",
      "tag: { kind: u4 }\n    length: { length: u4, counts: value, plus: 1, absent: 0 }",
      [0x11, 5, 6, 0x00, 0x20, 9],
      [
        [1, 2],
        [0, 0],
        [2, 1],
      ],
    ],
  ])("%s", (_, element, bytes, expected) => {
    const Class = classOf(
      `endian: big\nbit_order: msb\nfields: { options: { list: option, until: end } }\ntypes:\n  option:\n    ${element}\n`,
    );
    const options = read(Class, bytes)["options"] as List;
    const found: number[][] = [];
    while (options.next()) found.push([options.tag, options.valueLength]);
    expect([found, options.fault]).toEqual([expected, 0]);
  });

  // The sketch has `previous.number + delta` and `escape`; `sum`, and fields that are asked for where they are, say both.
  it("CoAP: numbers that add up, nibbles with escapes, and a marker that ends them", () => {
    const Class = classOf(`
endian: big
bit_order: msb
fields:
  options: { array: option, until: end, stop: delta == 15 }
  body: bytes
types:
  option:
    fields:
      delta: u4
      length: u4 in 0..15
      delta8: { type: u8, when: delta == 13 }
      delta16: { type: u16, when: delta == 14 }
      length8: { type: u8, when: length == 13 }
      length16: { type: u16, when: length == 14 }
      value: { bytes: length_of_value }
    let:
      number: { sum: "delta == 13 ? delta8 + 13 : delta == 14 ? delta16 + 269 : delta" }
      length_of_value: "length == 13 ? length8 + 13 : length == 14 ? length16 + 269 : delta == 15 ? 0 : length"
`);
    const long = new Array<number>(20).fill(7);
    const probe = read(Class, 0xb1, 65, 0x01, 66, 0xdd, 3, 7, long, 0xe0, 0, 1, 0xff, "hi");
    const options = probe["options"] as Elements<Probe>;
    const walk = (): unknown[] => {
      const found: unknown[] = [];
      for (let more = options.first(); more; more = options.next()) {
        found.push([options.element["number"], options.element["valueLength"]]);
      }
      return found;
    };
    const expected = [
      [11, 1],
      [11, 1],
      [27, 20],
      [297, 0],
      [312, 0],
    ];
    expect([walk(), walk(), options.fault]).toEqual([expected, expected, 0]);
    expect(Buffer.from((probe["bodyBytes"] as () => Uint8Array)()).toString()).toBe("hi");
    expect(read(Class, 0xb1, 65)["bodyLength"]).toBe(0);
  });
});

describe("section 4: counted and nested (IGMPv3)", () => {
  it("walks records whose length depends on two counts", () => {
    const Class = classOf(`
endian: big
fields:
  type: u8 = 0x22
  number_of_group_records: u16
  group_records: { array: group_record, count: number_of_group_records }
types:
  group_record:
    fields:
      record_type: u8
      aux_data_length: { type: u8, unit: 4 bytes }
      number_of_sources: u16
      multicast_address: ipv4_address
      sources: { array: ipv4_address, count: number_of_sources }
      auxiliary_data: { bytes: aux_data_length * 4 }
`);
    const probe = read(
      Class,
      0x22,
      0,
      2,
      [1, 1, 0, 0, 224, 0, 0, 1, 9, 9, 9, 9],
      [2, 0, 0, 1, 224, 0, 0, 2, 10, 0, 0, 1],
    );
    const records = (probe.toJSON() as { group_records: { auxiliary_data: string; sources: unknown }[] })
      .group_records;
    expect(records.map((one) => [one.auxiliary_data, one.sources])).toEqual([
      ["09090909", []],
      ["", ["10.0.0.1"]],
    ]);
  });
});

describe("section 5: vectors with their length before them, three deep (TLS)", () => {
  const Class = classOf(`
endian: big
fields:
  session_id: { bytes: u8 in 0..32 }
  cipher_suites: { array: u16, bytes: u16 }
  extensions: { list: extension, bytes: u16 }
types:
  extension:
    tag: { type: u16, enum: extension_type }
    length: { length: u16, counts: value }
    value:
      switch: type
      0: { server_names: { array: { type: u8, name: { text: ascii, bytes: u16 } }, bytes: u16 } }
      16: { protocols: { array: { text: ascii, bytes: u8 }, bytes: u16 } }
      else: { data: bytes }
enums: { extension_type: { values: { 16: alpn } } }
`);

  it("reads the innermost", () => {
    const probe = read(Class, 1, 9, 0, 2, 0x13, 1, 0, 11, 0, 16, 0, 7, 0, 5, 2, "h2", 1, "x");
    const extensions = probe["extensions"] as List & Record<string, Probe>;
    expect(extensions.find(16)).toBe(true);
    const protocols = extensions["asAlpn"]?.["protocols"] as Elements<Probe>;
    const names: unknown[] = [];
    while (protocols.next()) names.push(protocols.element["valueText"]);
    expect(names).toEqual(["h2", "x"]);
  });

  it("blames the inner vector for running past its parent, with the outer readable", () => {
    const probe = read(Class, 1, 9, 0, 2, 0x13, 1, 0, 8, 0, 16, 0, 4, 0, 9, 2, 104);
    const extensions = probe["extensions"] as List & Record<string, unknown>;
    expect([extensions.find(16), extensions.valueLength, extensions["asAlpn"]]).toEqual([true, 4, undefined]);
    expect(faultCode(extensions.valueFault)).toBe(Fault.TRUNCATED_HEADER);
  });
});

describe("section 6: names with pointers (DNS)", () => {
  it("follows compression from the message's first byte", () => {
    const Class = classOf(`
endian: big
fields:
  answer_count: u16
  question: dns_name
  answers: { array: resource_record, count: answer_count }
types:
  resource_record:
    fields:
      name: dns_name
      type: u16
      rdata: { switch: type, bytes: u16, 1: { address: ipv4_address }, 15: { preference: u16, exchange: dns_name }, else: { data: bytes } }
`);
    const probe = read(Class, 0, 1, 3, "foo", 0, 0xc0, 2, 0, 15, 0, 7, 0, 10, 2, "mx", 0xc0, 2);
    const answers = probe["answers"] as Elements<Probe>;
    expect(answers.first()).toBe(true);
    const exchange = answers.element["rdataAsCase15"] as Probe;
    expect([answers.element["nameText"], exchange["exchangeText"]]).toEqual(["foo", "mx.foo"]);
  });
});

describe("section 7: optional parts, trailers, things read from the end", () => {
  it("RTP: padding that its own last byte counts", () => {
    const Class = classOf(`
endian: big
bit_order: msb
fields:
  version: u2 = 2
  padding: flag
  extension: flag
  csrc_count: u4
  csrc: { array: u32, count: csrc_count }
  header_extension: { struct: rtp_extension, when: extension }
let: { padding_length: { read: u8 in 1..255, at: end - 1, when: padding } }
length: { payload_end: end - padding_length }
types:
  rtp_extension: { fields: { profile: u16, words: u16, data: { bytes: words * 4 } } }
`);
    const probe = read(Class, 0xb1, [0, 0, 0, 7], [0xbe, 0xde, 0, 1, 1, 2, 3, 4], "media", 0, 2);
    expect([probe["csrcAt"], probe["paddingLength"]]).toEqual([expect.any(Function), 2]);
    expect([probe.payloadOffset - 11, probe.payloadEnd - 11]).toEqual([13, 18]);
  });

  // The sketch has `chain:` for this; an array that one of its elements ends says the same.
  it("GTP-U: one flag of three brings all fields, extensions chain by their last byte", () => {
    const Class = classOf(`
endian: big
bit_order: msb
fields:
  rest: u5
  e: flag
  s: flag
  pn: flag
  optional: { struct: gtp_optional, when: e || s || pn }
  extensions: { array: gtp_extension, stop: next_type == 0, when: e }
types:
  gtp_optional: { fields: { sequence: u16, n_pdu: u8, next_extension_type: u8 } }
  gtp_extension: { fields: { words: u8 in 1..255, data: { bytes: words * 4 - 2 }, next_type: u8 } }
`);
    const probe = read(Class, 0x04, [0, 0, 0, 0x85], [1, 7, 7, 0x40], [2, 1, 2, 3, 4, 5, 6, 0], "payload");
    const types = (probe.toJSON() as { extensions: { next_type: number }[] }).extensions.map(
      (one) => one.next_type,
    );
    expect([types, probe.headerLength]).toEqual([[0x40, 0], 17]);
    expect(read(Class, 0x02, [0, 1, 0, 0], "payload").headerLength).toBe(5);
    const cut = on(Class, [0x04, 0, 0, 0, 0x85, 1, 7, 7, 0x40]);
    expect([isIncomplete(cut.fault), cut.probe.explain(cut.fault)?.field]).toEqual([true, "extensions"]);
  });
});

describe("section 8: numbers of no fixed length", () => {
  it("QUIC's, before bytes they count, and MQTT's", () => {
    const Class = classOf(`
endian: big
fields:
  connection_id: { bytes: u8 in 0..20 }
  token: { bytes: varint.quic }
  length: varint.quic
  remaining_length: varint.leb128 max 4 bytes
`);
    const probe = read(Class, 1, 9, 0x40, 1, 7, 0x7b, 0xbd, 0x80, 1);
    expect([probe["tokenLength"], probe["length"], probe["remainingLength"]]).toEqual([1, 15293, 128]);
  });
});

describe("section 9: C structures, with the compiler's proof", () => {
  it("writes an assertion for each member, by the name it has in C", () => {
    const files = emitTexts(
      "zc: 1\nname: probe\nlayout: c\nc: { struct: tpacket_block_desc, header: linux/if_packet.h }\nendian: host\n" +
        "fields:\n  version: u32\n  offset_to_priv: u32\n  hdr: { struct: bd1, c: hdr.bh1 }\n" +
        "types:\n  bd1:\n    c: { struct: tpacket_hdr_v1 }\n    fields: { block_status: u32, num_pkts: u32 }\n",
    );
    expect(files["layout_asserts.h"]).toContain("offsetof(struct tpacket_block_desc, hdr.bh1) == 8");
  });
});

describe("section 10: a byte order that the bytes tell (pcapng)", () => {
  it("chooses between two classes, and compares the length that is repeated", () => {
    const modules = runFiles(
      emitTexts(
        "zc: 1\nname: probe\nendian: { by: magic, is: 0xa1b2c3d4 }\nfields: { magic: u32 }\ntypes:\n  block:\n    fields:\n" +
          "      total: u32 in 12..4096 multiple of 4\n      body: { bytes: total - 8 }\n      again: { type: u32, equals: total }\n",
      ),
    )["probe.ts"] as Record<
      string,
      HeaderClass<Probe> & { orderOf: (view: DataView, at: number, end: number) => string | undefined }
    >;
    const bytes = Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, 12, 0, 0, 0, 1, 2, 3, 4, 12, 0, 0, 0);
    const view = new DataView(bytes.buffer);
    expect(modules["Probe"]?.orderOf(view, 0, 16)).toBe("little");
    const Block = modules["BlockLittle"] as HeaderClass<Probe>;
    const block = new Block(view);
    expect([block.wrap(4, 16), block["bodyLength"], block.validate()]).toEqual([0, 4, 0]);
    view.setUint8(12, 16);
    expect(block.explain(block.validate())?.field).toBe("again");
  });
});

describe("section 11: framing and market data (MoldUDP64 with ITCH)", () => {
  // The sketch has `each: { bytes: u16 }`; an element of one field with a length before it says the same.
  it("walks messages with a length before each, and prices are exact", () => {
    const Class = classOf(`
endian: big
fields:
  session: { text: ascii, size: 10, pad: ' ' }
  sequence_number: u64
  message_count: u16
  messages: { array: framed, count: message_count }
types:
  framed: { fields: { message: { struct: itch_message, bytes: u16 } } }
  itch_message:
    fields:
      message_type: { type: u8, enum: itch_type }
      body: { switch: message_type, until: end, 65: add_order, else: { data: bytes } }
  add_order: { fields: { timestamp: u48, price: { type: u32, scale: 10000 } } }
enums: { itch_type: { values: { 65: add_order } } }
`);
    const probe = read(
      Class,
      "SESSION   ",
      [0, 0, 0, 0, 0, 0, 0, 5],
      [0, 2],
      [0, 11],
      "A",
      [0, 0, 0, 0, 1, 0],
      [0, 0x0f, 0x73, 0x14],
      [0, 1],
      "X",
    );
    const messages = probe["messages"] as Elements<Probe>;
    expect([probe["sessionText"], probe["sequenceNumber"], messages.first()]).toEqual(["SESSION", 5n, true]);
    const order = (messages.element["message"] as Probe)["bodyAsAddOrder"] as Probe;
    expect([order["timestamp"], order["priceText"]]).toEqual([256, "101.2500"]);
    expect([messages.next(), (messages.element["message"] as Probe)["messageType"], messages.next()]).toEqual(
      [true, 88, false],
    );
  });
});

describe("section 12: checksums", () => {
  it.each([
    ["internet", "u16"],
    ["crc32c", "u32le"],
  ])("%s", (algorithm, type) => {
    const Class = classOf(
      `endian: big\nfields:\n  value: u16\n  more: u16\n  checksum: { type: ${type}, checksum: { algorithm: ${algorithm}, over: payload_end } }\n`,
    );
    const probe = read(Class, [1, 2, 3, 4, 0, 0, 0, 0], "data");
    const [update, verify] = [probe["updateChecksum"], probe["verifyChecksum"]] as (() => unknown)[];
    update?.call(probe);
    expect(verify?.call(probe)).toBe("good");
    probe["value"] = 0x1234;
    expect(verify?.call(probe)).toBe("bad");
  });
});
