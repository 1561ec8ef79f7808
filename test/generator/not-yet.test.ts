import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { compile } from "../../generator/compile.js";

const folder = mkdtempSync(join(tmpdir(), "zc-not-yet-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function diagnosticsOf(body: string): Promise<{ code: string; message: string; text: string }[]> {
  const file = join(folder, "sketch.yaml");
  writeFileSync(file, `zc: 1\nname: sketch\n${body}`);
  const { diagnostics } = await compile({ inputs: [file] });
  return diagnostics.map(({ code, message, span }) => ({
    code,
    message,
    text: span.file.text.slice(span.start, span.end),
  }));
}

/** The hard layouts of a later version, one construct each: what must be named in the refusal. */
const LATER: Record<string, { schema: string; names: string }> = {
  chains: { schema: "endian: big\nfields: { a: { chain: extension, first: b } }", names: "chain" },
};

describe("what a later version of the language has is refused as such, never ignored", () => {
  it.each(Object.entries(LATER))("%s", async (_, { schema, names }) => {
    const found = (await diagnosticsOf(schema)).filter(({ code }) => code?.startsWith("ZC90"));
    expect(found.length).toBeGreaterThan(0);
    expect(found.map(({ message, text }) => `${message} ${text}`).join("\n")).toContain(names);
    for (const { message } of found) expect(message).toMatch(/not in this version/);
  });
});

it("a misspelt key is not mistaken for a later one", async () => {
  const [first] = await diagnosticsOf("endian: big\nfields: { a: { type: u8, enumm: b } }");
  expect(first).toMatchObject({ code: "ZC1114", message: 'unknown key "enumm"' });
});

it("the first part of the language is accepted", async () => {
  expect(
    await diagnosticsOf("endian: big\nfields: { a: u8, b: { bytes: 3 }, c: { array: u16, count: 2 } }"),
  ).toEqual([]);
});
