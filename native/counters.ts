/** Counts of a ring since it was opened. They never go back; numbers are exact up to 2^53. */
export interface RingStats {
  /** Packets the socket saw: delivered + dropped + pending. */
  readonly received: number;
  /** Packets in blocks that were handed out. */
  readonly delivered: number;
  /** Packets that found no room in the ring. */
  readonly dropped: number;
  /** Packets in the ring, not handed out yet. */
  readonly pending: number;
  /** Packets that the card or its driver lost since, before any socket saw them; not part of `received`. */
  readonly nicDropped: number;
  /** How often the ring froze because the block whose turn it was had not come back. */
  readonly freezes: number;
  /** Blocks handed out. */
  readonly blocks: number;
  /** How often the event loop was woken. */
  readonly wakeups: number;
}

/** Adds up what the kernel counts in 32 bits and clears on reading. */
export class Counters {
  received: number = 0;
  dropped: number = 0;
  freezes: number = 0;
  nicDropped: number = 0;
  delivered: number = 0;
  blocks: number = 0;

  /** Packets in the ring that nobody got yet. */
  get pending(): number {
    return Math.max(0, this.received - this.dropped - this.delivered);
  }

  /** One reading of PACKET_STATISTICS: `packets` includes `drops`. */
  addKernelCounts(packets: number, drops: number, freezes: number): void {
    this.received += packets;
    this.dropped += drops;
    this.freezes += freezes;
  }

  snapshot(wakeups: number): RingStats {
    const { received, delivered, dropped, pending, nicDropped, freezes, blocks } = this;
    return { received, delivered, dropped, pending, nicDropped, freezes, blocks, wakeups };
  }
}
