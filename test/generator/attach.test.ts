import { describe, expect, it } from "vitest";
import { header, problemsOf } from "./support/schemas.js";

const parent =
  "zc: 1\nname: parent\nendian: big\nfields: { kind: u8, a: u16, b: u16 }\nnext: [{ by: kind }, { relation: port, of: [a, b] }]\n";
const silent = "zc: 1\nname: silent\nendian: big\nfields: { kind: u8 }\n";
const attached = (to: string, name = "probe"): string =>
  header("x: u8", `endian: big\nattach: ${to}`).replace("name: probe", `name: ${name}`);
const problems = (to: string): string[] =>
  problemsOf({ "a.yaml": attached(to), "parent.yaml": parent, "silent.yaml": silent });

describe("attach", () => {
  it.each([
    [
      "{ parent.kind: 256 }",
      "a.yaml:4:24 attach: 256 does not fit parent.kind, which ends at 255",
      "{ parent.kind: 255 }",
    ],
    [
      "{ parent.port: [1, 70000] }",
      "a.yaml:4:28 attach: 70000 does not fit parent.port, which ends at 65535",
      "{ parent.port: [1, 65535] }",
    ],
    [
      "{ link_type: 65536 }",
      "a.yaml:4:22 attach: 65536 does not fit link_type, which ends at 65535",
      "{ link_type: 65535 }",
    ],
    [
      "{ parnt.kind: 1 }",
      'a.yaml:4:11 unknown-name: there is no header named "parnt" to attach to | did you mean "parent"?',
      "{ parent.kind: 1 }",
    ],
    [
      "{ parent.kin: 1 }",
      'a.yaml:4:11 attach: "kin" does not choose what follows parent | did you mean "kind"?',
      "{ parent.kind: 1 }",
    ],
    [
      "{ parent.a: 1 }",
      'a.yaml:4:11 attach: "a" does not choose what follows parent | parent is followed by kind, port',
      "{ parent.port: 1 }",
    ],
    [
      "{ silent.kind: 1 }",
      'a.yaml:4:11 attach: "kind" does not choose what follows silent | silent has no `next` rule',
      "{ parent.kind: 1 }",
    ],
    [
      "{ parent.kind: [1, 1] }",
      "a.yaml:4:28 attach: parent.kind 1 already leads to probe; it cannot lead to probe as well | it is attached here",
      "{ parent.kind: [1, 2] }",
    ],
  ])("rejects %s", (to, problem, twin) => {
    expect(problems(to)).toEqual([problem]);
    expect(problems(twin)).toEqual([]);
  });

  it("rejects one value that leads to two headers, and accepts two values", () => {
    const two = (value: number): string[] =>
      problemsOf({ "a.yaml": attached("{ parent.kind: 1 }", "one"), "b.yaml": attached(`{ parent.kind: ${value} }`, "two"), "parent.yaml": parent }); // prettier-ignore
    expect(two(1)).toEqual([
      "b.yaml:4:24 attach: parent.kind 1 already leads to one; it cannot lead to two as well | it is attached here",
    ]);
    expect(two(2)).toEqual([]);
  });

  it("rejects an enum as a parent", () => {
    const file = "zc: 1\nname: parent\nvalues: { 1: one }\n";
    expect(problemsOf({ "a.yaml": attached("{ parent.kind: 1 }"), "b.yaml": file })).toEqual([
      'a.yaml:4:11 unknown-name: there is no header named "parent" to attach to',
    ]);
  });
});
