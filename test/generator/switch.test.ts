import { describe, expect, it } from "vitest";
import { Fault, faultCode, faultField, type Header, type HeaderClass, isIncomplete } from "zc-gen";
import { runFiles } from "./support/modules.js";
import { emitTexts, header, problemsOf } from "./support/schemas.js";

type Probe = Header & Record<string, unknown>;

const TYPES = `
types:
  inner: { fields: { n: u8, data: { bytes: n * 1 }, after: u8 } }
  item: { tag: { type: u8 }, length: { length: u8, counts: value } }
enums:
  kind: { values: { 1: first } }
`;

function classOf(fields: string): HeaderClass<Probe> {
  return runFiles(emitTexts(header(fields) + TYPES))["probe.ts"]?.["Probe"] as HeaderClass<Probe>;
}

function on(
  Class: HeaderClass<Probe>,
  bytes: readonly number[],
  filler = 0xa5,
): { probe: Probe; fault: number } {
  const all = new Uint8Array(bytes.length + 60).fill(filler);
  all.set(bytes, 11);
  const probe = new Class(new DataView(all.buffer));
  return { probe, fault: probe.wrap(11, 11 + bytes.length) };
}

describe("a switch over a field", () => {
  const Class = classOf(
    "kind: { type: u8, enum: kind }\nbody: { switch: kind, bytes: u8, 1: { a: u16 }, 2..3: inner, 9: { list: item, until: end } }\nlast: u8",
  );

  it("shows the case that the field says, and no other", () => {
    const { probe, fault } = on(Class, [1, 2, 0x12, 0x34, 7]);
    expect([fault, (probe["bodyAsFirst"] as Probe)["a"], probe["bodyAsInner"], probe["last"]]).toEqual([
      0,
      0x1234,
      undefined,
      7,
    ]);
    expect([(probe["body"] as Probe)["case"], probe["bodyLength"]]).toEqual(["first", 2]);
    expect(probe.toJSON()).toEqual({ kind: 1, body: { a: 0x1234 }, last: 7 });
  });

  it("shows structures of no fixed length, and lists", () => {
    expect(on(Class, [3, 4, 2, 8, 9, 5, 7]).probe.toJSON()).toEqual({
      kind: 3,
      body: { n: 2, data: "0809", after: 5 },
      last: 7,
    });
    expect(on(Class, [9, 3, 1, 1, 5, 7]).probe.toJSON()).toEqual({
      kind: 9,
      body: [{ type: 1, length: 1, value: "05" }],
      last: 7,
    });
  });

  it("keeps the bytes of a value without a case, and of one that does not fit", () => {
    expect(on(Class, [77, 2, 8, 9, 7]).probe.toJSON()).toEqual({ kind: 77, body: "0809", last: 7 });
    const { probe, fault } = on(Class, [1, 1, 8, 7]);
    expect([fault, probe["bodyAsFirst"], probe["bodyFault"], probe["last"]]).toEqual([
      0,
      undefined,
      Fault.TRUNCATED,
      7,
    ]);
    expect(probe.toJSON()).toEqual({ kind: 1, body: "08", last: 7 });
  });

  it("is a fault of its own where it runs past the end", () => {
    const { probe, fault } = on(Class, [1, 9, 8, 7]);
    expect([faultCode(fault), faultField(fault), isIncomplete(fault)]).toEqual([
      Fault.TRUNCATED_HEADER,
      1,
      true,
    ]);
    expect([probe["kind"], probe.toJSON()]).toEqual([1, { kind: 1 }]);
  });
});

describe("a switch that is as long as its case", () => {
  const Class = classOf(
    "kind: { type: u8, enum: kind }\nbody: { switch: kind, 1: { a: u16 }, 2: inner, else: { b: u8 } }\nlast: u8",
  );

  it.each([
    [[1, 0, 5, 7], { kind: 1, body: { a: 5 }, last: 7 }],
    [[2, 1, 8, 9, 7], { kind: 2, body: { n: 1, data: "08", after: 9 }, last: 7 }],
    [[3, 5, 7], { kind: 3, body: { b: 5 }, last: 7 }],
  ])("%j", (bytes, json) => {
    const { probe, fault } = on(Class, bytes);
    expect([fault, probe.toJSON()]).toEqual([0, json]);
    for (let length = 1; length < bytes.length; length++) {
      const cut = on(Class, bytes.slice(0, length));
      expect(isIncomplete(cut.fault)).toBe(true);
      expect(cut.probe.explain(cut.fault)?.message).toMatch(/runs past the end/);
      expect(cut.probe.toJSON()["kind"]).toBe(bytes[0]);
      expect(cut.probe.toJSON()["last"]).toBeUndefined();
    }
  });
});

