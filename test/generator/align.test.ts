import { describe, expect, it } from "vitest";
import { checkTexts, header, problemsOf } from "./support/schemas.js";

/** A link-layer header of so many bytes at 2 modulo 8, with what follows it. */
const link = (bytes: number): string =>
  `zc: 1\nname: link\nendian: big\nalign: { to: 8, at: 2 }\nattach: { link_type: 1 }\nfields: { kind: u16, rest: { bytes: ${bytes - 2} } }\nnext: { by: kind }\n`;
const child = (align: string, more = ""): string =>
  header("a: u32\nb: u16\nc: u16", `endian: big\nalign: ${align}\nattach: { link.kind: 1${more} }`);
const problems = (align: string, bytes: number): string[] =>
  problemsOf({ "a.yaml": child(align), "link.yaml": link(bytes) });

describe("align", () => {
  it.each([
    ["4", 14, "2", 12],
    ["8", 10, "8", 14],
    ["{ to: 4, at: 2 }", 14, "{ to: 4, at: 2 }", 12],
  ])("rejects %s after %d bytes, and accepts %s after %d", (align, bytes, twin, others) => {
    const [problem, ...more] = problems(align, align === "4" ? 13 : bytes);
    expect(more).toEqual([]);
    expect(problem).toMatch(
      /^a\.yaml:2:7 align: probe claims to start at \d modulo \d, but after link it starts at \d \| claim less: `align: /,
    );
    expect(problems(twin, others)).toEqual([]);
  });

  it("checks a header of the link layer that follows others as well", () => {
    const both = (align: string): string[] =>
      problemsOf({ "a.yaml": child(align, ", link_type: 2"), "link.yaml": link(15) });
    expect(both("4")).toEqual([
      "a.yaml:2:7 align: probe claims to start at 0 modulo 4, but after link it starts at 1 | claim less: `align: 1`",
    ]);
    expect(both("1")).toEqual([]);
  });

  it("knows the lengths a variable header can have", () => {
    const middle = (unit: number): string =>
      `zc: 1\nname: middle\nendian: big\nalign: 4\nattach: { link.kind: 2 }\nfields: { n: u8 in 5..15, kind: u8, x: u16 }\nlength: { header: n * ${unit} }\nnext: { by: kind }\n`;
    const after = (unit: number): string[] =>
      problemsOf({ "a.yaml": header("a: u32", "endian: big\nalign: 4\nattach: { middle.kind: 1 }"), "link.yaml": link(14), "m.yaml": middle(unit) }); // prettier-ignore
    expect(after(4)).toEqual([]);
    expect(after(2)).toEqual([
      "a.yaml:2:7 align: probe claims to start at 0 modulo 4, but after middle it starts at 2 | claim less: `align: 2`",
    ]);
  });

  it.each(["0", "3", "16", "{ to: 2, at: 2 }"])("rejects align: %s, which is none", (align) => {
    expect(problemsOf(header("a: u8", `endian: big\nalign: ${align}`))).toEqual([
      expect.stringMatching(
        /^a\.yaml:4:8 align: a header starts at a multiple of 1, 2, 4 or 8, plus an `at` that is less/,
      ),
    ]);
  });

  it("says which fields are read aligned", () => {
    const aligned = (align: string): unknown =>
      checkTexts(header("a: u32\nb: u16\nc: u8\nd: u16", `endian: big\nalign: ${align}`)).model.schemas[0]?.header?.fields.map((field) => field.aligned); // prettier-ignore
    expect(aligned("4")).toEqual([true, true, true, false]);
    expect(aligned("{ to: 4, at: 2 }")).toEqual([false, true, true, false]);
    expect(aligned("1")).toEqual([false, false, true, false]);
  });
});
