// `node dist/bench/ring.js 64`: the kernel's headers walked, and packets decoded, as a user's loop over a block does.
import { Stack, Udp } from "../generated/index.js";
import type { Block } from "../native/index.js";
import { fillRing } from "./frames.js";
import { measure, type Row } from "./measure.js";
import { sumFrameByHand, walkByHand } from "./peers/support/by-hand.js";
import { sumFields } from "./peers/support/fields.js";
import { finish, rounds, table } from "./report.js";

const frameBytes = Number(process.argv[2] ?? 64);
const { ring, view, blocks, starts } = fillRing(frameBytes);
const stack = ring.bind(Stack);

function sumByIteration(block: Block): number {
  let sum = 0;
  for (const packet of block) {
    sum = (sum + sumFrameByHand(view, packet.dataOffset, packet.dataEnd)) | 0;
  }
  return sum;
}

function sumByStack(block: Block): number {
  let sum = 0;
  for (const packet of block) {
    if (stack.decode(packet) !== 0 || !stack.has(Udp)) return -1;
    sum = (sum + sumFields(stack.ethernet, stack.ipv4, stack.udp)) | 0;
  }
  return sum;
}

function sumOf(sumBlock: (block: Block) => number): number {
  let sum = 0;
  for (const block of blocks) sum = (sum + sumBlock(block)) | 0;
  return sum;
}

function byHand({ index, packetCount }: Block): number {
  const start = index * ring.blockBytes;
  return walkByHand(view, start, start + ring.blockBytes, packetCount, (at, end) =>
    sumFrameByHand(view, at, end),
  );
}

const rows: readonly Row[] = [
  { name: "by hand", run: () => sumOf(byHand) },
  { name: "for (const packet of block), fields by hand", run: () => sumOf(sumByIteration) },
  { name: "for (const packet of block), Stack", run: () => sumOf(sumByStack) },
];
const measured = measure(rows, { items: starts.length, rounds: rounds(41) });
console.log(
  `\n${starts.length} frames of ${frameBytes} bytes in ${blocks.length} blocks of 1 MiB, 11 reads each\n`,
);
console.log(table(measured));
ring[Symbol.dispose]();
finish(measured);
