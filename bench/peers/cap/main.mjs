// The decoders of the npm package cap, which need no addon: objects with addresses as text, as its users get them.
// cap hands a packet over by copying it into a Buffer of the program's; that copy is done here too.
import decoders from "cap/lib/Decoders.js";
import { walkByHand } from "../../../dist/bench/peers/support/by-hand.js";
import { answerAll, openRing } from "../../../dist/bench/peers/support/peer.js";

const opened = openRing();
const { view, blocks, blockBytes } = opened;
const bytes = Buffer.from(view.buffer);
const buffer = Buffer.alloc(1 << 16);

/** The address as a number again, for the checksum: `1.2.3.4`. */
function addressOf(text) {
  return text.split(".").reduce((value, part) => (value << 8) | Number(part), 0);
}

function sumFrame(at, end) {
  bytes.copy(buffer, 0, at, end);
  const link = decoders.Ethernet(buffer);
  if (link.info.type !== 0x0800) return 0;
  const { info: ip, offset } = decoders.IPV4(buffer, link.offset);
  if (ip.protocol !== 17) return 0;
  const { info: udp } = decoders.UDP(buffer, offset);
  const sum = link.info.type + ip.hdrlen + ip.totallen + ip.ttl + ip.protocol;
  const addresses = addressOf(ip.srcaddr) + addressOf(ip.dstaddr);
  return (sum + addresses + udp.srcport + udp.dstport + (udp.length + 8) + udp.checksum) | 0;
}

await answerAll(opened, (index) => {
  const start = index * blockBytes;
  return walkByHand(view, start, start + blockBytes, blocks[index].packetCount, sumFrame);
});
