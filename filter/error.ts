import { nearest } from "./nearest.js";

/** A stretch of an expression's text, in UTF-16 units; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What went wrong: stable, for callers to match on. */
export type FilterErrorCode =
  | "ERR_FILTER_SYNTAX"
  | "ERR_FILTER_TOO_LARGE"
  | "ERR_FILTER_UNKNOWN_NAME"
  | "ERR_FILTER_TYPE"
  | "ERR_FILTER_RANGE";

/** Columns of the text that an excerpt shows at most. */
const EXCERPT_COLUMNS = 100;

/**
 * A filter's text is no good. `message` shows the place with carets, as the schema compiler does; `problem` is the bare
 * sentence, `start` and `end` the place in the text.
 */
export class FilterError extends Error implements Span {
  override readonly name = "FilterError";
  readonly code: FilterErrorCode;
  readonly problem: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Remarks, such as a name that was perhaps meant. */
  readonly notes: readonly string[];

  constructor(
    code: FilterErrorCode,
    problem: string,
    text: string,
    span: Span,
    notes: readonly string[] = [],
  ) {
    super(told(code, problem, text, span, notes));
    this.code = code;
    this.problem = problem;
    this.text = text;
    this.start = span.start;
    this.end = span.end;
    this.notes = notes;
  }
}

/** `did you mean "..."?` for the nearest of the names, as a list of no or one note. */
export function didYouMean(word: string, names: Iterable<string>): string[] {
  const name = nearest(word, names);
  return name === undefined ? [] : [`did you mean "${name}"?`];
}

function told(
  code: FilterErrorCode,
  problem: string,
  text: string,
  { start, end }: Span,
  notes: readonly string[],
): string {
  const first = Math.max(0, start - EXCERPT_COLUMNS / 2);
  const shown = visible(text.slice(first, first + EXCERPT_COLUMNS));
  const carets = "^".repeat(Math.max(1, Math.min(end, first + EXCERPT_COLUMNS) - start));
  return [
    `filter:1:${start + 1}: error[${code}]: ${problem}`,
    `    1 | ${shown}`,
    `      | ${" ".repeat(start - first)}${carets}`,
    ...notes.map((note) => `  note: ${note}`),
  ].join("\n");
}

/** A character a character, so that carets stay below what they mark and no text steers a terminal. */
function visible(text: string): string {
  return text.replace(/[\t\r\n]/g, " ").replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, "\ufffd");
}
