// Counts the packets of each IP protocol on a live interface until Ctrl-C: `node dist/examples/count-protocols.js eth0`.
import { IpProtocolEnum, Ipv4, Ipv6, Stack } from "zc-gen/protocols";
import { RxRing } from "zc-gen/ring";

const interrupted = new AbortController();
process.once("SIGINT", () => interrupted.abort());

await using ring = RxRing.open({ interface: process.argv[2] ?? "lo", signal: interrupted.signal });
const stack = ring.bind(Stack);
const counts = new Uint32Array(256);
let others = 0;

for await (const block of ring) {
  for (const packet of block) {
    stack.decode(packet); // a fault number; whatever was decoded before a fault counts
    if (stack.has(Ipv4)) counts[stack.ipv4.protocol]!++;
    else if (stack.has(Ipv6)) counts[stack.ipv6.nextHeader]!++;
    else others++;
  }
}

for (const [protocol, count] of counts.entries()) {
  if (count > 0) console.log(`${IpProtocolEnum.labels[protocol] ?? protocol}: ${count}`);
}
console.log(`other: ${others}, dropped: ${ring.stats().dropped}`);
