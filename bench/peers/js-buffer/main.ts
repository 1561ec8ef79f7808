// Written by hand over one Buffer with its read methods, as most Node programs do.
import { walkByHand } from "../support/by-hand.js";
import { answerAll, openRing } from "../support/peer.js";

const opened = openRing();
const { view, blocks, blockBytes } = opened;
const ring = Buffer.from(view.buffer);

function sumFrame(at: number, end: number): number {
  if (end - at < 14 || ring.readUInt16BE(at + 12) !== 0x0800) return 0;
  const ip = at + 14;
  if (end - ip < 20) return 0;
  const ihl = ring.readUInt8(ip) & 0xf;
  const headerLength = ihl * 4;
  if (ihl < 5 || end - ip < headerLength || ring.readUInt8(ip + 9) !== 17) return 0;
  if ((ring.readUInt16BE(ip + 6) & 0x1fff) !== 0) return 0;
  const totalLength = ring.readUInt16BE(ip + 2);
  let ipEnd = end;
  if (totalLength !== 0) {
    if (totalLength < headerLength) return 0;
    ipEnd = Math.min(end, ip + totalLength);
  }
  const udp = ip + headerLength;
  if (ipEnd - udp < 8) return 0;
  const length = ring.readUInt16BE(udp + 4);
  if (length !== 0 && length < 8) return 0;
  return (
    (0x0800 +
      ihl +
      totalLength +
      ring.readUInt8(ip + 8) +
      17 +
      ring.readUInt32BE(ip + 12) +
      ring.readUInt32BE(ip + 16) +
      ring.readUInt16BE(udp) +
      ring.readUInt16BE(udp + 2) +
      length +
      ring.readUInt16BE(udp + 6)) |
    0
  );
}

await answerAll(opened, (index) => {
  const start = index * blockBytes;
  return walkByHand(view, start, start + blockBytes, blocks[index]?.packetCount ?? 0, sumFrame);
});
