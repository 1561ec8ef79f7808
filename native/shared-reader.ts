import { addon, type SharedHandle } from "./binding.js";
import { CookedPacket, Packet } from "./packet.js";
import { PacketRing } from "./packet-ring.js";
import type { SharedRingToken } from "./ring-sharing.js";
import { withTypedErrors } from "./system-errors.js";

/**
 * One thread's part in a ring that several read: it takes blocks that no other has, through a mapping of its own, and
 * releases them in any order. Which thread gets a block is open: packets of one flow go to different readers. When its
 * thread ends, whatever ended it, its blocks go back to the kernel.
 *
 * `stats()` counts what this reader took; the ring's owner counts all.
 */
export class SharedReader extends PacketRing {
  private readonly handle: SharedHandle;

  private constructor(handle: SharedHandle, token: SharedRingToken) {
    const { linkType, cooked, vnetHeader } = token;
    const newPacket = (view: DataView): Packet =>
      cooked ? new CookedPacket(view, linkType) : new Packet(view, linkType, vnetHeader);
    super(handle, { ...token, title: `reader of ${token.title}`, newPacket });
    this.handle = handle;
  }

  /**
   * Maps the ring of a token that its owner's `share()` gave, on this thread.
   *
   * @throws RingError (ENXIO) when the ring is closed; RingMemoryError.
   */
  static attach(token: SharedRingToken): SharedReader {
    return withTypedErrors(`attaching to ${token.title}`, () => {
      return new SharedReader(new (addon().SharedHandle)(token.id), token);
    });
  }

  protected override takeTicket(): number {
    return this.handle.claim();
  }

  protected override isNextReady(): boolean {
    return this.handle.isReady();
  }

  /** The owner ends the ring when everything in it was taken. */
  protected override onIdle(): void {
    if (this.handle.hasEnded()) this.exhausted = true;
  }

  protected override readCounts(): void {
    this.counters.received = this.counters.delivered;
  }

  protected override stopFlow(): void {
    // The others read on: this reader takes no more blocks, that is all.
  }
}
