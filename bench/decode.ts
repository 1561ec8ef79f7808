import { shuffled, spread } from "./measure.js";
import { PeerProcess } from "./peer-process.js";
import { pinnedCpu, type BuiltPeer } from "./peers.js";
import type { Column, Result } from "./result.js";
import { mixedFrames } from "./mixed-frames.js";
import { blocksBeyondCache, udpFrames, USUAL_BLOCKS, writeRingFile, type RingFile } from "./ring-file.js";

/** How long and how often is measured. */
export interface Effort {
  /** How often every peer is started anew: V8 compiles the same loop now one way, now another. */
  readonly launches: number;
  /** In each launch. */
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
}

export const FULL: Effort = { launches: 3, rounds: 7, roundMs: 12, warmUpMs: 400 };
export const QUICK: Effort = { launches: 2, rounds: 5, roundMs: 6, warmUpMs: 150 };
/** Whether it works at all. */
export const SMOKE: Effort = { launches: 1, rounds: 3, roundMs: 1, warmUpMs: 5 };

const COLUMNS: readonly Column[] = [{ id: "ns", title: "ns a packet", places: 1, isRatioed: true }];

/** Which rings are read: bytes a frame or what captures have, blocks of 1 MiB. */
export type RingShape = readonly [frames: number | "mixed", blocks: number];

/** Those that say of any frame whether it is UDP, and go on. */
const PEERS_OF_MIXED = [
  "floor",
  "c-in-place",
  "cpp-span",
  "gopacket",
  "accessors",
  "for-of",
  "stack",
  "js-dataview",
];

export function ringShapes(isQuick: boolean): readonly RingShape[] {
  const inCache = [64, 512, 1500, "mixed" as const].map((frames): RingShape => [frames, USUAL_BLOCKS]);
  if (isQuick) return inCache.filter(([frames]) => frames !== 512);
  return [...inCache, ...[64, 512, 1500].map((bytes): RingShape => [bytes, blocksBeyondCache()])];
}

/** Throughput at saturation: every peer reads the same ring as fast as it can, in turn, round after round. */
export async function decode(all: readonly BuiltPeer[], shape: RingShape, effort: Effort): Promise<Result> {
  const [frames, blocks] = shape;
  const isMixed = frames === "mixed";
  const peers = isMixed ? all.filter(({ id }) => PEERS_OF_MIXED.includes(id)) : all;
  using ring = writeRingFile(isMixed ? await mixedFrames() : udpFrames(frames), blocks);
  const times = peers.map((): number[] => []);
  const voids = peers.map((): string | undefined => undefined);
  for (let launch = 0; launch < effort.launches; launch++) {
    const found = await measureLaunch(peers, ring, effort);
    for (const [index, runner] of found.entries()) {
      times[index]?.push(...runner.times);
      voids[index] ??= runner.voidBecause;
    }
  }
  return {
    id: `decode-${frames}-${blocks}`,
    title: `${isMixed ? "Frames of captures" : `${frames}-byte frames`}, ring of ${blocks} MiB`,
    note: `${ring.packets.toLocaleString("en")} packets in ${blocks - 1} blocks, ${effort.launches} times ${effort.rounds} rounds`,
    columns: COLUMNS,
    rows: peers.map(({ id, title, isFloor = false }, index) => {
      const ns = times[index] ?? [];
      return { id, title, isFloor, voidBecause: voids[index], values: { ns }, spreads: { ns: spread(ns) } };
    }),
  };
}

/** Starts every peer, and measures all in turn. */
async function measureLaunch(
  peers: readonly BuiltPeer[],
  ring: RingFile,
  effort: Effort,
): Promise<readonly Runner[]> {
  const cpu = pinnedCpu();
  const runners = peers.map((peer) => new Runner(new PeerProcess(peer, ring, cpu), ring));
  try {
    for (const runner of runners) await runner.prepare(effort);
    for (let round = 0; round < effort.rounds; round++) {
      for (const runner of shuffled(runners)) await runner.round();
    }
    return runners;
  } finally {
    for (const runner of runners) runner.process[Symbol.dispose]();
  }
}

/** One peer on one ring, with what was measured of it. */
class Runner {
  readonly process: PeerProcess;
  private readonly ring: RingFile;
  /** Nanoseconds a packet, by round. */
  readonly times: number[] = [];
  private blocks: number = 1;
  voidBecause: string | undefined = undefined;

  constructor(process: PeerProcess, ring: RingFile) {
    this.process = process;
    this.ring = ring;
  }

  /** Checks the peer's answer, warms it up, and finds out how many blocks it reads in a round. */
  async prepare({ warmUpMs, roundMs }: Effort): Promise<void> {
    const { packets, sum } = await this.process.check();
    const isRight =
      packets === this.ring.packets && (this.process.peer.isFloor === true || sum === this.ring.sum);
    if (!isRight) this.voidBecause = `found ${packets} packets and sum ${sum}`;
    for (let spent = 0; spent < warmUpMs * 1e6;) {
      const { ns } = await this.process.run(this.blocks);
      spent += ns;
      this.blocks = Math.max(1, Math.round((this.blocks * roundMs * 1e6) / ns));
    }
  }

  /** As much untimed first: whoever ran before has put other memory into the caches. */
  async round(): Promise<void> {
    await this.process.run(this.blocks);
    const { ns, packets } = await this.process.run(this.blocks);
    this.times.push(ns / packets);
  }
}
