import { describe, expect, it } from "vitest";
import type { Header, HeaderClass } from "../../runtime/index.js";
import { runFiles } from "./support/modules.js";
import { emitTexts, problemsOf } from "./support/schemas.js";

/** What the test uses of a generated Stack. */
interface Probe {
  fault: number;
  decode(offset: number, end: number, linkType: number): number;
  has(layer: HeaderClass): boolean;
  layers(): Header[];
  bind(rule: string, value: number, layer: HeaderClass): void;
  headerOf(layer: HeaderClass): Header | undefined;
}

/** A header of one byte with the name `name`. */
function leaf(name: string, attach: string = ""): string {
  return `zc: 1\nname: ${name}\nendian: big\n${attach === "" ? "" : `attach: ${attach}\n`}fields: { ${name}_byte: u8 }\n`;
}

function parent(more: string, fields: string = "kind: u8"): string {
  return `zc: 1\nname: top\nendian: big\nbit_order: msb\nattach: { link_type: 147 }\nfields: { ${fields} }\n${more}\n`;
}

/** What follows `top` in packets of these bytes, by both ways: the hot methods, and a walk. */
function follows(files: Record<string, string>, ...packets: number[][]): string[] {
  const modules = runFiles(emitTexts(files));
  const Stack = modules["stack.ts"]?.["Stack"] as new (view: DataView) => Probe;
  const namesOf = (bytes: number[], isWalked: boolean): string => {
    const stack = new Stack(new DataView(Uint8Array.from(bytes).buffer));
    if (isWalked) (stack as unknown as { bindings: Map<string, number> }).bindings = new Map();
    stack.decode(0, bytes.length, 147);
    return stack
      .layers()
      .slice(1)
      .map(({ layout }) => layout.name)
      .join(" ");
  };
  return packets.map((bytes) => {
    const hot = namesOf(bytes, false);
    expect(namesOf(bytes, true)).toBe(hot);
    return hot;
  });
}

