// What `record` needs of a source: `RxRing`, `DatagramSource`, `MockRing` and a worker's reader have it.
import type { SockaddrLl } from "../generated/index.js";
import type { PlacedPacket } from "./packet-to-write.js";

/** A packet where it lies, with what the kernel says of it. */
export interface RecordablePacket extends PlacedPacket {
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly originalLength: number;
  /** A VLAN tag that the kernel took out. */
  readonly hasVlan: boolean;
  readonly vlanTci: number;
  readonly vlanTpid: number;
  readonly sender: SockaddrLl;
}

/** Counts of a source, as `stats()` gives them. */
export interface RecordableCounts {
  readonly received: number;
  readonly dropped: number;
  readonly nicDropped: number;
}

/** A source of packets that lie in one view. */
export interface RecordableSource<
  B extends Iterable<RecordablePacket>,
  S extends RecordableCounts,
> extends AsyncIterable<B> {
  readonly view: DataView;
  /** LINKTYPE_* number; -1 with packets that begin with their network header. */
  readonly linkType: number;
  /** Whether they do. */
  readonly cooked: boolean;
  readonly interfaceName?: string;
  stats(): S;
  close(): Promise<void>;
}
