import { describe, expect, it } from "vitest";
import { header, problemsOf } from "./support/schemas.js";

const C = "endian: host\nlayout: c\nc: { struct: probe, header: probe.h }";

describe("layout: c", () => {
  it("rejects a field that is not aligned to its size, with the offset and the remedy", () => {
    expect(problemsOf(header("a: u16\nb: u32\nc: u16", C))).toEqual([
      'a.yaml:8:3 c-layout: field "b" (u32) is at offset 2, no multiple of 4; C puts 2 bytes of padding before it | write the padding down: `padding_2: { bytes: 2 }`',
    ]);
    expect(problemsOf(header("a: u16\npadding_2: { bytes: 2 }\nb: u32", C))).toEqual([]);
  });

  it("rejects a size that is no multiple of the largest field", () => {
    expect(problemsOf(header("a: u64\nb: u8", C))).toEqual([
      "a.yaml:2:7 c-layout: probe has 9 bytes, no multiple of 8; C puts 7 bytes of padding at its end | write the padding down: `padding_9: { bytes: 7 }`",
    ]);
    expect(problemsOf(header("a: u64\nb: u8\npadding_9: { bytes: 7 }", C))).toEqual([]);
  });

  it("looks into structures and arrays for their alignment", () => {
    const types = `${C}\ntypes: { t: { c: { struct: t }, fields: { x: u32 } } }`;
    expect(problemsOf(header("a: u16\nb: { array: t, count: 1 }\nc: u16", types))).toEqual([
      expect.stringMatching(/^a\.yaml:9:3 c-layout: field "b" \(array\) is at offset 2, no multiple of 4/),
    ]);
    expect(problemsOf(header("a: u32\nb: { array: t, count: 1 }", types))).toEqual([]);
  });

  it("rejects bit fields, whose place no offsetof can prove", () => {
    expect(problemsOf(header("a: u8\nb: u4\nc: u4\nd: u16", `${C}\nbit_order: lsb`))).toEqual([
      'a.yaml:9:3 c-layout: field "b" (u4) is a bit field, whose place in a C struct cannot be proved | take the whole number, and its bits under `let`',
      'a.yaml:10:3 c-layout: field "c" (u4) is a bit field, whose place in a C struct cannot be proved | take the whole number, and its bits under `let`',
    ]);
    expect(problemsOf(header("a: u8\nb: u8\nd: u16", `${C}\nlet: { c: b >> 4 }`))).toEqual([]);
  });

  it("rejects a struct without its C name, and a C name without `layout: c`", () => {
    const types = "types: { t: { fields: { x: u8 } } }";
    expect(problemsOf(header("a: { struct: t }", `${C}\n${types}`))).toEqual([
      "a.yaml:6:10 c-layout: t has `layout: c` and so must name its struct: `c: { struct: ..., header: ... }`",
    ]);
    expect(
      problemsOf(
        header("a: { struct: t }", `endian: big\n${types.replace("fields", "c: { struct: t }, fields")}`),
      ),
    ).toEqual([
      "a.yaml:4:15 c-layout: `c` names the C struct of a schema with `layout: c`; this one has none",
    ]);
    expect(
      problemsOf(header("a: { struct: t }", `${C}\n${types.replace("fields", "c: { struct: t }, fields")}`)),
    ).toEqual([]);
  });
});
