import { describe, expect, it } from "vitest";
import { emitTexts, header, problemsOf } from "./support/schemas.js";

describe("YAML", () => {
  it("rejects a key that stands twice, and points at the first", () => {
    expect(problemsOf(header("a: u8\na: u8"))).toEqual([
      'a.yaml:7:3 duplicate-key: the key "a" stands here twice | the first is here',
    ]);
    expect(problemsOf(header("a: u8\nb: u8"))).toEqual([]);
  });

  it("rejects a value that stands twice in other words: 0x10 and 16", () => {
    const schema = (second: string): string => `zc: 1\nname: e\nvalues: { 0x10: one, ${second}: two }`;
    expect(problemsOf(schema("16"))).toEqual([
      'a.yaml:3:22 duplicate-key: the key "16" stands here twice | the first is here',
    ]);
    expect(problemsOf(schema("17"))).toEqual([]);
  });

  it.each([
    [
      "an anchor",
      "a: &x u8",
      "a.yaml:6:9 alias: anchors and aliases are not part of the schema language; write it out",
    ],
    ["a tag", "a: !u u8", 'a.yaml:6:9 tag: the tag "!u" is not part of the schema language'],
    ["a key that is no word", "[a]: u8", "a.yaml:6:3 key: a key is a plain word"],
  ])("rejects %s", (_, fields, problem) => {
    expect(problemsOf(header(fields))).toContain(problem);
  });

  it("rejects an alias before it is expanded", () => {
    const bomb = header("a: &a [u8, u8]\nb: [*a, *a, *a]");
    expect(problemsOf(bomb)).toContain(
      "a.yaml:7:7 alias: anchors and aliases are not part of the schema language; write it out",
    );
  });

  it("rejects a second document", () => {
    expect(problemsOf(`${header("a: u8")}---\nzc: 1\n`)).toEqual([
      expect.stringMatching(/^a\.yaml:7:1 yaml: .*multiple documents.*\(multiple docs\)$/i),
    ]);
    expect(problemsOf(`---\n${header("a: u8")}`)).toEqual([]);
  });

  it("rejects YAML 1.1, where `no` is a boolean", () => {
    expect(problemsOf(`%YAML 1.1\n---\n${header("a: u8")}`)).toEqual([
      "a.yaml:1:1 yaml: schemas are YAML 1.2; leave the directive out",
    ]);
    expect(problemsOf(`%YAML 1.2\n---\n${header("a: u8")}`)).toEqual([]);
  });

  it.each([
    ["nothing", ""],
    ["only a comment", "# zc: 1\n"],
    ["a list", "- a\n- b\n"],
    ["a word", "zc"],
  ])("rejects a file of %s", (_, text) => {
    expect(problemsOf(text)).toEqual([
      "a.yaml:1:1 not-a-map: a schema is a map that begins with `zc: 1` and a `name:`",
    ]);
  });

  it("rejects what is no YAML, at its place", () => {
    expect(problemsOf("zc: 1\nname: [a\n")).toEqual([expect.stringMatching(/^a\.yaml:\d:\d+ yaml: /)]);
    expect(problemsOf("zc: 1\n\tname: a\n")).toContainEqual(
      expect.stringMatching(/^a\.yaml:2:1 yaml: .*tab/i),
    );
  });

  it("accepts a byte order mark and CRLF, with the same result and the same places", () => {
    const unix = header("a: u8\nb: u16");
    const classOf = (text: string): string => (emitTexts(text)["probe.ts"] ?? "").replace(/sha256 \w+/, "");
    expect(classOf(unix.replaceAll("\n", "\r\n"))).toBe(classOf(unix));
    expect(classOf(`\uFEFF${unix}`)).toBe(classOf(unix));
    expect(problemsOf(header("a: u8\nb: u99").replaceAll("\n", "\r\n"))).toEqual(
      problemsOf(header("a: u8\nb: u99")),
    );
  });

  it("stops telling after a hundred problems", () => {
    const wrong = Array.from({ length: 300 }, (_, i) => `f${i}: x8`).join("\n");
    const problems = problemsOf(header(wrong));
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toMatch(/too-many: more than 100 problems; the others are not shown$/);
  });

  it("keeps the digits of large numbers", () => {
    const schema = (value: string): string => `zc: 1\nname: e\nvalues: { ${value}: one }`;
    expect(problemsOf(schema("9007199254740993"))).toEqual([
      "a.yaml:3:11 enum-value: 9007199254740993 is beyond 2^53 - 1, where numbers stop being exact",
    ]);
    expect(problemsOf(schema("9007199254740991"))).toEqual([]);
  });
});