describe("structures of no fixed length", () => {
  it("stand inside others, one after the other", () => {
    const Class = classOf("first: { struct: inner }\nsecond: { struct: inner }\nlast: u8");
    const { probe, fault } = on(Class, [1, 8, 2, 0, 3, 7]);
    expect([fault, probe.toJSON(), probe.headerLength]).toEqual([
      0,
      { first: { n: 1, data: "08", after: 2 }, second: { n: 0, data: "", after: 3 }, last: 7 },
      6,
    ]);
    const cut = on(Class, [1, 8, 2, 9, 3, 7]);
    expect([faultField(cut.fault), Object.keys(cut.probe.toJSON())]).toEqual([1, ["first"]]);
  });

  it("have an end of their own where one is told", () => {
    const Class = classOf("first: { struct: inner, bytes: u8 }\nlast: u8");
    const { probe } = on(Class, [4, 0, 9, 0xff, 0xff, 7]);
    expect(probe.toJSON()).toEqual({ first: { n: 0, data: "", after: 9 }, last: 7 });
    expect([probe["firstLength"], probe["firstFault"]]).toEqual([4, 0]);
    expect(on(Class, [2, 5, 9, 7]).probe["first"]).toBeUndefined();
  });

  it("may be absent, as bytes and lists may", () => {
    const Class = classOf(
      "f: flag\nr: u7\na: { struct: inner, when: f }\nb: { bytes: u8, when: f }\nc: { list: item, bytes: u8, when: f }\nlast: u8",
    );
    expect(on(Class, [0x80, 0, 5, 1, 6, 2, 7, 0, 9]).probe.toJSON()).toEqual({
      f: true,
      r: 0,
      a: { n: 0, data: "", after: 5 },
      b: "06",
      c: [{ type: 7, length: 0 }],
      last: 9,
    });
    const { probe } = on(Class, [0, 9]);
    expect([probe.toJSON(), probe["hasA"], probe["bLength"]]).toEqual([
      { f: false, r: 0, last: 9 },
      false,
      0,
    ]);
    expect(() => (probe["bBytes"] as () => unknown).call(probe)).toThrow(RangeError);
  });

  it("are chosen by how many bytes there are", () => {
    const text = `${header("part: { struct: part, until: end }")}types: { part: { fields: { a: u8, b: { type: u16, when: end >= 3 } } } }\n`;
    const Class = runFiles(emitTexts(text))["probe.ts"]?.["Probe"] as HeaderClass<Probe>;
    expect([on(Class, [1, 2, 3]).probe.toJSON(), on(Class, [1]).probe.toJSON()]).toEqual([
      { part: { a: 1, b: 0x203 } },
      { part: { a: 1 } },
    ]);
  });
});

it("gives the same answer whatever lies around it, for random bytes", () => {
  const Class = classOf(
    "kind: u8\nfirst: { struct: inner }\nbody: { switch: kind % 4, bytes: u8, 0: inner, 1: { a: u16, b: bytes }, 2: item }\nrest: { list: item, until: end }",
  );
  let state = 1;
  const next = (): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 24;
  for (let round = 0; round < 400; round++) {
    const bytes = Array.from({ length: round % 40 }, () => (round % 3 === 0 ? next() : next() & 3));
    const answers = [0, 0xff, 0xa5].map((filler) => {
      const { probe, fault } = on(Class, bytes, filler);
      return {
        fault,
        json: probe.isWrapped ? probe.toJSON() : null,
        dump: probe.isWrapped ? probe.hexDump(11).length : 0,
      };
    });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  }
});

describe("is refused", () => {
  it.each([
    ["a case without a switch", "a: { type: u8, 1: inner }", /stray|the case `1` goes with `switch`/],
    [
      "a switch over a later field",
      "a: { switch: b, until: end, 1: inner }\nb: u8",
      /"b" is no field or value that is known here/,
    ],
    [
      "a switch over what may be absent",
      "f: flag\nr: u7\na: { type: u8, when: f }\nb: { switch: a, until: end, 1: inner }",
      /`a` may be absent/,
    ],
    [
      "a switch that is another thing too",
      "k: u8\na: { switch: k, type: u8, 1: inner }",
      /needs exactly one of/,
    ],
  ])("%s", (_, fields, problem) => {
    expect(problemsOf(header(fields) + TYPES).join("\n")).toMatch(problem);
  });
});
