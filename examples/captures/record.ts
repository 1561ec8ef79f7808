// Records examples/captures/sample.pcap anew: sends our own traffic over the loopback of a private network namespace
// and captures it there. After `npx tsc -p .`: `unshare -rn node dist/examples/captures/record.js FILE.pcap`.
import { writeFileSync } from "node:fs";

import { Vlan } from "zc-gen/protocols";
import { PacketSender, RxRing, setInterfaceUp, type Packet } from "zc-gen/ring";
import { ownTraffic } from "./own-traffic.js";
import { writePcap, type RecordedPacket } from "./pcap-writer.js";
import { withVlanTag } from "./vlan-tag.js";

// Longer packets are in the file cut short, as in many real ones.
const SNAPLEN = 900;

const path = process.argv[2];
if (path === undefined) throw new TypeError("usage: record.js FILE.pcap");
setInterfaceUp("lo");
const packets = await record(ownTraffic());
writeFileSync(path, writePcap(packets, SNAPLEN + Vlan.MIN_LENGTH));
console.log(`${packets.length} packets recorded in ${path}`);

async function record(frames: readonly Uint8Array[]): Promise<RecordedPacket[]> {
  const recorded: RecordedPacket[] = [];
  const ring = RxRing.open({ interface: "lo", snaplen: SNAPLEN });
  using sender = PacketSender.open({ interface: "lo" });
  sender.send(frames);
  for await (const block of ring) {
    for (const packet of block) recorded.push(keep(packet));
    if (recorded.length >= frames.length) break;
  }
  await ring.close();
  return recorded;
}

/** A packet out of its block, with the outer VLAN tag in place again. */
function keep(packet: Packet): RecordedPacket {
  const { seconds, nanoseconds } = packet;
  const bytes = packet.hasVlan ? withVlanTag(packet.copy(), packet.vlanTci, packet.vlanTpid) : packet.copy();
  const tagBytes = bytes.length - packet.capturedLength;
  return { bytes, seconds, nanoseconds, originalLength: packet.originalLength + tagBytes };
}
