import type { SourceFile, Span } from "./diagnostics.js";

/** Cells of the terminal that an excerpt may take; what is more is cut, with an ellipsis. */
const EXCERPT_CELLS = 100;
const TAB_CELLS = 4;

export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

const lineStartsOf = new WeakMap<SourceFile, readonly number[]>();

/** Offsets at which the lines of a file start; worked out once a file, as a file may have thousands of diagnostics. */
function lineStarts(file: SourceFile): readonly number[] {
  let starts = lineStartsOf.get(file);
  if (starts === undefined) {
    starts = [0, ...Array.from(file.text.matchAll(/\n/g), ({ index }) => index + 1)];
    lineStartsOf.set(file, starts);
  }
  return starts;
}

/** Line and column of an offset; one that lies outside the file counts as its start or its end. */
export function placeOf(file: SourceFile, offset: number): Place {
  const starts = lineStarts(file);
  const at = Math.max(0, Math.min(offset, file.text.length));
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: at - (starts[low] ?? 0) + 1 };
}

/** The text of a line (from 1), without its line break. */
export function lineText(file: SourceFile, line: number): string {
  const starts = lineStarts(file);
  return file.text.slice(starts[line - 1], starts[line]).replace(/\r?\n$/, "");
}

export interface Excerpt {
  readonly line: number;
  /** The source line as it can be shown: tabs as blanks, control characters visible, cut to a bearable width. */
  readonly text: string;
  /** Blanks and carets that stand under `text`. */
  readonly carets: string;
}

/** The line in which a span starts, and carets under as much of the span as lies on it: at least one. */
export function excerptOf({ file, start, end }: Span): Excerpt {
  const from = placeOf(file, start);
  const line = lineText(file, from.line);
  const first = Math.min(from.column - 1, line.length);
  const last = Math.max(first, Math.min(first + (end - start), line.length));
  const before = visible(line.slice(0, first));
  const marked = visible(line.slice(first, last));
  return { line: from.line, ...fit(before, marked, visible(line.slice(last))) };
}

/** Cuts so that the start of the marked part stays in sight. */
function fit(before: string, marked: string, after: string): { text: string; carets: string } {
  const head = cutLeft(before, Math.floor(EXCERPT_CELLS / 2));
  const text = cutRight(head + marked + after, EXCERPT_CELLS);
  const room = Math.max(1, cells(text) - cells(head));
  const carets = Math.max(1, Math.min(cells(marked), room));
  return { text, carets: " ".repeat(cells(head)) + "^".repeat(carets) };
}

function cutLeft(text: string, limit: number): string {
  if (cells(text) <= limit) return text;
  const kept = takeCells([...text].reverse(), limit - 1).reverse();
  return `…${kept.join("")}`;
}

/** The first `limit` cells of a text, with an ellipsis as the last of them when something was cut. */
export function cutRight(text: string, limit: number): string {
  return cells(text) <= limit ? text : `${takeCells([...text], limit - 1).join("")}…`;
}

function takeCells(characters: readonly string[], limit: number): string[] {
  let used = 0;
  return characters.filter((character) => (used += cellsOf(character)) <= limit);
}

/**
 * Makes text of strangers safe to print: tabs become blanks, other control characters and those that turn the
 * direction of writing become `\u{1b}`, so that no schema can steer the reader's terminal.
 */
export function visible(text: string): string {
  return text
    .replaceAll("\t", " ".repeat(TAB_CELLS))
    .replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, escapeOf);
}

function escapeOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function cells(text: string): number {
  let sum = 0;
  for (const character of text) sum += cellsOf(character);
  return sum;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Terminal cells of one character: 2 for East Asian wide ones and most emoji, 0 for marks that combine. */
function cellsOf(character: string): number {
  if (character < "\u0300") return 1;
  if (/\p{M}|\u200d/u.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
