// What a careful person writes without zc-gen: one DataView, literal offsets, every length compared once.

// Offsets of struct tpacket3_hdr, linux/if_packet.h.
const TP_NEXT_OFFSET = 0;
const TP_SNAPLEN = 12;
const TP_MAC = 24;
/** struct tpacket3_hdr and struct sockaddr_ll. */
const HEADER_BYTES = 68;
/** Where a block's first packet lies: behind struct tpacket_block_desc. */
const FIRST_PACKET = 48;

/** Walks a block's packets; `sumFrame` is given where each frame begins and ends. @throws Error for a broken block */
export function walkByHand(
  view: DataView,
  start: number,
  end: number,
  packets: number,
  sumFrame: (at: number, end: number) => number,
): number {
  let sum = 0;
  let at = start + FIRST_PACKET;
  for (let left = packets; left > 0; left--) {
    const room = end - at;
    if (room < HEADER_BYTES) throw new Error("a header is cut off");
    const mac = view.getUint16(at + TP_MAC, true);
    const length = mac + view.getUint32(at + TP_SNAPLEN, true);
    if (mac < HEADER_BYTES || length > room) throw new Error("a frame leaves its block");
    sum = (sum + sumFrame(at + mac, at + length)) | 0;
    const step = view.getUint32(at + TP_NEXT_OFFSET, true);
    if (left > 1 && (step < length || step > room)) throw new Error("the walk goes back, or out");
    at += step;
  }
  return sum;
}

/** The sum of eleven fields of the frame in `[at, end)`; 0 for what is no sound UDP over IPv4 over Ethernet. */
export function sumFrameByHand(view: DataView, at: number, end: number): number {
  if (end - at < 14) return 0;
  const etherType = view.getUint16(at + 12, false);
  if (etherType !== 0x0800) return 0;
  const ip = at + 14;
  if (end - ip < 20) return 0;
  const ihl = view.getUint8(ip) & 0xf;
  const headerLength = ihl * 4;
  if (ihl < 5 || end - ip < headerLength) return 0;
  const protocol = view.getUint8(ip + 9);
  if (protocol !== 17 || (view.getUint16(ip + 6, false) & 0x1fff) !== 0) return 0;
  const totalLength = view.getUint16(ip + 2, false);
  let ipEnd = end;
  if (totalLength !== 0) {
    if (totalLength < headerLength) return 0;
    if (ip + totalLength < end) ipEnd = ip + totalLength;
  }
  const udp = ip + headerLength;
  if (ipEnd - udp < 8) return 0;
  const length = view.getUint16(udp + 4, false);
  if (length !== 0 && length < 8) return 0;
  return (
    (etherType +
      ihl +
      totalLength +
      view.getUint8(ip + 8) +
      protocol +
      view.getUint32(ip + 12, false) +
      view.getUint32(ip + 16, false) +
      view.getUint16(udp, false) +
      view.getUint16(udp + 2, false) +
      length +
      view.getUint16(udp + 6, false)) |
    0
  );
}
