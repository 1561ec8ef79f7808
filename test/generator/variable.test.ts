import { describe, expect, it } from "vitest";
import {
  buildPacket,
  Fault,
  faultCode,
  faultField,
  type Header,
  isIncomplete,
  type HeaderClass,
} from "zc-gen";
import { runFiles } from "./support/modules.js";
import { emitTexts, header, problemsOf } from "./support/schemas.js";

type Probe = Header & Record<string, unknown>;

function classOf(fields: string, more?: string): HeaderClass<Probe> {
  return runFiles(emitTexts(header(fields, more)))["probe.ts"]?.["Probe"] as HeaderClass<Probe>;
}

/** An accessor on these bytes, in the middle of others. */
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

const text = (value: string): number[] => [...Buffer.from(value)];

describe("a field that may be absent", () => {
  const Class = classOf("has_port: flag\nrest: u7\nport: { type: u16, when: has_port }\nlast: u8");

  it("is there when its condition holds", () => {
    const { probe, fault } = on(Class, [0x80, 0x12, 0x34, 0x56]);
    expect([fault, probe["hasPort"], probe["port"], probe["last"]]).toEqual([0, true, 0x1234, 0x56]);
    expect([probe.headerLength, probe.toJSON()]).toEqual([
      4,
      { has_port: true, rest: 0, port: 0x1234, last: 0x56 },
    ]);
  });

  it("throws when it is read where it is not, and takes no room", () => {
    const { probe, fault } = on(Class, [0x00, 0x56]);
    expect([fault, probe["last"], probe.headerLength]).toEqual([0, 0x56, 2]);
    expect(() => probe["port"]).toThrow(RangeError);
    expect(probe.toJSON()).toEqual({ has_port: false, rest: 0, last: 0x56 });
  });
});

describe("a type by its name alone", () => {
  it("is short for a struct, and for one of no fixed length", () => {
    const types =
      "endian: big\ntypes: { point: { fields: { x: u8, y: u8 } }, word: { fields: { text: { text: ascii, bytes: u8 } } } }";
    const Class = classOf("n: u8\na: point\nb: word\nc: { type: point, when: n > 0 }", types);
    expect(on(Class, [1, 2, 3, 1, 0x61, 4, 5]).probe.toJSON()).toEqual({
      n: 1,
      a: { x: 2, y: 3 },
      b: { text: "a" },
      c: { x: 4, y: 5 },
    });
    expect(on(Class, [0, 2, 3, 0]).probe.toJSON()).toEqual({ n: 0, a: { x: 2, y: 3 }, b: { text: "" } });
  });
});

it("takes `bytes` for the word that it is, whatever types are called", () => {
  const Class = classOf("n: u8\ndata: bytes", "endian: big\ntypes: { bytes: { fields: { x: u8 } } }");
  expect(on(Class, [1, 2, 3]).probe.toJSON()).toEqual({ n: 1, data: "0203" });
});

