import { describe, expect, it } from "vitest";
import { Fault, faultCode, type Header, type HeaderClass } from "zc-gen";
import { runFiles } from "./support/modules.js";
import { checkTexts, emitTexts, header, problemsOf } from "./support/schemas.js";

type Probe = Header & Record<string, unknown>;

function classOf(fields: string, strict = false): HeaderClass<Probe> {
  const files = emitTexts({ "a.yaml": header(fields) }, {}, strict);
  return runFiles(files)["probe.ts"]?.["Probe"] as HeaderClass<Probe>;
}

function on(Class: HeaderClass<Probe>, bytes: readonly number[]): { probe: Probe; fault: number } {
  const probe = new Class(new DataView(Uint8Array.from(bytes).buffer));
  return { probe, fault: probe.wrap(0, bytes.length) };
}

describe("`multiple of`", () => {
  it("is a rule of validate, which says so", () => {
    const Class = classOf("length: u8 multiple of 4");
    const faults = [0, 4, 252, 5, 255].map((value) => faultCode(on(Class, [value]).probe.validate()));
    expect(faults).toEqual([0, 0, 0, Fault.RANGE, Fault.RANGE]);
    const { probe } = on(Class, [5]);
    expect(probe.explain(probe.validate())?.message).toContain("must lie in 0..255 and be a multiple of 4");
  });

  it("goes with a range, negative numbers, and numbers of 64 bits", () => {
    const Class = classOf(
      "a: u8 in 12..64 multiple of 4\nb: i8 multiple of 3\nc: u64 in 0..1000 multiple of 8",
    );
    const rules = (a: number, b: number, c: number): number =>
      faultCode(on(Class, [a, b & 255, 0, 0, 0, 0, 0, 0, 0, c]).probe.validate());
    expect([rules(12, -126, 8), rules(64, 3, 0)]).toEqual([0, 0]);
    for (const wrong of [rules(8, 0, 0), rules(13, 0, 0), rules(12, -4, 0), rules(12, 0, 9)]) {
      expect(wrong).toBe(Fault.RANGE);
    }
  });

  it("is asked by wrap where a length comes of it, and the range has its step", () => {
    const text = header("size: u8 in 5..66 multiple of 4\nbody: { bytes: size - 8 }");
    const body = checkTexts(text).model.schemas[0]?.header?.fields[1]?.type;
    expect(body?.kind === "span" && body.size.by === "expression" && body.size.value.range).toEqual({
      min: 0,
      max: 56,
      step: 4,
    });
    const Class = classOf("size: u8 in 5..66 multiple of 4\nbody: { bytes: size - 8 }");
    expect([on(Class, [8]).fault, faultCode(on(Class, [6, 0, 0]).fault)]).toEqual([0, Fault.RANGE]);
  });

  it("is kept by strict setters, and by a new header", () => {
    const Class = classOf("size: u8 in 5..66 multiple of 4", true);
    const { probe } = on(Class, [8]);
    expect(() => (probe["size"] = 10)).toThrow("a whole number in 5..66, a multiple of 4, not 10");
    probe["size"] = 12;
    expect([probe["size"], probe.init(0, 1), probe["size"]]).toEqual([12, 0, 8]);
  });

  it("of a varint", () => {
    const Class = classOf("size: varint.quic multiple of 2");
    const faults = [on(Class, [2]), on(Class, [0x40, 3])].map(({ probe }) => faultCode(probe.validate()));
    expect(faults).toEqual([0, Fault.RANGE]);
  });

  it.each(["u8 multiple of 0", "u8 multiple of 1", "u8 in 1..3 multiple of 4"])("not %s", (word) => {
    expect(problemsOf(header(`a: ${word}`)).join()).toContain("has no multiples of");
  });

  it.each(["u8 multiple 4", "u8 multiple of x", "u8 reserved multiple of 4"])("not %s", (word) => {
    expect(problemsOf(header(`a: ${word}`)).join()).toContain("is no rule");
  });
});
