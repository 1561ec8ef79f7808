// Packets of our own, byte for byte, with every field written beside them. IPv4 header checksums are right, except of the fragment; UDP and TCP have 0.

/** Bytes of hex text; spaces and line ends are for the reader. */
export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replace(/\s+/g, ""), "hex"));
}

/**
 * Ethernet, IPv4, UDP to port 5300, five bytes of payload, then four bytes of Ethernet padding. No schema is attached to
 * the port: the payload is nobody's.
 */
export const UDP_IN_IPV4: Uint8Array = bytesOf(`
  02 00 00 00 00 02   02 00 00 00 00 01   08 00
  45 b9 00 21   12 34 40 00   40 11 3b a8   c0 00 02 01   c6 33 64 02
  c3 50 14 b4   00 0d 00 00   68 65 6c 6c 6f
  00 00 00 00`);

/** A query for the address of zc.example, to port 53. */
export const DNS_QUERY: Uint8Array = bytesOf(`
  02 00 00 00 00 02   02 00 00 00 00 01   08 00
  45 00 00 38   12 34 00 00   40 11 7c 4a   c0 00 02 01   c6 33 64 02
  c3 50 00 35   00 24 00 00
  12 34 01 00   00 01 00 00 00 00 00 00   02 7a 63 07 65 78 61 6d 70 6c 65 00   00 01 00 01`);

/** Ethernet, two VLAN tags, IPv6, TCP with four bytes of options, SYN and ECE and CWR. */
export const TCP_IN_IPV6_IN_QINQ: Uint8Array = bytesOf(`
  02 00 00 00 00 02   02 00 00 00 00 01   88 a8
  b0 64   81 00
  00 c8   86 dd
  6b 81 23 45   00 18 06 40
  20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01
  20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02
  d4 31 01 bb   01 02 03 04   05 06 07 08   60 c2 fa f0   00 00 00 00   02 04 05 a0`);

/** Ethernet and an ARP request. */
export const ARP_REQUEST: Uint8Array = bytesOf(`
  ff ff ff ff ff ff   02 00 00 00 00 01   08 06
  00 01   08 00   06   04   00 01
  02 00 00 00 00 01   c0 00 02 01
  00 00 00 00 00 00   c0 00 02 02`);

/** The second fragment of a datagram: what follows IPv4 is not the start of a UDP header. */
export const IPV4_FRAGMENT: Uint8Array = bytesOf(`
  02 00 00 00 00 02   02 00 00 00 00 01   08 00
  45 00 00 1c   00 07 20 b9   40 11 00 00   c0 00 02 01   c6 33 64 02
  ff ff ff ff ff ff ff ff`);

/** A packet in the middle of a buffer of other bytes, as it lies in a ring. */
export function surrounded(
  packet: Uint8Array,
  filler: number,
  before: number = 37,
  after: number = 41,
): DataView {
  const bytes = new Uint8Array(before + packet.length + after).fill(filler);
  bytes.set(packet, before);
  return new DataView(bytes.buffer);
}
