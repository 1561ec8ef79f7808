import { describe, expect, it } from "vitest";
import { runFiles } from "./support/modules.js";
import { bundledSchemas, emitTexts, header } from "./support/schemas.js";
import { strictProblems } from "./support/strict.js";

/** Everything a field can be, with names that generated code, JavaScript and TypeScript would rather have themselves. */
const AWKWARD = {
  "awkward.yaml": `zc: 1
name: awkward
doc: "Header, Fault, formatMac and GENERATED are words of this doc only."
endian: big
bit_order: msb
attach: { link_type: 148 }
fields:
  offset: u8
  end: { type: u16, unit: 8 end }
  view: u4 in 1..9
  constructor: u4 = 3
  payload: { bytes: 2 }
  header: ipv6_address
  fault_code: u8
  sign_extend: i5
  class: u3
  field_fault: u8 in 1..200
  high_low: { type: u64 = 5, as: parts }
  safe: { type: u64, as: safe }
  big: u60 in 1..100
  rest: u4 reserved
  set: mac_address
  copy: ipv4_address
  inner: { struct: inner }
  inners: { array: inner, count: 3 }
  numbers: { array: u24le, count: 2 }
  addresses: { array: ipv6_address, count: 2 }
  macs: { array: mac_address, count: 2 }
  kind: { type: u8, enum: closed_kind }
  ratio: f32
  wide: f64le
let:
  value: field_fault * 4
  negative: { value: "-view", doc: Less. }
  is_big: field_fault > 100 && view != 2
length: { header: 250, total: { from: value + end, when: is_big } }
next:
  - { by: class, when: is_big }
  - { by: class, unless: is_big }
  - { relation: port, of: [offset, field_fault], unless: "!(view == 2)" }
types:
  inner:
    fields: { first: u8 in 2..5, second: u8 = 7, pair: { struct: array_like } }
    let: { header_length: first * 2 }
  array_like: { fields: { a: u8, flag: { type: u8, enum: closed_kind } } }
enums:
  closed_kind:
    closed: true
    values: { 0: none, 1: "3pc", 2: constructor, 3: { name: proto, doc: "*/ Header" } }
`,
  "child.yaml": `zc: 1
name: link_type
endian: big
attach: { awkward.class: [1, 2], awkward.port: 9, link_type.awkward: 1, link_type: 147 }
fields: { awkward: u8 }
next: { by: awkward }
`,
  "enum.yaml": `zc: 1
name: index
doc: A Header with DefinedLayout.
values: { 1: one }
`,
};

