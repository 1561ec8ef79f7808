// binary-parser: one nested parser for the three headers. It wants a Uint8Array that begins at the packet.
import { Parser } from "binary-parser";
import { walkByHand } from "../../../dist/bench/peers/support/by-hand.js";
import { answerAll, openRing } from "../../../dist/bench/peers/support/peer.js";

const udp = new Parser().uint16be("srcPort").uint16be("dstPort").uint16be("length").uint16be("checksum");
const ipv4 = new Parser()
  .bit4("version")
  .bit4("ihl")
  .uint8("tos")
  .uint16be("totalLength")
  .uint16be("id")
  .uint16be("fragment")
  .uint8("ttl")
  .uint8("protocol")
  .uint16be("checksum")
  .uint32be("src")
  .uint32be("dst")
  .seek(function () {
    return (this.ihl - 5) * 4;
  })
  .choice("udp", { tag: "protocol", choices: { 17: udp }, defaultChoice: new Parser() });
const ethernet = new Parser()
  .array("dst", { type: "uint8", length: 6 })
  .array("src", { type: "uint8", length: 6 })
  .uint16be("etherType")
  .choice("ipv4", { tag: "etherType", choices: { 0x0800: ipv4 }, defaultChoice: new Parser() });

const opened = openRing();
const { view, blocks, blockBytes } = opened;
const bytes = new Uint8Array(view.buffer);

function sumFrame(at, end) {
  const { etherType, ipv4: ip } = ethernet.parse(bytes.subarray(at, end));
  if (ip.udp?.length === undefined) return 0;
  const { srcPort, dstPort, length, checksum } = ip.udp;
  const sum = etherType + ip.ihl + ip.totalLength + ip.ttl + ip.protocol + ip.src + ip.dst;
  return (sum + srcPort + dstPort + length + checksum) | 0;
}

await answerAll(opened, (index) => {
  const start = index * blockBytes;
  return walkByHand(view, start, start + blockBytes, blocks[index].packetCount, sumFrame);
});
