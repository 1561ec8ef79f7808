import { describe, expect, it } from "vitest";
import { Diagnostics } from "../../generator/diagnostics.js";
import type { Endian } from "../../generator/layout.js";
import { parseTypeWord, type TypeWord } from "../../generator/type-word.js";
import { header, problemsOf } from "./support/schemas.js";

function parsed(text: string, endian: Endian = "big"): TypeWord | undefined {
  const span = { file: { path: "a.yaml", text }, start: 0, end: text.length };
  return parseTypeWord({ kind: "scalar", value: text, textAt: 0, span }, endian, new Diagnostics());
}

describe("type words", () => {
  it.each([
    ["u1", { kind: "uint", bits: 1, endian: "big" }],
    ["u64le", { kind: "uint", bits: 64, endian: "little" }],
    ["i13", { kind: "int", bits: 13, endian: "big" }],
    ["u32host", { kind: "uint", bits: 32, endian: "host" }],
    ["f32le", { kind: "float", bits: 32, endian: "little" }],
    ["f64", { kind: "float", bits: 64, endian: "big" }],
    ["flag", { kind: "flag", bits: 1 }],
    ["mac_address", { kind: "mac", bits: 48 }],
    ["ipv6_address", { kind: "ipv6", bits: 128 }],
  ])("accepts %s", (word, type) => {
    expect(parsed(word)?.type).toEqual(type);
  });

  it.each([
    ["u4 = 4", { kind: "constant", value: 4 }],
    ["u16 = 0x0800", { kind: "constant", value: 2048 }],
    ["i8 = -128", { kind: "constant", value: -128 }],
    ["u4   in 5..15", { kind: "range", min: 5, max: 15 }],
    ["i8 in -0x10 .. 5", { kind: "range", min: -16, max: 5 }],
    ["u3 reserved", { kind: "reserved" }],
    ["mac_address reserved", { kind: "reserved" }],
  ])("accepts the rule of %s", (text, rule) => {
    expect(parsed(text)?.rule).toEqual(rule);
  });

  it.each([
    ["u0", "u1"],
    ["u65", "u64"],
    ["f16", "f32"],
    ["u", "u8"],
    ["U8", "u8"],
    ["u8x", "u8"],
    ["u016", "u16"],
    ["flagle", "flag"],
    ["__proto__", "u8"],
    ["constructor", "u8"],
    ["toString", "u8"],
  ])("rejects the type %s and accepts %s", (word, twin) => {
    expect(problemsOf(header(`a: ${word}\nb: u7`))).toEqual([
      expect.stringMatching(/^a\.yaml:6:6 unknown-type: unknown type "/),
    ]);
    expect(parsed(twin)).toBeDefined();
  });

  it("says what a misspelt type was perhaps meant to be", () => {
    expect(problemsOf(header("a: mac_adress"))).toEqual([
      'a.yaml:6:6 unknown-type: unknown type "mac_adress" | did you mean "mac_address"?',
    ]);
  });

  it.each([
    ["u8 = 256", 9, "256 does not fit in 8 bits, which hold 0..255", "u8 = 255"],
    ["u8 = -1", 9, "-1 does not fit in 8 bits, which hold 0..255", "i8 = -1"],
    ["i8 = 128", 9, "128 does not fit in 8 bits, which hold -128..127", "i8 = 127"],
    ["u8 in 5..4", 9, "the range 5..4 is empty", "u8 in 4..4"],
    ["u8 in 0..256", 9, "256 does not fit in 8 bits, which hold 0..255", "u8 in 0..255"],
    ["u64 = 9007199254740992", 10, "rules are for numbers below 2^53", "u64 = 9007199254740991"],
    ["f32 = 1", 10, "only whole numbers have a constant or a range", "f32 reserved"],
    ["u8 == 4", 9, '"== 4" is no rule: write `= 4`, `in 5..15`, `multiple of 4` or `reserved`', "u8 = 4"],
    [
      "u8 in 5..",
      9,
      '"in 5.." is no rule: write `= 4`, `in 5..15`, `multiple of 4` or `reserved`',
      "u8 in 5..9",
    ],
    [
      "u8 = 4 = 5",
      9,
      '"= 4 = 5" is no rule: write `= 4`, `in 5..15`, `multiple of 4` or `reserved`',
      "u8 = 5",
    ],
  ])("rejects %s at column %d", (text, column, message, twin) => {
    expect(problemsOf(header(`a: ${text}`))).toEqual([`a.yaml:6:${column} rule: ${message}`]);
    expect(problemsOf(header(`a: ${twin}`))).toEqual([]);
  });
});
