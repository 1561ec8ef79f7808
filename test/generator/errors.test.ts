import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { diagnosticEntries } from "../../generator/diagnostic-table.js";
import { formatDiagnostics } from "../../generator/print.js";
import {
  bodyOf,
  diagnose,
  diagnosticsPage,
  ERRORS,
  exampleCodes,
  printedFor,
  readExample,
  withComment,
} from "./support/error-examples.js";

// `npm run diagnostics` renews the comments and docs/diagnostics.md: read the difference before you commit it.
const codes = diagnosticEntries().map(({ code }) => code);

describe("the table", () => {
  it("has each number once, in order, and at least 80", () => {
    expect(codes).toEqual([...new Set(codes)].sort());
    expect(codes.length).toBeGreaterThanOrEqual(80);
    for (const code of codes) expect(code).toMatch(/^ZC\d{4}$/);
  });

  it("has an example of each, and of nothing else", () => {
    expect(exampleCodes().sort()).toEqual(codes);
  });
});

/** More than a hundred others are told before it. */
const WITH_OTHERS: Readonly<Record<string, readonly string[]>> = { ZC1011: ["ZC1115"] };

describe.each(exampleCodes())("%s", (code) => {
  it("is told of its example, as its comment says", async () => {
    const all = diagnose(`${code}.yaml`);
    const others = new Set(all.map((one) => one.code).filter((other) => other !== code));
    expect([...others]).toEqual(WITH_OTHERS[code] ?? []);
    const printed = printedFor(code);
    const text = withComment(printed, bodyOf(readExample(`${code}.yaml`)));
    expect(printed).toContain(`[${code}]`);
    await expect(text).toMatchFileSnapshot(join(ERRORS, `${code}.yaml`));
  });

  it("is not told of its twin, and nothing else is", () => {
    expect(formatDiagnostics(diagnose(`${code}.ok.yaml`))).toBe("");
  });
});

it("docs/diagnostics.md is up to date", async () => {
  await expect(diagnosticsPage()).toMatchFileSnapshot(join(ERRORS, "../../../docs/diagnostics.md"));
});
