import { TpacketStatsV3 } from "../generated/index.js";
import { addon, type SocketHandle } from "./binding.js";
import type { Block } from "./block.js";
import type { RingStats } from "./counters.js";
import { DROP_ALL } from "./filter.js";
import { LinkWatch, type LinkEvent, type LinkState } from "./link-watch.js";
import type { Packet } from "./packet.js";
import { PacketRing } from "./packet-ring.js";
import type { CheckedReceive } from "./receive-options.js";
import type { RingShape } from "./ring-shape.js";
import { withTypedErrors } from "./system-errors.js";

/** What sources on a socket share: statistics of the kernel, link events, signals, the orderly end. */
export abstract class SocketRing<P extends Packet = Packet> extends PacketRing<P> {
  private readonly socket: SocketHandle;
  private readonly title: string;
  private readonly kernelStats: TpacketStatsV3;
  private readonly statsBytes: Uint8Array;
  private forgetSignal: () => void = () => {};

  protected constructor(handle: SocketHandle, shape: RingShape<P>, signal: AbortSignal | undefined) {
    super(handle, shape);
    this.socket = handle;
    this.title = shape.title;
    this.statsBytes = new Uint8Array(TpacketStatsV3.MIN_LENGTH);
    this.kernelStats = new TpacketStatsV3(new DataView(this.statsBytes.buffer));
    this.kernelStats.wrap(0, this.statsBytes.length);
    if (signal !== undefined) this.followSignal(signal);
    ABANDONED.register(this, { handle, title: shape.title }, this);
  }

  /**
   * The next block as soon as it is there, spinning for it; `null` when `microseconds` have passed. It blocks the thread
   * and takes a whole processor: for a worker that has one (`cpu`). Otherwise as `tryNext`.
   */
  spinNext(microseconds: number): Block<P> | null {
    if (!this.closed && !this.isNextReady()) this.socket.spin(this.nextIndex, microseconds);
    return this.tryNext();
  }

  protected override readCounts(): void {
    withTypedErrors(`reading statistics of ${this.title}`, () => this.socket.readStatistics(this.statsBytes));
    const { tpPackets, tpDrops, tpFreezeQCnt } = this.kernelStats;
    this.counters.addKernelCounts(tpPackets, tpDrops, tpFreezeQCnt);
  }

  /** A socket cannot be stopped while somebody reads; a filter that accepts nothing does it, and what it has still comes. */
  protected override stopFlow(): void {
    withTypedErrors(`stopping ${this.title}`, () => this.socket.attachFilter(DROP_ALL));
  }

  protected override onClosed(): void {
    this.forgetSignal();
    ABANDONED.unregister(this);
  }

  /** Weakly: a signal that lives long must not keep a ring that nobody else holds. */
  private followSignal(signal: AbortSignal): void {
    const ring = new WeakRef(this);
    const onAbort = (): void => void ring.deref()?.close();
    signal.addEventListener("abort", onAbort, { once: true });
    this.forgetSignal = () => signal.removeEventListener("abort", onAbort);
  }
}

/** A source on a packet socket, so on an interface that can go down, come up and be deleted. */
export abstract class InterfaceRing<P extends Packet = Packet> extends SocketRing<P> {
  /** "any" for all. */
  readonly interfaceName: string;
  private readonly link: LinkWatch;
  private readonly onLink: ((event: LinkEvent) => void) | undefined;
  private readonly handle: SocketHandle;
  private readonly isOnOne: boolean;
  private cardDrops: number = 0;

  protected constructor(handle: SocketHandle, shape: RingShape<P>, receive: CheckedReceive) {
    super(handle, shape, receive.signal);
    this.handle = handle;
    this.interfaceName = receive.target.name;
    this.isOnOne = receive.target.index > 0;
    this.onLink = receive.onLink;
    this.link = new LinkWatch(handle, this.interfaceName, (event) => this.linkChanged(event));
    this.cardDrops = this.readCardDrops();
  }

  /** The interface's state as far as the source noticed: while somebody reads it, at once for "down" and "gone". */
  get linkState(): LinkState {
    return this.link.state;
  }

  override stats(): RingStats {
    if (!this.closed) this.countCardDrops();
    return super.stats();
  }

  protected get fanoutArgument(): number {
    return withTypedErrors("asking for the fanout group", () => this.handle.fanoutArgument());
  }

  protected override onIdle(): void {
    this.link.check();
  }

  protected override onClosed(): void {
    super.onClosed();
    this.link.stop();
  }

  /** The system's counts have 32 bits and belong to the interface: what counts is how far they went since the opening. */
  private countCardDrops(): void {
    const drops = this.readCardDrops();
    if (drops !== 0) this.counters.nicDropped += (drops - this.cardDrops) >>> 0;
    this.cardDrops = drops;
  }

  /** 0 where the system does not tell: the count is no part of the books. */
  private readCardDrops(): number {
    try {
      return this.isOnOne ? addon().interfaceDrops(this.interfaceName) : 0;
    } catch {
      return 0;
    }
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
}

// A source that nobody holds any more: its memory and socket would stay until the handle is collected too.
const ABANDONED = new FinalizationRegistry<{ handle: SocketHandle; title: string }>(({ handle, title }) => {
  handle.close();
  process.emitWarning(`${title} was garbage-collected without close()`, { code: "ZC_RING_ABANDONED" });
});
