import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { header, problemsOf } from "./support/schemas.js";

describe("schema.json", () => {
  it("is a JSON Schema", () => {
    const text = readFileSync(new URL("../../schema.json", import.meta.url), "utf8");
    expect(new Ajv({ allowUnionTypes: true }).validateSchema(JSON.parse(text) as object, true)).toBe(true);
  });
});

describe("the structure of a schema", () => {
  it.each([
    ["zc: 2\nname: a", 'a.yaml:1:5 structure: `zc` must be 1, not "2"'],
    ["name: a\nendian: big\nfields: { a: u8 }", "a.yaml:1:1 structure: the schema lacks the key `zc`"],
    [
      "zc: 1\nname: A\nvalues: { 1: a }",
      'a.yaml:2:7 structure: `name` cannot be "A": a name is snake_case, as in `tp_next_offset`',
    ],
    ["zc: 1\nname: 5\nvalues: { 1: a }", 'a.yaml:2:7 structure: `name` must be text, not "5"'],
    ["zc: 1\nname: a\nvalues: [1]", "a.yaml:3:9 structure: `values` must be a map, not a list"],
    ["zc: 1\nname: a\nvalues:", "a.yaml:3:8 structure: `values` must be a map, not nothing"],
    ["zc: 1\nname: a", "a.yaml:2:1 structure: a schema has either `fields` (a header) or `values` (an enum)"],
    [
      "zc: 1\nname: a\nendian: big\nbit_order: msbb\nfields: { a: u8 }",
      'a.yaml:4:12 structure: `bit_order` must be msb or lsb, not "msbb" | did you mean "msb"?',
    ],
    [
      "zc: 1\nname: a\nendian: big\nfields: { Aa: u8 }",
      'a.yaml:4:11 name: "Aa" cannot stand here: a name is snake_case: a small letter, then at most 63 small letters, digits and _',
    ],
    [
      "zc: 1\nname: a\nendian: big\nfields: { 5: u8 }",
      'a.yaml:4:11 name: "5" cannot stand here: a name is snake_case: a small letter, then at most 63 small letters, digits and _',
    ],
    [
      "zc: 1\nname: a\nendian: big\nfields: { a: { typ: u8 } }",
      'a.yaml:4:16 unknown-key: unknown key "typ" | did you mean "type"?',
    ],
    [
      "zc: 1\nname: a\nendian: big\nfeilds: { a: u8 }\nfields: { a: u8 }",
      'a.yaml:4:1 unknown-key: unknown key "feilds" | did you mean "fields"?',
    ],
    ["zc: 1\nname: a\nendian: big\n5: x\nfields: { a: u8 }", 'a.yaml:4:1 unknown-key: unknown key "5"'],
    [
      "zc: 1\nname: a\nendian: big\nattach: { udp: 1 }\nfields: { a: u8 }",
      'a.yaml:4:11 name: "udp" cannot stand here: write `parent.field`, as in `udp.port`, or `link_type`',
    ],
    [
      "zc: 1\nname: a\nvalues: { x: a }",
      'a.yaml:3:11 name: "x" cannot stand here: an enum\'s values are whole numbers, or rows of them such as `224..239`',
    ],
    ["zc: 1\nname: a\nvalues: { 1: A }", 'a.yaml:3:14 structure: `1` cannot be "A": a label is snake_case'],
    [
      "zc: 1\nname: a\nendian: big\nfields: { a: { type: u8, unit: bytes } }",
      'a.yaml:4:32 structure: `unit` cannot be "bytes": a unit is a number and a word, as in `8 bytes`',
    ],
    [
      "zc: 1\nname: a\nendian: big\nfields: { a: { bytes: 0 } }",
      'a.yaml:4:23 structure: `bytes` must be at least 1, not "0"',
    ],
    [
      "zc: 1\nname: a\nendian: big\nfields: { a: u8 }\ntypes: { b: { fields: {} } }",
      "a.yaml:5:23 structure: `fields` needs at least 1 entry",
    ],
  ])("rejects %j", (text, problem) => {
    const [first, ...others] = problemsOf(text);
    expect(others).toEqual([]);
    if (problem.includes('unknown key "5"')) expect(first?.startsWith(problem)).toBe(true);
    else expect(first).toBe(problem);
  });

  it("accepts the least of a header and of an enum", () => {
    expect(problemsOf("zc: 1\nname: a\nendian: big\nfields: { a: u8 }")).toEqual([]);
    expect(problemsOf("zc: 1\nname: a\nvalues: { 1: a }")).toEqual([]);
  });

  it("tells all problems of a file at once", () => {
    expect(
      problemsOf(header("a: { tpe: u8 }\nB: u8\nc: [1]", "bit_order: bigg")).map(
        (problem) => problem.split(" ")[0],
      ),
    ).toEqual(["a.yaml:3:12", "a.yaml:5:8", "a.yaml:6:3", "a.yaml:7:6"]);
  });
});
