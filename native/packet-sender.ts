import { addon, type SenderHandle } from "./binding.js";
import { RingClosedError } from "./errors.js";
import { findInterface } from "./interfaces.js";
import { checkBoolean, checkInteger, checkNames } from "./option-checks.js";
import { withTypedErrors } from "./system-errors.js";
import { TxSlots } from "./tx-slots.js";

/** Options of {@link PacketSender.open}. */
export interface PacketSenderOptions {
  /** The interface to send on. */
  readonly interface: string;
  /** Hands frames to the driver without the queueing discipline (PACKET_QDISC_BYPASS): faster. Default false. */
  readonly bypassQueue?: boolean;
  /** How many packets can be built in `sender.slots` and wait there. Default 0: no slots. */
  readonly slots?: number;
  /** Bytes of a slot, a multiple of 64. Default 2048. */
  readonly slotBytes?: number;
}

/** What a sender has done. */
export interface SenderStats {
  /** Frames that the socket took. */
  readonly sent: number;
  /** How often it had no room, so that somebody waited. */
  readonly waits: number;
}

// One call takes so many; the addon hands them to the kernel in batches of 256.
const BATCH = 1024;
// A queueing discipline that is full says nothing when it has room again.
const LOOK_AGAIN_MS = 1;

/**
 * Sends raw frames, link-layer header included, on one interface: answers, replay, tests. It receives nothing.
 *
 * Three ways: `send` at once, as many as there is room for; `sendAll`, which waits for room; and packets built in place,
 * in `slots`, sent by `flush`.
 */
export class PacketSender implements Disposable {
  readonly interfaceName: string;
  private readonly handle: SenderHandle;
  private readonly txSlots: TxSlots | undefined;
  private closed: boolean = false;
  private sent: number = 0;
  private waits: number = 0;

  private constructor(interfaceName: string, handle: SenderHandle, slots: number, slotBytes: number) {
    this.interfaceName = interfaceName;
    this.handle = handle;
    this.txSlots = slots === 0 ? undefined : new TxSlots(handle.buffer, slots, slotBytes);
  }

  /**
   * @throws RingConfigError for an option out of range. PermissionError without CAP_NET_RAW, InterfaceNotFoundError,
   * InterfaceDownError, RingMemoryError, RingUnsupportedError.
   */
  static open(options: PacketSenderOptions): PacketSender {
    checkNames(options, ["interface", "bypassQueue", "slots", "slotBytes"]);
    const bypass = checkBoolean("bypassQueue", options.bypassQueue ?? false);
    const slots = checkInteger("slots", options.slots ?? 0, { min: 0, max: 65_536 });
    const slotBytes = checkInteger("slotBytes", options.slotBytes ?? 2048, {
      min: 64,
      max: 131_072,
      step: 64,
      why: "whole cache lines",
    });
    const { name, index } = findInterface(options.interface);
    const handle = withTypedErrors(`opening ${name} for sending`, () => {
      return new (addon().SenderHandle)(index, bypass, slots, slotBytes);
    });
    return new PacketSender(name, handle, slots, slotBytes);
  }

  /**
   * Sends one frame, or several in order, `repeat` times over, without waiting. Returns how many went out: fewer than
   * asked for when the socket's buffer is full; send the rest later.
   *
   * @throws RingError (EMSGSIZE for a frame longer than the interface takes, ENETDOWN, ...) when the first one fails.
   */
  send(frames: Uint8Array | readonly Uint8Array[], repeat: number = 1): number {
    this.requireOpen();
    checkInteger("repeat", repeat, { min: 0, max: 0xffffffff });
    const list = frames instanceof Uint8Array ? [frames] : frames;
    for (const frame of list) {
      if (!(frame instanceof Uint8Array)) {
        throw new TypeError(`frames must be Uint8Arrays, not ${typeof frame}`);
      }
    }
    const count = withTypedErrors(`sending on ${this.interfaceName}`, () => this.handle.send(list, repeat));
    this.sent += count;
    return count;
  }

  /**
   * Sends every frame, waiting for room as often as needed; resolves when the socket took the last, with their number.
   * Frames must stay as they are until then.
   *
   * @throws RingError as `send`, RingClosedError when the sender is closed meanwhile; what came before was sent.
   */
  async sendAll(frames: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<number> {
    const before = this.sent;
    let batch: Uint8Array[] = [];
    for await (const frame of frames) {
      batch.push(frame);
      if (batch.length < BATCH) continue;
      await this.sendWhole(batch);
      batch = [];
    }
    await this.sendWhole(batch);
    return this.sent - before;
  }

  /** Where packets are built in place. @throws RingClosedError; TypeError for a sender without slots. */
  get slots(): TxSlots {
    this.requireOpen();
    if (this.txSlots !== undefined) return this.txSlots;
    throw new TypeError("this sender has no slots: open it with { slots: 256 }");
  }

  /**
   * Sends all packets that were built in slots; resolves when the socket took the last. A packet that the kernel refuses
   * leaves its slot and rejects the promise; flush again for the rest.
   *
   * @throws RingError as `send`; RingClosedError when the sender is closed meanwhile.
   */
  async flush(): Promise<void> {
    const { slots } = this;
    while (slots.queued > 0) {
      const taken = this.sendSlots(slots);
      slots.free(taken);
      this.sent += taken;
      if (slots.queued > 0 && taken === 0) await this.room();
    }
  }

  stats(): SenderStats {
    return { sent: this.sent, waits: this.waits };
  }

  /** Closes the socket. What waits for room is rejected. Safe to call again. */
  close(): void {
    this.closed = true;
    this.handle.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  private sendSlots(slots: TxSlots): number {
    this.requireOpen();
    try {
      return withTypedErrors(`sending on ${this.interfaceName}`, () => {
        return this.handle.sendSlots(slots.first, slots.queued, slots.lengths);
      });
    } catch (error) {
      slots.free(1); // the addon throws for the first alone
      throw error;
    }
  }

  private async sendWhole(frames: readonly Uint8Array[]): Promise<void> {
    for (let at = 0; at < frames.length;) {
      const count = this.send(at === 0 ? frames : frames.slice(at));
      at += count;
      if (at < frames.length) await this.room();
    }
  }

  private async room(): Promise<void> {
    this.waits++;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, LOOK_AGAIN_MS);
      const { handle } = this;
      function done(): void {
        clearTimeout(timer);
        handle.cancelWait();
        resolve();
      }
      handle.wait(done);
    });
    this.requireOpen();
  }

  private requireOpen(): void {
    if (this.closed) throw new RingClosedError("this sender is closed", { code: "ERR_RING_CLOSED" });
  }
}
