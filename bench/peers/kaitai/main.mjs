// Kaitai Struct: udp_frame.ksy, compiled by its own compiler as the peer starts, read with its JavaScript runtime.
import { readFileSync } from "node:fs";
import KaitaiStream from "kaitai-struct/KaitaiStream.js";
import compiler from "kaitai-struct-compiler";
import { parse } from "yaml";
import { walkByHand } from "../../../dist/bench/peers/support/by-hand.js";
import { answerAll, openRing } from "../../../dist/bench/peers/support/peer.js";

const ksy = parse(readFileSync(new URL("udp_frame.ksy", import.meta.url), "utf8"));
const { "UdpFrame.js": source } = await compiler.compile("javascript", ksy, null, false);
const compiled = {};
new Function("exports", "require", source)(compiled, () => KaitaiStream);
const { UdpFrame } = compiled;

const opened = openRing();
const { view, blocks, blockBytes } = opened;

function sumFrame(at, end) {
  const bytes = new DataView(view.buffer, at, end - at);
  const { etherType, ipv4: ip } = new UdpFrame(new KaitaiStream(bytes));
  if (ip?.udp === undefined) return 0;
  const { srcPort, dstPort, length, checksum } = ip.udp;
  const sum = etherType + ip.ihl + ip.totalLength + ip.ttl + ip.protocol + ip.src + ip.dst;
  return (sum + srcPort + dstPort + length + checksum) | 0;
}

await answerAll(opened, (index) => {
  const start = index * blockBytes;
  return walkByHand(view, start, start + blockBytes, blocks[index].packetCount, sumFrame);
});
