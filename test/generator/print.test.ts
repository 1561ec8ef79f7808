import { describe, expect, it } from "vitest";
import type { Diagnostic, SourceFile } from "../../generator/diagnostics.js";
import { SchemaError } from "../../generator/errors.js";
import { diagnosticToJSON, formatDiagnostic, formatDiagnostics, wantsColor } from "../../generator/print.js";

function fileOf(text: string, path = "schemas/udp.yaml"): SourceFile {
  return { path, text };
}

function errorAt(file: SourceFile, word: string, rest: Partial<Diagnostic> = {}): Diagnostic {
  const start = file.text.indexOf(word);
  const span = { file, start, end: start + word.length };
  return { severity: "error", code: "overlap", message: "two fields share a byte", span, notes: [], ...rest };
}

const UDP = fileOf("name: udp\nfields:\n  length: u16\n  checksum: u16\n");

describe("formatDiagnostic", () => {
  it("names file, line, column and code, and puts carets under the span", () => {
    expect(formatDiagnostic(errorAt(UDP, "checksum"))).toBe(
      [
        "schemas/udp.yaml:4:3: error[overlap]: two fields share a byte",
        "    4 |   checksum: u16",
        "      |   ^^^^^^^^",
      ].join("\n"),
    );
  });

  it("shows the place of a note in the same manner", () => {
    const notes = [{ message: "the other field", span: errorAt(UDP, "length").span }];
    expect(
      formatDiagnostic(errorAt(UDP, "checksum", { notes }))
        .split("\n")
        .slice(3),
    ).toEqual(["schemas/udp.yaml:3:3: note: the other field", "    3 |   length: u16", "      |   ^^^^^^"]);
  });

  it("indents a note that has no place", () => {
    const text = formatDiagnostic(errorAt(UDP, "length", { notes: [{ message: 'did you mean "len"?' }] }));
    expect(text.split("\n").at(-1)).toBe('  note: did you mean "len"?');
  });

  it("says warning for a warning", () => {
    expect(formatDiagnostic(errorAt(UDP, "length", { severity: "warning" }))).toContain("warning[overlap]");
  });

  it("keeps the caret under its word behind tabs", () => {
    expect(excerpt(errorAt(fileOf("\ta\tword\n"), "word"))).toEqual(["    a    word", "         ^^^^"]);
  });

  it("keeps the caret under its word behind characters that are two cells wide", () => {
    expect(excerpt(errorAt(fileOf("doc: 漢字 word"), "word"))).toEqual([
      "doc: 漢字 word",
      `${" ".repeat(10)}^^^^`,
    ]);
  });

  it("keeps the caret under its word behind marks that combine", () => {
    expect(excerpt(errorAt(fileOf("e\u0301 word"), "word"))[1]).toBe("  ^^^^");
  });

  it("takes no notice of the carriage return of CRLF", () => {
    const file = fileOf("a: b\r\nc: d\r\n");
    expect(formatDiagnostic(errorAt(file, "c: d\r"))).toContain("udp.yaml:2:1");
    expect(excerpt(errorAt(file, "c: d\r"))).toEqual(["c: d", "^^^^"]);
  });

  it("underlines only the first line of a span over several", () => {
    expect(excerpt(errorAt(UDP, "length: u16\n  checksum"))).toEqual(["  length: u16", "  ^^^^^^^^^^^"]);
  });

  it("shows one caret for an empty span, and at the end of the file", () => {
    const end = { file: UDP, start: UDP.text.length, end: UDP.text.length };
    const text = formatDiagnostic(errorAt(UDP, "length", { span: end }));
    expect(text.split("\n").slice(0, 3)).toEqual([
      "schemas/udp.yaml:5:1: error[overlap]: two fields share a byte",
      "    5 |",
      "      | ^",
    ]);
  });

  it("survives a span that lies outside its file", () => {
    const span = { file: UDP, start: 5000, end: 9000 };
    expect(formatDiagnostic(errorAt(UDP, "length", { span }))).toContain("udp.yaml:5:1");
  });

  it("survives an empty file", () => {
    expect(formatDiagnostic(errorAt(fileOf(""), ""))).toContain("udp.yaml:1:1");
  });

  it.each([0, 60, 400, 990])("cuts a wide line so that column %i stays in sight", (column) => {
    const file = fileOf(`${"x".repeat(column)}word${"y".repeat(1000 - column)}`);
    const [text = "", carets = ""] = excerpt(errorAt(file, "word"));
    expect(text.length).toBeLessThanOrEqual(100);
    expect(text.slice(carets.indexOf("^"), carets.length)).toBe("word");
  });

  it("lets no control character of a schema reach the terminal", () => {
    const file = fileOf("doc: \u001b[2Jword\u202e\u0007", "evil\u001b[31m.yaml");
    const text = formatDiagnostic(
      errorAt(file, "word", { message: "bad \u001b]0;title\u0007\nforged: line" }),
    );
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(text.split("\n")).toHaveLength(3);
    expect(text).toContain("\\u{1b}[2Jword");
  });

  it("uses colour only when asked", () => {
    expect(formatDiagnostic(errorAt(UDP, "length"))).not.toContain("\u001b[");
    expect(formatDiagnostic(errorAt(UDP, "length"), { color: true })).toContain("\u001b[31m");
  });

  it("prints a thousand problems of a file of a megabyte in bearable time", () => {
    const file = fileOf("a: b\n".repeat(200_000));
    const spans = Array.from({ length: 1000 }, (_, index) => ({
      file,
      start: index * 995,
      end: index * 995 + 1,
    }));
    const start = performance.now();
    formatDiagnostics(spans.map((span) => errorAt(file, "a", { span })));
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

/** The source line and the carets of a printed diagnostic, without their margin. */
function excerpt(diagnostic: Diagnostic): string[] {
  return formatDiagnostic(diagnostic).split("\n").slice(1).map((line) => line.slice(8)); // prettier-ignore
}

describe("formatDiagnostics", () => {
  it("keeps the order and separates by an empty line", () => {
    const text = formatDiagnostics([errorAt(UDP, "length"), errorAt(UDP, "checksum")]);
    expect(text.split("\n\n").map((part) => part.split(":")[1])).toEqual(["3", "4"]);
  });
});

describe("diagnosticToJSON", () => {
  it("gives places with an exclusive end", () => {
    const notes = [{ message: "here", span: errorAt(UDP, "name").span }, { message: "hint" }];
    expect(diagnosticToJSON(errorAt(UDP, "length: u16\n", { notes }))).toEqual({
      file: "schemas/udp.yaml",
      line: 3,
      column: 3,
      endLine: 4,
      endColumn: 1,
      severity: "error",
      code: "overlap",
      message: "two fields share a byte",
      notes: [
        { file: "schemas/udp.yaml", line: 1, column: 1, endLine: 1, endColumn: 5, message: "here" },
        { message: "hint" },
      ],
    });
  });
});

describe("SchemaError", () => {
  it("carries all diagnostics, and their text as its message", () => {
    const diagnostics = [errorAt(UDP, "length"), errorAt(UDP, "checksum")];
    const error = new SchemaError(diagnostics);
    expect(error.diagnostics).toBe(diagnostics);
    expect(error.message).toBe(formatDiagnostics(diagnostics));
    expect(error.code).toBe("ERR_ZC_SCHEMA");
  });
});

describe("wantsColor", () => {
  it.each([
    ["a terminal", { isTTY: true }, {}, true],
    ["a pipe", {}, {}, false],
    ["a dumb terminal", { isTTY: true }, { TERM: "dumb" }, false],
    ["a terminal with NO_COLOR", { isTTY: true }, { NO_COLOR: "1" }, false],
    ["a terminal with an empty NO_COLOR", { isTTY: true }, { NO_COLOR: "" }, true],
    ["a pipe with FORCE_COLOR", {}, { FORCE_COLOR: "1" }, true],
    ["a terminal with FORCE_COLOR=0", { isTTY: true }, { FORCE_COLOR: "0" }, false],
    ["a pipe with both", {}, { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
  ])("decides for %s", (_, stream, env, expected) => {
    expect(wantsColor(stream, env)).toBe(expected);
  });
});
