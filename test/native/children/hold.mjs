// Holds a block for 100 ms while traffic goes on, and counts wake-ups and processor time.
import { RxRing } from "zc-gen/ring";
import { frame, loopbackSender, report, sleep } from "./support.mjs";

const sender = loopbackSender();
const ring = RxRing.open({ interface: "lo", blockTimeoutMs: 1 });
sender.send(frame(), 10);
const result = {};
for await (const block of ring) {
  const before = { wakeups: ring.stats().wakeups, cpu: process.cpuUsage() };
  const traffic = process.argv[2] === "traffic" ? setInterval(() => sender.send(frame(), 10), 5) : undefined;
  await sleep(100);
  clearInterval(traffic);
  result.wakeups = ring.stats().wakeups - before.wakeups;
  result.cpuMs = process.cpuUsage(before.cpu).user / 1000;
  result.leases = ring.leases;
  result.oldestLeaseMs = ring.oldestLeaseMs;
  result.held = block.packetCount;
  break;
}
result.leasesAfter = ring.leases;
await ring.close();
report(result);