describe("conditions that hold", () => {
  it("make fields known beside them, on their side of a choice, and behind && and ||", () => {
    const Class = classOf(
      "long: flag\nversion: u7\nwide: { type: u16, when: long }\nnarrow: { type: u8, when: '!long' }\n" +
        "token: { bytes: wide, when: long && version > 1 }\nbody: { bytes: 'long ? wide : narrow' }\n" +
        "last: { type: u8, when: '!long || wide > 1' }",
    );
    expect(on(Class, [0x82, 0, 2, 7, 8, 9, 10, 11]).probe.toJSON()).toEqual({
      long: true,
      version: 2,
      wide: 2,
      token: "0708",
      body: "090a",
      last: 11,
    });
    expect(on(Class, [0x81, 0, 1, 7]).probe.toJSON()).toEqual({
      long: true,
      version: 1,
      wide: 1,
      body: "07",
    });
    expect(on(Class, [0x02, 1, 7, 8]).probe.toJSON()).toEqual({
      long: false,
      version: 2,
      narrow: 1,
      body: "07",
      last: 8,
    });
  });

  it("narrow what numbers can be", () => {
    const Class = classOf(
      "n: u8\na: { bytes: 'n >= 4 ? n - 4 : 0' }\nb: { bytes: 9 - n, when: n < 10 && n != 9 }",
    );
    expect(on(Class, [5, 1, 2, 3, 4, 5]).probe.toJSON()).toEqual({ n: 5, a: "01", b: "02030405" });
    expect(on(Class, [9, 1, 2, 3, 4, 5]).probe.toJSON()).toEqual({ n: 9, a: "0102030405" });
    const Difference = classOf(
      "total: u8\nhead: u8\na: { bytes: 'total >= head * 2 + 1 ? total - head * 2 - 1 : 0' }\n" +
        "b: { bytes: head - total, when: total < head }",
    );
    expect(on(Difference, [6, 2, 7, 8]).probe.toJSON()).toEqual({ total: 6, head: 2, a: "07" });
    expect(on(Difference, [2, 4, 7, 8]).probe.toJSON()).toEqual({ total: 2, head: 4, a: "", b: "0708" });
    const other = "total: u8\nhead: u8\na: { bytes: 'total >= head ? total - head * 2 : 0' }";
    expect(() => classOf(other)).toThrow(/a length of -510..255 is possible/);
    const refused = "n: u8\na: { bytes: 'n > 2 ? n - 4 : 0' }";
    expect(() => classOf(refused)).toThrow(/a length of -1..251 is possible/);
  });

  it.each([
    ["n == 5", true],
    ["5 < n", true],
    ["n >= 4", true],
    ["n > 2 && n != 3", true],
    ["n > 9 && n < 20", true],
    ["n >= 3", false],
    ["n != 3", false],
    ["n < 4", false],
    ["n > 9 || n < 2", false],
  ])("%s makes known what is there where n > 3: %s", (condition, isKnown) => {
    const make = (): unknown =>
      classOf(`n: u8\nm: { type: u8, when: n > 3 }\na: { bytes: m, when: ${condition} }`);
    if (isKnown) expect(make).not.toThrow();
    else expect(make).toThrow(/`m` may be absent/);
  });
});

describe("bytes that are always the same", () => {
  const fields =
    'magic: bytes = 0x89504e470d0a1a0a\nn: u8\nmark: { type: bytes = "a\\"\\u00ff", when: n > 0 }\nname: { bytes: n }\nend: bytes = "."';
  const Class = classOf(fields);
  const whole = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 0x61, 0x22, 0xff, 7, 0x2e];

  it("are a rule of validate, which says what must stand there", () => {
    const { probe } = on(Class, whole);
    expect([probe.validate(), probe["magicLength"]]).toEqual([0, 8]);
    for (const [at, field] of [
      [0, "magic"],
      [7, "magic"],
      [11, "mark"],
      [13, "end"],
    ] as const) {
      const wrong = on(
        Class,
        whole.map((byte, index) => (index === at ? byte ^ 1 : byte)),
      );
      const fault = wrong.probe.validate();
      expect(wrong.fault).toBe(0);
      expect([faultCode(fault), wrong.probe.layout.fields[faultField(fault)]?.name]).toEqual([
        Fault.CONSTANT,
        field,
      ]);
      expect(wrong.probe.explain(fault)?.message).toMatch(
        field === "mark" ? "must be 0x6122ff" : "must be 0x",
      );
    }
    expect(on(Class, [...whole.slice(0, 8), 0, 0x2e]).probe.validate()).toBe(0);
  });

  it("are written by init and by a builder", () => {
    const target = new Uint8Array(40);
    expect(buildPacket(target, [[Class, { n: 1, name: [7] }]] as never)).toBe(whole.length);
    expect([...target.subarray(0, whole.length)]).toEqual(whole);
    const probe = new Class(new DataView(new ArrayBuffer(20)));
    probe.init(0, 20);
    expect([...new Uint8Array(probe.view.buffer, 0, 9)]).toEqual([...whole.slice(0, 8), 0]);
  });
});

