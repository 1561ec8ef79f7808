// `node dist/bench/ring.js 64`: the kernel's headers walked, and packets decoded, as a user's loop over a block does.
import { Stack, TpacketBlockDesc, Udp } from "../generated/index.js";
import type { Block } from "../native/index.js";
import { fillRing } from "./frames.js";
import { readByHand } from "./hand.js";
import { measure, type Row } from "./measure.js";
import { readFields } from "./read-fields.js";
import { finish, rounds, table } from "./report.js";

const frameBytes = Number(process.argv[2] ?? 64);
const { ring, view, blocks, starts } = fillRing(frameBytes);
const stack = ring.bind(Stack);

// The offsets of struct tpacket3_hdr, as one would write them down without a generator.
const TP_NEXT_OFFSET = 0;
const TP_SNAPLEN = 12;
const TP_MAC = 24;

/** Walks a block by hand, with the checks of a careful person: inside the block, and always forwards. */
function sumBlockByHand(start: number, end: number, packets: number): number {
  let sum = 0;
  let at = start;
  for (let left = packets; left > 0; left--) {
    if (end - at < 68) return -1;
    const mac = view.getUint16(at + TP_MAC, true);
    const length = mac + view.getUint32(at + TP_SNAPLEN, true);
    if (mac < 68 || length > end - at) return -1;
    const read = readByHand(view, at + mac, at + length);
    if (read < 0) return -1;
    sum += read;
    const step = view.getUint32(at + TP_NEXT_OFFSET, true);
    if (left > 1 && (step < length || step > end - at)) return -1;
    at += step;
  }
  return sum;
}

function sumByIteration(block: Block): number {
  let sum = 0;
  for (const packet of block) {
    const read = readByHand(view, packet.dataOffset, packet.dataEnd);
    if (read < 0) return -1;
    sum += read;
  }
  return sum;
}

function sumByStack(block: Block): number {
  let sum = 0;
  for (const packet of block) {
    if (stack.decode(packet) !== 0 || !stack.has(Udp)) return -1;
    sum += readFields(stack.ethernet, stack.ipv4, stack.udp);
  }
  return sum;
}

function sumOf(sumBlock: (block: Block) => number): number {
  let sum = 0;
  for (const block of blocks) sum += sumBlock(block);
  return sum;
}

function byHand({ index, packetCount }: Block): number {
  const start = index * ring.blockBytes;
  return sumBlockByHand(start + TpacketBlockDesc.MIN_LENGTH, start + ring.blockBytes, packetCount);
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
