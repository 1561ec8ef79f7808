import { closeSync } from "node:fs";
import { addon, type RingHandle } from "./binding.js";
import { RingError, RingMemoryError } from "./errors.js";
import { groupOf } from "./fanout.js";
import { ACCEPT_ALL, buildFilter, instructionsOf, type FilterChoice } from "./filter.js";
import { checkSnaplen } from "./receive-options.js";
import { closedError } from "./ring-misuse.js";
import {
  checkRxOptions,
  checkRxOptionsFrom,
  ringRequest,
  type FromFdOptions,
  type RxRequest,
  type RxRingOptions,
} from "./rx-options.js";
import { CookedPacket, Packet } from "./packet.js";
import { InterfaceRing } from "./socket-ring.js";
import { withTypedErrors } from "./system-errors.js";

/**
 * A live TPACKET_V3 ring on a network interface: packets that arrive while it is open, read where the kernel put them.
 *
 * ```ts
 * await using ring = RxRing.open({ interface: "eth0" });
 * const stack = ring.bind(Stack);
 * for await (const block of ring) {
 *   for (const packet of block) stack.decode(packet);
 * }
 * ```
 */
export class RxRing extends InterfaceRing {
  private readonly ring: RingHandle;
  private readonly request: RxRequest;

  private constructor({ handle, request }: OpenedRing) {
    const { target, cooked } = request.receive;
    const { linkType } = target;
    const newPacket = cooked
      ? (view: DataView): Packet => new CookedPacket(view, linkType)
      : (view: DataView): Packet => new Packet(view, linkType, request.vnetHeader);
    super(handle, { ...request, title: titleOf(request), linkType, cooked, newPacket }, request.receive);
    this.ring = handle;
    this.request = request;
    if (request.wantsHardwareStamps && !handle.hasHardwareStamps()) warnOfStamps(titleOf(request));
  }

  /**
   * Opens a ring and begins to capture.
   *
   * @throws RingConfigError, before any system call, for an option out of range. PermissionError without CAP_NET_RAW.
   * InterfaceNotFoundError, InterfaceDownError, RingMemoryError, RingUnsupportedError, FanoutMismatchError as their
   * names say. The signal's reason, when it is aborted already.
   */
  static open(options: RxRingOptions): RxRing {
    return new RxRing(openRing(checkRxOptions(options)));
  }

  /**
   * The same on a packet socket that somebody else opened, a privileged parent perhaps: it needs no privilege then. The
   * socket's type says whether packets are cooked, its binding where it listens; a filter it had is replaced, and what it
   * received before is not seen. The ring takes the descriptor over; when this throws it is still yours.
   *
   * @throws as `open`; RingConfigError for a descriptor that is no packet socket.
   */
  static fromFd(fd: number, options: FromFdOptions = {}): RxRing {
    const ring = new RxRing(openRing(checkRxOptionsFrom(fd, options)));
    closeSync(fd);
    return ring;
  }

  /** The number of the ring's fanout group; undefined without. */
  get fanoutGroup(): number | undefined {
    return this.request.receive.native.fanout ? groupOf(this.fanoutArgument) : undefined;
  }

  /**
   * Replaces the filter while packets flow; without arguments everything passes. Returns the `sequence` of the first
   * block all of whose packets passed the new filter: blocks before it, and one that the kernel was filling meanwhile,
   * hold packets of the old one. Waits some milliseconds, until the kernel is done with packets it was handling.
   *
   * @throws RingConfigError for a filter that is no good; the old one stays.
   */
  setFilter(filter?: FilterChoice, snaplen?: number): number {
    if (this.closed) throw closedError(titleOf(this.request));
    const { cooked: isCooked, target } = this.request.receive;
    const hasSnaplen = snaplen !== undefined;
    const instructions = instructionsOf(filter, { isCooked, linkType: target.linkType, hasSnaplen });
    const words = buildFilter(instructions, checkSnaplen(snaplen));
    withTypedErrors("attaching the filter", () =>
      this.ring.attachFilter(words.length === 0 ? ACCEPT_ALL : words),
    );
    const slack = addon().waitForGracePeriod() ? 0 : 1;
    return this.openTicket() + 2 + slack; // the open block has its ticket + 1, and is mixed
  }
}

interface OpenedRing {
  readonly handle: RingHandle;
  readonly request: RxRequest;
}

function openRing(request: RxRequest): OpenedRing {
  for (let { blocks } = request; ; blocks = fewer(blocks)) {
    try {
      const native = ringRequest(request, blocks);
      const handle = withTypedErrors(`opening a ring on ${request.receive.target.name}`, () => {
        return new (addon().RingHandle)(native);
      });
      return { handle, request: { ...request, blocks, maxLeases: Math.min(request.maxLeases, blocks - 1) } };
    } catch (error) {
      if (!request.allowShrink || blocks <= 2 || !isOutOfRingMemory(error)) throw error;
    }
  }
}

/** A twentieth less, as libpcap tries. */
function fewer(blocks: number): number {
  return Math.max(2, Math.floor(blocks * 0.95));
}

function isOutOfRingMemory(error: unknown): boolean {
  return error instanceof RingMemoryError && error.syscall === "setsockopt(PACKET_RX_RING)";
}

function titleOf({ receive }: RxRequest): string {
  return `RxRing on ${receive.target.name}`;
}

function warnOfStamps(title: string): void {
  const { message } = new RingError(`${title} has no time stamps of the card, and takes the stack's`, {
    code: "ZC_RING_NO_HARDWARE_STAMPS",
    hint: "the driver may not support it (`ethtool -T`), and turning it on needs CAP_NET_ADMIN",
  });
  process.emitWarning(message, { code: "ZC_RING_NO_HARDWARE_STAMPS" });
}
