import type { Spread } from "./measure.js";
import type { Result, ResultRow } from "./result.js";

const WIDTH = 900;
const LABELS = 360;
const RIGHT = 90;
const ROW = 24;
const TOP = 56;
const FONT = "font-family='system-ui, sans-serif' font-size='13'";

/**
 * One column of a result as an SVG: a dot for each row's median and a line over all but the outer tenths of its
 * rounds, on a logarithmic scale, since rows differ a thousandfold. Readable on light and dark pages.
 */
export function chartOf(result: Result, column: string): string {
  const rows = result.rows.filter(
    (row) => row.voidBecause === undefined && row.spreads[column] !== undefined,
  );
  const unit = result.columns.find(({ id }) => id === column)?.title ?? column;
  const scale = scaleOver(rows.map((row) => row.spreads[column] as Spread));
  const height = TOP + rows.length * ROW + 16;
  return [
    `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 ${WIDTH} ${height}' ${FONT}>`,
    `<rect width='${WIDTH}' height='${height}' fill='#ffffff'/>`,
    `<text x='12' y='22' font-weight='bold' fill='#1f2328'>${escaped(result.title)}: ${escaped(unit)}, less is better</text>`,
    ...scale.ticks.map((tick) => tickAt(scale.x(tick), tick, height)),
    ...rows.map((row, index) => rowAt(row, column, scale.x, TOP + index * ROW + ROW / 2)),
    "</svg>\n",
  ].join("\n");
}

interface Scale {
  readonly ticks: readonly number[];
  readonly x: (value: number) => number;
}

/** From the power of ten, or its double or quintuple, below all to the one above. */
function scaleOver(spreads: readonly Spread[]): Scale {
  const low = Math.min(...spreads.map((spread) => spread.low));
  const high = Math.max(...spreads.map((spread) => spread.high));
  const steps = Array.from({ length: 60 }, (_, i) => [1, 2, 5].map((digit) => digit * 10 ** (i - 6))).flat();
  const first = steps.findLast((step) => step <= low) ?? low;
  const last = steps.find((step) => step >= high) ?? high;
  const width = WIDTH - LABELS - RIGHT;
  const part = (value: number): number => Math.log(value / first) / Math.log(last / first || 2);
  return {
    ticks: steps.filter((step) => step >= first && step <= last),
    x: (value) => Math.round((LABELS + part(value) * width) * 10) / 10,
  };
}

function tickAt(x: number, value: number, height: number): string {
  return (
    `<line x1='${x}' y1='${TOP - 8}' x2='${x}' y2='${height - 12}' stroke='#d8dee4'/>` +
    `<text x='${x}' y='${TOP - 14}' text-anchor='middle' fill='#59636e'>${Number(value.toPrecision(1))}</text>`
  );
}

function rowAt(row: ResultRow, column: string, x: (value: number) => number, y: number): string {
  const { low, median, high } = row.spreads[column] as Spread;
  const isOurs = row.title.includes("**");
  const color = isOurs ? "#0969da" : row.isFloor ? "#8c959f" : "#57606a";
  const weight = isOurs ? " font-weight='bold'" : "";
  return (
    `<text x='${LABELS - 12}' y='${y + 4}' text-anchor='end' fill='${color}'${weight}>${escaped(row.title)}</text>` +
    `<line x1='${x(low)}' y1='${y}' x2='${x(high)}' y2='${y}' stroke='${color}' stroke-width='3' opacity='0.45'/>` +
    `<circle cx='${x(median)}' cy='${y}' r='5' fill='${color}'/>` +
    `<text x='${x(high) + 10}' y='${y + 4}' fill='${color}'>${Number(median.toPrecision(3))}</text>`
  );
}

function escaped(text: string): string {
  return text.replaceAll("**", "").replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
