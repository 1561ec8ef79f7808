import { describe, expect, it } from "vitest";
import { type EnumLayout, enumLabel, Fault, faultCode, type Header, type HeaderClass } from "zc-gen";
import { runFiles } from "./support/modules.js";
import { emitTexts, header, problemsOf } from "./support/schemas.js";

type Probe = Header & Record<string, unknown>;

function probeOf(closed: boolean, strict = false): { Class: HeaderClass<Probe>; names: EnumLayout } {
  const values = "values: { 3: three, 0..7: low, 0x10..0x1f: high, 32..40: high }";
  const enums = `enums: { zone: { closed: ${closed}, ${values} } }`;
  const text = header("zone: { type: u8, enum: zone }", `endian: big\n${enums}`);
  const module = runFiles(emitTexts({ "a.yaml": text }, {}, strict))["probe.ts"];
  return { Class: module?.["Probe"] as HeaderClass<Probe>, names: module?.["ZoneEnum"] as EnumLayout };
}

const on = (Class: HeaderClass<Probe>, value: number): Probe => {
  const probe = new Class(new DataView(Uint8Array.of(value).buffer));
  expect(probe.wrap(0, 1)).toBe(0);
  return probe;
};

describe("a label of a row of values", () => {
  it("names each of them, and a single value goes before", () => {
    const { names } = probeOf(false);
    const found = [0, 2, 3, 7, 8, 15, 16, 31, 32, 40, 41].map((value) => enumLabel(names, value));
    const [low, high, none] = ["low", "high", undefined];
    expect(found).toEqual([low, low, "three", low, none, none, high, high, high, high, none]);
  });

  it("stands in the dump beside the number", () => {
    expect(on(probeOf(false).Class, 5).hexDump()).toContain("zone 5 (low)");
  });

  it("belongs to a closed enum, which refuses what lies between rows", () => {
    const { Class } = probeOf(true);
    const faults = [0, 3, 7, 8, 15, 16, 31, 41].map((value) => faultCode(on(Class, value).validate()));
    const { OK, ENUM } = Fault;
    expect(faults).toEqual([OK, OK, OK, ENUM, ENUM, OK, OK, ENUM]);
  });

  it("limits a strict setter of a closed enum", () => {
    const probe = on(probeOf(true, true).Class, 0);
    probe["zone"] = 31;
    expect(() => (probe["zone"] = 8)).toThrow(RangeError);
    expect(probe["zone"]).toBe(31);
  });

  it("may be all that an enum has", () => {
    const schema = "zc: 1\nname: zone\nvalues: { 0..7: low }\n";
    expect(emitTexts(schema)["zone.ts"]).toContain("export const Zone = {} as const;");
  });

  it("must fit the field", () => {
    const schema = header(
      "zone: { type: u4, enum: zone }\nrest: u4",
      "endian: big\nbit_order: msb\nenums: { zone: { values: { 8..16: high } } }",
    );
    expect(problemsOf(schema).join()).toContain("zone.high is 16, which u4 cannot hold");
  });

  it("names the case of a switch over exactly that row, and a row to attach to", () => {
    const enums = "enums: { zone: { values: { 8..16: high } } }";
    const parent = header(
      "zone: { type: u8, enum: zone }\nbody: { switch: zone, until: end, 8..16: { a: u8 } }",
      `endian: big\nnext: { by: zone }\n${enums}`,
    );
    const child = "zc: 1\nname: child\nendian: big\nattach: { probe.zone: high }\nfields: { a: u8 }\n";
    const files = emitTexts({ "a.yaml": parent, "child.yaml": child });
    expect(files["probe.ts"]).toContain("bodyAsHigh");
    expect(files["child.ts"]).toMatch(/value: 8, max: 16/);
  });
});
