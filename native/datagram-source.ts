import { addon, type DatagramHandle } from "./binding.js";
import {
  checkInterfaceDatagrams,
  checkUdp,
  type InterfaceDatagramOptions,
  type InterfaceDatagramRequest,
  type UdpOptions,
  type UdpRequest,
} from "./datagram-options.js";
import { Datagram } from "./datagram.js";
import { CookedPacket, Packet } from "./packet.js";
import type { RingShape } from "./ring-shape.js";
import { InterfaceRing, SocketRing } from "./socket-ring.js";
import { withTypedErrors } from "./system-errors.js";

/**
 * Packets of an interface without a ring: received a batch a system call (recvmmsg) into slots that were mapped once.
 * The same blocks, packets and accessors as `RxRing`, for systems that forbid rings, and for less delay than the
 * millisecond that a ring takes at least. The kernel queues packets in the socket first: more work a packet than a ring.
 */
export class InterfaceDatagrams extends InterfaceRing {
  /** @internal */
  constructor(handle: DatagramHandle, request: InterfaceDatagramRequest) {
    const { target, cooked } = request.receive;
    const newPacket = (view: DataView): Packet =>
      cooked ? new CookedPacket(view, target.linkType) : new Packet(view, target.linkType);
    const shape = slotShape(request, titleOf(request), target.linkType, newPacket);
    super(handle, { ...shape, cooked }, request.receive);
  }
}

/** Datagrams of a UDP socket, which needs no privilege: payloads, each with its sender's address and the kernel's time. */
export class UdpDatagrams extends SocketRing<Datagram> {
  /** The port it listens on. */
  readonly port: number;
  private untaken: number = 0;

  /** @internal */
  constructor(handle: DatagramHandle, request: UdpRequest) {
    const { title, linkType } = request;
    super(
      handle,
      slotShape(request, title, linkType, (view) => new Datagram(view, linkType)),
      request.signal,
    );
    this.port = handle.port();
  }

  /** The system tells a UDP socket's drops alone: what it saw is those, what was handed out, and at the end the rest. */
  protected override readCounts(): void {
    super.readCounts();
    this.counters.received = this.counters.delivered + this.counters.dropped + this.untaken;
  }

  protected override onClosing(): void {
    this.stopFlow();
    this.untaken = this.discardRest();
  }

  protected override isDrained(): boolean {
    return !this.isNextReady();
  }
}

/** Sources that receive into slots: see {@link InterfaceDatagrams} and {@link UdpDatagrams}. */
export const DatagramSource: {
  /**
   * Receives on an interface, or on "any".
   *
   * @throws RingConfigError, before any system call, for an option out of range; PermissionError without CAP_NET_RAW;
   * InterfaceNotFoundError, InterfaceDownError, RingMemoryError, RingUnsupportedError, FanoutMismatchError.
   */
  onInterface(options: InterfaceDatagramOptions): InterfaceDatagrams;
  /**
   * Receives UDP datagrams.
   *
   * @throws RingConfigError for an option out of range, or an address that is not ours; RingBusyError for a port that is
   * taken; PermissionError for a port below 1024 without CAP_NET_BIND_SERVICE; RingMemoryError.
   */
  onUdp(options: UdpOptions): UdpDatagrams;
} = {
  onInterface(options) {
    const request = checkInterfaceDatagrams(options);
    return new InterfaceDatagrams(openHandle(request, titleOf(request)), request);
  },
  onUdp(options) {
    const request = checkUdp(options);
    return new UdpDatagrams(openHandle(request, request.title), request);
  },
};

function openHandle({ slots, native }: InterfaceDatagramRequest | UdpRequest, title: string): DatagramHandle {
  return withTypedErrors(`opening ${title}`, () => new (addon().DatagramHandle)(slots, native));
}

function titleOf({ receive }: InterfaceDatagramRequest): string {
  return `DatagramSource on ${receive.target.name}`;
}

function slotShape<P extends Packet>(
  request: InterfaceDatagramRequest | UdpRequest,
  title: string,
  linkType: number,
  newPacket: (view: DataView) => P,
): RingShape<P> {
  return { ...request, title, linkType, newPacket, blockTimeoutMs: 0, isPacked: false };
}