describe("a length that is called as its field", () => {
  const Class = classOf(
    "name_length: u8\nflags: u8\nname: { text: ascii, bytes: name_length }\nitems_length: { type: u8, when: flags > 0 }\n" +
      "items: { array: u16, bytes: items_length, when: flags > 0 }\nlast: u8",
  );

  it("is the field, and another tells what is there", () => {
    const { probe, fault } = on(Class, [2, 1, 0x61, 0x62, 4, 0, 1, 0, 2, 9]);
    expect([fault, probe["nameLength"], probe["nameText"], probe["itemsCount"]]).toEqual([0, 2, "ab", 2]);
    expect(probe.toJSON()).toEqual({
      name_length: 2,
      flags: 1,
      name: "ab",
      items_length: 4,
      items: [1, 2],
      last: 9,
    });
    probe["nameLength"] = 3;
    expect([probe["nameLength"], probe["nameLength$"]]).toEqual([3, 2]);
  });

  it("reads no byte that is not the packet's", () => {
    const { probe, fault } = on(Class, [5, 0, 0x61, 0x62]);
    expect(faultField(fault)).toBe(2);
    expect(() => probe["nameText"]).toThrow(RangeError);
    expect(() => (probe["nameBytes"] as () => Uint8Array).call(probe)).toThrow(RangeError);
    expect(probe.toJSON()).toEqual({ name_length: 5, flags: 0 });
    const target = new Uint8Array(20);
    const length = buildPacket(target, [[Class, { nameText: "abc" }]] as never);
    expect([...target.subarray(0, length)]).toEqual([3, 0, 0x61, 0x62, 0x63, 0]);
  });

  it("clashes where it is another number, or not there", () => {
    expect(() => classOf("a_length: u8\na: { bytes: a_length * 2 }")).toThrow(/both become `aLength`/);
    expect(() => classOf("a_length: u8\na: { bytes: a_length, when: a_length > 1 }")).toThrow(/both become/);
  });
});

describe("places on boundaries, and what ends at a sign", () => {
  it("pads from the structure's start to a multiple", () => {
    const Class = classOf("a: { bytes: u8 }\npad: { align: 4 }\nb: u8\nmore: { align: 6 }");
    const { probe, fault } = on(Class, [1, 9, 0xaa, 0xbb, 7, 1]);
    expect([fault, probe.toJSON()]).toEqual([0, { a: "09", pad: "aabb", b: 7, more: "01" }]);
    expect(on(Class, [3, 1, 2, 3, 7, 1]).probe.toJSON()).toEqual({ a: "010203", pad: "", b: 7, more: "01" });
    expect(faultField(on(Class, [1, 9, 0]).fault)).toBe(1);
  });

  it("is written with what conditions ask for, and refuses a text that would end early", () => {
    const Class = classOf(
      "n: u8\na: { type: u16, when: n > 3 }\nb: { text: ascii, until: ',,' }\npad: { align: 4, when: n > 3 }",
    );
    const target = new Uint8Array(40).fill(0xa5);
    const build = (fields: object): number[] => [
      ...target.subarray(0, buildPacket(target, [[Class, fields]] as never)),
    ];
    expect(build({ n: 5, bText: "x,yz" })).toEqual([5, 0, 0, ...text("x,yz,,"), 0, 0, 0]);
    expect(build({ n: 1 })).toEqual([1, ...text(",,")]);
    expect(() => build({ n: 1, bText: "x," })).toThrow("probe.b has at byte 1 what ends it: 0x2c 0x2c");
  });

  it("ends texts and bytes before a byte or signs", () => {
    const Class = classOf(
      "a: { text: ascii, until: ' ' }\nb: { text: ascii, until: \"\\r\\n\" }\nc: { type: bytes, until: 10 }",
    );
    const { probe, fault } = on(Class, text("GET x\ry\r\nz\n"));
    expect([fault, probe.toJSON()]).toEqual([0, { a: "GET", b: "x\ry", c: "7a" }]);
    const cut = on(Class, text("GET x\ry\r"));
    expect([faultCode(cut.fault), faultField(cut.fault)]).toEqual([Fault.TRUNCATED_HEADER, 1]);
  });
});

