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
  readonly frameBytes: number;
  readonly packetsPerBlock: number;
  readonly packets: number;
  /** What a peer must find: known from the values that were written, not from reading them. */
  readonly sum: number;
}

export const BLOCK_BYTES: number = 1 << 20;
/** What `RxRing` has by default. */
export const USUAL_BLOCKS = 32;

/** Writes a ring of blocks of 1 MiB with UDP frames of one length. The file goes when the ring is disposed of. */
export function writeRingFile(frameBytes: number, blocks: number): RingFile {
  using ring = MockRing.create({ blockBytes: BLOCK_BYTES, blocks });
  for (let number = 0; ring.hasRoomFor(frameBytes); number++) ring.push(udpFrame(frameBytes, number));
  const desc = new TpacketBlockDesc(ring.rawView);
  desc.wrap((blocks - 1) * BLOCK_BYTES, blocks * BLOCK_BYTES);
  desc.hdr.blockStatus = 0;
  desc.wrap(0, BLOCK_BYTES);
  const packetsPerBlock = desc.hdr.numPkts;
  const packets = packetsPerBlock * (blocks - 1);
  let sum = 0;
  for (let number = 0; number < packets; number++) sum = (sum + udpFrameSum(frameBytes, number)) >>> 0;
  const folder = mkdtempSync(join(memoryFolder(), "zc-bench-"));
  const path = join(folder, "ring");
  writeFileSync(path, new Uint8Array(ring.rawView.buffer));
  return {
    ...{ path, blockBytes: BLOCK_BYTES, blocks, frameBytes, packetsPerBlock, packets, sum },
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
