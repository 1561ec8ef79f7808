import { arch, availableParallelism, cpus, loadavg, platform } from "node:os";
import type { Measured, Spread } from "./measure.js";

/** Where the figures were measured, without the machine's name; and how busy others kept it. */
export function machine(): string {
  const { node, v8 } = process.versions;
  const cores = `${availableParallelism()} ${arch()} cores (${cpus()[0]?.model ?? "unknown"})`;
  return `${cores}, ${platform()}, Node ${node}, V8 ${v8}, load ${loadavg()[0]?.toFixed(1)} before`;
}

/** How many rounds to measure: ZC_BENCH_ROUNDS, or what is given. */
export function rounds(usual: number): number {
  return Number(process.env["ZC_BENCH_ROUNDS"] ?? usual);
}

/** A Markdown table of what `measure` found. `limits` are the largest median ratios that keep the promise. */
export function table(measured: readonly Measured[], limits: Readonly<Record<string, number>> = {}): string {
  const lines = measured.map((row) => {
    const limit = limits[row.name];
    const cells = [row.name, digits(row.ns, 1), digits(row.ratio, 2), limit === undefined ? "" : `${limit}`];
    return row.isVoid ? `| ${row.name} | void: another checksum | | |` : `| ${cells.join(" | ")} |`;
  });
  return ["| | ns a packet | ratio | at most |", "|---|---|---|---|", ...lines].join("\n");
}

/** `9.5 (9.1 to 10.2)`: the median, and where all but the outer tenths lie. */
export function digits({ low, median, high }: Spread, places: number): string {
  return `${median.toFixed(places)} (${low.toFixed(places)} to ${high.toFixed(places)})`;
}

/** Tells which rows are void or beyond their limit; the process then ends with 1. */
export function finish(measured: readonly Measured[], limits: Readonly<Record<string, number>> = {}): void {
  for (const { name, ratio, isVoid } of measured) {
    const limit = limits[name] ?? Infinity;
    if (isVoid) fail(`${name}: its results differ from the first row's`);
    else if (ratio.median > limit) fail(`${name}: ${ratio.median.toFixed(2)} times, at most ${limit}`);
  }
}

function fail(text: string): void {
  console.error(`beyond the promise: ${text}`);
  process.exitCode = 1;
}
