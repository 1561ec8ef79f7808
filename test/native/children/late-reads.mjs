// Reads after close: accessors throw, raw reads find zeros, nothing crashes.
import { Ethernet, Stack } from "zc-gen/protocols";
import { RxRing } from "zc-gen/ring";
import { frame, loopbackSender, nextBlock, report, thrownBy } from "./support.mjs";

const sender = loopbackSender();
const ring = RxRing.open({ interface: "lo", blockTimeoutMs: 1 });
const ethernet = ring.bind(Ethernet);
const stack = ring.bind(Stack);
sender.send(frame());
const block = await nextBlock(ring);
const [packet] = block;
const { dataOffset } = packet;
stack.decode(packet);
ethernet.wrap(packet.dataOffset, packet.dataEnd);
const live = ring.view.getUint8(dataOffset);
const bytes = ethernet.isWrapped;

if (process.argv[2] === "at-once") ring[Symbol.dispose]();
else await ring.close();

ring.view.setUint8(dataOffset, 7); // a late raw write is harmless, too
report({
  live,
  bytes,
  accessor: thrownBy(() => ethernet.etherType),
  stack: thrownBy(() => stack.ethernet.etherType),
  packet: thrownBy(() => packet.seconds),
  copy: thrownBy(() => packet.copy()),
  walk: thrownBy(() => [...block]),
  bind: thrownBy(() => ring.bind(Ethernet)),
  release: thrownBy(() => block.release()),
  tryNext: ring.tryNext(),
  leases: ring.leases,
  closed: ring.closed,
  released: block.released,
  raw: [
    ring.view.getUint8(dataOffset + 1),
    ring.view.getUint8(0),
    ring.view.getUint8(ring.view.byteLength - 1),
  ],
});
