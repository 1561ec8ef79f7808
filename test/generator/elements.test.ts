import { describe, expect, it } from "vitest";
import { Elements, Fault, faultCode, faultField, type Header, type HeaderClass } from "zc-gen";
import { runFiles } from "./support/modules.js";
import { emitTexts, header, problemsOf } from "./support/schemas.js";

type Probe = Header & Record<string, unknown>;

const POINT = "types:\n  point:\n    fields: { name: { text: ascii, bytes: u8 }, x: u8 }\n";

function modulesOf(fields: string, more = ""): Record<string, HeaderClass<Probe>> {
  return runFiles(emitTexts(`${header(fields)}${POINT}${more}`))["probe.ts"] as Record<
    string,
    HeaderClass<Probe>
  >;
}

/** An accessor on these bytes, in the middle of others. */
function on(
  Class: HeaderClass<Probe> | undefined,
  bytes: readonly number[],
): { probe: Probe; fault: number } {
  if (Class === undefined) throw new Error("no class");
  const all = new Uint8Array(bytes.length + 300).fill(0xa5);
  all.set(bytes, 11);
  const probe = new Class(new DataView(all.buffer));
  return { probe, fault: probe.wrap(11, 11 + bytes.length) };
}

const cursorOf = (probe: Probe): Elements<Probe> => probe["points"] as Elements<Probe>;

const BYTES = [2, 2, 97, 98, 7, 0, 8, 9];

describe("an array of structures of no fixed length", () => {
  const { Probe: Class, Point } = modulesOf("count: u8\npoints: { array: point, count: count }\nlast: u8");

  it("is walked by one cursor, and what follows it is found", () => {
    const { probe, fault } = on(Class, BYTES);
    const points = cursorOf(probe);
    const seen: unknown[] = [];
    for (let more = points.first(); more; more = points.next()) {
      seen.push([points.index, points.element["nameText"], points.element["x"]]);
    }
    expect([fault, seen, points.fault, probe["last"]]).toEqual([
      0,
      [
        [0, "ab", 7],
        [1, "", 8],
      ],
      0,
      9,
    ]);
    expect(() => points.element["x"]).toThrow(RangeError);
    expect([probe["pointsOffset"], probe["pointsLength"], probe.headerLength]).toEqual([12, 6, 8]);
  });

  it("starts again for whoever asks, and JSON disturbs nobody", () => {
    const { probe } = on(Class, BYTES);
    const points = cursorOf(probe);
    expect([points.next(), points.element["x"]]).toEqual([true, 7]);
    const json = {
      count: 2,
      points: [
        { name: "ab", x: 7 },
        { name: "", x: 8 },
      ],
      last: 9,
    };
    expect([probe.toJSON(), points.toJSON(), points.element["x"]]).toEqual([json, json.points, 7]);
    expect([points.next(), points.element["x"], points.next()]).toEqual([true, 8, false]);
    expect(cursorOf(probe)).toBe(points);
    expect([points.next(), points.element["x"]]).toEqual([true, 7]);
    expect(probe.hexDump()).toContain("points[1]: name , x 8");
    const own = new Elements(new (Point as HeaderClass<Probe>)(probe.view));
    expect((probe["pointsOn"] as (one: unknown) => unknown).call(probe, own)).toBe(own);
    expect([own.first(), own.element["x"], points.element["x"]]).toEqual([true, 7, 7]);
  });

  it("is a fault of its own wherever it is cut, with the elements before it readable", () => {
    for (let length = 1; length < 7; length++) {
      const { probe, fault } = on(Class, BYTES.slice(0, length));
      expect([faultCode(fault) < 16, faultField(fault)]).toEqual([true, 1]);
      const points = cursorOf(probe);
      let whole = 0;
      while (points.next()) whole++;
      expect(whole).toBe(length >= 5 ? 1 : 0);
      // Where nothing of the next one is there, the cursor sees no more than an end.
      const isBetween = length === 1 || length === 5;
      expect(points.explain()?.code).toEqual(isBetween ? undefined : expect.stringContaining("TRUNCATED"));
      expect(() => probe["last"]).toThrow(RangeError);
      expect(probe.toJSON()).toEqual({ count: 2 });
    }
  });

  it("cannot be made to walk for long by a count that lies", () => {
    const { Probe: Wide } = modulesOf("count: u30\nrest: u2\npoints: { array: point, count: count }");
    const { probe, fault } = on(Wide, [255, 255, 255, 255, 1, 97, 7, 0, 8]);
    expect(faultField(fault)).toBe(2);
    expect([cursorOf(probe).next(), cursorOf(probe).toJSON().length]).toEqual([true, 2]);
  });

  it("is parked with its header", () => {
    const { probe } = on(Class, BYTES);
    const points = cursorOf(probe);
    points.next();
    probe.park();
    expect(() => points.element["x"]).toThrow(RangeError);
    expect(points.next()).toBe(false);
  });
});

