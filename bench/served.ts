import { spawnSync } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Effort } from "./decode.js";
import { shuffled, spread } from "./measure.js";
import { PeerProcess, type Served } from "./peer-process.js";
import { pinnedCpu, type BuiltPeer } from "./peers.js";
import type { Column, Result } from "./result.js";
import { udpFrames, USUAL_BLOCKS, writeRingFile, type RingFile } from "./ring-file.js";

/** Frames, and a link whose full rate is offered: no figure is one that the link could not carry. */
export interface Offer {
  readonly frameBytes: number;
  readonly gigabits: number;
}

export const OFFERS: readonly Offer[] = [
  { frameBytes: 1500, gigabits: 10 },
  { frameBytes: 64, gigabits: 1 },
];

const COLUMNS: readonly Column[] = [
  { id: "cpu", title: "CPU ns a packet", places: 0, isRatioed: true },
  { id: "p50", title: "latency p50, µs", places: 0, isRatioed: true },
  { id: "p99", title: "latency p99, µs", places: 0, isRatioed: true },
];

/** Preamble, start, checksum and gap of Ethernet (IEEE 802.3 §4.2): bytes a frame takes on the wire besides its own. */
const WIRE_BYTES = 24;

/** How long each peer is served in a round. */
const ROUND_MS = { full: 1000, least: 60 };
const PIPE_OPENS_MS = 50;

/**
 * CPU time a packet, and latency from a block being ready to its last field being read, while blocks become ready at a
 * fixed rate. A pipe tells of each: waiting and waking are as real as on a socket, and the same for all peers.
 */
export async function served(peers: readonly BuiltPeer[], offer: Offer, effort: Effort): Promise<Result> {
  using ring = writeRingFile(udpFrames(offer.frameBytes), USUAL_BLOCKS);
  const rate = packetsASecond(offer);
  const rounds = Math.min(5, effort.rounds);
  const blocks = Math.ceil(((rate / ring.packetsPerBlock) * roundMs(effort)) / 1000);
  const pipe = makePipe(ring);
  const cpu = pinnedCpu();
  const processes = peers.filter(({ serves }) => serves).map((peer) => new PeerProcess(peer, ring, cpu));
  const rows = processes.map(({ peer }) => ({
    ...{ id: peer.id, title: peer.title, isFloor: false },
    voidBecause: undefined as string | undefined,
    values: { cpu: [] as number[], p50: [] as number[], p99: [] as number[] },
  }));
  try {
    for (const process of processes) await warmUp(process, effort.warmUpMs);
    for (let round = 0; round < rounds; round++) {
      for (const index of shuffled([...processes.keys()])) {
        const found = await serveOnce(processes[index] as PeerProcess, { pipe, blocks, rate, ring });
        const { values } = rows[index] as (typeof rows)[number];
        values.cpu.push(found.cpuNs / found.packets);
        values.p50.push(quantile(found, 0.5));
        values.p99.push(quantile(found, 0.99));
      }
    }
  } finally {
    for (const process of processes) process[Symbol.dispose]();
    closeSync(pipe.fd);
  }
  const spreads = ({ values }: (typeof rows)[number]): ReturnType<typeof spreadsOf> => spreadsOf(values);
  const kilo = Math.round(rate / 1000).toLocaleString("en");
  return {
    id: `served-${offer.frameBytes}`,
    title: `${offer.frameBytes}-byte frames at ${offer.gigabits} Gbit/s, ${kilo} thousand packets a second`,
    note: `blocks of ${ring.packetsPerBlock} packets, ${blocks} of them in each of ${rounds} rounds`,
    columns: COLUMNS,
    rows: rows.map((row) => ({ ...row, spreads: spreads(row) })),
  };
}

interface Pipe {
  readonly path: string;
  readonly fd: number;
}

/** Beside the ring's file, and gone with it. Open for both, so that neither side waits for the other. */
function makePipe(ring: RingFile): Pipe {
  const path = join(dirname(ring.path), "ready");
  const { status } = spawnSync("mkfifo", [path]);
  if (status !== 0) throw new Error(`mkfifo ${path} ended with ${status}`);
  return { path, fd: openSync(path, "r+") };
}

interface Serving {
  readonly pipe: Pipe;
  readonly blocks: number;
  /** Packets a second. */
  readonly rate: number;
  readonly ring: RingFile;
}

async function serveOnce(process: PeerProcess, { pipe, blocks, rate, ring }: Serving): Promise<Served> {
  const nsABlock = (ring.packetsPerBlock / rate) * 1e9;
  return process.serve(blocks, pipe.path, async () => {
    await new Promise((resolve) => setTimeout(resolve, PIPE_OPENS_MS));
    feed(pipe.fd, blocks, nsABlock);
  });
}

/** Tells of one block after the other, at its time: eight bytes, the time at which it is ready. */
function feed(fd: number, blocks: number, nsABlock: number): void {
  const stamp = Buffer.alloc(8);
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  const start = process.hrtime.bigint();
  for (let block = 0; block < blocks; block++) {
    const due = start + BigInt(Math.round(block * nsABlock));
    const early = Number(due - process.hrtime.bigint());
    if (early > 0) Atomics.wait(sleeper, 0, 0, early / 1e6);
    stamp.writeBigUInt64LE(process.hrtime.bigint());
    writeSync(fd, stamp);
  }
}

function packetsASecond({ frameBytes, gigabits }: Offer): number {
  return (gigabits * 1e9) / ((frameBytes + WIRE_BYTES) * 8);
}

function roundMs({ rounds }: Effort): number {
  return rounds > 5 ? ROUND_MS.full : rounds > 3 ? ROUND_MS.full / 3 : ROUND_MS.least;
}

async function warmUp(process: PeerProcess, warmUpMs: number): Promise<void> {
  for (let spent = 0; spent < warmUpMs * 1e6;) spent += (await process.run(USUAL_BLOCKS)).ns;
}

/** In microseconds. */
function quantile({ latenciesNs }: Served, part: number): number {
  const sorted = [...latenciesNs].sort((a, b) => a - b);
  return (sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN) / 1000;
}

function spreadsOf<T extends Record<string, number[]>>(values: T): Record<string, ReturnType<typeof spread>> {
  return Object.fromEntries(Object.entries(values).map(([name, list]) => [name, spread(list)]));
}
