// Leases: bounded, released in any order, twice, and what a late read gets.
import { Ethernet } from "zc-gen/protocols";
import { RxRing } from "zc-gen/ring";
import { frame, loopbackSender, nextBlock, report, thrownBy } from "./support.mjs";

const sender = loopbackSender();
const ring = RxRing.open({ interface: "lo", blockBytes: 4096, blocks: 8, maxLeases: 3, blockTimeoutMs: 2 });
const ethernet = ring.bind(Ethernet);

const blocks = [];
for (let i = 0; i < 3; i++) {
  sender.send(frame(64, i));
  blocks.push(await nextBlock(ring));
}
const tooMany = thrownBy(() => ring.tryNext());
const leases = ring.leases;

// Newest first: poll alone would then report nothing while older blocks wait.
const [oldest, middle, newest] = blocks;
const [packet] = newest;
ethernet.wrap(packet.dataOffset, packet.dataEnd);
const fresh = ethernet.etherType;
newest.release();
newest.release();
const stale = {
  accessor: thrownBy(() => ethernet.etherType),
  packet: thrownBy(() => packet.originalLength),
  copy: thrownBy(() => packet.copy()),
  walk: thrownBy(() => [...newest]),
};
const leasesAfterTwice = ring.leases;
middle.release();
oldest.release();

// After that the ring goes on, round and round.
let seen = 0;
const reading = (async () => {
  for await (const block of ring) for (const each of block) seen += each.capturedLength === 64 ? 1 : 0;
})();
for (let i = 0; i < 40; i++) {
  sender.send(frame(64, i), 5);
  await new Promise((resolve) => setTimeout(resolve, 3));
}
await ring.close();
await reading;
report({ tooMany, leases, leasesAfterTwice, fresh, stale, seen, stats: ring.stats() });
