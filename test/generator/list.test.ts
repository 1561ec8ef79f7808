import { describe, expect, it } from "vitest";
import { Fault, faultCode, type Header, type HeaderClass, isIncomplete, type List } from "zc-gen";
import { runFiles } from "./support/modules.js";
import { emitTexts, header, problemsOf } from "./support/schemas.js";

type Probe = Header & Record<string, unknown> & { options: Options };
type Options = List & Record<string, unknown>;

const OPTIONS = `
types:
  option:
    tag: { kind: u8, enum: option_kind }
    length: { length: u8, counts: element, absent: [0, 1] }
    stop: 0
    value:
      switch: kind
      2: { mss: u16 }
      4: {}
      5: { blocks: { array: sack_block, until: end } }
      30: named
      82: { list: sub, until: end }
      else: { data: bytes }
  sack_block: { fields: { left: u32, right: u32 } }
  named: { fields: { x: u8, y: { array: u8, until: end } } }
  sub:
    tag: { type: u8 }
    length: { length: u8, counts: value }
enums:
  option_kind:
    values: { 2: mss, 4: sack_permitted, 5: sack }
`;
const FIELDS = "words: u8 in 1..15\noptions: { list: option, until: header_end }";
const LENGTH = "endian: big\nbit_order: msb\nlength: { header: words * 4 }";

