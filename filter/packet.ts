import type { PacketBounds } from "../runtime/index.js";

/** What a filter looks at: any packet of a ring or a file. What a source does not tell counts as not there. */
export interface FilterPacket extends PacketBounds {
  /** Whether the kernel took a VLAN tag out of the packet. */
  readonly hasVlan?: boolean;
  /** That tag: PCP in bits 15 to 13, DEI in 12, VID in 11 to 0. */
  readonly vlanTci?: number;
  /** Bytes on the wire. */
  readonly originalLength?: number;
}

/** Whether a packet matches. */
export type PacketTest = (packet: FilterPacket) => boolean;
