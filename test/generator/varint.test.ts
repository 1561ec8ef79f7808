import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fault, faultCode, faultField, type Header, type HeaderClass } from "zc-gen";
import { runFiles } from "./support/modules.js";
import { emitTexts, header, problemsOf } from "./support/schemas.js";

type Probe = Header & Record<string, unknown>;

function classOf(fields: string, more?: string): HeaderClass<Probe> {
  return runFiles(emitTexts(header(fields, more)))["probe.ts"]?.["Probe"] as HeaderClass<Probe>;
}

/** An accessor on these bytes, in the middle of others. */
function on(Class: HeaderClass<Probe>, bytes: readonly number[]): { probe: Probe; fault: number } {
  const all = new Uint8Array(bytes.length + 60).fill(0xa5);
  all.set(bytes, 11);
  const probe = new Class(new DataView(all.buffer));
  return { probe, fault: probe.wrap(11, 11 + bytes.length) };
}

function quic(value: bigint, size: number): number[] {
  const bits = BigInt(size * 8);
  const marked = (BigInt(Math.log2(size)) << (bits - 2n)) | value;
  return Array.from({ length: size }, (_, i) => Number((marked >> BigInt((size - 1 - i) * 8)) & 0xffn));
}

function leb128(value: bigint, size: number): number[] {
  return Array.from(
    { length: size },
    (_, i) => Number((value >> BigInt(i * 7)) & 0x7fn) | (i < size - 1 ? 0x80 : 0),
  );
}

function valueOrError(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return (error as Error).name;
  }
}

const { OK, RANGE, TRUNCATED_HEADER } = Fault;
const FORMS = { quic: { sizes: [1, 2, 4, 8], bits: (size: number) => size * 8 - 2, write: quic } } as const;
const LEB = { sizes: [1, 2, 3, 4, 5, 6, 7, 8, 9], bits: (size: number) => size * 7, write: leb128 } as const;

describe.each(Object.entries({ ...FORMS, leb128: LEB }))("varint.%s", (encoding, { sizes, bits, write }) => {
  const AsNumber = classOf(`a: u8\nid: varint.${encoding}\nlast: u8`);
  const AsBig = classOf(`a: u8\nid: { type: varint.${encoding}, as: bigint }\nlast: u8`);
  const numbers = fc
    .constantFrom(...sizes)
    .chain((size) => fc.tuple(fc.constant(size), fc.bigInt({ min: 0n, max: 2n ** BigInt(bits(size)) - 1n })));

  it("reads what was written, and faults above 2^53 - 1 where it is a number", () => {
    fc.assert(
      fc.property(numbers, ([size, value]) => {
        const bytes = [1, ...write(value, size), 7];
        const big = on(AsBig, bytes);
        expect([big.fault, big.probe["id"], big.probe["idLength"], big.probe["last"]]).toEqual([
          0,
          value,
          size,
          7,
        ]);
        const { probe, fault } = on(AsNumber, bytes);
        if (value > Number.MAX_SAFE_INTEGER) {
          expect([faultCode(fault), faultField(fault)]).toEqual([RANGE, 1]);
          expect(probe["a"]).toBe(1);
          expect(() => probe["id"]).toThrow(RangeError);
        } else expect([fault, probe["id"], probe["last"]]).toEqual([0, Number(value), 7]);
      }),
    );
  });

  it("faults wherever it is cut, with what is before it readable", () => {
    for (const size of sizes) {
      const bytes = [1, ...write(0n, size), 7];
      for (let length = 2; length <= size; length++) {
        const { probe, fault } = on(AsNumber, bytes.slice(0, length));
        expect([faultCode(fault), faultField(fault), probe["a"]]).toEqual([TRUNCATED_HEADER, 1, 1]);
        expect(() => probe["id"]).toThrow(RangeError);
      }
      expect(faultField(on(AsNumber, bytes.slice(0, -1)).fault)).toBe(2);
    }
  });

  it("is written in place, in as many bytes as it has, or not at all", () => {
    fc.assert(
      fc.property(numbers, fc.bigInt({ min: 0n, max: 2n ** 70n }), ([size, before], value) => {
        const { probe } = on(AsBig, [1, ...write(before, size), 7]);
        const fits = value < 2n ** BigInt(bits(size));
        if (fits) probe["id"] = value;
        else expect(() => (probe["id"] = value)).toThrow(RangeError);
        expect([probe["id"], probe["idLength"], probe["last"]]).toEqual([fits ? value : before, size, 7]);
      }),
    );
    const { probe } = on(AsNumber, [1, 0, 7]);
    for (const wrong of [-1, 0.5, NaN, Infinity, 2 ** 60]) {
      expect(() => (probe["id"] = wrong)).toThrow(RangeError);
    }
  });

  it("throws while the accessor stands nowhere", () => {
    const probe = new AsNumber(new DataView(new ArrayBuffer(8)));
    expect(() => probe["id"]).toThrow(RangeError);
    expect(() => (probe["id"] = 1)).toThrow(RangeError);
  });
});

