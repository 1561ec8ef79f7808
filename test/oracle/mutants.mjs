// Packets of the captures, changed here and there.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { PcapFile } from "../../dist/files/index.js";

/** The packets of each capture below `folder`, by link type. */
export function packetsByLink(folder, maxBytes = 2000) {
  const byLink = new Map();
  for (const name of capturesBelow(folder)) {
    const packets = new Map();
    for (const packet of packetsOf(name)) {
      const { length } = packet.bytes;
      if (length === 0 || length > maxBytes) continue;
      packets.set(packet.linkType, [...(packets.get(packet.linkType) ?? []), packet]);
    }
    for (const [linkType, list] of packets) byLink.set(linkType, [...(byLink.get(linkType) ?? []), list]);
  }
  return byLink;
}

/** Paths of captures, sorted. */
export function capturesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(pcap|pcapng|cap)$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Copies of the packets before the damage, if there is any. */
function packetsOf(name) {
  const packets = [];
  const file = PcapFile.open(name);
  try {
    for (const block of file) {
      for (const { dataOffset, dataEnd, linkType, originalLength } of block) {
        const { buffer, byteOffset } = file.view;
        const bytes = new Uint8Array(buffer, byteOffset + dataOffset, dataEnd - dataOffset).slice();
        packets.push({ bytes, linkType, originalLength });
      }
    }
  } catch (error) {
    if (error.name !== "CaptureError") throw error;
  } finally {
    file.close();
  }
  return packets;
}

const EDGES = [0, 1, 0x7f, 0x80, 0xff];

/** One change of a packet: a byte or two near its start, or its end. */
export function mutant({ bytes, originalLength }, chance) {
  const copy = bytes.slice();
  const near = Math.min(copy.length, 40 + chance.below(120));
  const at = chance.below(near);
  switch (chance.below(7)) {
    case 0:
      copy[at] = chance.below(256);
      break;
    case 1:
      copy[at] ^= 1 << chance.below(8);
      break;
    case 2:
      copy[at] = chance.pick(EDGES);
      break;
    case 3:
      copy.set([0, chance.below(256)].slice(0, copy.length - at), at);
      break;
    case 4:
      copy[at] += chance.pick([1, 255]);
      break;
    case 5: {
      const cut = copy.slice(0, 1 + chance.below(copy.length));
      return { bytes: cut, originalLength: chance.pick([cut.length, Math.max(originalLength, copy.length)]) };
    }
    default:
      copy[at] = chance.below(256);
      copy[chance.below(near)] = chance.below(256);
  }
  return { bytes: copy, originalLength: Math.max(originalLength, copy.length) };
}