describe("bytes, arrays and texts whose length the packet tells", () => {
  it("counts elements by a field", () => {
    const Class = classOf("n: u8\nvalues: { array: u16, count: n }\nlast: u8");
    const { probe, fault } = on(Class, [2, 0, 1, 0, 2, 9]);
    expect([fault, probe["valuesCount"], probe["last"]]).toEqual([0, 2, 9]);
    expect(probe.toJSON()).toEqual({ n: 2, values: [1, 2], last: 9 });
    expect(() => (probe["valuesAt"] as (i: number) => number).call(probe, 2)).toThrow(RangeError);
  });

  it("needs no second count where the field is called so", () => {
    const Class = classOf("source_count: u8\nsource: { array: ipv4_address, count: source_count }");
    expect(on(Class, [1, 192, 0, 2, 1]).probe.toJSON()).toEqual({ source_count: 1, source: ["192.0.2.1"] });
  });

  it("takes bytes of an expression", () => {
    const Class = classOf("words: u8\ndata: { bytes: words * 4 }\nlast: u8");
    const { probe } = on(Class, [1, 1, 2, 3, 4, 9]);
    expect([probe["dataLength"], probe["last"], probe.toJSON()["data"]]).toEqual([4, 9, "01020304"]);
  });

  it("takes the length before them", () => {
    const Class = classOf("id: { bytes: u8 in 0..4 }\nsuites: { array: u16le, bytes: u24 }\nlast: u8");
    const { probe, fault } = on(Class, [2, 7, 8, 0, 0, 4, 1, 0, 2, 0, 9]);
    expect([fault, probe.toJSON()]).toEqual([0, { id: "0708", suites: [1, 2], last: 9 }]);
    const long = on(Class, [5, 1, 2, 3, 4, 5, 0, 0, 0, 9]);
    expect([faultCode(long.fault), faultField(long.fault)]).toEqual([Fault.RANGE, 0]);
    expect(long.probe.explain(long.fault)?.message).toBe("probe.id at 11, but its length must lie in 0..4");
  });

  it("takes all that is left", () => {
    const Class = classOf(
      "kind: u8\npoints: { array: point, until: end }",
      "endian: big\ntypes: { point: { fields: { x: i16, y: i16 } } }",
    );
    const { probe } = on(Class, [1, 0xff, 0xff, 0, 2, 0, 3, 0, 4, 7]);
    expect(probe.toJSON()["points"]).toEqual([
      { x: -1, y: 2 },
      { x: 3, y: 4 },
    ]);
    expect(probe["pointsLength"]).toBe(9);
  });

  it("takes all of the header that is left", () => {
    const Class = classOf(
      "words: u8 in 1..255\na: u8\nb: u16\noptions: { array: u32, until: header_end }",
      "endian: big\nlength: { header: words * 4 }",
    );
    const { probe } = on(Class, [2, 0, 0, 0, 0, 0, 0, 5, 1, 1]);
    expect([probe.toJSON()["options"], probe.payloadEnd - probe.payloadOffset]).toEqual([[5], 2]);
  });

  it("reads texts of all kinds", () => {
    const Class = classOf(
      "name: { text: ascii, until: 0 }\ncode: { text: latin1, size: 6, pad: ' ' }\nmotto: { text: utf8, bytes: u8 }",
    );
    const { probe, fault } = on(Class, [
      ...text("eth0"),
      0,
      ...text("AB"),
      0xe9,
      0x20,
      0x20,
      0x20,
      5,
      ...text("für!"),
    ]);
    expect([fault, probe["nameText"], probe["codeText"], probe["mottoText"]]).toEqual([
      0,
      "eth0",
      "ABé",
      "für!",
    ]);
    const endless = on(Class, text("endless text"));
    expect([faultCode(endless.fault), faultField(endless.fault)]).toEqual([Fault.TRUNCATED_HEADER, 0]);
    expect(() => endless.probe["nameText"]).toThrow(RangeError);
  });
});

