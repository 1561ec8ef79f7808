import { describe, expect, it } from "vitest";
import type { Header, HeaderClass } from "zc-gen";
import { runFiles } from "./support/modules.js";
import { emitTexts, header, problemsOf } from "./support/schemas.js";

type Probe = Header & Record<string, unknown>;

function classOf(fields: string, more?: string): HeaderClass<Probe> {
  return runFiles(emitTexts(header(fields, more)))["probe.ts"]?.["Probe"] as HeaderClass<Probe>;
}

function on(Class: HeaderClass<Probe>, bytes: readonly number[]): Probe {
  const probe = new Class(new DataView(Uint8Array.from(bytes).buffer));
  expect(probe.wrap(0, bytes.length)).toBe(0);
  return probe;
}

describe("a scaled number", () => {
  const Class = classOf("price: { type: u32, scale: 10000 }\nchange: { type: i16, scale: 2^8 }");

  it("has an exact text beside the wire's number", () => {
    const probe = on(Class, [0, 0x0f, 0x73, 0x14, 0xff, 0x80]);
    expect([probe["price"], probe["priceText"], probe["changeText"]]).toEqual([1012500, "101.2500", "-0.5"]);
    expect(probe.toJSON()).toEqual({ price: 1012500, change: -128 });
    expect(probe.hexDump()).toContain("price 1012500 (101.2500)");
  });

  it("is written by its text, or not at all", () => {
    const probe = on(Class, [0, 0, 0, 0, 0, 0]);
    probe["priceText"] = "0.07";
    probe["changeText"] = "-1.25";
    expect([probe["price"], probe["change"]]).toEqual([700, -320]);
    expect(() => (probe["priceText"] = "0.00001")).toThrow(TypeError);
    expect(() => (probe["priceText"] = "429496.7296")).toThrow(RangeError);
    expect(() => (probe["priceText"] = "-1")).toThrow(RangeError);
    expect(probe["price"]).toBe(700);
  });
});

describe("a time", () => {
  const bytes = [0xe9, 0x8a, 0xf0, 0x40, 0x40, 0, 0, 0];
  const text = "2024-02-29T12:00:00.25Z";

  it.each(["bigint", "parts", "safe"])("of 64 bits read as %s", (as) => {
    const Class = classOf(`at: { type: u64, as: ${as}, scale: 2^32, epoch: 1900-01-01 }`);
    if (as === "safe") {
      return expect(on(Class, [0, 0, 0, 1, 0, 0, 0, 0])["atText"]).toBe("1900-01-01T00:00:01Z");
    }
    const probe = on(Class, bytes);
    expect(probe["atText"]).toBe(text);
    probe["atText"] = "2036-02-07T06:28:15.5Z";
    expect(probe["atText"]).toBe("2036-02-07T06:28:15.5Z");
    expect(() => (probe["atText"] = "2036-02-07T06:28:16Z")).toThrow(RangeError);
  });

  it("of seconds and parts of one", () => {
    const Class = classOf(
      "at: { type: u32, epoch: 1970-01-01, fraction: nanoseconds }\nnanoseconds: { type: u32, scale: 10^9 }",
    );
    const probe = on(Class, [0x65, 0xe0, 0x71, 0xc0, 0, 0, 0, 1]);
    expect([probe["atText"], probe["nanosecondsText"]]).toEqual([
      "2024-02-29T12:00:00.000000001Z",
      "0.000000001",
    ]);
    expect(probe.hexDump()).toContain("at 1709208000 (2024-02-29T12:00:00.000000001Z)");
  });

  it("of a field that is absent throws as the field does", () => {
    const Class = classOf("flags: u8\nat: { type: u32, epoch: 1970-01-01, when: flags == 1 }");
    const probe = on(Class, [0]);
    expect(() => probe["atText"]).toThrow(RangeError);
    expect(probe.hexDump()).not.toContain("1970");
  });
});

describe("what is no scale", () => {
  it.each([
    ["a: { type: u32, scale: 3 }", "a scale is a number from 2 to 2^53"],
    ["a: { type: u32, scale: 2^54 }", "a scale is a number from 2 to 2^53"],
    ["a: { type: u32, scale: much }", "a scale is a number from 2 to 2^53"],
    ["a: { type: f32, scale: 10 }", "goes with a whole number, not with f32"],
    ["a: { type: u32, scale: 10, unit: 8 bytes }", "not beside `unit`"],
    ["a: { bytes: 4, scale: 10 }", "`scale` does not go with `bytes`"],
    ["a: { type: u32, epoch: 1970-02-30 }", "an epoch is a day"],
    ["a: { type: u32, fraction: b }\nb: u32", "must be a field beside it with a `scale`"],
    ["a: { type: u32, fraction: b }", "must be a field beside it with a `scale`"],
    ["a: { type: u32, scale: 10, fraction: b }\nb: { type: u32, scale: 10 }", "has no `scale`"],
    ["a: { type: u32, scale: 10 }\na_text: u8", "would both become `aText`"],
  ])("%s", (fields, problem) => {
    expect(problemsOf(header(fields)).join()).toContain(problem);
  });
});