describe("next and attach", () => {
  it("take rows of values, the narrower first and single ones before all", () => {
    const files = {
      "top.yaml": parent("next: { by: kind }"),
      "any.yaml": leaf("any", "{ top.kind: 16.. }"),
      "some.yaml": leaf("some", "{ top.kind: 0x20..0x2f }"),
      "one.yaml": leaf("one", "{ top.kind: [0x22, 0x0f] }"),
    };
    const packets = [0x22, 0x21, 0x2f, 0x30, 0xff, 0x0f, 0x0e].map((kind) => [kind, 0]);
    expect(follows(files, ...packets)).toEqual(["one", "some", "some", "any", "any", "one", ""]);
  });

  it("take rows over a relation, and through a table", () => {
    const files = {
      "top.yaml": parent("next: { relation: port, of: [a, b] }", "a: u16, b: u16"),
      "row.yaml": leaf("row", "{ top.port: 16384..32767 }"),
      "one.yaml": leaf("one", "{ top.port: [20000, 5] }"),
    };
    const packet = (a: number, b: number): number[] => [a >> 8, a & 255, b >> 8, b & 255, 0];
    const packets = [packet(60000, 17000), packet(60000, 20000), packet(17000, 5), packet(1, 2)];
    expect(follows(files, ...packets)).toEqual(["row", "one", "one", ""]);
  });

  it("take labels of the field's enum", () => {
    const files = {
      "top.yaml": parent(
        "next: { by: kind }\nenums: { kinds: { values: { 7: seven } } }",
        "kind: { type: u8, enum: kinds }",
      ),
      "one.yaml": leaf("one", "{ top.kind: seven }"),
    };
    expect(follows(files, [7, 0], [8, 0])).toEqual(["one", ""]);
  });

  it("ask conditions where no value leads on, by priority", () => {
    const files = {
      "top.yaml": parent("next: { by: kind, unless: flags == 9 }", "kind: u8, flags: u8"),
      "one.yaml": leaf("one", "{ top.kind: 1 }"),
      "low.yaml": leaf("low", "{ top.kind: { when: flags > 2 } }"),
      "high.yaml": leaf("high", "{ top.kind: { when: flags > 5, priority: 3 } }"),
    };
    const packets = [[1, 8, 0], [2, 8, 0], [2, 3, 0], [2, 2, 0], [2, 9, 0]]; // prettier-ignore
    expect(follows(files, ...packets)).toEqual(["one", "high", "low", "", ""]);
  });

  it("name the header that follows, under a condition", () => {
    const files = {
      "top.yaml": parent("next: [{ when: kind > 9, to: one }, { to: two, unless: kind == 0 }]"),
      "one.yaml": leaf("one"),
      "two.yaml": leaf("two"),
    };
    expect(follows(files, [10, 0], [9, 0], [0, 0])).toEqual(["one", "two", ""]);
  });

  it("peek at some bits of what follows", () => {
    const files = {
      "top.yaml": parent("next: [{ peek: u8, values: { 0xff: one } }, { peek: u8, mask: 1, values: { 1: two } }, { to: three }]"), // prettier-ignore
      "one.yaml": leaf("one"),
      "two.yaml": leaf("two"),
      "three.yaml": leaf("three"),
    };
    expect(follows(files, [0, 0xff], [0, 0x21], [0, 0x20], [0])).toEqual(["one", "two", "three", ""]);
  });

  it("refuses a mask of what is not peeked at", () => {
    const top = parent("next: { by: kind, mask: 1 }");
    expect(problemsOf(top)).toEqual([expect.stringContaining("a rule has one of `by: FIELD`")]);
  });

  it("peek at what follows, which may be missing", () => {
    const files = {
      "top.yaml": parent("next: { peek: u4, values: { 4: one, 6: two, 7: none }, other: three }"),
      "one.yaml": leaf("one"),
      "two.yaml": leaf("two"),
      "three.yaml": leaf("three"),
    };
    const packets = [[0, 0x45], [0, 0x60], [0, 0x70], [0, 0x80], [0]]; // prettier-ignore
    expect(follows(files, ...packets)).toEqual(["one", "two", "", "three", ""]);
    const wide = {
      ...files,
      "top.yaml": parent("next: { peek: u12, values: { 0xffe: one }, when: kind == 1 }"),
    };
    expect(follows(wide, [1, 0xff, 0xe5], [1, 0xff], [2, 0xff, 0xe5])).toEqual(["one", "", ""]);
  });

  it("choose between two in the second header of the common way, by a value and by a peek", () => {
    const files = {
      "top.yaml": parent("next: { by: kind }"),
      "mid.yaml": `${leaf("mid", "{ top.kind: 1 }")}next: { by: mid_byte, values: { 1: one, 2: two } }\n`,
      "one.yaml": leaf("one"),
      "two.yaml": leaf("two"),
    };
    const packets = [[1, 1, 0], [1, 2, 0], [1, 3, 0], [1, 1], [1, 2], [1], [2, 1, 0]]; // prettier-ignore
    const found = ["mid one", "mid two", "mid", "mid", "mid", "", ""];
    expect(follows(files, ...packets)).toEqual(found);
    const peeking = { ...files, "mid.yaml": `${leaf("mid", "{ top.kind: 1 }")}next: { peek: u8, values: { 1: one, 2: two } }\n` }; // prettier-ignore
    const peeked = packets.map(([kind, ...rest]) => (rest.length < 2 ? [kind, ...rest] : [kind, 9, rest[0]])) as number[][]; // prettier-ignore
    expect(follows(peeking, ...peeked)).toEqual(found);
  });

  it("go back to a header that was there already", () => {
    const tag = "zc: 1\nname: label\nendian: big\nbit_order: msb\nattach: { top.kind: 1 }\nfields: { bottom: flag, rest: u7 }\nnext: [{ unless: bottom, to: label }, { peek: u4, values: { 4: one } }]\n"; // prettier-ignore
    const files = { "top.yaml": parent("next: { by: kind }"), "label.yaml": tag, "one.yaml": leaf("one") };
    expect(follows(files, [1, 0, 1, 0x80, 0x40], [1, 0x80, 0x40], [1, 0x80, 0x50])).toEqual([
      "label label label one",
      "label one",
      "label",
    ]);
  });

  it("are like those of another header, but for what is their own", () => {
    const files = {
      "top.yaml": parent("next: { by: kind }"),
      "one.yaml": leaf("one", "{ top.kind: [1, 2] }"),
      "two.yaml": leaf("two", "{ inner.what: 2 }"),
      "inner.yaml": "zc: 1\nname: inner\nendian: big\nattach: { top.kind: 9 }\nfields: { what: u16 }\nnext: { by: what, like: top.kind }\n", // prettier-ignore
    };
    expect(follows(files, [1, 0], [9, 0, 1, 0], [9, 0, 2, 0], [9, 0, 9, 0, 1, 0])).toEqual([
      "one",
      "inner one",
      "inner two",
      "inner inner one",
    ]);
  });
});

