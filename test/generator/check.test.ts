import { describe, expect, it } from "vitest";
import { checkTexts, header, problemsOf } from "./support/schemas.js";

const orders = (endian: string, bitOrder?: string): string =>
  `endian: ${endian}${bitOrder === undefined ? "" : `\nbit_order: ${bitOrder}`}`;

/** Rejected, with the accepted twin beside it. */
function rejects(schema: string, problem: string, twin: string): void {
  expect(problemsOf(schema)).toEqual([problem]);
  expect(problemsOf(twin)).toEqual([]);
}

describe("byte order", () => {
  it("rejects a header without one, and accepts it in an enum", () => {
    const plain = "zc: 1\nname: a\nfields: { a: u8 }";
    rejects(
      plain,
      "a.yaml:2:7 endian: a does not state its byte order: add `endian: big`, `little` or `host`",
      `${plain}\nendian: little`,
    );
  });

  it.each(["u24", "i40", "u56"])(
    "rejects %s in host order, and accepts it in an order of its own",
    (word) => {
      const why = `a.yaml:5:3 layout: field "a" (${word}) is in host order, which only 8, 16, 32 and 64 bits have`;
      rejects(header(`a: ${word}`, orders("host")), why, header(`a: ${word}le`, orders("host")));
    },
  );

  it("rejects an array of u24 in host order, and accepts one of u32", () => {
    rejects(
      header("a: { array: u24, count: 2 }", orders("host")),
      "a.yaml:5:15 array: u24 is in host order, which only 8, 16, 32 and 64 bits have",
      header("a: { array: u32, count: 2 }", orders("host")),
    );
  });
});

describe("bit fields", () => {
  it("rejects them without a bit order", () => {
    const why =
      "shares a byte with others, so the schema must state `bit_order: msb` (as RFCs draw bits) or `lsb`";
    expect(problemsOf(header("a: u4\nb: u4", orders("big")))).toEqual([
      `a.yaml:5:3 bit-order: field "a" ${why}`,
      `a.yaml:6:3 bit-order: field "b" ${why}`,
    ]);
    expect(problemsOf(header("a: u4\nb: u4", orders("big", "lsb")))).toEqual([]);
  });

  it.each([
    ["big", "lsb", "msb"],
    ["little", "msb", "lsb"],
    ["host", "lsb", undefined],
  ])("rejects one across bytes with %s and %s", (endian, bitOrder, twin) => {
    const why = `a.yaml:7:3 bit-order: field "b" crosses a byte, which \`endian: ${endian}\` with \`bit_order: ${bitOrder}\` leaves ambiguous; big goes with msb, little with lsb`;
    expect(problemsOf(header("a: u4\nb: u12", orders(endian, bitOrder)))).toEqual([why]);
    const fields = twin === undefined ? "a: u4\nb: u4" : "a: u4\nb: u12";
    expect(problemsOf(header(fields, orders(endian, twin ?? bitOrder)))).toEqual([]);
  });

  it("rejects fields that do not fill whole bytes, and says what would", () => {
    rejects(
      header("a: u4\nb: u7"),
      "a.yaml:7:3 layout: probe has 11 bits, which are no whole bytes; 5 more are needed | a field `reserved_bits: u5 reserved` would fill the byte",
      header("a: u4\nb: u7\nreserved_bits: u5 reserved"),
    );
  });

  it.each([
    ["f32", "f32"],
    ["mac_address", "mac_address"],
    ["{ bytes: 2 }", "bytes"],
    ["{ array: u8, count: 2 }", "array"],
    ["u16le", "u16le"],
  ])("rejects %s inside a byte", (field, word) => {
    rejects(
      header(`a: u4\nb: ${field}\nc: u4`),
      `a.yaml:7:3 layout: field "b" (${word}) begins at bit 4 of byte 0; it must begin a byte`,
      header(`a: u4\nc: u4\nb: ${field}`),
    );
  });

  it("rejects a byte order on what is no whole bytes", () => {
    rejects(
      header("a: u12le\nb: u4"),
      'a.yaml:6:3 layout: field "a" (u12le) has a byte order of its own, which only whole bytes have',
      header("a: u12\nb: u4"),
    );
  });
});

