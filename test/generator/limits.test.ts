import { describe, expect, it } from "vitest";
import { limitPassed } from "../../generator/limits.js";
import { header, problemsOf } from "./support/schemas.js";

const repeat = (text: string, count: number): string => text.repeat(count);
const maps = (depth: number): string =>
  Array.from({ length: depth }, (_, i) => `${repeat(" ", i)}k:`).join("\n");

describe("nesting", () => {
  it.each([
    ["flow lists", repeat("[", 100)],
    ["flow maps", repeat("{a: ", 100)],
    ["block lists", repeat("- ", 100)],
    ["block keys", repeat("? ", 100)],
    ["indented maps", maps(100)],
    ["lists in maps", repeat("- k: ", 100)],
    ["brackets that close wrongly", repeat("[{", 60)],
  ])("is limited in %s", (_, text) => {
    expect(limitPassed(text)?.limit).toBe("nesting");
    expect(limitPassed(text.slice(0, 40))).toBeUndefined();
  });

  it("does not mistake brackets in texts for nesting", () => {
    expect(
      limitPassed(`a: "${repeat("[", 200)}"\nb: x${repeat("[", 200)}\n# ${repeat("{", 200)}\n`),
    ).toBeUndefined();
  });

  it("does not mistake a long file for a deep one", () => {
    expect(limitPassed(Array.from({ length: 500 }, (_, i) => `${repeat(" ", i % 7)}k${i}: {a: [1, 2]}`).join("\n"))).toBeUndefined(); // prettier-ignore
  });

  it("is told with its place", () => {
    expect(problemsOf(`zc: 1\nname: a\ndoc: ${repeat("[", 70)}`)).toEqual([
      "a.yaml:3:68 nesting: nested deeper than 64 levels",
    ]);
  });
});

describe("sizes", () => {
  it("rejects a file of more than 400,000 words and signs", () => {
    const brackets = (count: number): string => `zc: 1\n\ndoc: [${repeat("[],", count)}]`;
    expect(problemsOf(brackets(200_000))).toEqual([
      expect.stringMatching(/^a\.yaml:3:\d+ file-size: more than 400000 words and signs; split the file$/),
    ]);
    expect(problemsOf(brackets(2))[0]).not.toContain("file-size");
  });

  it("rejects a file of more than 1 MiB, and reads one of just that", () => {
    const start = header("a: u8");
    const comment = (bytes: number): string => `${start}#${repeat("x", bytes - start.length - 1)}`;
    expect(problemsOf(comment(1024 * 1024 + 1))).toEqual([
      "a.yaml:1:1 file-size: the file has 1048577 bytes; a schema may have 1048576. Split it: one header a file",
    ]);
    expect(problemsOf(comment(1024 * 1024))).toEqual([]);
  });

  it("rejects structures that are nested deeper than 16 levels", () => {
    const chain = (depth: number): string =>
      header("a: { struct: t1 }", `endian: big\ntypes:\n${Array.from({ length: depth }, (_, i) => `  t${i + 1}: { fields: { a: ${i + 1 === depth ? "u8" : `{ struct: t${i + 2} }`} } }`).join("\n")}`); // prettier-ignore
    expect(problemsOf(chain(16))).toEqual([
      "a.yaml:19:33 nesting: structures inside structures are nested deeper than 16 levels",
    ]);
    expect(problemsOf(chain(15))).toEqual([]);
    expect(problemsOf(chain(2000)).length).toBeGreaterThan(0);
  });

  it("rejects a structure of more than 1 MiB", () => {
    const types = (count: number): string =>
      `endian: big\ntypes: { page: { fields: { a: { bytes: 4096 } } } }\nattach: { link_type: 1 }\nlet: { x: ${count} }`;
    const array = (count: number): string => header(`a: { array: page, count: ${count} }`, types(count));
    expect(problemsOf(array(257))).toEqual([
      "a.yaml:2:7 layout: probe has 1052672 bytes; a structure may have 1048576",
    ]);
    expect(problemsOf(array(256))).toEqual([]);
  });

  it("rejects a file of more than 4096 fields, and of more than 16384 labels", () => {
    const fields = (count: number): string => Array.from({ length: count }, (_, i) => `f${i}: u8`).join(", ");
    const types = (count: number): string =>
      header("a: u8", `endian: big\ntypes: { ${Array.from({ length: count }, (_, i) => `t${i}: { fields: { ${fields(1000)} } }`).join(", ")} }`); // prettier-ignore
    expect(problemsOf(types(5))).toEqual([
      "a.yaml:2:7 file-size: the file has 5001 fields and values; it may have 4096. Split it",
    ]);
    expect(problemsOf(types(4))).toEqual([]);
    const labels = (count: number): string =>
      `zc: 1\nname: many\nvalues: { ${Array.from({ length: count }, (_, i) => `${i}: l${i}`).join(", ")} }`;
    expect(problemsOf(labels(16385))).toEqual([
      "a.yaml:2:7 file-size: the file has 16385 labels; it may have 16384. Split it",
    ]);
    expect(problemsOf(labels(16384))).toEqual([]);
  });
});
