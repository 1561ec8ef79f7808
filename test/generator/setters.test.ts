import { describe, expect, it } from "vitest";
import { FieldValueError } from "zc-gen";
import { runFiles } from "./support/modules.js";
import { emitTexts } from "./support/schemas.js";

const SCHEMA = `
zc: 1
name: sample
endian: big
bit_order: msb
fields:
  version: u4 = 4
  words: u4 in 5..15
  spare: u3 reserved
  upper: u3
  lower: u2
  kind: { type: u8, enum: sample_kind }
  wide: u64
  whole: { type: u64, as: safe }
  halves: { type: u64, as: parts }
  delta: i12
  high: i36
  long: i32
  deep: i64
  real: f32
  steps: { type: u16, unit: 10 ms }
  slots: { array: u16, count: 2 }
  raw: { bytes: 2 }
let:
  header_length: words * 4
  both: upper * 4 + lower
  shifted: (upper << 2) | lower
  behind: 20 - long
  doubled: 2 * upper + 1
  lost: lower % 2
  unclear: upper + lower
length: { header: header_length + 100 - 100 }
enums:
  sample_kind: { closed: true, values: { 1: one, 3: three } }
`.replace("header_length + 100 - 100", "header_length");

type Sample = Record<string, number | bigint | boolean> & {
  setSlotsAt(i: number, value: number): void;
  setRaw(bytes: number[]): void;
};

function make(strict: boolean): { sample: Sample; bytes: Uint8Array } {
  const modules = runFiles(emitTexts(SCHEMA, {}, strict));
  const Sample = (modules["index.ts"] as Record<string, new (view: DataView) => Sample>)["Sample"];
  const bytes = new Uint8Array(80).fill(0xa5);
  const sample = new (Sample as new (view: DataView) => Sample)(new DataView(bytes.buffer));
  sample["offset"] = 3;
  sample["end"] = 80;
  return { sample, bytes };
}

/** Setting it throws, says what was possible, and changes nothing. */
function refuses(
  { sample, bytes }: ReturnType<typeof make>,
  member: string,
  value: unknown,
  message: string,
): void {
  const before = bytes.slice();
  let thrown: unknown;
  try {
    (sample as Record<string, unknown>)[member] = value;
  } catch (error) {
    thrown = error;
  }
  expect(thrown, `${member} = ${String(value)}`).toBeInstanceOf(FieldValueError);
  expect(thrown).toBeInstanceOf(RangeError);
  expect((thrown as Error).message).toBe(message);
  expect(bytes).toEqual(before);
}

describe("a setter", () => {
  const made = make(false);

  it.each<[string, unknown, string]>([
    ["version", 16, "sample.version must be a whole number in 0..15, not 16"],
    ["version", -1, "sample.version must be a whole number in 0..15, not -1"],
    ["kind", 1.5, "sample.kind must be a whole number in 0..255, not 1.5"],
    ["kind", Number.NaN, "sample.kind must be a whole number in 0..255, not NaN"],
    ["kind", "7", 'sample.kind must be a whole number in 0..255, not "7"'],
    ["kind", undefined, "sample.kind must be a whole number in 0..255, not undefined"],
    [
      "wide",
      2n ** 64n,
      "sample.wide must be a whole number in 0..18446744073709551615, not 18446744073709551616",
    ],
    ["wide", -1n, "sample.wide must be a whole number in 0..18446744073709551615, not -1"],
    ["whole", 2 ** 53, "sample.whole must be a whole number in 0..9007199254740991, not 9007199254740992"],
    ["halvesLow", 2 ** 32, "sample.halves must be a whole number in 0..4294967295, not 4294967296"],
    ["halvesHigh", -1, "sample.halves must be a whole number in 0..4294967295, not -1"],
    ["delta", 2048, "sample.delta must be a whole number in -2048..2047, not 2048"],
    [
      "high",
      -(2 ** 35) - 1,
      "sample.high must be a whole number in -34359738368..34359738367, not -34359738369",
    ],
    ["long", 2 ** 31, "sample.long must be a whole number in -2147483648..2147483647, not 2147483648"],
    [
      "deep",
      2n ** 63n,
      "sample.deep must be a whole number in -9223372036854775808..9223372036854775807, not 9223372036854775808",
    ],
    [
      "real",
      1e39,
      "sample.real must be a number in -3.4028234663852886e+38..3.4028234663852886e+38, not 1e+39",
    ],
    ["stepsMs", 15, "sample.steps must be a whole number in 0..65535, not 1.5"],
    ["headerLength", 21, "sample.words must be a whole number in 0..15, not 5.25"],
    ["both", 2.5, "sample.both must be a whole number in 0..31, not 2.5"],
    ["both", 32, "sample.upper must be a whole number in 0..7, not 8"],
  ])("of %s refuses %s before it writes", (member, value, message) => refuses(made, member, value, message));

  it("refuses an element and a byte that do not fit", () => {
    expect(() => made.sample.setSlotsAt(1, 65536)).toThrow(
      "sample.slots must be a whole number in 0..65535, not 65536",
    );
    expect(() => made.sample.setRaw([1, 256])).toThrow("byte 1 must be a number in 0..255, not 256");
  });

  it.each<[string, number | bigint]>([
    ["version", 7],
    ["words", 3],
    ["spare", 7],
    ["kind", 2],
    ["wide", 2n ** 64n - 1n],
    ["whole", 2 ** 53 - 1],
    ["delta", -2048],
    ["high", -(2 ** 35)],
    ["deep", -(2n ** 63n)],
    ["real", Infinity],
    ["stepsMs", 655350],
  ])("of %s takes %s, which fits: rules are for validate", (member, value) => {
    made.sample[member] = value;
    expect(made.sample[member]).toBe(value);
  });
});