describe("an array that ends where its bytes do", () => {
  const { Probe: Class } = modulesOf("points: { array: point, until: end }");

  it("is not looked at by wrap, and tells the element that does not fit", () => {
    expect(on(Class, []).probe.toJSON()).toEqual({ points: [] });
    const { probe, fault } = on(Class, [0, 1, 5, 97]);
    const points = cursorOf(probe);
    expect([fault, points.next(), points.element["x"], points.next()]).toEqual([0, true, 1, false]);
    expect([faultCode(points.fault), points.faultOffset, points.explain()?.field]).toEqual([
      Fault.TRUNCATED_HEADER,
      13,
      "name",
    ]);
    expect(probe.toJSON()).toEqual({ points: [{ name: "", x: 1 }, { fault: "ERR_ZC_TRUNCATED_HEADER" }] });
    expect(probe.hexDump()).toContain("points: (point.name runs past the end");
  });

  it("may be as many bytes as a number before it says, and have a count of its own", () => {
    const { Probe: Prefixed } = modulesOf(
      "points: { array: point, bytes: u8 }\nmore: { array: point, count: 1 }",
    );
    const { probe, fault } = on(Prefixed, [2, 0, 7, 1, 97, 8]);
    expect([fault, probe.toJSON()]).toEqual([
      0,
      { points: [{ name: "", x: 7 }], more: [{ name: "a", x: 8 }] },
    ]);
  });
});

describe("elements that are described in place", () => {
  const fields = `count: u8
texts: { array: { text: ascii, bytes: u8 }, bytes: u8 }
padded: { array: { text: latin1, size: 3, pad: ' ' }, count: 2 }
pairs: { array: { x: i8, y: u16 }, count: 2 }
blobs: { array: { bytes: u8 }, count: count }
tree: { array: { leaves: { array: { text: utf8, until: 0 }, bytes: u8 } }, until: end }`;
  const modules = modulesOf(fields);
  const BYTES = [1, 3, 1, 97, 0, 98, 32, 32, 99, 99, 99, 255, 0, 1, 2, 0, 3, 2, 7, 8, 2, 100, 0, 0];

  it("are read as types with a name of their own are", () => {
    const { probe, fault } = on(modules["Probe"], BYTES);
    expect([fault, probe.toJSON()]).toEqual([
      0,
      {
        count: 1,
        texts: [{ value: "a" }, { value: "" }],
        padded: [{ value: "b" }, { value: "ccc" }],
        pairs: [
          { x: -1, y: 1 },
          { x: 2, y: 3 },
        ],
        blobs: [{ value: "0708" }],
        tree: [{ leaves: [{ value: "d" }] }, { leaves: [] }],
      },
    ]);
    expect((probe["pairsAt"] as (index: number) => Probe).call(probe, 1)["y"]).toBe(3);
  });

  it("are called as the field is", () => {
    expect(Object.keys(modules).filter((name) => name.includes("Element"))).toEqual([
      "ProbeTextsElement",
      "ProbePaddedElement",
      "ProbePairsElement",
      "ProbeBlobsElement",
      "ProbeTreeElementLeavesElement",
      "ProbeTreeElement",
    ]);
  });

  it("in cases and values, too", () => {
    const more =
      "  item:\n    tag: { kind: u8 }\n    length: { length: u8, counts: value }\n    value: { switch: kind, 1: { all: { array: { text: ascii, bytes: u8 }, until: end } } }\n";
    const { Probe: Class } = modulesOf(
      "kind: u8\nbody: { switch: kind, bytes: u8, 1: { ids: { array: { id: u8, name: { text: ascii, bytes: u8 } }, until: end } } }\nitems: { list: item, until: end }",
      more,
    );
    const { probe } = on(Class, [1, 3, 9, 1, 97, 1, 2, 1, 98]);
    expect(probe.toJSON()).toMatchObject({
      body: { ids: [{ id: 9, name: "a" }] },
      items: [{ value: { all: [{ value: "b" }] } }],
    });
  });

  it.each([
    ["points: { array: { x: i16, y: u77 }, count: 2 }", "u77"],
    ["points: { array: { x: i16, pairs: { array: pear, count: 2 } }, count: 2 }", "pear"],
    ["points: { array: { data: bytes }, until: end }", "takes all that is left"],
    ["points: { array: {}, until: end }", "needs at least 1 entry"],
    ["points: { array: { text: ascii }, count: 2 }", "needs a `size`, `bytes` or `until`"],
    ["points: { array: { text: u16, size: 4 }, count: 2 }", "4"],
  ])("%s is refused", (field, problem) => {
    expect(problemsOf(header(field)).join()).toContain(problem);
  });

  it("whose names are taken are refused", () => {
    const text = `${header("pairs: { array: { x: u8 }, count: 2 }")}types: { probe_pairs_element: { fields: { a: u8 } } }\n`;
    expect(problemsOf(text).join()).toContain("ProbePairsElement, a name that is already taken");
  });
});

describe("what is no element", () => {
  it.each([
    ["rest: { fields: { a: bytes } }", "takes all that is left"],
    ["rest: { fields: { a: u8, b: { type: u8, when: end > 1 } } }", "takes all that is left"],
    ["rest: { fields: { a: { array: u8, count: 2, when: b == 1 } } }", "is no field"],
    [
      "rest: { fields: { a: { struct: inner } } }\n  inner: { fields: { b: { text: ascii, bytes: u8 } } }",
      "",
    ],
  ])("%s", (types, problem) => {
    const problems = problemsOf(`${header("items: { array: rest, until: end }")}types:\n  ${types}\n`);
    if (problem === "") expect(problems).toEqual([]);
    else expect(problems.join()).toContain(problem);
  });

  it("a structure that can be empty", () => {
    const fields = "n: u8\nitems: { array: item, count: n }";
    const types = "types:\n  item:\n    fields:\n      a: { switch: 0 + 0, 0: { b: u8 } }\n";
    expect(problemsOf(header(fields) + types).join()).toContain("might never end");
  });
});