describe("fields", () => {
  it.each([
    [
      "{ type: u8, bytes: 2 }",
      6,
      18,
      'structure: field "a" needs exactly one of `type`, `bytes`, `struct`, `array`, `text`, `list`, `switch`, `align`',
      "{ bytes: 2 }",
    ],
    [
      "{ doc: What. }",
      6,
      3,
      'structure: field "a" needs exactly one of `type`, `bytes`, `struct`, `array`, `text`, `list`, `switch`, `align`',
      "{ type: u8, doc: What. }",
    ],
    [
      "{ type: u8, count: 2 }",
      6,
      18,
      "structure: `count` does not go with `type`; it goes with `array`",
      "{ array: u8, count: 2 }",
    ],
    [
      "{ bytes: 2, enum: e }",
      6,
      18,
      "structure: `enum` does not go with `bytes`; it goes with `type`",
      "{ type: u8, enum: e }",
    ],
    [
      "{ type: u32, as: parts }",
      6,
      23,
      "structure: `as` is for whole numbers of more than 53 bits; a varint can be `bigint`",
      "{ type: u64, as: parts }",
    ],
    [
      "{ type: u56, as: parts }",
      6,
      23,
      "structure: `as: parts` is for u64: two unsigned 32-bit halves",
      "{ type: u56, as: safe }",
    ],
    [
      "{ type: f32, enum: e }",
      6,
      25,
      "enum: an enum goes with a whole number of at most 53 bits, not with f32",
      "{ type: u8, enum: e }",
    ],
    [
      "{ type: u8, enum: wide }",
      6,
      24,
      "enum: wide.much is 256, which u8 cannot hold | the enum is here",
      "{ type: u16, enum: wide }",
    ],
    [
      "{ type: u48, unit: 64 bytes }",
      6,
      25,
      "unit: a unit goes with a number that stays below 2^53 when scaled, not with u48",
      "{ type: u48, unit: 32 bytes }",
    ],
    [
      "{ array: u4, count: 2 }",
      6,
      15,
      "array: the elements of an array are whole bytes, at most 53 bits, without a rule",
      "{ array: u8, count: 2 }",
    ],
    [
      "{ array: u64, count: 2 }",
      6,
      15,
      "array: the elements of an array are whole bytes, at most 53 bits, without a rule",
      "{ array: u32, count: 2 }",
    ],
    [
      "{ array: u8 = 3, count: 2 }",
      6,
      15,
      "array: the elements of an array are whole bytes, at most 53 bits, without a rule",
      "{ array: u8, count: 2 }",
    ],
    [
      "{ array: u8 }",
      6,
      8,
      'structure: array "a" needs a `count`, `bytes` or `until` to say where it ends',
      "{ array: u8, count: 1 }",
    ],
    [
      "text",
      6,
      6,
      'structure: "text" needs a length, and so a map: write it like `{ text: ascii, size: 8 }`',
      "{ text: ascii, size: 8 }",
    ],
    [
      "{ type: u8, until: end }",
      1,
      18,
      "structure: `until` does not go with `u8`, which has a length; it goes with `bytes`",
      "{ type: bytes, until: end }",
    ],
  ])("rejects %s", (field, _, column, problem, twin) => {
    const enums = "\nenums: { e: { values: { 1: one } }, wide: { values: { 256: much } } }";
    const schema = (text: string): string => header(`a: ${text}`, `endian: big\nbit_order: msb${enums}`);
    rejects(schema(field), `a.yaml:7:${column} ${problem}`, schema(twin));
  });

  it("rejects a structure that says where its payload ends, and accepts one that is fixed or as long as its header", () => {
    const inner = (length: string): string =>
      `zc: 1\nname: inner\nendian: big\nfields: { n: u8 in 1..9 }\n${length}`;
    const outer = header("a: { struct: inner }");
    const why =
      "a.yaml:6:16 not-yet: inner says where its payload ends; what is part of another structure has no payload in this version";
    for (const length of ["length: { payload: n }", "length: { total: n }"]) {
      expect(problemsOf({ "a.yaml": outer, "b.yaml": inner(length) })).toEqual([why]);
    }
    for (const length of ["length: { header: n }", ""]) {
      expect(problemsOf({ "a.yaml": outer, "b.yaml": inner(length) })).toEqual([]);
    }
  });

  it("accepts an array of structures that say their own length, and rejects those that say their payload's", () => {
    const inner = (length: string): string =>
      `zc: 1\nname: inner\nendian: big\nfields: { n: u8 in 1..9 }\n${length}`;
    const outer = header("a: { array: inner, count: 2 }");
    const problems = (length: string): string[] => problemsOf({ "a.yaml": outer, "b.yaml": inner(length) });
    expect(problems("")).toEqual([]);
    expect(problems("length: { header: n }")).toEqual([]);
    expect(problems("length: { total: n }")).toEqual([
      "a.yaml:6:15 not-yet: inner says where its payload ends; what is part of another structure has no payload in this version",
    ]);
  });

  it("accepts a header without fields where something follows it, and nowhere else", () => {
    const empty = (more: string): string => `zc: 1\nname: empty\nendian: big\nfields: {}\n${more}`;
    const leads = empty("next: { peek: u8, values: { 1: probe } }");
    const files = (fields: string): Record<string, string> => ({ "a.yaml": header(fields), "b.yaml": leads });
    expect(problemsOf(files("a: u8"))).toEqual([]);
    expect(problemsOf(empty(""))).toEqual([
      "a.yaml:2:7 structure: `fields` is empty, and no `next` says what follows: the header tells nothing",
    ]);
    const problem = "structure: empty has no fields of its own, so that nothing can consist of it";
    expect(problemsOf(files("a: { struct: empty }"))).toEqual([`a.yaml:6:16 ${problem}`]);
    expect(problemsOf(files("a: { array: empty, count: 4 }"))).toEqual([`a.yaml:6:15 ${problem}`]);
    expect(problemsOf(files("a: { list: empty, until: end }"))).toEqual([
      "a.yaml:6:14 list: empty is no element of a list: its type has no `tag` | the type is here",
    ]);
    const inC = empty("layout: c\nc: { struct: empty }\nnext: { peek: u8, values: { 1: none } }").replace("big", "host"); // prettier-ignore
    expect(problemsOf(inC)).toEqual([
      "a.yaml:2:7 structure: a structure of C has at least one member: `fields` is empty",
    ]);
  });
});

