// The async row: `for await (const block of ring)` and Stack, as on a live ring. A block that the loop gave back is
// handed over again at once, so that the loop never waits: measured is the way through iterator, promise and release.
import { Ipv4, Stack, TpacketBlockDesc, Udp } from "../../../generated/index.js";
import { MockRing, type Block } from "../../../native/index.js";
import { sumFields } from "../support/fields.js";
import { answerEach, readRing } from "../support/peer.js";

const TP_STATUS_USER = 1;
const { bytes, blockBytes, blocks } = readRing();
const ring = MockRing.create({ blockBytes, blocks });
new Uint8Array(ring.rawView.buffer).set(bytes.subarray(0, blockBytes * blocks));
const stack = ring.bind(Stack);
const desc = new TpacketBlockDesc(ring.rawView);
let handedOver = blocks;

/** Plays the kernel: the oldest block that came back is ready again, with the sequence number that is its turn. */
function handOver(): void {
  const start = (handedOver % blocks) * blockBytes;
  desc.wrap(start, start + blockBytes);
  if (desc.hdr.blockStatus !== 0) return;
  desc.hdr.seqNumLow = ++handedOver;
  desc.hdr.blockStatus = TP_STATUS_USER;
}

function sumBlock(block: Block): number {
  let sum = 0;
  for (const packet of block) {
    if (stack.decode(packet) !== 0 || !stack.has(Ipv4) || !stack.has(Udp)) continue;
    sum = (sum + sumFields(stack.ethernet, stack.ipv4, stack.udp)) | 0;
  }
  return sum;
}

async function sumBlocks(count: number): Promise<string> {
  let [sum, packets, left] = [0, 0, count];
  for await (const block of ring) {
    handOver();
    sum = (sum + sumBlock(block)) | 0;
    packets += block.packetCount;
    if (--left === 0) break;
  }
  return `${packets} ${sum >>> 0}`;
}

async function run(count: number): Promise<string> {
  const before = process.hrtime.bigint();
  const found = await sumBlocks(count);
  return `${process.hrtime.bigint() - before} ${found}`;
}

await answerEach({ check: () => sumBlocks(blocks), run });
