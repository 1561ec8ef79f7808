import type { Ethernet, Ipv4, Udp } from "../../../generated/index.js";

/** The eleven fields that every peer reads, added up modulo 2^32. */
export function sumFields(ethernet: Ethernet, ipv4: Ipv4, udp: Udp): number {
  return (
    (ethernet.etherType +
      ipv4.ihl +
      ipv4.totalLength +
      ipv4.ttl +
      ipv4.protocol +
      ipv4.src +
      ipv4.dst +
      udp.srcPort +
      udp.dstPort +
      udp.length +
      udp.checksum) |
    0
  );
}
