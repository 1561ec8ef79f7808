// `node dist/bench/capture.js OUT EFFORT PEER...`, in a namespace with a veth pair (veth.ts): peers receive the same
// traffic in turn. Writes an array of results to OUT.
import { writeFileSync } from "node:fs";
import { LIVE_PEERS, type LivePeer } from "./live-peers.js";
import { LiveProcess, type LiveRun } from "./live-process.js";
import { shuffled, spread } from "./measure.js";
import { PacedSender } from "./paced-sender.js";
import { pinnedCpu } from "./peers.js";
import type { Column, Result, ResultRow } from "./result.js";

/** How long and how often. */
interface CaptureEffort {
  readonly rounds: number;
  readonly runMs: number;
  /** V8 optimises the loop meanwhile, which takes CPU time of its own. */
  readonly warmUpPackets: number;
  /** Rates that are tried for the highest without loss. */
  readonly ladder: readonly number[];
  readonly latencyRates: readonly number[];
}

const LADDER = [50, 100, 200, 300, 400, 600, 800].map((kilo) => kilo * 1000);
const LATENCY_RATES = [1000, 50_000, 200_000];
const EFFORTS: Readonly<Record<string, CaptureEffort>> = {
  full: { rounds: 7, runMs: 500, warmUpPackets: 400_000, ladder: LADDER, latencyRates: LATENCY_RATES },
  quick: { rounds: 5, runMs: 400, warmUpPackets: 200_000, ladder: LADDER, latencyRates: LATENCY_RATES },
  smoke: { rounds: 1, runMs: 30, warmUpPackets: 500, ladder: [20_000], latencyRates: [1000] },
};

/** A climb takes as long as all else. */
const LADDER_ROUNDS = 2;
const FIXED_RATE = 100_000;

const [out = "", effortName = "quick", ...ids] = process.argv.slice(2);
const effort = EFFORTS[effortName] as CaptureEffort;
const peers = LIVE_PEERS.filter(({ id }) => ids.includes(id));
const results = [await cost(64), await cost(1500), await latency()];
writeFileSync(out, JSON.stringify(results));
process.exit(0);

interface MutableRow extends Omit<ResultRow, "spreads" | "voidBecause"> {
  voidBecause: string | undefined;
  readonly values: Record<string, number[]>;
}

/** CPU a delivered packet and drops at a fixed rate, and the highest rate without loss. */
async function cost(frameBytes: number): Promise<Result> {
  const columns: Column[] = [
    { id: "cpu", title: "CPU ns a packet", places: 0, isRatioed: true },
    { id: "lost", title: "lost, %", places: 2, isRatioed: false },
    { id: "lossless", title: "thousand a second without loss", places: 0, isRatioed: false },
  ];
  const rows = peers.map(newRow);
  for (let round = 0; round < effort.rounds; round++) {
    for (const row of shuffled(rows)) {
      await withPeer(row, frameBytes, async (run) => {
        const count = Math.round((FIXED_RATE * effort.runMs) / 1000);
        const { cpuNs, packets } = await run(count, FIXED_RATE);
        note(row, "cpu", cpuNs / packets);
        note(row, "lost", (100 * (count - packets)) / count);
        if (round < LADDER_ROUNDS) note(row, "lossless", (await highestLossless(run)) / 1000);
      });
    }
  }
  const kilo = FIXED_RATE / 1000;
  return {
    id: `capture-cpu-${frameBytes}`,
    title: `Live, ${frameBytes}-byte frames, ${kilo} thousand a second`,
    note: `${effort.rounds} rounds of ${effort.runMs} ms; CPU of the receiving process, what the kernel does for a tap it does in the sender's`,
    columns,
    rows: rows.map(withSpreads),
  };
}

type Run = (count: number, rate: number) => Promise<LiveRun & { readonly ms: number }>;

/** The last step of the ladder before the first that loses a packet, as fast as the sender really was. */
async function highestLossless(run: Run): Promise<number> {
  let highest = 0;
  for (const rate of effort.ladder) {
    const count = Math.round((rate * effort.runMs) / 4000);
    const { packets, ms } = await run(count, rate);
    if (packets < count) break;
    highest = Math.max(highest, (count * 1000) / ms);
  }
  return highest;
}

/** From the sender's time to the fields, at several rates. */
async function latency(): Promise<Result> {
  const quantiles = [
    ["p50", 0.5],
    ["p99", 0.99],
    ["p99.9", 0.999],
  ] as const;
  const columns = effort.latencyRates.flatMap((rate): Column[] =>
    quantiles.map(([name]) => ({
      id: `${name}-${rate}`,
      title: `${rate / 1000}k/s ${name}, µs`,
      places: 0,
      isRatioed: false,
    })),
  );
  const rows = peers.map(newRow);
  for (let round = 0; round < Math.min(3, effort.rounds); round++) {
    for (const row of shuffled(rows)) {
      await withPeer(row, 64, async (run) => {
        for (const rate of effort.latencyRates) {
          const { latenciesNs } = await run(Math.round((rate * effort.runMs) / 500), rate);
          const sorted = [...latenciesNs].sort((a, b) => a - b);
          for (const [name, part] of quantiles) {
            const found = sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN;
            note(row, `${name}-${rate}`, found / 1000);
          }
        }
      });
    }
  }
  return {
    id: "capture-latency",
    title: "Live, 64-byte frames: from sending to the last field read",
    note: `${Math.min(3, effort.rounds)} rounds of ${2 * effort.runMs} ms a rate`,
    columns,
    rows: rows.map(withSpreads),
  };
}

/** Starts a peer, warms it up, and lets it receive; an answer that is wrong makes its row void. */
async function withPeer(
  row: MutableRow,
  frameBytes: number,
  work: (run: Run) => Promise<void>,
): Promise<void> {
  const peer = peers.find(({ id }) => id === row.id) as LivePeer;
  using sender = new PacedSender(frameBytes, peer.receives === "datagrams");
  using process = await LiveProcess.start(peer, pinnedCpu());
  const run: Run = async (count, rate) => {
    const found = await process.run(sender, count, rate);
    const sum = Number((BigInt(found.packets) * BigInt(sender.sumOf(peer.receives))) & 0xffff_ffffn);
    if (found.packets > count) row.voidBecause ??= `${found.packets} packets of ${count}`;
    if (found.sum !== sum) row.voidBecause ??= `its sum is ${found.sum}, not ${sum}`;
    return found;
  };
  await run(effort.warmUpPackets, 2 * FIXED_RATE);
  await work(run);
}

function newRow({ id, title }: LivePeer): MutableRow {
  return { id, title, isFloor: false, voidBecause: undefined, values: {} };
}

function note(row: MutableRow, column: string, value: number): void {
  (row.values[column] ??= []).push(value);
}

function withSpreads(row: MutableRow): ResultRow {
  const spreads = Object.fromEntries(Object.entries(row.values).map(([id, list]) => [id, spread(list)]));
  return { ...row, spreads };
}
