import { RingBusyError } from "./errors.js";
import { checkInteger } from "./option-checks.js";

/**
 * Slots of a sender: memory that was mapped once, where packets are built and sent from, in turn.
 *
 * ```ts
 * const { slots } = sender;
 * if (slots.room === 0) await sender.flush();
 * ethernet.wrap(slots.offset, slots.end); // an accessor on slots.view
 * slots.commit(60);
 * ```
 */
export class TxSlots {
  /** All slots: accessors that build packets stand on this. */
  readonly view: DataView;
  readonly slotBytes: number;
  readonly count: number;
  /** @internal Bytes of each slot's packet. */
  readonly lengths: Uint32Array;
  /** @internal The slot that is sent next. */
  first: number = 0;
  /** Packets that wait to be sent. */
  queued: number = 0;

  /** @internal */
  constructor(buffer: ArrayBuffer, count: number, slotBytes: number) {
    this.view = new DataView(buffer);
    this.count = count;
    this.slotBytes = slotBytes;
    this.lengths = new Uint32Array(count);
  }

  /** How many packets can be built before `flush`. */
  get room(): number {
    return this.count - this.queued;
  }

  /** Where the next packet is built, from the start of the view. @throws RingBusyError when all slots wait */
  get offset(): number {
    return this.nextSlot() * this.slotBytes;
  }

  /** Where that slot ends. */
  get end(): number {
    return this.offset + this.slotBytes;
  }

  /** The packet at `offset` has so many bytes, and waits to be sent. @throws RingConfigError when it cannot have them */
  commit(length: number): void {
    checkInteger("length", length, { min: 1, max: this.slotBytes, why: "a packet fits its slot" });
    this.lengths[this.nextSlot()] = length;
    this.queued++;
  }

  /** @internal The first `count` slots were sent. */
  free(count: number): void {
    this.first = (this.first + count) % this.count;
    this.queued -= count;
  }

  private nextSlot(): number {
    if (this.queued < this.count) return (this.first + this.queued) % this.count;
    throw new RingBusyError(`all ${this.count} slots wait to be sent`, {
      code: "ERR_RING_SLOTS",
      hint: "await sender.flush() first",
    });
  }
}
