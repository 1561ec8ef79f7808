import { describe, expect, it } from "vitest";
import { Fault, faultCode, faultField, type Header, type HeaderClass } from "zc-gen";
import { runFiles } from "./support/modules.js";
import { emitTexts, header, problemsOf } from "./support/schemas.js";

type Probe = Header & Record<string, unknown>;

function on(fields: string, bytes: readonly number[]): Probe {
  const files = runFiles(emitTexts(header(fields)));
  const Class = files["probe.ts"]?.["Probe"] as HeaderClass<Probe>;
  const probe = new Class(new DataView(Uint8Array.from(bytes).buffer));
  expect(probe.wrap(0, bytes.length)).toBe(0);
  return probe;
}

describe("a field that repeats another", () => {
  const fields = "size: u8\nbody: { bytes: size }\nsize_again: { type: u8, equals: size }";

  it("is right with the same value, behind bytes of any number", () => {
    expect(on(fields, [0, 0]).validate()).toBe(0);
    expect(on(fields, [2, 7, 7, 2]).validate()).toBe(0);
  });

  it("is a fault of its own with another, and says so", () => {
    const probe = on(fields, [2, 7, 7, 3]);
    const fault = probe.validate();
    expect([faultCode(fault), faultField(fault)]).toEqual([Fault.CONSTANT, 2]);
    expect(probe.explain(fault)?.message).toContain("must be the same as size");
    probe["sizeAgain"] = 2;
    expect(probe.validate()).toBe(0);
  });

  it("breaks no rule where it is absent, and may be a bigint", () => {
    const optional = "size: u8\nagain: { type: u8, equals: size, when: size > 5 }";
    expect(on(optional, [2, 3]).validate()).toBe(0);
    expect(faultCode(on(optional, [6, 3]).validate())).toBe(Fault.CONSTANT);
    const wide = "a: varint.quic\nb: { type: varint.quic, equals: a }\nc: u64\nd: { type: u64, equals: c }";
    const eight = [1, 2, 3, 4, 5, 6, 7, 8];
    expect(on(wide, [5, 0x40, 5, ...eight, ...eight]).validate()).toBe(0);
    expect(faultField(on(wide, [5, 5, ...eight, ...eight.slice(0, 7), 9]).validate())).toBe(3);
  });

  it.each([
    "a: { type: u8, equals: b }\nb: u8",
    "a: { type: u8, equals: a }",
    "a: u64\nb: { type: u8, equals: a }",
    "a: f32\nb: { type: u32, equals: a }",
    "f: u8\na: { type: u8, when: f == 1 }\nb: { type: u8, equals: a }",
  ])("cannot be %j", (wrong) => {
    expect(problemsOf(header(wrong)).join()).toContain("a field repeats one before it");
  });
});
