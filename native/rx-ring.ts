import { TpacketStatsV3 } from "../generated/index.js";
import { addon, type RingHandle } from "./binding.js";
import { DROP_ALL } from "./filter.js";
import { LinkWatch, type LinkEvent, type LinkState } from "./link-watch.js";
import { PacketRing } from "./packet-ring.js";
import { checkRxOptions, type RxRequest, type RxRingOptions } from "./rx-options.js";
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
export class RxRing extends PacketRing {
  readonly interfaceName: string;
  private readonly handle: RingHandle;
  private readonly link: LinkWatch;
  private readonly kernelStats: TpacketStatsV3;
  private readonly statsBytes: Uint8Array;
  private readonly onLink: ((event: LinkEvent) => void) | undefined;
  private forgetSignal: () => void = () => {};

  private constructor(handle: RingHandle, request: RxRequest) {
    const title = `RxRing on ${request.target.name}`;
    super(handle, { ...request, title, linkType: request.target.linkType });
    this.interfaceName = request.target.name;
    this.handle = handle;
    this.onLink = request.onLink;
    this.link = new LinkWatch(handle, request.target.name, (event) => this.linkChanged(event));
    this.statsBytes = new Uint8Array(TpacketStatsV3.MIN_LENGTH);
    this.kernelStats = new TpacketStatsV3(new DataView(this.statsBytes.buffer));
    this.kernelStats.wrap(0, this.statsBytes.length);
    if (request.signal !== undefined) this.followSignal(request.signal);
    ABANDONED.register(this, { handle, title }, this);
  }

  /**
   * Opens a ring and begins to capture.
   *
   * @throws RingConfigError, before any system call, for an option out of range. PermissionError without CAP_NET_RAW.
   * InterfaceNotFoundError, InterfaceDownError, RingMemoryError, RingUnsupportedError as their names say. The
   * signal's reason, when it is aborted already.
   */
  static open(options: RxRingOptions): RxRing {
    const request = checkRxOptions(options);
    const handle = withTypedErrors(`opening a ring on ${request.target.name}`, () => openHandle(request));
    return new RxRing(handle, request);
  }

  /** The interface's state as far as the ring noticed: while somebody reads it, at once for "down" and "gone". */
  get linkState(): LinkState {
    return this.link.state;
  }

  protected override readCounts(): void {
    withTypedErrors("reading the ring's statistics", () => this.handle.readStatistics(this.statsBytes));
    const { tpPackets, tpDrops, tpFreezeQCnt } = this.kernelStats;
    this.counters.addKernelCounts(tpPackets, tpDrops, tpFreezeQCnt);
  }

  /** The socket cannot be stopped while it is mapped; a filter that accepts nothing does it, and a partial block still comes out. */
  protected override stopFlow(): void {
    withTypedErrors("stopping the ring", () => this.handle.attachFilter(DROP_ALL));
  }

  protected override onIdle(): void {
    this.link.check();
  }

  protected override onClosed(): void {
    this.link.stop();
    this.forgetSignal();
    ABANDONED.unregister(this);
  }

  private linkChanged(event: LinkEvent): void {
    if (event.state === "gone") void this.failWhenEmpty(event.error);
    this.onLink?.(event);
  }

  /** A deleted interface's last, partial block still comes out, after its timeout. */
  private async failWhenEmpty(error: Error): Promise<void> {
    await this.untilEmpty();
    this.failure = error;
    this.resume();
  }

  /** Weakly: a signal that lives long must not keep a ring that nobody else holds. */
  private followSignal(signal: AbortSignal): void {
    const ring = new WeakRef(this);
    const onAbort = (): void => void ring.deref()?.close();
    signal.addEventListener("abort", onAbort, { once: true });
    this.forgetSignal = () => signal.removeEventListener("abort", onAbort);
  }
}

function openHandle(request: RxRequest): RingHandle {
  const { target, requestBytes, filterWords, promiscuous, ignoreOutgoing } = request;
  return new (addon().RingHandle)(target.index, requestBytes, filterWords, promiscuous, ignoreOutgoing);
}

// A ring that nobody holds any more: its memory and socket would stay until the handle is collected too.
const ABANDONED = new FinalizationRegistry<{ handle: RingHandle; title: string }>(({ handle, title }) => {
  handle.close();
  process.emitWarning(`${title} was garbage-collected without close()`, { code: "ZC_RING_ABANDONED" });
});
