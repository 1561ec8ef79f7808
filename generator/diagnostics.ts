import { distance } from "fastest-levenshtein";
import { DIAGNOSTIC_TABLE, type DiagnosticName } from "./diagnostic-table.js";

/** A schema file as it was read. */
export interface SourceFile {
  /** The path as it is printed: relative to the working folder where the file lies below it, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** A stretch of a source file, in UTF-16 units from its start. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** A remark below a diagnostic; with a span it points at another place. */
export interface Note {
  readonly message: string;
  readonly span?: Span;
}

export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** `ZC1042`, of the table in diagnostic-table.ts. Stable: callers match on it, wording may improve. */
  readonly code: string;
  readonly message: string;
  readonly span: Span;
  readonly notes: readonly Note[];
}

/** A file with more problems is no schema; nobody reads on, and finding their lines takes time. */
const MAX_PER_FILE = 100;

/** Gathers every problem of a run, so that all of them can be told at once. */
export class Diagnostics {
  private readonly gathered: Diagnostic[] = [];
  private readonly counts = new Map<SourceFile, number>();

  error(name: DiagnosticName, span: Span, message: string, notes: readonly Note[] = []): void {
    const { file } = span;
    const count = (this.counts.get(file) ?? 0) + 1;
    this.counts.set(file, count);
    if (count > MAX_PER_FILE + 1) return;
    if (count > MAX_PER_FILE) {
      const end = { file, start: file.text.length, end: file.text.length };
      this.add("error", "too-many", end, `more than ${MAX_PER_FILE} problems; the others are not shown`, []);
    } else this.add("error", name, span, message, notes);
  }

  /** Something that compiles and is hardly what was meant. */
  warning(name: DiagnosticName, span: Span, message: string, notes: readonly Note[] = []): void {
    this.add("warning", name, span, message, notes);
  }

  private add(
    severity: Diagnostic["severity"],
    name: DiagnosticName,
    span: Span,
    message: string,
    notes: readonly Note[],
  ): void {
    this.gathered.push({ severity, code: DIAGNOSTIC_TABLE[name].code, message, span, notes });
  }

  get hasErrors(): boolean {
    return this.gathered.some(({ severity }) => severity === "error");
  }

  /** By file, then by place, then as found; the same problem at the same place once. */
  sorted(): Diagnostic[] {
    const seen = new Set<string>();
    return this.gathered
      .filter((d) => {
        const key = `${d.span.file.path}\0${d.span.start}\0${d.message}`;
        return !seen.has(key) && seen.add(key);
      })
      .sort((a, b) => compare(a.span.file.path, b.span.file.path) || a.span.start - b.span.start);
  }
}

/** Line and column of an offset, both from 1; columns count UTF-16 units. */
export function positionOf(file: SourceFile, offset: number): { line: number; column: number } {
  const starts = lineStarts(file);
  let [line, after] = [0, starts.length];
  while (after - line > 1) {
    const middle = (line + after) >> 1;
    if ((starts[middle] as number) <= offset) line = middle;
    else after = middle;
  }
  return { line: line + 1, column: offset - (starts[line] as number) + 1 };
}

const knownStarts = new WeakMap<SourceFile, readonly number[]>();

function lineStarts(file: SourceFile): readonly number[] {
  const known = knownStarts.get(file);
  if (known !== undefined) return known;
  const starts = [0];
  for (let at = file.text.indexOf("\n"); at >= 0; at = file.text.indexOf("\n", at + 1)) starts.push(at + 1);
  knownStarts.set(file, starts);
  return starts;
}

/** `did you mean "..."?` for the nearest of `candidates`, as a list of no or one note. */
export function didYouMean(word: string, candidates: Iterable<string>): Note[] {
  const nearest = nearestOf(word, candidates);
  return nearest === undefined ? [] : [{ message: `did you mean "${nearest}"?` }];
}

function nearestOf(word: string, candidates: Iterable<string>): string | undefined {
  const lower = word.slice(0, 64).toLowerCase();
  const limit = Math.max(1, Math.floor(lower.length / 3));
  let best: { name: string; cost: number } | undefined;
  for (const name of candidates) {
    if (name.length > 64) continue;
    const cost = distance(lower, name.toLowerCase());
    if (cost <= limit && cost < lower.length && cost < (best?.cost ?? Infinity)) best = { name, cost };
  }
  return best?.name;
}

/** Code-unit order: the same on every machine, whatever its locale. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