describe("a varint among other fields", () => {
  it("says how long others are, with a range that wrap checks", () => {
    const Class = classOf("size: varint.quic in 0..1000\nbody: { bytes: size }\nrest: bytes");
    const { probe, fault } = on(Class, [0x40, 2, 8, 9, 5]);
    expect([fault, probe["bodyLength"], probe.toJSON()]).toEqual([
      OK,
      2,
      { size: 2, body: "0809", rest: "05" },
    ]);
    expect(faultCode(on(Class, [0x44, 0, 8]).fault)).toBe(RANGE);
    expect(faultField(on(Class, [3, 8, 9]).fault)).toBe(1);
    expect(probe.hexDump()).toContain("40 02");
  });

  it.each(["quic", "leb128"])("stands before bytes that it counts: %s", (encoding) => {
    const Class = classOf(
      `a: u8\ntoken: { bytes: varint.${encoding} in 0..5 }\nname: { text: ascii, bytes: varint.${encoding} }`,
    );
    const { probe, fault } = on(Class, [1, 2, 8, 9, 3, 97, 98, 99]);
    expect([fault, probe.toJSON()]).toEqual([OK, { a: 1, token: "0809", name: "abc" }]);
    expect([probe["tokenOffset"], probe["tokenLength"], probe["nameOffset"]]).toEqual([13, 2, 16]);
    expect([faultCode(on(Class, [1, 6]).fault), faultField(on(Class, [1, 6]).fault)]).toEqual([RANGE, 1]);
    for (let length = 1; length < 8; length++) {
      expect(faultCode(on(Class, [1, 2, 8, 9, 3, 97, 98, 99].slice(0, length)).fault)).toBe(TRUNCATED_HEADER);
    }
  });

  it("faults on a length near 2^62 before anything is read there", () => {
    const Class = classOf("token: { bytes: varint.quic }");
    const { probe, fault } = on(Class, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]);
    expect(faultCode(fault)).toBe(TRUNCATED_HEADER);
    expect(() => probe["tokenLength"]).not.toThrow();
    expect(probe["tokenLength"]).toBeLessThan(0);
  });

  it.each(["varint.quic", "varint.leb128", "u8"])(
    "says how long others are, and nothing outside is read where it is cut: %s",
    (prefix) => {
      const Probe = classOf(
        `flags: u8\na: { bytes: ${prefix} }\nb: { bytes: ${prefix} }\nc: { bytes: ${prefix}, when: flags == 1 }\nd: { bytes: ${prefix} }`,
      );
      const whole = [1, 2, 7, 8, 1, 9, 1, 6, 3, 1, 2, 3];
      for (let length = 1; length <= whole.length; length++) {
        const answers = [0, 0x01, 0xff].map((around) => {
          const bytes = new Uint8Array(40).fill(around);
          bytes.set(whole.slice(0, length), 5);
          const probe = new Probe(new DataView(bytes.buffer));
          const fault = probe.wrap(5, 5 + length);
          const places = ["a", "b", "c", "d"].flatMap((name) =>
            ["Offset", "Length"].map((what) => valueOrError(() => probe[`${name}${what}`])),
          );
          return { fault, places, json: probe.toJSON() };
        });
        expect(answers[1]).toEqual(answers[0]);
        expect(answers[2]).toEqual(answers[0]);
        expect(answers[0]?.fault === OK).toBe(length === whole.length);
      }
    },
  );

  it("chooses what follows, and has names", () => {
    const Class = classOf(
      "type: { type: varint.quic, enum: frame }\nbody: { switch: type, until: end, 1: { a: u8 }, else: { data: bytes } }",
      "endian: big\nenums: { frame: { closed: true, values: { 1: ping, 0x40..0x7f: grease } } }",
    );
    const { probe } = on(Class, [1, 9]);
    expect([probe.validate(), probe.toJSON(), probe.hexDump()]).toEqual([
      OK,
      { type: 1, body: { a: 9 } },
      expect.stringContaining("type 1 (ping)"),
    ]);
    expect(faultCode(on(Class, [2]).probe.validate())).toBe(Fault.ENUM);
    expect(on(Class, [0x40, 0x41]).probe.validate()).toBe(OK);
  });

  it("is there on a condition, and stands beside others of its kind", () => {
    const Class = classOf(
      "flags: u8\na: { type: varint.leb128, when: flags == 1 }\nb: varint.quic\nc: varint.leb128",
    );
    expect(on(Class, [0, 5, 0x81, 1]).probe.toJSON()).toEqual({ flags: 0, b: 5, c: 129 });
    expect(on(Class, [1, 0x80, 1, 5, 0]).probe.toJSON()).toEqual({ flags: 1, a: 128, b: 5, c: 0 });
  });

  it("has no more bytes than its bound", () => {
    const Class = classOf("size: varint.leb128 max 4 bytes");
    expect(on(Class, [0xff, 0xff, 0xff, 0x7f]).probe["size"]).toBe(268435455);
    const { probe, fault } = on(Class, [0xff, 0xff, 0xff, 0xff, 0]);
    expect(faultCode(fault)).toBe(RANGE);
    expect(probe.explain(fault)?.message).toContain("probe.size");
    expect(faultCode(on(Class, [0xff, 0xff, 0xff]).fault)).toBe(TRUNCATED_HEADER);
    const Big = classOf("size: { type: varint.leb128, as: bigint }");
    const full = Array.from({ length: 9 }, () => 0xff);
    expect(on(Big, [...full, 1]).probe["size"]).toBe(2n ** 64n - 1n);
    expect([faultCode(on(Big, [...full, 2]).fault), faultCode(on(Big, [...full, 0x80]).fault)]).toEqual([
      RANGE,
      RANGE,
    ]);
  });
});

describe("what a varint cannot be", () => {
  it.each([
    ["a: varint.leb128 max 11 bytes", "1 to 10 bytes"],
    ["a: varint.quic max 4 bytes", "`max` goes with `varint.leb128`"],
    ["a: u16 max 4 bytes", "`max` goes with `varint.leb128`"],
    ["a: varint.quic reserved", "only whole numbers have a constant or a range"],
    ["a: varint", 'unknown type "varint"'],
    ["a: { array: varint.quic, until: end }", "has a length of its own"],
    ["a: u4\nb: varint.quic\nc: u4", "must begin a byte"],
    ["a: varint.quic\nb: { bytes: a }", "is possible; it must lie in 0..1073741824"],
    ["a: { type: varint.quic, as: bigint }\nb: { type: u8, when: a == 1 }", "has more than 53 bits"],
    ["a: { type: varint.quic, as: parts }", "a varint can be `bigint`"],
  ])("%s", (fields, problem) => {
    expect(problemsOf(header(fields)).join()).toContain(problem);
  });

  it("what a header's length is worked out from", () => {
    const schema = header("size: varint.quic in 1..9", "endian: big\nlength: { header: size }");
    expect(problemsOf(schema).join()).toContain("comes after a field of no fixed length");
  });
});
