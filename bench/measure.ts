/** One way of doing a piece of work that others do too. */
export interface Row {
  readonly name: string;
  /** Does the work once. Returns a checksum of the results: rows of one table must agree, or the row is void. */
  readonly run: () => number;
}

/** What was measured of a row. Times are in nanoseconds per item; ratios are to the first row, round by round. */
export interface Measured {
  readonly name: string;
  readonly ns: Spread;
  readonly ratio: Spread;
  /** Its checksum differs from the first row's: it did other work, and its times say nothing. */
  readonly isVoid: boolean;
}

/** Median, and the values that a tenth of the rounds lie below and above. */
export interface Spread {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

export interface MeasureOptions {
  /** Items (packets, say) that one run works on. */
  readonly items: number;
  readonly rounds: number;
  /** A row runs so often in a round that this much time passes, in milliseconds. */
  readonly roundMs?: number;
}

const WARM_UP_MS = 300;

/**
 * Measures rows in turn, round after round, so that a noisy neighbour hits all alike; each round begins with another
 * row. Ratios are taken within a round: they hold still where times do not.
 */
export function measure(rows: readonly Row[], { items, rounds, roundMs = 10 }: MeasureOptions): Measured[] {
  const sums = rows.map((row) => row.run());
  for (const row of rows) warmUp(row);
  const repeats = rows.map((row) => repeatsFor(row, roundMs));
  const times: number[][] = rows.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < rows.length; turn++) {
      const index = (round + turn) % rows.length;
      times[index]?.push((millisecondsOf(rows[index] as Row, repeats[index] ?? 1) * 1e6) / items);
    }
  }
  const base = times[0] ?? [];
  return rows.map(({ name }, index) => {
    const ns = times[index] ?? [];
    const ratio = ns.map((time, round) => time / (base[round] ?? Number.NaN));
    return { name, ns: spread(ns), ratio: spread(ratio), isVoid: sums[index] !== sums[0] };
  });
}

/** How long one run takes: mean of `repeats`, in milliseconds. */
function millisecondsOf(row: Row, repeats: number): number {
  const before = process.hrtime.bigint();
  for (let i = 0; i < repeats; i++) row.run();
  return Number(process.hrtime.bigint() - before) / 1e6 / repeats;
}

function warmUp(row: Row): void {
  for (const until = performance.now() + WARM_UP_MS; performance.now() < until;) row.run();
}

function repeatsFor(row: Row, roundMs: number): number {
  return Math.max(1, Math.round(roundMs / millisecondsOf(row, 3)));
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number): number => sorted[Math.round(part * (sorted.length - 1))] ?? Number.NaN;
  return { low: at(0.1), median: at(0.5), high: at(0.9) };
}

/**
 * The same things in an order by chance. Where each always follows the same neighbour, what that leaves in the caches is
 * measured with it: C in place took 29 ns behind npm's cap, and C++ 10 behind Rust, for the same reads.
 */
export function shuffled<T>(things: readonly T[]): T[] {
  const order = things.map((thing) => ({ thing, key: Math.random() }));
  return order.sort((a, b) => a.key - b.key).map(({ thing }) => thing);
}
