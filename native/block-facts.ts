import { TpacketBlockDesc } from "../generated/index.js";
import { alignUp, TPACKET3_HDRLEN, V3_ALIGNMENT } from "./if-packet.js";

/** What a block's descriptor says, read once when the block is claimed. */
export interface BlockFacts {
  readonly index: number;
  /** The descriptor, from the start of the view. */
  readonly start: number;
  /** TP_STATUS_* bits of the block. */
  readonly status: number;
  /** `seq_num`; exact up to 2^53. */
  readonly sequence: number;
  readonly packetCount: number;
  /** The first tpacket3_hdr, from the start of the view. */
  readonly firstPacket: number;
  /** The end of the block's used bytes, from the start of the view. */
  readonly end: number;
  /** What is wrong with the descriptor; empty when it is sound. */
  readonly problem: string;
}

/** Reads the descriptor at `start`; nothing outside the block is read later if `problem` is empty. */
export function readBlockFacts(
  desc: TpacketBlockDesc,
  index: number,
  blockBytes: number,
  status: number,
  expected: number,
): BlockFacts {
  const start = index * blockBytes;
  desc.wrap(start, start + blockBytes);
  const { hdr } = desc;
  const sequence = hdr.seqNumHigh * 0x1_0000_0000 + hdr.seqNumLow;
  const packetCount = hdr.numPkts;
  const first = hdr.offsetToFirstPkt;
  const used = Math.min(alignUp(Math.min(hdr.blkLen, blockBytes), V3_ALIGNMENT), blockBytes);
  const problem =
    sequence !== expected
      ? `seq_num is ${sequence}, but this block's turn is ${expected}`
      : geometryProblem(hdr.blkLen, blockBytes, first, packetCount);
  return {
    index,
    start,
    status,
    sequence,
    packetCount,
    firstPacket: start + first,
    end: start + used,
    problem,
  };
}

function geometryProblem(blkLen: number, blockBytes: number, first: number, packetCount: number): string {
  if (blkLen > blockBytes) return `blk_len is ${blkLen}, but a block has ${blockBytes} bytes`;
  if (first < TpacketBlockDesc.MIN_LENGTH || first > blkLen) {
    return `offset_to_first_pkt is ${first}, outside ${TpacketBlockDesc.MIN_LENGTH}..${blkLen}`;
  }
  if (first % V3_ALIGNMENT !== 0) return `offset_to_first_pkt is ${first}, no multiple of ${V3_ALIGNMENT}`;
  if (packetCount * TPACKET3_HDRLEN > blkLen - first) {
    return `num_pkts is ${packetCount}, more than ${blkLen - first} bytes can hold`;
  }
  return "";
}
