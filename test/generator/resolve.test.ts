import { describe, expect, it } from "vitest";
import { bundledSchemas, emitTexts, header, problemsOf } from "./support/schemas.js";

const named = (name: string, body = "endian: big\nfields: { a: u8 }"): string =>
  `zc: 1\nname: ${name}\n${body}\n`;

describe("names of schemas", () => {
  it("rejects two schemas of one name", () => {
    expect(problemsOf({ "a.yaml": named("one"), "b.yaml": named("one") })).toEqual([
      'b.yaml:2:7 duplicate-name: the name "one" is taken by a.yaml:2:7 | each schema needs a name of its own',
    ]);
  });

  it("accepts two schemas of two names", () => {
    expect(problemsOf({ "a.yaml": named("one"), "b.yaml": named("two") })).toEqual([]);
  });

  it("rejects a schema of the user's that is called like a bundled one, at the user's line", () => {
    const child = named("child", "endian: big\nattach: { udp.no_field: 1 }\nfields: { a: { struct: udp } }");
    expect(problemsOf({ "mine.yaml": named("udp"), "child.yaml": child }, bundledSchemas())).toEqual([
      'mine.yaml:2:7 duplicate-name: the name "udp" is taken by udp.yaml:3:7 | it comes with zc-gen; give yours another name',
    ]);
  });

  it("rejects two names that become one class, in any order of files", () => {
    const [one, two] = [named("tp_1"), named("tp1")];
    const problem = 'name-clash: "tp_1" becomes Tp1, a name that is already taken | the other is here';
    expect(problemsOf({ "a.yaml": one, "b.yaml": two })).toEqual([`a.yaml:2:7 ${problem}`]);
    expect(problemsOf({ "b.yaml": two, "a.yaml": one })).toEqual([`a.yaml:2:7 ${problem}`]);
  });

  it("rejects a class that is called like the labels of an enum", () => {
    const schema = header("a: u8", "endian: big\nenums: { kind: { values: { 1: one } } }\ntypes: { kind_enum: { fields: { a: u8 } } }"); // prettier-ignore
    expect(problemsOf(schema)).toEqual([
      'a.yaml:4:10 name-clash: "kind" becomes KindEnum, a name that is already taken | the other is here',
    ]);
  });

  it("rejects two names that become one file, and accepts each of them", () => {
    expect(problemsOf({ "a.yaml": named("index"), "b.yaml": named("index_header") })).toEqual([
      'b.yaml:2:7 name-clash: "index_header" becomes the file index-header.ts, which "index" is already | the other is here',
    ]);
    expect(Object.keys(emitTexts(named("index")))).toEqual(["index-header.ts", "index.ts"]);
  });

  it("lets a user's types be called like types inside bundled files: they never meet", () => {
    const schema = header("a: { struct: tpacket_bd_ts }", "endian: big\ntypes: { tpacket_bd_ts: { fields: { x: u8 } } }"); // prettier-ignore
    expect(problemsOf(schema, bundledSchemas())).toEqual([]);
  });

  it("rejects a type that is called like a bundled header: the Stack imports both", () => {
    const schema = header("a: { struct: tcp }", "endian: big\ntypes: { tcp: { fields: { x: u8 } } }");
    expect(problemsOf(schema, bundledSchemas())).toEqual([
      'a.yaml:4:10 name-clash: "tcp" becomes Tcp, a name that is already taken | the other is here',
    ]);
  });
});

describe("references", () => {
  it("finds bundled enums and headers from a user's file", () => {
    const schema = header("a: { type: u16, enum: ether_type }\nb: { struct: sockaddr_ll }");
    expect(problemsOf(schema, bundledSchemas())).toEqual([]);
    const files = emitTexts(schema, bundledSchemas());
    expect(files["probe.ts"]).toContain('import { EtherTypeEnum, SockaddrLl } from "zc-gen/protocols";');
  });

  it("says what an unknown name was perhaps meant to be", () => {
    expect(problemsOf(header("a: { type: u16, enum: ether_typ }"), bundledSchemas())).toEqual([
      'a.yaml:6:25 unknown-name: there is no enum named "ether_typ" | did you mean "ether_type"?',
    ]);
  });

  it("keeps the types of a file to that file", () => {
    const other = `${named("other", "endian: big\nfields: { a: u8 }\ntypes: { inside: { fields: { a: u8 } } }")}`;
    expect(problemsOf({ "a.yaml": header("a: { struct: inside }"), "b.yaml": other })).toEqual([
      'a.yaml:6:16 unknown-name: there is no struct named "inside"',
    ]);
  });

  it("rejects structures that contain themselves, by the whole path", () => {
    const types =
      "endian: big\ntypes:\n  x: { fields: { y: { struct: y } } }\n  y: { fields: { z: { array: x, count: 2 } } }";
    expect(problemsOf(header("a: { struct: x }", types))).toEqual([
      "a.yaml:6:30 cycle: a structure cannot contain itself: x > y > x",
    ]);
    expect(problemsOf(header("a: { struct: x }", types.replace("array: x", "array: u8")))).toEqual([]);
  });

  it("rejects headers of two files that contain each other", () => {
    const file = (name: string, other: string): string =>
      named(name, `endian: big\nfields: { a: { struct: ${other} } }`);
    expect(problemsOf({ "a.yaml": file("one", "two"), "b.yaml": file("two", "one") })).toEqual([
      "b.yaml:4:24 cycle: a structure cannot contain itself: one > two > one",
    ]);
  });

  it("does not call a second time on what refers to a broken file", () => {
    const broken = named("parent", "endian: big\nfields: { a: u99 }\nnext: { by: a }");
    const child = named("child", "endian: big\nattach: { parent.a: 1 }\nfields: { a: { struct: parent } }");
    expect(problemsOf({ "a.yaml": broken, "b.yaml": child })).toEqual([
      expect.stringMatching(/^a\.yaml:4:14 unknown-type: unknown type "u99"/),
    ]);
  });
});
