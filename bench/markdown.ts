import type { Spread } from "./measure.js";
import { baseOf, isTold, ratioOf, type Column, type Result, type ResultRow } from "./result.js";

/** A Markdown table of a result: for each column the median with the outer tenths of the rounds, and the ratio. */
export function markdownOf(result: Result): string {
  const base = baseOf(result);
  const heads = result.columns.flatMap(({ title, isRatioed }) => (isRatioed ? [title, "ratio"] : [title]));
  const lines = result.rows.map((row) => line([row.title, ...cellsOf(row, base, result.columns)]));
  return [
    `**${result.title}** (${result.note})\n`,
    line(["", ...heads]),
    line(["---", ...heads.map(() => "---:")]),
    ...lines,
  ].join("\n");
}

function cellsOf(row: ResultRow, base: ResultRow | undefined, columns: readonly Column[]): string[] {
  if (row.voidBecause !== undefined || base === undefined) return [`void: ${row.voidBecause}`];
  return columns.flatMap(({ id, places, isRatioed }) => {
    const found = row.spreads[id];
    if (found === undefined) return isRatioed ? ["", ""] : [""];
    return isRatioed
      ? [spreadText(found, places), ratioText(ratioOf(row, base, id), row.values[id]?.length ?? 0)]
      : [spreadText(found, places)];
  });
}

/** `9.5 (9.1 to 10.2)`: the median, and where all but the outer tenths lie. */
export function spreadText({ low, median, high }: Spread, places: number): string {
  return `${median.toFixed(places)} (${low.toFixed(places)} to ${high.toFixed(places)})`;
}

/** The ratio, or only its range when the rounds do not agree on one. */
export function ratioText(ratio: Spread, rounds: number): string {
  const places = ratio.median < 10 ? 2 : 0;
  if (isTold(ratio, rounds)) return ratio.median.toFixed(places);
  return `hidden by noise: ${ratio.low.toFixed(places)} to ${ratio.high.toFixed(places)}`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
