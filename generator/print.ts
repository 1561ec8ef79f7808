import pc from "picocolors";
import type { Diagnostic, Note, Span } from "./diagnostics.js";
import { excerptOf, placeOf, visible } from "./snippet.js";

type Colors = ReturnType<typeof pc.createColors>;

export interface PrintOptions {
  /** ANSI colours; off unless asked for. */
  readonly color?: boolean;
}

/**
 * A diagnostic as people read it, without a line break at its end: `file:line:column: error[CODE]: text`, the source
 * line with carets under the place, and each note in the same manner.
 */
export function formatDiagnostic(diagnostic: Diagnostic, options: PrintOptions = {}): string {
  const colors = pc.createColors(options.color ?? false);
  const { severity, code, message, span, notes } = diagnostic;
  const paint = severity === "error" ? colors.red : colors.yellow;
  const title = `${placeText(span)}: ${paint(`${severity}[${code}]`)}: ${colors.bold(visible(message))}`;
  return [title, ...snippet(span, paint, colors), ...notes.flatMap((note) => noteLines(note, colors))].join(
    "\n",
  );
}

/** All diagnostics, an empty line between two of them. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], options: PrintOptions = {}): string {
  return diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, options)).join("\n\n");
}

function noteLines({ message, span }: Note, colors: Colors): string[] {
  const text = `${colors.cyan("note")}: ${visible(message)}`;
  if (span === undefined) return [`  ${text}`];
  return [`${placeText(span)}: ${text}`, ...snippet(span, colors.cyan, colors)];
}

function placeText({ file, start }: Span): string {
  const { line, column } = placeOf(file, start);
  return `${visible(file.path)}:${line}:${column}`;
}

function snippet(span: Span, paint: (text: string) => string, colors: Colors): string[] {
  const { line, text, carets } = excerptOf(span);
  const number = String(line).padStart(5);
  return [
    `${colors.dim(`${number} |`)} ${text}`.trimEnd(),
    `${colors.dim(`${" ".repeat(number.length)} |`)} ${paint(carets)}`,
  ];
}

/** Where something lies: lines and columns from 1, columns in UTF-16 units, the end exclusive. */
export interface JsonPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A note of `--format json`; it has a place when it points at one. */
export interface JsonNote extends Partial<JsonPlace> {
  readonly message: string;
}

/** A diagnostic of `--format json`. */
export interface JsonDiagnostic extends JsonPlace {
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly message: string;
  readonly notes: readonly JsonNote[];
}

/** A diagnostic as plain data for editors and CI. */
export function diagnosticToJSON({ severity, code, message, span, notes }: Diagnostic): JsonDiagnostic {
  return { ...jsonPlace(span), severity, code, message, notes: notes.map(jsonNote) };
}

function jsonNote({ message, span }: Note): JsonNote {
  return span === undefined ? { message } : { ...jsonPlace(span), message };
}

function jsonPlace({ file, start, end }: Span): JsonPlace {
  const from = placeOf(file, start);
  const to = placeOf(file, Math.max(start, end));
  return { file: file.path, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}

/** Colour for this stream? Only on a terminal; NO_COLOR says no, then FORCE_COLOR says yes (and `0` no). */
export function wantsColor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (env["NO_COLOR"]) return false;
  if (env["FORCE_COLOR"] !== undefined) return !["", "0", "false"].includes(env["FORCE_COLOR"]);
  return stream.isTTY === true && env["TERM"] !== "dumb";
}