describe("a setter of more than 32 bits, unsigned", () => {
  const schema = `
zc: 1
name: wide
endian: big
bit_order: msb
fields:
  before: u4
  behind: u36
  station: mac_address
  small: u48le
  across: u37
  after: u3
`;
  const modules = runFiles(emitTexts(schema, {}, false));
  const Wide = (modules["index.ts"] as Record<string, new (view: DataView) => Record<string, number>>)[
    "Wide"
  ];
  const names = { behind: 36, station: 48, small: 48, across: 37 };

  function wide(fill: number): Record<string, number> {
    const bytes = new Uint8Array(24).fill(fill);
    const made = new (Wide as new (view: DataView) => Record<string, number>)(new DataView(bytes.buffer));
    made["offset"] = 1;
    return made;
  }

  it.each(Object.entries(names))("writes %s, of %i bits, and no other bit", (name, bits) => {
    for (const value of [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 33 + 5, 2 ** (bits - 1), 2 ** bits - 1]) {
      for (const fill of [0, 255]) {
        const [made, untouched] = [wide(fill), wide(fill)];
        made[name] = value;
        expect(made[name]).toBe(value);
        for (const other of ["before", "after", ...Object.keys(names)]) {
          if (other !== name) expect(made[other], other).toBe(untouched[other]);
        }
      }
    }
  });

  it.each(Object.entries(names))("refuses for %s what %i bits do not hold", (name, bits) => {
    const made = wide(0xa5);
    const before = made[name];
    const refused: unknown[] = [
      2 ** bits,
      -1,
      0.5,
      2 ** 32 + 0.5,
      2 ** 64,
      NaN,
      Infinity,
      "5",
      true,
      undefined,
    ];
    for (const value of refused) {
      expect(() => ((made as Record<string, unknown>)[name] = value), String(value)).toThrow(
        `wide.${name} must be a whole number in 0..${2 ** bits - 1}, not `,
      );
      expect(made[name]).toBe(before);
    }
  });
});

describe("a value that is worked out", () => {
  const { sample } = make(false);

  it("sets the field it is worked out of", () => {
    sample["headerLength"] = 44;
    expect(sample["words"]).toBe(11);
    sample["doubled"] = 7;
    expect(sample["upper"]).toBe(3);
    sample["behind"] = 25;
    expect([sample["long"], sample["behind"]]).toEqual([-5, 25]);
  });

  it.each(["both", "shifted"])("sets the two fields whose digits %s is", (member) => {
    for (let value = 0; value < 32; value++) {
      sample[member] = value;
      expect([sample["upper"], sample["lower"], sample[member]]).toEqual([value >> 2, value & 3, value]);
    }
  });

  it.each(["lost", "unclear"])("has no setter where %s could come from several values", (member) => {
    expect(() => (sample[member] = 1)).toThrow(TypeError);
  });
});

describe("a strict setter", () => {
  const made = make(true);

  it.each<[string, unknown, string]>([
    ["version", 5, "sample.version must be 4, not 5"],
    ["words", 4, "sample.words must be a whole number in 5..15, not 4"],
    ["spare", 1, "sample.spare must be 0, not 1"],
    ["kind", 2, "sample.kind must be a value of sample_kind, not 2"],
    ["kind", 4, "sample.kind must be a whole number in 1..3, not 4"],
    ["upper", 8, "sample.upper must be a whole number in 0..7, not 8"],
  ])("of %s refuses %s as well", (member, value, message) => refuses(made, member, value, message));

  it.each([
    ["version", 4],
    ["words", 15],
    ["spare", 0],
    ["kind", 3],
  ])("of %s takes %s", (member, value) => {
    made.sample[member] = value;
    expect(made.sample[member]).toBe(value);
  });
});
