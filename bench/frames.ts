import { Ethernet, Ipv4, Udp } from "../generated/index.js";
import { MockRing, type Block } from "../native/index.js";

/** Frames in a ring's blocks, spaced as TPACKET_V3 spaces them: what every row of a benchmark reads. */
export interface FilledRing {
  readonly ring: MockRing;
  readonly view: DataView;
  /** Blocks that hold packets, in order, all leased. */
  readonly blocks: readonly Block[];
  /** Where each frame begins in the view. A plain list of numbers, so that rows compare decoding alone. */
  readonly starts: Int32Array;
  readonly frameBytes: number;
}

const BLOCK_BYTES = 1 << 20;
const BLOCKS = 32;

/** Fills a ring of 32 MiB, the size `RxRing` has by default, with Ethernet, IPv4 and UDP frames of one length. */
export function fillRing(frameBytes: number): FilledRing {
  // One block is always the kernel's; the others are held at once, to be walked again and again.
  const ring = MockRing.create({ blockBytes: BLOCK_BYTES, blocks: BLOCKS, maxLeases: BLOCKS - 1 });
  for (let number = 0; ring.hasRoomFor(frameBytes); number++) ring.push(udpFrame(frameBytes, number));
  ring.flush();
  const blocks = takeBlocks(ring);
  return { ring, view: ring.view, blocks, starts: startsOf(blocks), frameBytes };
}

function takeBlocks(ring: MockRing): Block[] {
  const blocks: Block[] = [];
  for (let next = ring.tryNext(); next !== null; next = blocks.length < BLOCKS - 1 ? ring.tryNext() : null) {
    blocks.push(next);
  }
  return blocks;
}

function startsOf(blocks: readonly Block[]): Int32Array {
  // One packet object a walk: its values are taken as it moves.
  return Int32Array.from(blocks.flatMap((block) => Array.from(block, ({ dataOffset }) => dataOffset)));
}

/** The fields that differ with a frame's number, so that a row which reads the wrong packet has another sum. */
function valuesOf(number: number): { ttl: number; src: number; srcPort: number; checksum: number } {
  return {
    ttl: 64 - (number % 8),
    src: 0xc0000200 + (number % 251),
    // Ports that lead to no other layer.
    srcPort: 20000 + (number % 30000),
    checksum: (number * 7) & 0xffff,
  };
}

const DST = 0xc6336401;
const DST_PORT = 5001;

export function udpFrame(frameBytes: number, number: number): Uint8Array {
  const { ttl, src, srcPort, checksum } = valuesOf(number);
  const bytes = new Uint8Array(frameBytes);
  const view = new DataView(bytes.buffer);
  const ethernet = new Ethernet(view);
  const ipv4 = new Ipv4(view);
  const udp = new Udp(view);
  ethernet.init(0, frameBytes);
  Object.assign(ethernet, { dst: 0x020000000001, src: 0x020000000002, etherType: 0x0800 });
  ipv4.init(ethernet.payloadOffset, frameBytes);
  Object.assign(ipv4, { totalLength: frameBytes - 14, ttl, protocol: 17 });
  Object.assign(ipv4, { src, dst: DST, headerChecksum: number & 0xffff });
  udp.init(ipv4.payloadOffset, frameBytes);
  Object.assign(udp, { srcPort, dstPort: DST_PORT, length: frameBytes - 34, checksum });
  return bytes;
}

/** The sum of the eleven fields that every row reads, from the values and not from the bytes. */
export function udpFrameSum(frameBytes: number, number: number): number {
  const { ttl, src, srcPort, checksum } = valuesOf(number);
  const fixed = 0x0800 + 5 + (frameBytes - 14) + 17 + DST + DST_PORT + (frameBytes - 34);
  return fixed + ttl + src + srcPort + checksum;
}
