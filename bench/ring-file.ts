import {
  accessSync,
  constants,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MockRing } from "../native/index.js";
import { TpacketBlockDesc } from "../generated/index.js";
import { udpFrame, udpFrameSum } from "./frames.js";

/** A ring as the kernel lays it out, in a file that every peer maps. Its last block was never handed over. */
export interface RingFile extends Disposable {
  readonly path: string;
  readonly blockBytes: number;
  readonly blocks: number;
  /** In each block; of frames that differ in length as many as in the first. */
  readonly packetsPerBlock: number;
  readonly packets: number;
  /** What a peer must find: known from the values that were written, not from reading them. */
  readonly sum: number;
}

export const BLOCK_BYTES: number = 1 << 20;
/** What `RxRing` has by default. */
export const USUAL_BLOCKS = 32;

/** What a ring is filled with: frames by their number, and the sum of the eleven fields of each. */
export interface Frames {
  frame(number: number): Uint8Array;
  sum(number: number): number;
}

/** UDP over IPv4 over Ethernet. */
export function udpFrames(frameBytes: number): Frames {
  return {
    frame: (number) => udpFrame(frameBytes, number),
    sum: (number) => udpFrameSum(frameBytes, number),
  };
}

/** Writes a ring of blocks of 1 MiB. The file goes when the ring is disposed of. */
export function writeRingFile(frames: Frames, blocks: number): RingFile {
  using ring = MockRing.create({ blockBytes: BLOCK_BYTES, blocks });
  for (let number = 0; ; number++) {
    const frame = frames.frame(number);
    if (!ring.hasRoomFor(frame.length)) break;
    ring.push(frame);
  }
  const desc = new TpacketBlockDesc(ring.rawView);
  const moveTo = (block: number): number => desc.wrap(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES);
  let packets = 0;
  for (let block = 0; block < blocks - 1; block++) {
    moveTo(block);
    packets += desc.hdr.numPkts;
  }
  moveTo(blocks - 1);
  desc.hdr.blockStatus = 0;
  moveTo(0);
  const packetsPerBlock = desc.hdr.numPkts;
  let sum = 0;
  for (let number = 0; number < packets; number++) sum = (sum + frames.sum(number)) >>> 0;
  const folder = mkdtempSync(join(memoryFolder(), "zc-bench-"));
  const path = join(folder, "ring");
  writeFileSync(path, new Uint8Array(ring.rawView.buffer));
  return {
    ...{ path, blockBytes: BLOCK_BYTES, blocks, packetsPerBlock, packets, sum },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Blocks of a ring that the last-level cache cannot hold: four times its size, at least 64 MiB. */
export function blocksBeyondCache(): number {
  const caches = "/sys/devices/system/cpu/cpu0/cache";
  let largest = 0;
  try {
    for (const name of readdirSync(caches).filter((entry) => entry.startsWith("index"))) {
      largest = Math.max(largest, kibibytes(readFileSync(join(caches, name, "size"), "utf8")));
    }
  } catch {
    // Not told here: the least will do.
  }
  return Math.min(512, Math.max(64, (4 * largest) / 1024));
}

function kibibytes(text: string): number {
  return Number.parseInt(text, 10) * (text.includes("M") ? 1024 : 1);
}

/** Where files are memory: pages of the size that a kernel's ring has. */
function memoryFolder(): string {
  try {
    accessSync("/dev/shm", constants.W_OK);
    return "/dev/shm";
  } catch {
    return tmpdir();
  }
}
