// Timers go on while a ring is never empty.
import { RxRing } from "zc-gen/ring";
import { frame, loopbackSender, report } from "./support.mjs";

const sender = loopbackSender();
const ring = RxRing.open({ interface: "lo", blockBytes: 4096, blocks: 64, turnBudgetMs: 5 });
let ticks = 0;
let blocks = 0;
const timer = setInterval(() => ticks++, 5);
const burst = frame(1000);
const end = performance.now() + 300;
sender.send(burst, 50);
for await (const block of ring) {
  blocks++;
  for (const packet of block) if (packet.truncated) throw new Error("truncated");
  sender.send(burst, 20); // several blocks for each one read: there is always a next
  if (performance.now() > end) break;
}
clearInterval(timer);
await ring.close();
report({ ticks, blocks, stats: ring.stats() });
