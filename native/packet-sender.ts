import { addon, type SenderHandle } from "./binding.js";
import { RingClosedError } from "./errors.js";
import { findInterface } from "./interfaces.js";
import { checkBoolean, checkInteger, checkNames } from "./option-checks.js";
import { withTypedErrors } from "./system-errors.js";

/** Options of {@link PacketSender.open}. */
export interface PacketSenderOptions {
  /** The interface to send on. */
  readonly interface: string;
  /** Hands frames to the driver without the queueing discipline (PACKET_QDISC_BYPASS): faster. Default false. */
  readonly bypassQueue?: boolean;
}

/**
 * Sends raw frames, link-layer header included, on one interface: for tests, demonstrations and replay. It receives
 * nothing.
 */
export class PacketSender {
  readonly interfaceName: string;
  private readonly handle: SenderHandle;
  private closed: boolean = false;

  private constructor(interfaceName: string, handle: SenderHandle) {
    this.interfaceName = interfaceName;
    this.handle = handle;
  }

  /** @throws PermissionError without CAP_NET_RAW, InterfaceNotFoundError, InterfaceDownError, RingUnsupportedError. */
  static open(options: PacketSenderOptions): PacketSender {
    checkNames(options, ["interface", "bypassQueue"]);
    const bypass = checkBoolean("bypassQueue", options.bypassQueue ?? false);
    const { name, index } = findInterface(options.interface);
    const handle = withTypedErrors(
      `opening ${name} for sending`,
      () => new (addon().SenderHandle)(index, bypass),
    );
    return new PacketSender(name, handle);
  }

  /**
   * Sends one frame, or several in order, `repeat` times over, without waiting. Returns how many went out: fewer than
   * asked for when the socket's buffer is full; send the rest later.
   *
   * @throws RingError (EMSGSIZE for a frame longer than the interface takes, ENETDOWN, ...) when the first one fails.
   */
  send(frames: Uint8Array | readonly Uint8Array[], repeat: number = 1): number {
    if (this.closed) throw new RingClosedError("this sender is closed", { code: "ERR_RING_CLOSED" });
    checkInteger("repeat", repeat, { min: 0, max: 0xffffffff });
    const list = frames instanceof Uint8Array ? [frames] : frames;
    for (const frame of list) {
      if (!(frame instanceof Uint8Array)) {
        throw new TypeError(`frames must be Uint8Arrays, not ${typeof frame}`);
      }
    }
    return withTypedErrors(`sending on ${this.interfaceName}`, () => this.handle.send(list, repeat));
  }

  /** Closes the socket. Safe to call again. */
  close(): void {
    this.closed = true;
    this.handle.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
