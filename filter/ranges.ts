/** Whole numbers from `min` to `max`. */
export interface Range {
  readonly min: bigint;
  readonly max: bigint;
}

/** A set of numbers: ranges in order, none of which touches the next. */
export type Ranges = readonly Range[];

/** The set of what is in any of these ranges. */
export function unionOf(ranges: readonly Range[]): Ranges {
  const sorted = ranges
    .filter(({ min, max }) => min <= max)
    .sort((a, b) => (a.min < b.min ? -1 : a.min > b.min ? 1 : 0));
  const union: Range[] = [];
  for (const range of sorted) {
    const last = union.at(-1);
    if (last === undefined || range.min > last.max + 1n) union.push(range);
    else if (range.max > last.max) union[union.length - 1] = { min: last.min, max: range.max };
  }
  return union;
}

/** Whether a number is in the set. */
export function contains(ranges: Ranges, value: bigint): boolean {
  return ranges.some(({ min, max }) => value >= min && value <= max);
}
