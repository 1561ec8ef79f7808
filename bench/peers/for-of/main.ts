// zc-gen's accessors, and the packets from `for (const packet of block)`: what the ring's walk costs beside them.
import { Ethernet, Ipv4, Udp } from "../../../generated/index.js";
import { sumFields } from "../support/fields.js";
import { answerAll, openRing } from "../support/peer.js";

const opened = openRing();
const { ring, blocks } = opened;
const ethernet = ring.bind(Ethernet);
const ipv4 = ring.bind(Ipv4);
const udp = ring.bind(Udp);

await answerAll(opened, (index) => {
  let sum = 0;
  for (const packet of blocks[index] ?? []) {
    if (ethernet.wrap(packet.dataOffset, packet.dataEnd) !== 0 || ethernet.etherType !== 0x0800) continue;
    if (ipv4.wrap(ethernet.payloadOffset, ethernet.payloadEnd) !== 0 || ipv4.protocol !== 17) continue;
    if (ipv4.fragmentOffset !== 0 || udp.wrap(ipv4.payloadOffset, ipv4.payloadEnd) !== 0) continue;
    sum = (sum + sumFields(ethernet, ipv4, udp)) | 0;
  }
  return sum;
});
