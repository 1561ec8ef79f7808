// Opens, reads and closes rings in several orders, and counts what is left behind. Run with --expose-gc.
import { readdirSync, readFileSync } from "node:fs";
import { Ethernet } from "zc-gen/protocols";
import { RxRing } from "zc-gen/ring";
import { frame, loopbackSender, nextBlock, report, sleep } from "./support.mjs";

const rounds = Number(process.argv[2]);
const BLOCK_BYTES = 17 * 4096; // a size that nobody else maps
const BLOCKS = 5;
const sender = loopbackSender();
const kept = [];

const orders = [
  (ring) => ring.close(),
  (ring) => ring[Symbol.dispose](),
  async (ring) => {
    const block = await nextBlock(ring);
    block.release();
    await ring.close();
    block.release();
  },
  async (ring) => {
    const block = await nextBlock(ring);
    ring[Symbol.dispose](); // a lease is out
    kept.push(block);
    block.release();
  },
  async (ring) => {
    for await (const block of ring) if (block.packetCount > 0) break;
    await Promise.all([ring.close(), ring.close()]);
    ring[Symbol.dispose]();
    await ring.close();
  },
  async (ring) => {
    let packets = 0;
    for await (const block of ring) {
      packets += block.packetCount;
      void ring.close(); // inside the loop: it ends after the last packets
    }
    if (packets === 0) throw new Error("the last packets did not arrive");
  },
  async (ring) => {
    const ethernet = ring.bind(Ethernet);
    const [packet] = await nextBlock(ring);
    ethernet.wrap(packet.dataOffset, packet.dataEnd);
    kept.push(ethernet, ring.view); // late readers keep the memory, not the socket
    ring[Symbol.dispose]();
  },
  async (ring) => {
    setImmediate(() => ring[Symbol.dispose]()); // while somebody waits
    for await (const block of ring) if (block.packetCount === 0) throw new Error("an empty block");
  },
];

const before = left();
for (let round = 0; round < rounds; round++) await openAndClose(orders[round % orders.length]);
const lateReads = kept.map((each) => (each instanceof DataView ? each.getUint8(100) : 0));
kept.length = 0;
// What closed rings leave is their zero pages, until the views on them are collected.
for (let i = 0; i < 50 && left().ringSizedMappings > 0; i++) {
  globalThis.gc();
  await sleep(5);
}
const after = left();
sender.close();
report({ before, after, closed: left(), lateReads });

async function openAndClose(order) {
  const ring = RxRing.open({
    interface: "lo",
    blockBytes: BLOCK_BYTES,
    blocks: BLOCKS,
    maxLeases: 2,
    blockTimeoutMs: 1,
  });
  sender.send(frame(), 10);
  await order(ring);
}

function left() {
  const maps = readFileSync("/proc/self/maps", "utf8").split("\n");
  return {
    sockets: readFileSync("/proc/net/packet", "utf8").trim().split("\n").length - 1,
    ringMappings: maps.filter((line) => line.includes("socket:")).length,
    descriptors: readdirSync("/proc/self/fd").length,
    ringSizedMappings: maps.filter(isRingSized).length,
  };
}

/** Anonymous memory of as many bytes as one or several rings. */
function isRingSized(line) {
  return / rw-p .* 0 *$/.test(line) && mappingBytes(line) % (BLOCK_BYTES * BLOCKS) === 0;
}

function mappingBytes(line) {
  const [start, end] = (line.split(" ")[0] ?? "").split("-").map((hex) => Number.parseInt(hex, 16));
  return end - start;
}