function classOf(text: string): HeaderClass<Probe> {
  return runFiles(emitTexts(text))["probe.ts"]?.["Probe"] as HeaderClass<Probe>;
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

const Class = classOf(header(FIELDS, LENGTH) + OPTIONS);

/** A header of so many words whose options are these bytes. */
function options(...bytes: number[]): Options {
  const words = Math.ceil((bytes.length + 1) / 4);
  const padded = [words, ...bytes, ...new Array<number>(words * 4 - 1 - bytes.length).fill(0)];
  const { probe, fault } = on(Class, padded);
  expect(fault).toBe(0);
  return probe.options;
}

describe("a list", () => {
  it("shows each element's tag, length and value", () => {
    const list = options(2, 4, 5, 0xb4, 1, 30, 4, 7, 8);
    expect([list.first(), list["kind"], list["length"], list.valueLength]).toEqual([true, 2, 4, 2]);
    expect((list["asMss"] as Probe)["mss"]).toBe(1460);
    expect([list.next(), list["kind"], list.valueLength]).toEqual([true, 1, 0]);
    expect([list.next(), list.tag, [...list.valueBytes()]]).toEqual([true, 30, [7, 8]]);
    expect([list.next(), list.fault, list.isWrapped]).toEqual([false, 0, false]);
    expect([list.next(), list.explain()]).toEqual([false, undefined]);
  });

  it("finds an element by its tag, and the next of the same", () => {
    const list = options(30, 3, 1, 2, 4, 5, 0xb4, 30, 3, 2);
    expect([list.find(30), list["kind"], (list["asNamed"] as Probe)["x"]]).toEqual([true, 30, 1]);
    expect([list.findNext(30), (list["asNamed"] as Probe)["x"]]).toEqual([true, 2]);
    expect([list.findNext(30), list.find(8), list.find(2)]).toEqual([false, false, true]);
  });

  it("ends at the tag that stops it, and says where", () => {
    const list = options(2, 4, 5, 0xb4, 0, 9, 9);
    expect([list.first(), list.next(), list.fault, list.stopOffset]).toEqual([true, false, 0, 11 + 5]);
  });

  it("may have no element", () => {
    const list = options();
    expect([list.next(), list.first(), list.fault, list.toJSON()]).toEqual([false, false, 0, []]);
  });

  it("throws a RangeError for an element where there is none, and for a length that an element has not", () => {
    const list = options(1, 2, 4, 0, 0);
    for (const name of ["kind", "length", "tag"]) expect(() => list[name]).toThrow(RangeError);
    list.first();
    expect(() => list["length"]).toThrow(RangeError);
    expect([list["kind"], list.valueLength]).toEqual([1, 0]);
  });

  it("gives a value only as what it is, and only where it fits", () => {
    const list = options(2, 3, 5, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2);
    list.first();
    expect([list["asMss"], list.value, list.valueFault, list["asSack"]]).toEqual([
      undefined,
      undefined,
      Fault.TRUNCATED,
      undefined,
    ]);
    expect([...list.valueBytes()]).toEqual([5]);
    list.next();
    expect((list["asSack"] as Probe)["blocksCount"]).toBe(1);
    expect((list.value as Probe)["case"]).toBe("sack");
    expect([list["asElse"], list["asMss"]]).toEqual([undefined, undefined]);
  });

  it("keeps the bytes of tags that nobody knows", () => {
    const list = options(77, 5, 1, 2, 3);
    list.first();
    expect([...(list["asElse"] as Probe & { dataBytes(): Uint8Array }).dataBytes()]).toEqual([1, 2, 3]);
    expect(list.toJSON()).toEqual([{ kind: 77, length: 5, value: { data: "010203" } }]);
  });

  it("has lists inside", () => {
    const list = options(82, 7, 1, 0, 2, 1, 9);
    list.first();
    const sub = list["asSub"] as Options;
    expect([sub.find(2), [...sub.valueBytes()]]).toEqual([true, [9]]);
    expect(list.toJSON()).toEqual([
      {
        kind: 82,
        length: 7,
        value: [
          { type: 1, length: 0 },
          { type: 2, length: 1, value: "09" },
        ],
      },
    ]);
  });

  it("is shown as JSON, text and dump without moving anybody's cursor", () => {
    const { probe } = on(Class, [4, 2, 4, 5, 0xb4, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 0]);
    const list = probe.options;
    list.first();
    list.next();
    expect(probe.toJSON()).toEqual({ words: 4, options: list.toJSON() });
    expect(probe.toString()).toBe("probe words 4, options [{kind:2,length:4,value:{mss:1460}},{kind:1},{kind:5,length:10,value:{blocks:[{left:1,right:0}]}}]"); // prettier-ignore
    expect(probe.hexDump().split("\n")[2]).toBe("  0001  02 04 05 b4                                      options: kind 2 (mss), length 4, mss 1460"); // prettier-ignore
    expect(list.toString()).toContain("option [{kind:2");
    expect([list["kind"], list.offset]).toEqual([1, 16]);
  });

  it("starts again whenever its header is asked for it, and is parked with the header", () => {
    const { probe } = on(Class, [2, 2, 4, 5, 0xb4, 0, 0, 0]);
    const list = probe.options;
    list.first();
    const mss = list["asMss"] as Probe;
    probe.options.next();
    expect(list["kind"]).toBe(2);
    probe.park();
    expect([list.isWrapped, mss.isWrapped, list.next()]).toEqual([false, false, false]);
    expect(() => list["kind"]).toThrow(RangeError);
  });

  it("lends its bytes to a cursor of one's own", () => {
    const { probe } = on(Class, [2, 2, 4, 5, 0xb4, 0, 0, 0]);
    const mine = (probe["optionsOn"] as (cursor: Options) => Options).call(probe, probe.options.another());
    expect([mine.find(2), mine["length"], probe["optionsLength"]]).toEqual([true, 4, 7]);
  });
});

describe("an element that lies about its length", () => {
  it.each([
    ["nothing", [2, 0, 5, 5], /option at 16 says it has 0 bytes, but its tag and length take 2/],
    ["less than its head", [2, 1, 5, 5], /says it has 1 bytes, but its tag and length take 2/],
    ["more than is left", [2, 255, 5, 5], /says it has 255 bytes, but the list has 7 left/],
  ])("says %s: a fault at its place, with everything before readable", (_, bytes, message) => {
    const list = options(30, 4, 7, 7, ...bytes);
    expect([list.first(), list["kind"], list.next()]).toEqual([true, 30, false]);
    expect([faultCode(list.fault), isIncomplete(list.fault), list.faultOffset]).toEqual([
      Fault.ELEMENT_LENGTH,
      false,
      16,
    ]);
    expect(list.explain()?.message).toMatch(message);
    expect(list.explain()).toMatchObject({
      code: "ERR_ZC_ELEMENT_LENGTH",
      layout: "option",
      field: "length",
      offset: 16,
    });
    expect([list.next(), list.first(), list.fault]).toEqual([false, true, 0]);
    const json = list.toJSON();
    expect([json.length, json[1]]).toEqual([
      2,
      { fault: "ERR_ZC_ELEMENT_LENGTH", rest: `${Buffer.from(bytes).toString("hex")}000000` },
    ]);
  });

  it("is told from one whose length does not fit any more", () => {
    const list = options(30, 4, 7, 7, 1, 1, 9);
    expect([list.find(9), list.explain()?.message]).toEqual([
      false,
      "option at 18 needs 2 bytes, but the list has 1 left",
    ]);
  });

  it("is incomplete where the capture ends, invalid where the declared length does", () => {
    const open = classOf(header("a: u8\noptions: { list: option, until: end }") + OPTIONS);
    const cut = on(open, [7, 2, 4, 1]).probe.options;
    expect([cut.first(), isIncomplete(cut.fault), cut.explain()?.code]).toEqual([
      false,
      true,
      "ERR_ZC_TRUNCATED_ELEMENT",
    ]);
    const LENGTH = "endian: big\nlength: { total: a }";
    const told = classOf(header("a: u8\noptions: { list: option, until: end }", LENGTH) + OPTIONS);
    const whole = on(told, [4, 2, 4, 1, 1, 1]).probe.options;
    expect([whole.first(), isIncomplete(whole.fault), whole.explain()?.code]).toEqual([
      false,
      false,
      "ERR_ZC_ELEMENT_LENGTH",
    ]);
    const short = on(told, [9, 2, 4, 1]).probe.options;
    expect([short.first(), isIncomplete(short.fault)]).toEqual([false, true]);
  });
});

describe("lists of other protocols", () => {
  const json = (element: string, bytes: readonly number[], more = "endian: big\nbit_order: msb"): unknown => {
    const text = `${header("options: { list: option, until: end }", more)}types:\n  option:\n${element.replace(/^/gm, "    ")}\n`;
    return on(classOf(text), bytes).probe.toJSON()["options"];
  };

  it("IPv4: a tag of three fields, which is one number", () => {
    const element =
      "tag: { copied: flag, class: u2, number: u5 }\nlength: { length: u8, counts: element, absent: 1 }\nstop: 0\nvalue: { switch: tag, 0x83: { pointer: u8 } }";
    expect(json(element, [1, 0x83, 3, 4, 0])).toEqual([
      { copied: false, class: 0, number: 1 },
      { copied: true, class: 0, number: 3, length: 3, value: { pointer: 4 } },
    ]);
  });

  it("neighbour discovery: units of 8 bytes, tag and length included", () => {
    const element = "tag: { type: u8 }\nlength: { length: u8, counts: element, unit: 8 bytes }";
    expect(json(element, [1, 1, 2, 0, 0, 0, 0, 1])).toEqual([{ type: 1, length: 1, value: "020000000001" }]);
    expect(json(element, [1, 0, 2, 0, 0, 0, 0, 1])).toEqual([
      { fault: "ERR_ZC_ELEMENT_LENGTH", rest: "0100020000000001" },
    ]);
  });

  it("LLDP: seven bits of tag and nine of length", () => {
    const element = "tag: { type: u7 }\nlength: { length: u9, counts: value }\nstop: 0";
    expect(json(element, [0x02, 0x02, 7, 8, 0xff, 0x00, 0, 0])).toEqual([
      { type: 1, length: 2, value: "0708" },
      { fault: "ERR_ZC_TRUNCATED_ELEMENT", rest: "ff000000" },
    ]);
  });

  it("SCTP: padded to 4, padding not counted, and it may lack at the end", () => {
    const element =
      "tag: { type: u8 }\nlength: { flags: u8, length: u16, counts: element }\nalign: { to: 4, counted: false }";
    expect(json(element, [1, 0, 0, 5, 7, 0, 0, 0, 2, 3, 0, 5, 9])).toEqual([
      { type: 1, flags: 0, length: 5, value: "07" },
      { type: 2, flags: 3, length: 5, value: "09" },
    ]);
  });

  it("RTP: four bits each in one byte, one less than the length, zero bytes between", () => {
    const element = "tag: { id: u4 }\nlength: { length: u4, counts: value, plus: 1, absent: 0 }\nstop: 15";
    expect(json(element, [0x10, 7, 0, 0x21, 8, 9, 0xf0, 1])).toEqual([
      { id: 1, length: 0, value: "07" },
      { id: 0, length: 0 },
      { id: 2, length: 1, value: "0809" },
    ]);
  });

  it("Geneve: a class and a type, units of 4 bytes after them", () => {
    const element =
      "tag: { option_class: u16, type: u8 }\nlength: { reserved: u3, length: u5, counts: value, unit: 4 bytes }";
    expect(json(element, [1, 2, 3, 1, 4, 5, 6, 7])).toEqual([
      { option_class: 0x102, type: 3, reserved: 0, length: 1, value: "04050607" },
    ]);
  });

  it("netlink: a length before the tag, in the order of a little machine", () => {
    const element = "length: { length: u16, counts: element }\ntag: { type: u16 }\nalign: 4";
    expect(json(element, [5, 0, 1, 0, 9, 0, 0, 0, 4, 0, 2, 0], "endian: little")).toEqual([
      { length: 5, type: 1, value: "09" },
      { length: 4, type: 2 },
    ]);
  });

  it("RADIUS and friends: a value that is always of one kind", () => {
    const element =
      "tag: { type: u16 }\nlength: { length: u16, counts: value }\nvalue: { number: u8, text: { text: ascii, until: 0 } }";
    expect(json(element, [0, 1, 0, 4, 5, 0x68, 0x69, 0])).toEqual([
      { type: 1, length: 4, value: { number: 5, text: "hi" } },
    ]);
  });
});

describe("is refused", () => {
  const problems = (element: string, fields = "options: { list: option, until: end }"): string =>
    problemsOf(
      `${header(fields)}types:\n  option:\n${element.replace(/^/gm, "    ")}\n  other: { fields: { a: u8 } }\n`,
    ).join("\n");
  const TAG = "tag: { kind: u8 }\n";
  const BOTH = `${TAG}length: { length: u8, counts: value }\n`;

  it.each([
    ["an element without a length", TAG, /a\.yaml:9:5 list: the elements of option need a `length`/],
    [
      "a length that does not say what it counts",
      `${TAG}length: { length: u8 }`,
      /structure: `length` lacks the key `counts`/,
    ],
    [
      "a tag that can be negative",
      "tag: { kind: i8 }\nlength: { length: u8, counts: value }",
      /list: a tag is made of unsigned numbers/,
    ],
    [
      "a tag without a field",
      "tag: { enum: other }\nlength: { length: u8, counts: value }",
      /the `tag` of option has no field/,
    ],
    [
      "elements that tell their own length, in several ways",
      `${TAG}length: { counts: self }\nvalue: { switch: kind, 1: other }`,
      /list: the elements of option count themselves, so their `value` is one type/,
    ],
    [
      "elements that tell their own length and ask for it",
      `${TAG}length: { counts: self }\nvalue: { a: u8, b: { type: u8, when: end >= 2 } }`,
      /list: the elements of option count themselves/,
    ],
    ["a length without a field", `${TAG}length: { counts: value }`, /the `length` of option has no field/],
    [
      "two fields that may both be the length",
      `${TAG}length: { a: u8, b: u8, counts: value }`,
      /which of them is the length\? Call it `length`/,
    ],
    [
      "a length that is text",
      `${TAG}length: { length: { text: ascii, size: 2 }, counts: value }`,
      /a length is an unsigned number/,
    ],
    [
      "a field of no fixed place before the value",
      "tag: { kind: u8, more: { bytes: u8 } }\nlength: { length: u8, counts: value }",
      /"more" has no fixed place/,
    ],
    ["a stop that no tag can be", `${BOTH}stop: 256`, /list: no tag of 8 bits is 256/],
    [
      "a tag alone after its length",
      `length: { length: u8, counts: value, absent: 0 }\n${TAG}`,
      /comes first in its element/,
    ],
    [
      "a tag alone that is no whole bytes",
      "tag: { kind: u4 }\nlength: { length: u12, counts: value, absent: 0 }",
      /its tag alone where the tag is whole bytes/,
    ],
    ["fields beside a tag", `${BOTH}fields: { a: u8 }`, /`fields` does not go with `tag`/],
    ["an alignment that is no power of two", `${BOTH}align: 6`, /a power of two/],
    [
      "a case twice",
      `${BOTH}value: { switch: kind, 7: other, 7..7: other }`,
      /switch: 7..7 is a case already/,
    ],
    [
      "a case inside a range",
      `${BOTH}value: { switch: kind, 1..5: other, 5: { b: u8 } }`,
      /switch: 5 is a case already/,
    ],
    ["an empty range", `${BOTH}value: { switch: kind, 5..1: other }`, /the range 5\.\.1 is empty/],
    [
      "a case that cannot occur",
      `${BOTH}value: { switch: kind, 256: other }`,
      /256 cannot occur: the switch is over 0\.\.255/,
    ],
    [
      "a switch over what comes later",
      `${BOTH}value: { switch: length, 1: other }`,
      /"length" is no field or value that is known here/,
    ],
    [
      "a switch over a condition",
      `${BOTH}value: { switch: kind == 1, 1: other }`,
      /a switch is over a number from 0 on; this is a condition/,
    ],
    ["a switch without cases", `${BOTH}value: { switch: kind }`, /a switch needs cases/],
    [
      "a case of no type",
      `${BOTH}value: { switch: kind, 1: othr }`,
      /there is no struct named "othr" \| did you mean "other"/,
    ],
    ["an element's keys without a tag", "fields: { a: u8 }\nstop: 0", /`stop` goes with `tag`/],
    ["a type of nothing", "doc: nothing", /a type has either `fields`, or the `tag`/],
  ])("%s", (_, element, problem) => {
    expect(problems(element)).toMatch(problem);
  });

  it.each([
    [
      "a list of no elements with tags",
      "options: { list: other, until: end }",
      /other is no element of a list: its type has no `tag`/,
    ],
    ["an element by itself", "options: { struct: option }", /option is the element of a list/],
    ["an array of elements", "options: { array: option, count: 3 }", /option is the element of a list/],
    ["a list without an end", "options: { list: option }", /needs exactly one of `bytes`, `count`, `until`/],
    ["a list with a count", "n: u8\noptions: { list: option, count: n }", /`count` does not go with `list`/],
  ])("%s", (_, fields, problem) => {
    expect(problems(BOTH, fields)).toMatch(problem);
  });

  it("nothing of what is right", () => {
    expect(
      problems(
        `${BOTH}stop: [0, 255]\nalign: 4\nvalue: { switch: kind, 1..5: other, 6: { b: u8 }, else: { c: u8 } }`,
      ),
    ).toBe("");
  });
});
