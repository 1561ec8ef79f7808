import { describe, expect, it } from "vitest";
import { compareSchemas } from "../../generator/compare-schemas.js";
import { checkTexts, header } from "./support/schemas.js";

/** `level subject: message` of every change between two schemas. */
function changes(before: string, after: string): string[] {
  const [old, now] = [checkTexts(before), checkTexts(after)];
  expect([...old.problems, ...now.problems]).toEqual([]);
  return compareSchemas(old.model, now.model).map(
    ({ level, subject, message }) => `${level} ${subject}: ${message}`,
  );
}

const fields = (before: string, after: string): string[] => changes(header(before), header(after));

describe("fields", () => {
  it.each([
    [
      "another width",
      "a: u16",
      "a: u8\nb: u8",
      ["wire probe.a: u16 big became u8", "wire probe.b: is new: u8"],
    ],
    ["another order", "a: u16", "a: u16le", ["wire probe.a: u16 big became u16le little"]],
    ["a sign", "a: u8", "a: i8", ["wire probe.a: u8 became i8"]],
    [
      "another view of the same bits",
      "a: u32",
      "a: ipv4_address",
      ["api probe.a: u32 big became ipv4_address"],
    ],
    ["another name", "a: u8\nb: u8", "a: u8\nc: u8", ["api probe.c: was named b"]],
    ["a field that is gone", "a: u8\nb: u8", "a: u8", ["wire probe.b: is gone, and with it b"]],
    [
      "a field that moves others",
      "a: u8\nb: u8\nc: u8",
      "n: u16\na: u8\nb: u8\nc: u8",
      ["wire probe: fields lie elsewhere: a, b, c", "wire probe.n: is new: u16 big"],
    ],
    [
      "a field in reserved bits",
      "a: u8\nr: u8 reserved",
      "a: u8\nb: u3\nr: u5 reserved",
      ["compatible probe.b: is new, in bits that were reserved"],
    ],
    [
      "bits that become reserved",
      "a: u8\nb: u8",
      "a: u8\nr: u8 reserved",
      ["api probe.b: is gone, and with it b; its bits are reserved"],
    ],
    ["how it is read", "a: u64", "a: { type: u64, as: safe }", ["api probe.a: is read as safe, was bigint"]],
    ["a narrower range", "a: u8", "a: u8 in 1..9", ["wire probe.a: any value became 1..9"]],
    ["a wider range", "a: u8 in 2..3", "a: u8 in 1..9", ["compatible probe.a: 2..3 became 1..9"]],
    ["another constant", "a: u8 = 1", "a: u8 = 2", ["wire probe.a: = 1 became = 2"]],
    ["a unit", "a: { type: u8, unit: 4 bytes }", "a: u8", ["api probe.a: unit: 4 bytes became no unit"]],
    [
      "a length",
      "n: u8\na: { bytes: n }",
      "n: u8\na: { bytes: n * 2 }",
      ["wire probe.a: bytes (n bytes) became bytes (n * 2 bytes)"],
    ],
    [
      "a condition",
      "n: u8\na: { type: u8, when: n > 1 }",
      "n: u8\na: { type: u8, when: n > 2 }",
      ["wire probe.a: u8 if n > 1 became u8 if n > 2"],
    ],
    ["documentation", "a: u8", "a: { type: u8, doc: What. }", []],
  ])("tells %s", (_, before, after, expected) => {
    expect(fields(before, after)).toEqual(expected);
  });

  it("tells reserved bits that are gone, and others that are new", () => {
    expect(fields("a: u8\nr: u8 reserved", "a: u8")).toEqual(["wire probe.r: is gone"]);
    expect(fields("a: u8", "a: u8\nr: u8 reserved")).toEqual(["wire probe.r: is new: u8"]);
  });
});

describe("what stands around fields", () => {
  const whole = (more: string): string => header("a: u8\nb: u8", `endian: big\n${more}`);
  it.each([
    [
      "a header's length",
      whole("length: { total: a }"),
      whole("length: { total: b }"),
      ["wire probe: declared length: total a became total b"],
    ],
    ["a value", whole("let: { x: a }"), whole("let: { x: b }"), ["api probe.x: the value a became b"]],
    ["a value that is gone", whole("let: { x: a }"), whole(""), ["api probe.x: the value is gone"]],
    ["a rule", whole("next: { by: a }"), whole(""), ["wire probe: nothing follows by a any more"]],
    [
      "a place",
      whole("attach: { link_type: 1 }"),
      whole("attach: { link_type: 2 }"),
      ["wire probe: no longer follows link_type 1", "compatible probe: follows link_type 2 now"],
    ],
    ["an enum's value", ...enums("{ 1: one }", "{ 2: one }"), ["wire e.one: is 2, was 1"]],
    [
      "a label",
      ...enums("{ 1: one }", "{ 1: uno }"),
      ["api e.one: the label of 1 is gone", "compatible e.uno: is new: 1"],
    ],
    [
      "a closed enum",
      ...enums("{ 1: one }", "{ 1: one }\nclosed: true"),
      ["wire e: is closed now: other values are invalid"],
    ],
  ])("tells %s", (_, before, after, expected) => {
    expect(changes(before, after)).toEqual(expected);
  });

  it("tells a header that is gone and one that is new", () => {
    const other = header("a: u8").replace("name: probe", "name: other");
    expect(changes(header("a: u8"), other)).toEqual([
      "compatible other: the class Other is new",
      "api probe: the class Probe is gone",
    ]);
  });
});

function enums(before: string, after: string): [string, string] {
  return [`zc: 1\nname: e\nvalues: ${before}\n`, `zc: 1\nname: e\nvalues: ${after}\n`];
}