describe("two rules over one field", () => {
  const tree = (second: string): Record<string, string> => ({
    "top.yaml": parent("next: { by: kind }"),
    "inner.yaml": `zc: 1\nname: inner\nendian: big\nattach: { top.kind: 9 }\nfields: { a: u8, what: u8 }\nnext:\n  - { by: what, like: top.kind, when: a == 1 }\n  - ${second}\n`,
  });

  it("cannot be like different rules, as one table answers for both", () => {
    const why = "another rule looks up what as well, and what follows one would follow the other";
    expect(problemsOf(tree("{ by: what, when: a == 2 }"))).toEqual([`inner.yaml:7:23 attach: ${why}`]);
    expect(problemsOf(tree("{ by: what, like: top.kind, when: a == 2 }"))).toEqual([]);
    expect(problemsOf(tree("{ by: a, when: a == 2 }"))).toEqual([]);
  });
});

describe("bind", () => {
  const files = {
    "top.yaml": parent("next: { relation: port, of: [a, b] }", "a: u8, b: u8"),
    "one.yaml": leaf("one", "{ top.port: 1 }"),
    "extra.yaml": leaf("extra"),
  };
  const modules = runFiles(emitTexts(files));
  const Stack = modules["stack.ts"]?.["Stack"] as new (view: DataView) => Probe;
  const [One, Extra] = ["One", "Extra"].map((name) => modules["index.ts"]?.[name] as HeaderClass) as [
    HeaderClass,
    HeaderClass,
  ];
  const names = (stack: Probe): string[] => stack.layers().map(({ layout }) => layout.name);

  it("leads to a class that the schemas do not attach, and to one they attach elsewhere", () => {
    const stack = new Stack(new DataView(Uint8Array.of(7, 1, 0, 200, 9, 0).buffer));
    expect([stack.decode(0, 3, 147), names(stack)]).toEqual([0, ["top", "one"]]);
    stack.bind("top.port", 7, Extra);
    stack.bind("top.port", 9, One);
    stack.decode(0, 3, 147);
    expect([names(stack), stack.has(One), stack.has(Extra)]).toEqual([["top", "extra"], false, true]);
    const extra = stack.headerOf(Extra);
    expect(extra?.offset).toBe(2);
    stack.decode(3, 6, 147);
    expect([names(stack), extra?.isWrapped]).toEqual([["top", "one"], false]);
    expect(stack.decode(3, 4, 147) & 0xff).toBe(1);
    expect(names(stack)).toEqual([]);
  });

  it("says what there is to bind to", () => {
    const stack = new Stack(new DataView(new ArrayBuffer(4)));
    expect(() => stack.bind("top.prot", 7, Extra)).toThrow(
      'there is no rule "top.prot"; there are: top.port',
    );
    expect(() => stack.bind("top.port", 256, Extra)).toThrow("top.port has values from 0 to 255, not 256");
  });
});
