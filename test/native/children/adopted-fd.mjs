// Started by a privileged parent that opened a packet socket as descriptor 3 and gave its rights up.
import { RxRing } from "zc-gen/ring";
import { report, thrownBy } from "./support.mjs";

const denied = thrownBy(() => RxRing.open({ interface: "lo" }));
const notASocket = thrownBy(() => RxRing.fromFd(0));
const notOpen = thrownBy(() => RxRing.fromFd(99));
const bound = thrownBy(() => RxRing.fromFd(3, { interface: "lo" }));
const ring = RxRing.fromFd(3, { blockBytes: 65536, blocks: 4, blockTimeoutMs: 2 });
console.error("READY");
let packets = 0;
const taken = thrownBy(() => RxRing.fromFd(3));
for await (const block of ring) {
  packets += block.packetCount;
  if (packets >= 5) break;
}
const stats = ring.stats();
await ring.close();
report({ denied, notASocket, notOpen, bound, taken, packets, stats, interfaceName: ring.interfaceName });
