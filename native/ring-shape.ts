import type { Packet } from "./packet.js";

/** Anything that reads from the ring's view and can be made to throw: every generated class. */
export interface Parkable {
  park(): void;
}

/** The shape of a ring, and how it is read. */
export interface RingShape<P extends Packet = Packet> {
  /** For messages and warnings: "RxRing on eth0". */
  readonly title: string;
  readonly blockBytes: number;
  readonly blocks: number;
  readonly blockTimeoutMs: number;
  readonly linkType: number;
  /** Whether packets begin with their network header, and have link types of their own. Default false. */
  readonly cooked?: boolean;
  /** Whether a virtio_net_hdr lies before each packet. Default false. */
  readonly vnetHeader?: boolean;
  readonly maxLeases: number;
  readonly turnBudgetMs: number;
  readonly drainTimeoutMs: number;
  /** Whether packets lie one behind the other, headers and data in turn. Default true. */
  readonly isPacked?: boolean;
  /** Makes the object that stands on each packet of a block. */
  newPacket(view: DataView): P;
}
