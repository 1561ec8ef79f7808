// Walks many packets of a block and reports heap bytes a packet. Run with --expose-gc.
import { MockRing } from "zc-gen/ring";
import { report } from "./support.mjs";

const ring = MockRing.create({ blockBytes: 1 << 18, blocks: 2 });
while (ring.hasRoomFor(64)) ring.push(new Uint8Array(64), { seconds: 1 });
const block = ring.tryNext();

for (let i = 0; i < 200; i++) walk(); // warm
const rounds = 500;
globalThis.gc();
const before = process.memoryUsage().heapUsed;
let bytes = 0;
for (let i = 0; i < rounds; i++) bytes += walk();
const grown = process.memoryUsage().heapUsed - before;
report({ packets: rounds * block.packetCount, bytesPerPacket: grown / (rounds * block.packetCount), bytes });

function walk() {
  let sum = 0;
  for (const packet of block) {
    sum += packet.dataEnd - packet.dataOffset + packet.seconds - (packet.truncated ? 1 : 0);
  }
  return sum;
}
