import { Selection } from "./selection.js";
import type { BlockFacts } from "./block-facts.js";
import { CorruptBlockError, LeaseReleasedError } from "./errors.js";
import { TP_STATUS_BLK_TMO, TP_STATUS_LOSING } from "./if-packet.js";
import type { Packet } from "./packet.js";
import { PacketWalk, RELEASED } from "./packet-walk.js";

/** What a block needs to know of its ring. */
export interface BlockOwner<P extends Packet> {
  /** Whether packets lie one behind the other, headers and data in turn. */
  readonly isPacked: boolean;
  newPacket(): P;
  releaseLease(index: number, sequence: number): void;
}

/**
 * A block of packets, ours until `release()`. The kernel reuses blocks strictly in order: one that is held for long
 * freezes the whole ring once its turn comes again.
 */
export class Block<P extends Packet = Packet> implements Iterable<P> {
  /** Place in the ring. */
  readonly index: number;
  /** The kernel's number of this block: from 1, one more each. */
  readonly sequence: number;
  /** How many packets it holds. */
  readonly packetCount: number;
  /** TP_STATUS_* bits. */
  readonly status: number;
  private readonly owner: BlockOwner<P>;
  private readonly facts: BlockFacts;
  private walk: PacketWalk<P> | undefined = undefined;
  private isReleased: boolean = false;

  /** @internal */
  constructor(owner: BlockOwner<P>, facts: BlockFacts) {
    this.owner = owner;
    this.facts = facts;
    this.index = facts.index;
    this.sequence = facts.sequence;
    this.packetCount = facts.packetCount;
    this.status = facts.status;
  }

  /** Whether it went back to the kernel. */
  get released(): boolean {
    return this.isReleased;
  }

  /** Whether it closed by timeout, not because it was full. */
  get timedOut(): boolean {
    return (this.status & TP_STATUS_BLK_TMO) !== 0;
  }

  /** Whether packets were dropped before it closed, since the statistics were last read. */
  get losing(): boolean {
    return (this.status & TP_STATUS_LOSING) !== 0;
  }

  /**
   * The packets in order, through one reused object. A block has one walk: asking again starts over.
   *
   * @throws LeaseReleasedError after release. CorruptBlockError, here or at a later packet, when the contents
   * contradict the geometry; nothing outside the block is read, and the ring goes on with the next.
   */
  [Symbol.iterator](): PacketWalk<P> {
    if (this.isReleased) throw new LeaseReleasedError(...RELEASED);
    if (this.facts.problem !== "") throw this.corrupt();
    this.walk ??= new PacketWalk(this, this.facts, this.owner.newPacket(), this.owner.isPacked);
    return this.walk.rewind();
  }

  /**
   * The packets that pass a test, such as a filter's `on(stack)`, through the same reused object.
   *
   * @throws as walking the block does.
   */
  where(test: (packet: P) => boolean): Selection<P> {
    return new Selection(this[Symbol.iterator](), test);
  }

  /**
   * Gives the block back to the kernel. Its packets and every accessor made by `ring.bind` throw from then on, until
   * they are moved to a packet of another block. Safe to call again.
   */
  release(): void {
    if (this.isReleased) return;
    this.park();
    this.owner.releaseLease(this.index, this.sequence);
  }

  [Symbol.dispose](): void {
    this.release();
  }

  /** @internal What release does to the block itself. */
  park(): void {
    this.isReleased = true;
    this.walk?.park();
  }

  private corrupt(): CorruptBlockError {
    const { index, start, problem } = this.facts;
    return new CorruptBlockError(problem, { blockIndex: index, packetIndex: -1, offset: start });
  }
}
