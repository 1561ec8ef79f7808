import { describe, expect, it } from "vitest";
import { buildPacket, Elements, Fault, faultCode, type Header, type HeaderClass } from "zc-gen";
import { runFiles } from "./support/modules.js";
import { emitTexts, header, problemsOf } from "./support/schemas.js";

type Probe = Header & Record<string, unknown>;

function modulesOf(fields: string, more = ""): Record<string, HeaderClass<Probe>> {
  return runFiles(emitTexts(`${header(fields)}${more}`))["probe.ts"] as Record<string, HeaderClass<Probe>>;
}

function on(
  Class: HeaderClass<Probe> | undefined,
  bytes: readonly number[],
): { probe: Probe; fault: number } {
  if (Class === undefined) throw new Error("no class");
  const all = new Uint8Array(bytes.length + 40).fill(0xa5);
  all.set(bytes, 3);
  const probe = new Class(new DataView(all.buffer));
  return { probe, fault: probe.wrap(3, 3 + bytes.length) };
}

function built(Class: HeaderClass<Probe> | undefined, fields: object): number[] {
  const target = new Uint8Array(100);
  const length = buildPacket(target, [[Class, fields]] as never);
  return Array.from(target.subarray(0, length));
}

const ROWS =
  "width: u8 in 1..4\ncount: u8\n" +
  "rows: { array: { key: u8, cell: { bytes: width }, note: { type: u8, when: width > 2 } }, count: count }";
const BYTES = [3, 2, 1, 65, 66, 67, 9, 2, 68, 69, 70, 8];

describe("elements that are described in place", () => {
  const { Probe: Class, ProbeRowsElement: Row } = modulesOf(ROWS);

  it("depend on fields around them", () => {
    const { probe, fault } = on(Class, BYTES);
    const rows = [
      { key: 1, cell: "414243", note: 9 },
      { key: 2, cell: "444546", note: 8 },
    ];
    expect([fault, probe.toJSON()]).toEqual([0, { width: 3, count: 2, rows }]);
    expect(on(Class, [1, 1, 7, 65]).probe.toJSON()).toEqual({
      width: 1,
      count: 1,
      rows: [{ key: 7, cell: "41" }],
    });
  });

  it("have rules checked that they rely on", () => {
    expect(faultCode(on(Class, [5, 1, 0, 0, 0, 0, 0, 0]).fault)).toBe(Fault.RANGE);
  });

  it("are read by a cursor of one's own, once that is put on them", () => {
    if (Row === undefined) throw new Error("no class");
    const { probe } = on(Class, BYTES);
    const cursor = new Elements(new Row(probe.view));
    expect(() => cursor.over(5, 9).next()).toThrow("take it from an accessor of that structure");
    const put = probe["rowsOn"] as (cursor: Elements<Probe>) => Elements<Probe>;
    expect([put.call(probe, cursor).first(), cursor.element["note"]]).toEqual([true, 9]);
    expect(cursor.another().first()).toBe(true);
  });

  it("are written by their names", () => {
    const rows = [
      { key: 1, cell: [65, 66, 67], note: 9 },
      { key: 2, cell: [68, 69, 70], note: 8 },
    ];
    expect(built(Class, { width: 3, rows })).toEqual(BYTES);
  });
});

it("what lies deeper depends on every structure around it", () => {
  const inner = "{ array: { a: u8, b: { bytes: n * key } }, count: 1 }";
  const { Probe: Class } = modulesOf(
    `n: u8 in 1..3\nrows: { array: { key: u8 in 1..3, inner: ${inner} }, count: 2 }`,
  );
  const bytes = [2, 1, 5, 1, 2, 3, 6, 1, 2, 3, 4, 5, 6];
  const rows = [
    { key: 1, inner: [{ a: 5, b: "0102" }] },
    { key: 3, inner: [{ a: 6, b: "010203040506" }] },
  ];
  expect(on(Class, bytes).probe.toJSON()).toEqual({ n: 2, rows });
  const bytesOf = (text: string): number[] => Array.from(Buffer.from(text, "hex"));
  const given = rows.map(({ key, inner: all }) => ({
    key,
    inner: all.map(({ a, b }) => ({ a, b: bytesOf(b) })),
  }));
  expect(built(Class, { n: 2, rows: given })).toEqual(bytes);
});

