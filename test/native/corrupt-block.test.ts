import { afterEach, describe, expect, it } from "vitest";
import { SockaddrLl, Tpacket3Hdr, TpacketBlockDesc } from "zc-gen/protocols";
import { CorruptBlockError, MockRing, type Block } from "zc-gen/ring";

const BLOCK_BYTES = 4096;
let ring: MockRing;

afterEach(() => ring[Symbol.dispose]());

type Damage = (desc: TpacketBlockDesc, second: Tpacket3Hdr) => void;

/** Three packets in block 0 and three in block 1; damages block 0 through its descriptor and second header. */
function damage(how: Damage): void {
  ring = MockRing.create({ blockBytes: BLOCK_BYTES, blocks: 4, maxLeases: 2, plainMemory: true });
  for (let block = 0; block < 2; block++) {
    for (let i = 0; i < 3; i++) ring.push(new Uint8Array(50).fill(i), { seconds: i });
    ring.flush();
  }
  const desc = new TpacketBlockDesc(ring.rawView);
  desc.wrap(0, BLOCK_BYTES);
  const hdr = new Tpacket3Hdr(ring.rawView);
  hdr.wrap(desc.hdr.offsetToFirstPkt, BLOCK_BYTES);
  hdr.wrap(hdr.offset + hdr.tpNextOffset, BLOCK_BYTES);
  how(desc, hdr);
}

/** The damaged block, claimed. */
function damaged(how: Damage): Block {
  damage(how);
  return ring.tryNext() as Block;
}

/** Walks until the error; gives it and the packets seen before. */
function walk(block: Block): { seen: number; error: CorruptBlockError } {
  let seen = 0;
  try {
    for (const packet of block) {
      expect(packet.dataEnd).toBeLessThanOrEqual(BLOCK_BYTES);
      seen++;
    }
  } catch (error) {
    return { seen, error: error as CorruptBlockError };
  }
  throw new Error("no error");
}

/** Past the status word: a block that the kernel has not handed over is not read at all. */
const AFTER_STATUS = 12;
const HEADER = Tpacket3Hdr.MIN_LENGTH + SockaddrLl.MIN_LENGTH;

describe("a corrupt block", () => {
  it.each<[string, Damage, RegExp, number]>([
    ["a sequence number that is not its turn", (d) => (d.hdr.seqNumLow = 9), /seq_num is 9.*turn is 1/, -1],
    ["a sequence number with a high word", (d) => (d.hdr.seqNumHigh = 1), /seq_num is 4294967297/, -1],
    ["a length beyond the block", (d) => (d.hdr.blkLen = BLOCK_BYTES + 1), /blk_len is 4097/, -1],
    ["a length of 4 GiB", (d) => (d.hdr.blkLen = 0xffffffff), /blk_len is 4294967295/, -1],
    [
      "a first packet inside the descriptor",
      (d) => (d.hdr.offsetToFirstPkt = 40),
      /offset_to_first_pkt is 40/,
      -1,
    ],
    [
      "a first packet beyond its end",
      (d) => (d.hdr.offsetToFirstPkt = 4000),
      /offset_to_first_pkt is 4000/,
      -1,
    ],
    ["a first packet that is not 8-aligned", (d) => (d.hdr.offsetToFirstPkt = 49), /no multiple of 8/, -1],
    ["more packets than fit", (d) => (d.hdr.numPkts = 0xffffffff), /num_pkts is 4294967295/, -1],
    ["one packet too many", (d) => d.hdr.numPkts++, /tp_next_offset is 0/, 2],
    ["data inside the header", (_, h) => (h.tpMac = HEADER - 1), /tp_mac is 67/, 1],
    ["data beyond the block", (_, h) => (h.tpSnaplen = 5000), /bytes are left/, 1],
    ["data of 4 GiB", (_, h) => (h.tpSnaplen = 0xffffffff), /tp_snaplen is 4294967377/, 1],
    ["data that starts beyond the block", (_, h) => (h.tpMac = 0xffff), /bytes are left/, 1],
    ["a step of zero", (_, h) => (h.tpNextOffset = 0), /tp_next_offset is 0/, 1],
    ["a step into its own data", (_, h) => (h.tpNextOffset = 8), /tp_next_offset is 8/, 1],
    ["a step that is not 8-aligned", (_, h) => (h.tpNextOffset += 4), /tp_next_offset is/, 1],
    ["a step beyond the block", (_, h) => (h.tpNextOffset = 4096), /tp_next_offset is 4096/, 1],
    ["a step of 4 GiB", (_, h) => (h.tpNextOffset = 0xfffffff8), /tp_next_offset is 4294967288/, 1],
    [
      "a step to where no header fits",
      (d, h) => (h.tpNextOffset = (d.hdr.blkLen - h.offset - 8) & -8),
      /a header takes 68/,
      2,
    ],
  ])("with %s says where, and the next block is read", (_name, how, message, packetIndex) => {
    const { seen, error } = walk(damaged(how));
    expect(error).toBeInstanceOf(CorruptBlockError);
    expect(error.message).toMatch(message);
    expect(error).toMatchObject({ code: "ERR_RING_CORRUPT_BLOCK", blockIndex: 0, packetIndex });
    expect(error.offset).toBeGreaterThanOrEqual(0);
    expect(error.offset).toBeLessThan(BLOCK_BYTES);
    expect(seen).toBe(Math.max(0, packetIndex));
    const next = ring.tryNext() as Block;
    expect(Array.from(next, (packet) => packet.seconds)).toEqual([0, 1, 2]);
  });

  it("leaves its packet parked, so that nothing outside can be read through it", () => {
    const block = damaged((_, second) => (second.tpSnaplen = 5000));
    const walkOf = block[Symbol.iterator]();
    const packet = walkOf.next().value;
    expect(() => walkOf.next()).toThrow(CorruptBlockError);
    expect(() => packet.seconds).toThrow(RangeError);
    expect(packet.dataOffset).toBeLessThan(0);
  });

  it("ends a `for await` with the error, is released, and a new loop goes on behind it", async () => {
    damage((_, second) => (second.tpMac = 0));
    ring.end();
    const seen: number[] = [];
    const readAll = async (): Promise<void> => {
      for await (const block of ring) for (const packet of block) seen.push(packet.seconds);
    };
    await expect(readAll()).rejects.toThrow(CorruptBlockError);
    expect(ring.leases).toBe(0);
    await readAll();
    expect(seen).toEqual([0, 0, 1, 2]);
    expect(ring.leases).toBe(0);
  });

  it("is never read outside, whatever its bytes are", () => {
    let random = 12345;
    const next = (): number => (random = (Math.imul(random, 1103515245) + 12345) >>> 0);
    for (let round = 0; round < 300; round++) {
      const block = damaged((desc) => {
        const room = desc.hdr.blkLen - AFTER_STATUS;
        for (let i = 0; i < 6; i++) {
          ring.rawView.setUint8(AFTER_STATUS + ((next() >>> 8) % room), next() >>> 16);
        }
      });
      try {
        for (const packet of block) {
          expect(packet.dataOffset).toBeGreaterThanOrEqual(HEADER);
          expect(packet.dataEnd).toBeLessThanOrEqual(BLOCK_BYTES);
          expect(packet.dataEnd).toBeGreaterThanOrEqual(packet.dataOffset);
        }
      } catch (error) {
        if (!(error instanceof CorruptBlockError)) throw error;
      }
      ring[Symbol.dispose]();
    }
  });
});
