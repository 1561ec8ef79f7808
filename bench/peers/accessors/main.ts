// zc-gen's accessors for the kernel's header and the packet's three, moved by the program itself.
import { Ethernet, Ipv4, Tpacket3Hdr, TpacketBlockDesc, Udp } from "../../../generated/index.js";
import { sumFields } from "../support/fields.js";
import { answerAll, openRing } from "../support/peer.js";

const opened = openRing();
const { ring, blockBytes } = opened;
const desc = ring.bind(TpacketBlockDesc);
const header = ring.bind(Tpacket3Hdr);
const ethernet = ring.bind(Ethernet);
const ipv4 = ring.bind(Ipv4);
const udp = ring.bind(Udp);

function sumFrame(at: number, end: number): number {
  if (ethernet.wrap(at, end) !== 0 || ethernet.etherType !== 0x0800) return 0;
  if (ipv4.wrap(ethernet.payloadOffset, ethernet.payloadEnd) !== 0 || ipv4.protocol !== 17) return 0;
  if (ipv4.fragmentOffset !== 0 || udp.wrap(ipv4.payloadOffset, ipv4.payloadEnd) !== 0) return 0;
  return sumFields(ethernet, ipv4, udp);
}

await answerAll(opened, (index) => {
  const start = index * blockBytes;
  const end = start + blockBytes;
  desc.wrap(start, end);
  let at = start + desc.hdr.offsetToFirstPkt;
  let sum = 0;
  for (let left = desc.hdr.numPkts; left > 0; left--) {
    if (header.wrap(at, end) !== 0) throw new Error("a header is cut off");
    const mac = header.tpMac;
    const length = mac + header.tpSnaplen;
    if (length > end - at) throw new Error("a frame leaves its block");
    sum = (sum + sumFrame(at + mac, at + length)) | 0;
    const step = header.tpNextOffset;
    if (left > 1 && (step < length || step > end - at)) throw new Error("the walk goes back, or out");
    at += step;
  }
  return sum;
});