describe("what is cut off", () => {
  const FIELDS = [
    "flags: u8",
    "a: { bytes: u8 }",
    "b: { type: u32, when: flags != 0 }",
    "c: u16",
    "d: { array: u16, count: c }",
    "e: { text: ascii, until: 0 }",
    "f: u8",
  ];
  const Class = classOf(FIELDS.join("\n"));
  const WHOLE = [1, 2, 0xaa, 0xbb, 0, 0, 0, 7, 0, 2, 0, 1, 0, 2, ...text("hi"), 0, 9];
  const FIELD_ENDS = { flags: 1, a: 4, b: 8, c: 10, d: 14, e: 17, f: 18 };

  it("is whole at its whole length", () => {
    const { probe, fault } = on(Class, WHOLE);
    expect(fault).toBe(0);
    expect(probe.toJSON()).toEqual({ flags: 1, a: "aabb", b: 7, c: 2, d: [1, 2], e: "hi", f: 9 });
    expect(probe.hexDump()).toContain("aa bb");
  });

  it("is incomplete at every shorter length, and everything before stays readable", () => {
    for (let length = 1; length < WHOLE.length; length++) {
      const { probe, fault } = on(Class, WHOLE.slice(0, length));
      expect(isIncomplete(fault)).toBe(true);
      const readable = Object.entries(FIELD_ENDS).filter(([, end]) => end <= length);
      expect(Object.keys(probe.toJSON())).toEqual(readable.map(([name]) => name));
      expect(() => probe["f"]).toThrow(RangeError);
      expect(probe.explain(fault)?.message).toMatch(/runs past the end|needs 1 bytes/);
      expect(() => [probe.toString(), probe.hexDump()]).not.toThrow();
    }
  });

  it("gives the same answer whatever lies around it, for random bytes", () => {
    let state = 1;
    const next = (): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 24;
    for (let round = 0; round < 500; round++) {
      const bytes = Array.from({ length: round % 40 }, () => (round % 3 === 0 ? next() : next() & 3));
      const answers = [0, 0xff, 0xa5].map((filler) => {
        const { probe, fault } = on(Class, bytes, filler);
        return { fault, json: probe.isWrapped ? probe.toJSON() : null };
      });
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[2]).toEqual(answers[0]);
    }
  });

  it("is parked whole by park", () => {
    const { probe } = on(Class, WHOLE);
    probe.park();
    for (const name of ["flags", "b", "c", "f"]) expect(() => probe[name]).toThrow(RangeError);
    for (const name of ["aBytes", "dAt", "eBytes"]) {
      expect(() => (probe[name] as (index: number) => unknown).call(probe, 0)).toThrow(RangeError);
    }
  });
});

describe("is refused", () => {
  it.each([
    [
      "a condition that is a number",
      "a: u8\nb: { type: u8, when: a }",
      /a\.yaml:7:\d+ expression: `when` needs a condition/,
    ],
    [
      "a condition over a later field",
      "a: { type: u8, when: b != 0 }\nb: u8",
      /"b" is no field or value that is known here/,
    ],
    [
      "a length from a field that may be absent",
      "f: flag\ng: u7\na: { type: u8, when: f }\nb: { bytes: a }",
      /`a` may be absent/,
    ],
    [
      "an optional field inside a byte",
      "f: flag\na: { type: u3, when: f }\nb: u4",
      /must be whole bytes and begin a byte/,
    ],
    [
      "a length that can be negative",
      "a: u8\nb: { bytes: a - 4 }",
      /length: a length of -4\.\.251 is possible/,
    ],
    ["a length that is a condition", "a: u8\nb: { bytes: a == 4 }", /a length is a number, not a condition/],
    [
      "two ways to end",
      "a: u8\nb: { array: u8, count: a, until: end }",
      /exactly one of `bytes`, `count`, `until`/,
    ],
    ["a count of bytes", "a: u8\nb: { text: ascii, count: a }", /`count` does not go with `text`/],
    ["a text without a length", "b: { text: ascii }", /needs a `size`, `bytes` or `until`/],
    ["an array that ends at zero", "b: { array: u8, until: 0 }", /only a text, or bytes, end before/],
    ["bytes that begin inside a byte", "a: u4\nb: { bytes: u8 }\nc: u4", /must begin a byte/],
    ["a prefix of odd width", "b: { bytes: u12 }", /a length before bytes is u8, u16, u24, u32 or a varint/],
    ["bits that end no byte before bytes", "a: u4\nb: { array: u8, until: end }", /must begin a byte/],
  ])("%s", (_, fields, problem) => {
    expect(problemsOf(header(fields)).join("\n")).toMatch(problem);
  });

  it("a header length that comes late", () => {
    const problems = problemsOf(header("a: { bytes: u8 }\nb: u8", "endian: big\nlength: { header: b }"));
    expect(problems.join("\n")).toMatch(/"b" comes after a field of no fixed length/);
  });

  it("a payload length without the header's", () => {
    const problems = problemsOf(header("b: u8\na: { bytes: u8 }", "endian: big\nlength: { payload: b }"));
    expect(problems.join("\n")).toMatch(/must declare its own length too/);
  });

  it("a C struct that is not all fixed", () => {
    const problems = problemsOf(
      header("a: u8\nb: { bytes: a * 2 }", "endian: host\nlayout: c\nc: { struct: probe }"),
    );
    expect(problems.join("\n")).toMatch(/a C struct is all fixed; "b" is not/);
  });
});
