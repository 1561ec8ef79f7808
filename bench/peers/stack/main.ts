// zc-gen's Stack: it finds the layers itself, among all bundled protocols. What most users write.
import { Ipv4, Stack, Udp } from "../../../generated/index.js";
import { answerAll, openRing } from "../support/peer.js";

const opened = openRing();
const { ring, blocks } = opened;
const stack = ring.bind(Stack);

await answerAll(opened, (index) => {
  let sum = 0;
  for (const packet of blocks[index] ?? []) {
    if (stack.decode(packet) !== 0 || !stack.has(Ipv4) || !stack.has(Udp)) continue;
    const { ethernet, ipv4, udp } = stack;
    const network = ipv4.ihl + ipv4.totalLength + ipv4.ttl + ipv4.protocol + ipv4.src + ipv4.dst;
    const transport = udp.srcPort + udp.dstPort + udp.length + udp.checksum;
    sum = (sum + ethernet.etherType + network + transport) | 0;
  }
  return sum;
});