describe("emitted code", () => {
  const files = emitTexts(AWKWARD);

  it("keeps the strictest compiler quiet, whatever fields are called", { timeout: 60_000 }, () => {
    expect(strictProblems(files)).toEqual([]);
  });

  it("imports the bundled protocols for a user's own Stack", { timeout: 60_000 }, () => {
    const own = `zc: 1\nname: mine\nendian: big\nattach: { udp.port: 5000 }\nfields: { type: { type: u16, enum: ether_type }, udp_header: { struct: ethernet_like } }\ntypes: { ethernet_like: { fields: { a: u8 } } }\n`;
    const emitted = emitTexts({ "mine.yaml": own }, bundledSchemas());
    expect(Object.keys(emitted)).toEqual(["mine.ts", "stack.ts", "index.ts"]);
    expect(emitted["stack.ts"]).toContain('from "zc-gen/protocols"');
    expect(strictProblems(emitted)).toEqual([]);
  });

  it("knows the rules of what a structure contains, in arrays too", () => {
    const { Awkward } = runFiles(files)["awkward.ts"] as { Awkward: new (view: DataView) => Probe };
    const probe = new Awkward(new DataView(new ArrayBuffer(256)));
    expect(probe.init(0, 256)).toBe(0);
    expect(probe.validate()).toBe(0);
    expect([probe.highLowHigh, probe.highLowLow, probe.innersAt(2).first, probe.inner.second]).toEqual([
      0, 5, 2, 7,
    ]);
    const fields = Awkward as unknown as { LAYOUT: { fields: { name: string }[] } };
    const blamed = (fault: number): unknown[] => [fault & 0xff, fields.LAYOUT.fields[(fault >> 8) - 1]?.name];
    probe.innersAt(2).first = 6;
    expect(blamed(probe.validate())).toEqual([17, "inners"]);
    probe.innersAt(2).first = 5;
    probe.innersAt(1).second = 8;
    expect(blamed(probe.validate())).toEqual([16, "inners"]);
    probe.innersAt(1).second = 7;
    probe.highLowHigh = 1;
    expect(blamed(probe.validate())).toEqual([16, "high_low"]);
    probe.highLowHigh = 0;
    probe.kind = 4;
    expect(blamed(probe.validate())).toEqual([18, "kind"]);
    probe.kind = 3;
    expect(probe.validate()).toBe(0);
  });

  it("checks a closed enum of a field whose range wrap has checked already", () => {
    const schema = header("n: { type: u8 in 4..9, enum: sizes }", "endian: big\nlet: { len: n * 1 }\nlength: { header: len }\nenums: { sizes: { closed: true, values: { 4: four, 8: eight } } }"); // prettier-ignore
    const { Probe } = runFiles(emitTexts(schema))["probe.ts"] as { Probe: new (view: DataView) => Probe };
    const probe = new Probe(new DataView(new Uint8Array([5, 0, 0, 0, 0]).buffer));
    expect([probe.wrap(0, 5), probe.validate() & 0xff]).toEqual([0, 18]);
  });

  it("makes a header whose zeros declare no legal length, to be filled in and wrapped", () => {
    const schema = header("total: u8\na: u8", "endian: big\nlength: { total: total }");
    const { Probe } = runFiles(emitTexts(schema))["probe.ts"] as { Probe: new (view: DataView) => Probe & { total: number } }; // prettier-ignore
    const probe = new Probe(new DataView(new ArrayBuffer(8)));
    expect(probe.init(0, 8)).toBe(0);
    probe.total = 6;
    expect([probe.wrap(0, 8), probe.payloadEnd]).toEqual([0, 6]);
  });

  it("puts the headers that are common inside decode, and asks for them first elsewhere", () => {
    const texts = {
      "root.yaml": `zc: 1\nname: root\nendian: big\nattach: { link_type: 148 }\nfields: { kind: u8 }\nnext: { by: kind }\n`,
      ...Object.fromEntries(
        ["a", "b", "c", "d"].map((name, index) => [
          `${name}.yaml`,
          `zc: 1\nname: ${name}\nendian: big\n${name === "c" ? "common: true\n" : ""}attach: { root.kind: ${index} }\nfields: { value: u8 }\n`,
        ]),
      ),
    };
    const stack = emitTexts(texts)["stack.ts"] ?? "";
    const decode = /override decode\([\s\S]*?\n  }/.exec(stack)?.[0] ?? "";
    expect(decode).toContain("const cHeader = this.c;");
    expect(decode).not.toMatch(/this\.[abd];/);
    expect(stack).toMatch(/private enterRoot[\s\S]*?kind === 0x02\s*\? this\.enterC/);
  });

  it("leaves out of the Stack what no link type leads to", () => {
    const lost = header("a: u8", "endian: big\nnext: { by: a }");
    const child = "zc: 1\nname: child\nendian: big\nattach: { probe.a: 1 }\nfields: { x: u8 }\n";
    expect(Object.keys(emitTexts({ "a.yaml": lost, "b.yaml": child }))).not.toContain("stack.ts");
    const found = lost.replace("next:", "attach: { link_type: 1 }\nnext:");
    expect(emitTexts({ "a.yaml": found, "b.yaml": child })["stack.ts"]).toContain("new Child(this.view)");
  });

  it("makes no -0 of a negated 0", () => {
    const schema = header("a: u8", "endian: big\nlet: { minus: -a }");
    const { Probe } = runFiles(emitTexts(schema))["probe.ts"] as { Probe: new (view: DataView) => Probe & { minus: number } }; // prettier-ignore
    const probe = new Probe(new DataView(new Uint8Array([0]).buffer));
    probe.wrap(0, 1);
    expect(Object.is(probe.minus, 0)).toBe(true);
  });

  it("looks the lower port up first, then the higher", () => {
    const parent = header("a: u16\nb: u16", "endian: big\nattach: { link_type: 147 }\nnext: { relation: port, of: [a, b] }"); // prettier-ignore
    const child = (name: string, port: number): string =>
      `zc: 1\nname: ${name}\nendian: big\nattach: { probe.port: ${port} }\nfields: { x: u8 }\n`;
    const modules = runFiles(
      emitTexts({ "a.yaml": parent, "b.yaml": child("low", 5), "c.yaml": child("high", 9) }),
    );
    const { Stack, Low, High } = modules["index.ts"] as Record<string, new (view: DataView) => StackProbe>;
    const names = (a: number, b: number): boolean[] => {
      const stack = new (Stack as new (view: DataView) => StackProbe)(new DataView(new Uint8Array([0, a, 0, b, 1]).buffer)); // prettier-ignore
      expect(stack.decode(0, 5, 147)).toBe(0);
      return [stack.has(Low), stack.has(High)];
    };
    expect([names(5, 9), names(9, 5), names(9, 200), names(200, 5), names(1, 2)]).toEqual([
      [true, false],
      [true, false],
      [false, true],
      [true, false],
      [false, false],
    ]);
  });

  it("takes the first rule of `next` that finds a header", () => {
    const parent = header("a: u8\nb: u8", "endian: big\nattach: { link_type: 147 }\nnext: [{ by: a, unless: b == 1 }, { by: b }]"); // prettier-ignore
    const child = (name: string, key: string): string =>
      `zc: 1\nname: ${name}\nendian: big\nattach: { probe.${key}: [1, 2] }\nfields: { x: u8 }\n`;
    const modules = runFiles(emitTexts({ "a.yaml": parent, "b.yaml": child("first", "a"), "c.yaml": child("other", "b") })); // prettier-ignore
    const { Stack, First, Other } = modules["index.ts"] as Record<string, new (view: DataView) => StackProbe>;
    const found = (a: number, b: number): string => {
      const stack = new (Stack as new (view: DataView) => StackProbe)(
        new DataView(new Uint8Array([a, b, 1]).buffer),
      );
      stack.decode(0, 3, 147);
      return stack.has(First) ? "first" : stack.has(Other) ? "other" : "none";
    };
    expect([found(1, 2), found(1, 1), found(7, 2), found(7, 7)]).toEqual(["first", "other", "other", "none"]);
  });
});

interface StackProbe {
  decode(offset: number, end: number, linkType: number): number;
  has(layer: unknown): boolean;
}

interface Probe {
  readonly payloadEnd: number;
  kind: number;
  highLowHigh: number;
  highLowLow: number;
  readonly inner: { first: number; second: number };
  innersAt(index: number): { first: number; second: number };
  init(offset: number, end: number): number;
  wrap(offset: number, end: number): number;
  validate(): number;
}
