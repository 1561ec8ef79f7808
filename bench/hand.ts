// What a careful person would write without zc-gen: one DataView, literal offsets, the checks that `wrap` does.

/** The sum of eleven fields of every packet, or -1 at the first that is no sound UDP over IPv4 over Ethernet. */
export function sumByHand(view: DataView, starts: Int32Array, frameBytes: number): number {
  let sum = 0;
  for (let i = 0; i < starts.length; i++) {
    const at = starts[i] as number;
    const read = readByHand(view, at, at + frameBytes);
    if (read < 0) return -1;
    sum += read;
  }
  return sum;
}

/** Eleven reads of the frame in `[at, end)`: EtherType, six fields of IPv4, four of UDP. */
export function readByHand(view: DataView, at: number, end: number): number {
  if (end - at < 14) return -1;
  const etherType = view.getUint16(at + 12, false);
  if (etherType !== 0x0800) return -1;
  const ip = at + 14;
  if (end - ip < 20) return -1;
  const ihl = view.getUint8(ip) & 0xf;
  if (ihl < 5) return -1;
  const ipHeader = ihl * 4;
  if (end - ip < ipHeader) return -1;
  const totalLength = view.getUint16(ip + 2, false);
  let ipEnd = end;
  if (totalLength !== 0) {
    if (totalLength < ipHeader) return -1;
    if (ip + totalLength < end) ipEnd = ip + totalLength;
  }
  const protocol = view.getUint8(ip + 9);
  if (protocol !== 17) return -1;
  const udp = ip + ipHeader;
  if (ipEnd - udp < 8) return -1;
  const length = view.getUint16(udp + 4, false);
  if (length !== 0 && length < 8) return -1;
  return (
    etherType +
    ihl +
    totalLength +
    view.getUint8(ip + 8) +
    protocol +
    view.getUint32(ip + 12, false) +
    view.getUint32(ip + 16, false) +
    view.getUint16(udp, false) +
    view.getUint16(udp + 2, false) +
    length +
    view.getUint16(udp + 6, false)
  );
}
