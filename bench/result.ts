import { spread, type Spread } from "./measure.js";

/** One table: rows that did the same work in turn. */
export interface Result {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly columns: readonly Column[];
  readonly rows: readonly ResultRow[];
}

export interface Column {
  readonly id: string;
  /** With its unit. */
  readonly title: string;
  /** Digits behind the point. */
  readonly places: number;
  /** Whether a column with the ratio to the first row follows. */
  readonly isRatioed: boolean;
}

export interface ResultRow {
  readonly id: string;
  readonly title: string;
  /** Does less than the others, on purpose. */
  readonly isFloor: boolean;
  /** Its answer was wrong, so its times say nothing. */
  readonly voidBecause: string | undefined;
  /** By column, then round. */
  readonly values: Readonly<Record<string, readonly number[]>>;
  readonly spreads: Readonly<Record<string, Spread>>;
}

/** A ratio is hidden when its outer tenths are further apart than this part of its median. */
const MOST_SPREAD = 0.5;

/** A row's ratio to another, round by round: what hits both alike in a round drops out. */
export function ratioOf(row: ResultRow, base: ResultRow, column: string): Spread {
  const below = base.values[column] ?? [];
  return spread((row.values[column] ?? []).map((value, round) => value / (below[round] ?? Number.NaN)));
}

/** Fewer rounds agree by chance. */
const LEAST_ROUNDS = 5;

/** Whether a ratio says something: its rounds agree, and are enough. */
export function isTold({ low, median, high }: Spread, rounds: number): boolean {
  return rounds >= LEAST_ROUNDS && (high - low) / median <= MOST_SPREAD;
}

/** The row that ratios are to: the first that is not void. */
export function baseOf({ rows }: Result): ResultRow | undefined {
  return rows.find((row) => row.voidBecause === undefined);
}
