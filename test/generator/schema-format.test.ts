import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import { formatSchema } from "../../generator/schema-format.js";
import { bundledSchemas } from "./support/schemas.js";

const GOLDENS = fileURLToPath(new URL("../golden", import.meta.url));

describe("formatting a schema", () => {
  it("gives indentation, blanks and quotes one form, and keeps comments", async () => {
    const wild =
      "zc:   1\nname: a\n\n\n\n# what it is\nfields:\n      a:  {type: u8,doc: 'x'}   # first\n      bc: u16 # second\n";
    expect(await formatSchema(wild)).toBe(
      'zc: 1\nname: a\n\n# what it is\nfields:\n  a: { type: u8, doc: "x" } # first\n  bc: u16                   # second\n',
    );
  });

  it("leaves a sign that is no comment alone", async () => {
    const text = 'doc: "a # b"\nname: a#b # c\n';
    expect(await formatSchema(text)).toBe(text);
  });

  it("makes unix lines", async () => {
    expect(await formatSchema("\ufeffzc: 1\r\nname: a\r\n")).toBe("zc: 1\nname: a\n");
  });

  // `node dist/generator/bin.js fmt schemas` mends it.
  it.each(Object.entries(bundledSchemas()))("finds %s as it should be", async (_, text) => {
    expect(await formatSchema(text)).toBe(text);
  });

  it("changes nothing the second time, and never what the YAML says", async () => {
    const texts = readdirSync(GOLDENS).filter((name) => name.endsWith(".yaml"));
    const samples = texts.map((name) => readFileSync(join(GOLDENS, name), "utf8"));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...samples),
        fc.array(fc.nat(), { maxLength: 20 }),
        async (text, places) => {
          const wild = scattered(text, places);
          const once = await formatSchema(wild);
          expect(parse(once)).toEqual(parse(text));
          expect(await formatSchema(once)).toBe(once);
          expect(once.match(/# mark/g)?.length ?? 0).toBe(wild.match(/# mark/g)?.length ?? 0);
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** Comments and blanks at the ends of some lines. */
function scattered(text: string, places: readonly number[]): string {
  const lines = text.split("\n");
  const marked = new Set(places.map((place) => place % lines.length));
  return lines
    .map((line, i) => (marked.has(i) ? `${line}${" ".repeat(1 + (i % 5))}# mark` : line))
    .join("\n");
}
