// Sends more than a small ring takes while a block is held, and reports the books.
import { RxRing } from "zc-gen/ring";
import { frame, loopbackSender, nextBlock, report, sleep } from "./support.mjs";

const [rounds, hold] = process.argv.slice(2).map(Number);
const sender = loopbackSender();
const ring = RxRing.open({ interface: "lo", blockBytes: 65536, blocks: 4, maxLeases: 3, blockTimeoutMs: 5 });
let sent = 0;
const sequences = [];
const history = [];

const held = hold > 0 ? await holdOne() : null;
const reading = readAll();
for (let round = 0; round < rounds; round++) {
  sent += sender.send(frame(100, sent), 200);
  history.push(ring.stats());
  await sleep(1);
  if (round === hold) held?.release();
}
await ring.close();
const delivered = await reading;
report({ sent, delivered: delivered + (held?.packetCount ?? 0), sequences, history, stats: ring.stats() });

async function holdOne() {
  sent += sender.send(frame(100), 10);
  const block = await nextBlock(ring);
  sequences.push(block.sequence);
  return block;
}

async function readAll() {
  let packets = 0;
  for await (const block of ring) {
    sequences.push(block.sequence);
    for (const packet of block) packets += packet.capturedLength === 100 ? 1 : 0;
  }
  return packets;
}