it("an own name goes first, and a value around is worked out of the fields around", () => {
  const { Probe: Class } = modulesOf(
    "n: u8 in 1..3\nk: u8\nbody: { switch: k, 0: { n: u8, x: { bytes: twice }, y: { bytes: n & 1 } }, else: {} }",
    "let: { twice: n * 2 }\n",
  );
  const { probe } = on(Class, [2, 0, 1, 10, 11, 12, 13, 14]);
  expect(probe.toJSON()).toEqual({ n: 2, k: 0, body: { n: 1, x: "0a0b0c0d", y: "0e" } });
});

it("the value of a list's element depends on what stands before it", () => {
  const { Probe: Class } = modulesOf(
    "options: { list: item, until: end }",
    "types:\n  item:\n    tag: { t: u8 }\n    length: { long: flag, l: u7, length: u8, counts: value }\n" +
      "    value: { switch: t, 1: { x: { type: u16, when: long }, y: u8 }, 2: { z: { bytes: 'l & 3' } } }\n",
  );
  const bytes = [1, 0x80, 3, 0, 7, 8, 1, 0, 1, 9, 2, 2, 2, 1, 2];
  const options = [
    { t: 1, long: true, l: 0, length: 3, value: { x: 7, y: 8 } },
    { t: 1, long: false, l: 0, length: 1, value: { y: 9 } },
    { t: 2, long: false, l: 2, length: 2, value: { z: "0102" } },
  ];
  expect(on(Class, bytes).probe.toJSON()).toEqual({ options });
  expect(
    built(Class, {
      options: [
        { t: 1, long: true, value: { x: 7, y: 8 } },
        { t: 1, value: { y: 9 } },
        { t: 2, l: 2, value: { z: [1, 2] } },
      ],
    }),
  ).toEqual(bytes);
});

it("elements that count themselves depend on their tag", () => {
  const { Probe: Class } = modulesOf(
    "frames: { list: frame, until: end }",
    "types:\n  frame:\n    tag: { t: u8 }\n    length: { counts: self }\n" +
      "    value: { id: u8, offset: { type: u16, when: (t & 4) != 0 } }\n",
  );
  expect(on(Class, [8, 1, 12, 2, 0, 5]).probe.toJSON()).toEqual({
    frames: [
      { t: 8, value: { id: 1 } },
      { t: 12, value: { id: 2, offset: 5 } },
    ],
  });
});

it("two cases may have elements in place under one name", () => {
  const { Probe: Class } = modulesOf(
    "k: u8\nbody: { switch: k, 1: { items: { array: { a: u8, b: { bytes: k } }, count: 1 } }, else: { items: { array: { c: { bytes: u8 } }, count: k } } }",
  );
  expect(on(Class, [1, 5, 6]).probe.toJSON()).toEqual({ k: 1, body: { items: [{ a: 5, b: "06" }] } });
  expect(on(Class, [2, 1, 5, 0]).probe.toJSON()).toEqual({ k: 2, body: { items: [{ c: "05" }, { c: "" }] } });
});

describe("what is not known inside", () => {
  const problems = (fields: string, more = ""): string[] => problemsOf(`${header(fields)}${more}`);

  it("is refused: what comes later, what may be absent, and names around a type with a name", () => {
    expect(problems("n: u8\nrows: { array: { a: u8, b: { bytes: later } }, count: n }\nlater: u8")).toEqual([
      expect.stringContaining('"later" is no field or value that is known here'),
    ]);
    expect(
      problems("f: u8\nn: { type: u8, when: f > 1 }\nrows: { array: { a: u8, b: { bytes: n } }, count: 2 }"),
    ).toEqual([expect.stringContaining("may be absent")]);
    expect(
      problems(
        "n: u8\nrows: { array: row, count: n }",
        "types: { row: { fields: { a: u8, b: { bytes: n } } } }\n",
      ),
    ).toEqual([expect.stringContaining('"n" is no field or value that is known here')]);
  });

  it("may be absent where its condition is that of what lies around", () => {
    const fields =
      "f: u8\nn: { type: u8, when: f > 1 }\nrows: { array: { a: u8, b: { bytes: n } }, count: 2, when: f > 1 }";
    expect(problems(fields)).toEqual([]);
  });

  it("is no second error where the structure around is wrong", () => {
    expect(problems("n: u9x\nrows: { array: { a: u8, b: { bytes: n } }, count: 2 }")).toHaveLength(1);
  });
});
