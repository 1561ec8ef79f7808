import { describe, expect, it } from "vitest";
import { CaptureError, CaptureFile } from "zc-gen/files";
import { concat, pcap, Pcapng, type Record } from "./support/captures.js";

const SEED = Number(process.env["ZC_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const MUTANTS = 5000;

/** Numbers of 32 bits from a seed (xorshift32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const RECORDS: Record[] = [[1, 2, [1, 2, 3]], [2, 3, []], [3, 4, Array<number>(100).fill(7), 200]]; // prettier-ignore

function blocks(littleEndian: boolean): Uint8Array {
  const file = new Pcapng(littleEndian).section([[4, "a program"]]).interface(1, [[2, "eth0"], [9, [9]]], 64); // prettier-ignore
  file.interface(101, [[14, -5n]]).packet(0, 1n << 40n, [1, 2, 3], [[1, "a comment"]]);
  file.simplePacket([1, 2, 3, 4, 5]).obsoletePacket(1, 77n, [9, 9]);
  file.block(5, file.bytes().u32(0, 0, 0).raw(file.options([[4, 10n]])).done()); // prettier-ignore
  file.block(4, file.bytes().u16(1, 6).padded([192, 0, 2, 1, 97, 0]).u16(0, 0).done());
  file.block(10, file.bytes().u32(1, 3).padded([1, 2, 3]).done());
  return file.packet(1, 9n, [4]).done();
}

const SEEDS: readonly Uint8Array[] = [
  pcap({}, ...RECORDS),
  pcap({ magic: 0xa1b2cd34, littleEndian: false }, ...RECORDS),
  pcap({ version: [2, 3] }, ...RECORDS),
  blocks(true),
  blocks(false),
  concat(blocks(true), blocks(false)),
];

const EXTREMES = [0, 1, 4, 12, 0x7fffffff, 0x80000000, 0xffffffff, 0x0a0d0d0a];

function mutant(random: (below: number) => number): Uint8Array {
  let bytes: Uint8Array<ArrayBufferLike> = Uint8Array.from(SEEDS[random(SEEDS.length)] as Uint8Array);
  for (let change = random(4); change >= 0; change--) {
    const at = random(bytes.length);
    const kind = random(5);
    if (kind === 0) bytes[at]! ^= 1 << random(8);
    else if (kind === 1) bytes = bytes.slice(0, Math.max(4, at));
    else if (kind === 2) {
      const view = new DataView(bytes.buffer);
      view.setUint32(Math.min(at & ~3, bytes.length - 4), EXTREMES[random(EXTREMES.length)] as number, true);
    } else if (kind === 3) bytes = concat(bytes.slice(0, at), bytes.slice(random(bytes.length)));
    else bytes.set((SEEDS[random(SEEDS.length)] as Uint8Array).subarray(0, bytes.length - at), at);
    if (bytes.length < 4) return bytes;
  }
  return bytes;
}

/** Reads all there is to read; gives a word for how it ended, and how many packets came. */
function outcome(open: () => CaptureFile): string {
  let packets = 0;
  try {
    for (const block of open()) {
      let walked = 0;
      for (const packet of block) {
        walked++;
        packets++;
        if (packet.capturedLength !== packet.copy().length) throw new Error("lengths differ");
        if (!(packet.nanoseconds >= 0 && packet.nanoseconds < 1e9)) {
          throw new Error("nanoseconds out of range");
        }
        if (!Number.isFinite(packet.seconds)) throw new Error("seconds out of range");
        if (packet.interface.linkType !== packet.linkType) throw new Error("link types differ");
        for (const comment of packet.comments) {
          if (comment.length > 1e6) throw new Error("a comment too long");
        }
      }
      if (walked !== block.packetCount) throw new Error("fewer packets than were announced");
    }
    return `${packets} whole`;
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return `${packets} ${error.code} ${error.offset}`;
  }
}

describe("mutated captures", () => {
  it(`give whole packets, then a typed error, and the same in any surroundings (seed ${SEED})`, () => {
    const random = randomFrom(SEED);
    const started = performance.now();
    const endings = new Map<string, number>();
    for (let round = 0; round < MUTANTS; round++) {
      const bytes = mutant(random);
      const padded = concat(Uint8Array.of(1, 2, 3), bytes, new Uint8Array(64).fill(0xff));
      const options = { onInfo: () => undefined };
      let plain: string;
      try {
        plain = outcome(() => CaptureFile.from(bytes, options));
        const inside = outcome(() => CaptureFile.from(padded.subarray(3, 3 + bytes.length), options));
        expect(inside).toBe(plain);
      } catch (error) {
        const hex = Buffer.from(bytes).toString("hex");
        throw new Error(`ZC_SEED=${SEED}, round ${round}: ${hex}`, { cause: error });
      }
      const ending = plain.split(" ")[1] as string;
      endings.set(ending, (endings.get(ending) ?? 0) + 1);
    }
    console.log(`seed ${SEED}: ${MUTANTS} mutants`, Object.fromEntries(endings));
    expect([...endings.keys()].sort()).toEqual(["ERR_CAPTURE_FORMAT", "ERR_CAPTURE_TRUNCATED", "whole"]);
    expect((performance.now() - started) / MUTANTS).toBeLessThan(20);
  });
});