describe("lengths", () => {
  const lengths = (more: string): string => header("n: u8\nm: u8 in 2..9\ni: i8", `endian: big\n${more}`);

  it.each([
    [
      "length: { header: 2 }",
      "4:19 length: the header would have 2 bytes, but its fields take 3",
      "length: { header: 3 }",
    ],
    [
      "length: { header: i }",
      "4:19 length: a length of -128..127 bytes is possible; it must lie in 0..4294967296",
      "length: { header: n }",
    ],
    [
      "length: { header: n > 3 }",
      "4:19 length: a length is a number of bytes, not a condition",
      "length: { header: n + 3 }",
    ],
    [
      "length: { total: n, payload: m }",
      "4:21 length: a header declares either its `total` or its `payload`, not both",
      "length: { total: n }",
    ],
    [
      "length: { total: { from: n, when: m } }",
      "4:35 expression: `when` needs a condition, as in `fragment_offset != 0`",
      "length: { total: { from: n, when: m > 2 } }",
    ],
    [
      "let: { header_length: n }",
      "4:8 length: a value named header_length is the header's length: say `length: { header: header_length }`",
      "let: { header_length: n }\nlength: { header: header_length }",
    ],
    [
      "let: { n: m }",
      '4:8 name-clash: "n" is a field already; a value needs a name of its own | the field is here',
      "let: { o: m }",
    ],
  ])("rejects %s", (more, problem, twin) => {
    rejects(lengths(more), `a.yaml:${problem}`, lengths(twin));
  });

  it("lets a type have a value named header_length, which is nothing special there", () => {
    const types = "endian: big\ntypes: { t: { fields: { n: u8 }, let: { header_length: n * 4 } } }";
    const { problems, model } = checkTexts(header("a: { struct: t }", types));
    expect([problems, model.schemas[0]?.types[0]?.lets[0]?.member]).toEqual([[], "headerLength$"]);
  });
});

describe("next", () => {
  const next = (rule: string): string =>
    header("a: u16\nb: u16\nw: u64\ns: i8", `endian: big\nnext: ${rule}`);

  it.each([
    ["{ by: c }", '4:13 unknown-name: there is no field "c"', "{ by: a }"],
    [
      "{ by: w }",
      "4:13 structure: a next header is chosen by an unsigned number of at most 32 bits, not by u64",
      "{ by: b }",
    ],
    [
      "{ by: s }",
      "4:13 structure: a next header is chosen by an unsigned number of at most 32 bits, not by i8",
      "{ by: b }",
    ],
    [
      "{ relation: r, of: [a, w] }",
      "4:30 structure: a relation is over unsigned numbers of at most 16 bits, not by u64",
      "{ relation: r, of: [a, b] }",
    ],
    [
      "{ relation: r }",
      "4:9 structure: a rule has one of `by: FIELD`, `relation: NAME` with `of: [FIELD, FIELD]`, `peek: u4` with `values`, or `to: HEADER`",
      "{ relation: r, of: [b, a] }",
    ],
    [
      "{ by: a, of: [a, b] }",
      "4:9 structure: a rule has one of `by: FIELD`, `relation: NAME` with `of: [FIELD, FIELD]`, `peek: u4` with `values`, or `to: HEADER`",
      "{ by: a }",
    ],
    [
      "{ by: a, when: b }",
      "4:22 expression: `when` needs a condition, as in `fragment_offset != 0`",
      "{ by: a, when: b == 1 }",
    ],
  ])("rejects %s", (rule, problem, twin) => {
    rejects(next(rule), `a.yaml:${problem}`, next(twin));
  });
});
