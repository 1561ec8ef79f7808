import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { filter } from "zc-gen/filter";
import { Stack } from "zc-gen/protocols";
import { pcap, Pcapng } from "../../files/support/captures.js";
import { run } from "./bpf-machine.js";
import { ETHERNET, everyPacket, type Bytes } from "./corpus.js";

/** A packet with its place among all. */
export interface Frame extends Bytes {
  readonly number: number;
}

/** All packets of the captures of other projects, in files for other programs: a packet's second is its number. */
export class CaptureFolder {
  private readonly path: string;
  frames: readonly Frame[] = [];

  constructor() {
    this.path = mkdtempSync(join(tmpdir(), "zc-filters-"));
  }

  /** Reads the captures, as far as they are there, and writes the files. */
  async fill(): Promise<void> {
    const found = await everyPacket().catch(() => []);
    this.frames = found.map((packet, number) => ({ ...packet, number }));
    const { linkTypes } = this;
    const all = new Pcapng().section();
    for (const linkType of linkTypes) all.interface(linkType);
    for (const { bytes, linkType, number } of this.frames) {
      all.packet(linkTypes.indexOf(linkType), BigInt(number) * 1_000_000n, [...bytes]);
    }
    writeFileSync(this.file, all.done());
    for (const linkType of linkTypes) writeFileSync(this.fileOf(linkType), this.capture(linkType));
  }

  private capture(wanted: number): Uint8Array {
    const frames = this.frames.filter(({ linkType }) => linkType === wanted);
    const records = frames.map(({ bytes, number }) => [number, 0, [...bytes]] as const);
    return pcap({ linkType: wanted }, ...records);
  }

  /** Those that the packets have. */
  get linkTypes(): readonly number[] {
    return [...new Set(this.frames.map(({ linkType }) => linkType))];
  }

  /** All packets, a pcapng. */
  get file(): string {
    return join(this.path, "all.pcapng");
  }

  /** The packets of one link type, a pcap. */
  fileOf(linkType: number): string {
    return join(this.path, `${linkType}.pcap`);
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

/** Why one may differ from another program; undefined: for no reason that is known. */
export type Reason = (stack: Stack, linkType: number) => string | undefined;

/** How many answers are the same, and how many differ for which reason. */
export class Differences {
  readonly counts: Record<string, number> = { same: 0 };
  /** Those without a reason. */
  readonly unexplained: string[] = [];

  /**
   * Compares a filter of ours with the numbers of the packets that another program shows. The kernel's program must let all
   * pass that match.
   */
  compare(frames: readonly Frame[], ours: string, shown: ReadonlySet<number>, reason: Reason): void {
    const view = new DataView(new ArrayBuffer(Math.max(0, ...frames.map(({ bytes }) => bytes.length))));
    const stack = new Stack(view);
    const wanted = filter(ours);
    const test = wanted.on(stack);
    const { instructions } = wanted.program();
    for (const { bytes, linkType, from, number } of frames) {
      new Uint8Array(view.buffer).set(bytes);
      const bounds = { dataOffset: 0, dataEnd: bytes.length, linkType, originalLength: bytes.length };
      const matches = test(bounds);
      const isLost = matches && linkType === ETHERNET && run(instructions, bytes).result === 0;
      if (isLost) expect.fail(`the program of ${ours} loses ${from}`);
      stack.decode(bounds);
      const why = matches === shown.has(number) ? "same" : reason(stack, linkType);
      if (why === undefined) this.unexplained.push(`${ours} gives ${matches}: ${from}: ${stack.toString()}`);
      else this.counts[why] = (this.counts[why] ?? 0) + 1;
    }
  }

  /** What part of the answers is the same. */
  get sameness(): number {
    const all = Object.values(this.counts).reduce((sum, count) => sum + count, this.unexplained.length);
    return (this.counts["same"] ?? 0) / all;
  }
}
