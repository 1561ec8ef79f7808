import { TpacketBlockDesc } from "../generated/index.js";
import { Block, type BlockOwner } from "./block.js";
import type { SharedMember } from "./binding.js";
import type { BlockDevice } from "./block-device.js";
import { readBlockFacts } from "./block-facts.js";
import { BlockIterator, type BlockSource } from "./block-iterator.js";
import { Counters, type RingStats } from "./counters.js";
import { TP_STATUS_USER } from "./if-packet.js";
import { Leases } from "./leases.js";
import { alreadyWaiting, closedError, sharedError, tooManyLeases } from "./ring-misuse.js";
import { RingSharing, type SharedRingToken } from "./ring-sharing.js";
import type { Packet } from "./packet.js";
import type { Parkable, RingShape } from "./ring-shape.js";
import { TurnBudget } from "./turn-budget.js";

/**
 * A ring of packet blocks: what live and mock rings share. Ticket t (from 0) lives in block t mod N and shows
 * sequence number t + 1; readiness always comes from the status of the block whose turn it is, never from poll alone.
 */
export abstract class PacketRing<P extends Packet = Packet>
  implements AsyncIterable<Block<P>>, AsyncDisposable, Disposable
{
  /** All bytes of the ring: accessors stand on this. After close it reads zeros. */
  readonly view: DataView;
  readonly blockBytes: number;
  readonly blocks: number;
  /** LINKTYPE_* number of the packets: 1 is Ethernet, -1 unknown. */
  readonly linkType: number;
  /** Whether packets begin with their network header, each with a link type of its own. */
  readonly cooked: boolean;
  /** How many blocks can be out at once. */
  readonly maxLeases: number;
  protected readonly device: BlockDevice;
  protected readonly counters: Counters = new Counters();
  /** Set: the iteration fails with this once the ring is empty. */
  protected failure: Error | undefined = undefined;
  /** Nothing will come any more: the iteration ends once the ring is empty. */
  protected exhausted: boolean = false;
  private readonly shape: RingShape<P>;
  private readonly desc: TpacketBlockDesc;
  private readonly leaseTable: Leases;
  private readonly budget: TurnBudget;
  private readonly bound: Parkable[] = [];
  private readonly owner: BlockOwner<P>;
  private readonly lostBlocks: FinalizationRegistry<{ index: number; sequence: number }>;
  private state: "open" | "draining" | "closed" = "open";
  private closing: Promise<void> | undefined = undefined;
  private ticket: number = 0;
  private iterations: number = 0;
  private lastProgress: number = 0;
  private waiting: (() => void) | undefined = undefined;
  private sharing: RingSharing | undefined = undefined;

  protected constructor(device: BlockDevice, shape: RingShape<P>) {
    this.device = device;
    this.shape = shape;
    this.view = new DataView(device.buffer);
    this.blockBytes = shape.blockBytes;
    this.blocks = shape.blocks;
    this.linkType = shape.linkType;
    this.cooked = shape.cooked ?? false;
    this.maxLeases = shape.maxLeases;
    this.desc = new TpacketBlockDesc(this.view);
    this.leaseTable = new Leases(shape.blocks);
    this.budget = new TurnBudget(shape.turnBudgetMs);
    this.owner = this.makeOwner();
    this.lostBlocks = new FinalizationRegistry((lost) => this.releaseLost(lost.index, lost.sequence));
  }

  /** Reads the source's own counts into `counters`. */
  protected abstract readCounts(): void;

  /** Lets nothing new in; what is in a partial block will still come out. */
  protected abstract stopFlow(): void;

  /** Whether the source has no packet any more that nobody got. */
  protected isDrained(): boolean {
    this.readAllCounts();
    return this.counters.pending === 0;
  }

  /** There was no block: a chance to look whether the source is still well. */
  protected onIdle(): void {}

  /** The socket is still open and all leases have ended: a chance to count what nobody took. */
  protected onClosing(): void {}

  /** The last act of closing, once. */
  protected onClosed(): void {}

  /** Blocks that are out now. */
  get leases(): number {
    return this.sharing?.leases ?? this.leaseTable.count;
  }

  /** How long the oldest lease has lasted, in milliseconds; 0 without any. */
  get oldestLeaseMs(): number {
    return this.sharing?.oldestLeaseMs ?? this.leaseTable.oldestMs(performance.now());
  }

  get closed(): boolean {
    return this.state === "closed";
  }

  /** Counts since the ring was opened; after close the final ones. */
  stats(): RingStats {
    if (this.state !== "closed") this.readAllCounts();
    return this.counters.snapshot(this.device.wakeups());
  }

  /**
   * An accessor or `Stack` on this ring's view: make it once, move it for every packet. Whenever any block is
   * released it is parked, and reads throw a `RangeError` until it is moved again. What `xBytes()` returned and
   * offsets you saved are not protected: they read whatever the kernel writes there next.
   */
  bind<T extends Parkable>(accessor: new (view: DataView) => T): T {
    if (this.state === "closed") throw closedError(this.shape.title);
    const instance = new accessor(this.view);
    this.bound.push(instance);
    return instance;
  }

  /**
   * The next block if it is there, else `null`; `null` too after close. Release it.
   *
   * @throws RingBusyError when `maxLeases` blocks are out. InterfaceGoneError when the interface was deleted and
   * everything it had captured was handed out.
   */
  tryNext(): Block<P> | null {
    if (this.state === "closed") return null;
    if (this.sharing !== undefined) throw sharedError(this.shape.title);
    if (this.leaseTable.count >= this.maxLeases) throw tooManyLeases(this.shape.title, this.maxLeases);
    const ticket = this.takeTicket();
    if (ticket >= 0) return this.claim(ticket);
    this.onIdle();
    if (this.failure !== undefined) throw this.failure;
    return null;
  }

  /**
   * Lets other threads take this ring's blocks, each a block at a time: hand the token to workers (`workerData`), which
   * read with `SharedReader.attach(token)`. This object feeds, counts and closes the ring from then on.
   *
   * @throws RingUnsupportedError for a ring in plain memory; RingBusyError when it was read or shared before.
   */
  share(): SharedRingToken {
    if (this.state !== "open") throw closedError(this.shape.title);
    if (this.sharing !== undefined || this.ticket > 0) throw sharedError(this.shape.title);
    this.sharing = new RingSharing(this.device, this.shape);
    return this.sharing.token;
  }

  /** The readers of a shared ring, as they are now; none for another. */
  get readers(): readonly SharedMember[] {
    return this.sharing?.members ?? [];
  }

  /** Blocks as they come, each released when the loop comes back. Ends when the ring is closed or its source ends. */
  [Symbol.asyncIterator](): BlockIterator<Block<P>> {
    return new BlockIterator(this.blockSource());
  }

  /**
   * Closes in order: lets nothing new in, waits until loops that read the ring have had the last packets (also those
   * of a block that is not full) and until all leases are back, and frees everything. When nobody makes progress for
   * `drainTimeoutMs` it stops waiting, and what is out is parked. Do not await it inside the loop that reads the ring:
   * leave the loop with `break`, or call it without `await`. Safe to call again.
   */
  close(): Promise<void> {
    this.closing ??= this.drainAndClose();
    return this.closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Closes at once: packets that nobody took are lost, blocks that are out are parked. */
  [Symbol.dispose](): void {
    if (this.state === "closed") return;
    this.leaseTable.clear();
    this.parkAll();
    try {
      this.onClosing();
      this.readAllCounts();
    } finally {
      this.state = "closed";
      this.device.close();
      this.onClosed();
      this.resume();
    }
  }

  /** Goes on with whoever waits for a block. */
  protected resume(): void {
    const { waiting } = this;
    if (waiting === undefined) return;
    this.waiting = undefined;
    this.device.cancelWait();
    this.budget.renew(performance.now());
    waiting();
  }

  /** Waits until every packet in the ring was handed out, or nobody took one for a while. */
  protected async untilEmpty(): Promise<void> {
    this.lastProgress = performance.now();
    // Twice in a row: a packet that passed the filter just before it was replaced may be on its way to the counter.
    for (let quiet = 0; quiet < 2 && this.isProgressing();) {
      await nextMillisecond();
      if (this.state === "closed") return;
      quiet = this.isDrained() ? quiet + 1 : 0;
    }
  }

  private async drainAndClose(): Promise<void> {
    if (this.state === "closed") return;
    this.state = "draining";
    this.lastProgress = performance.now();
    try {
      this.stopFlow();
      if (this.iterations > 0 || this.readers.length > 0) await this.untilEmpty();
      this.exhausted = true;
      this.sharing?.end();
      this.resume();
      while ((this.iterations > 0 || this.leases > 0) && this.isProgressing()) await nextMillisecond();
    } finally {
      this[Symbol.dispose]();
    }
  }

  /** With what other threads took, if the ring is shared. */
  private readAllCounts(): void {
    this.readCounts();
    if (this.sharing?.countInto(this.counters) === true) this.lastProgress = performance.now();
  }

  /** A partial block needs its timeout to come out; beyond that somebody should move. */
  private isProgressing(): boolean {
    const patience = this.shape.drainTimeoutMs + this.shape.blockTimeoutMs;
    return this.state !== "closed" && performance.now() - this.lastProgress < patience;
  }

  /** Takes the block whose turn it is. Returns its ticket, -1 when it is not there. */
  protected takeTicket(): number {
    return this.isNextReady() ? this.ticket++ : -1;
  }

  /** Whether `takeTicket` would take one. */
  protected isNextReady(): boolean {
    return this.isReady(this.ticket);
  }

  /** The ticket of the block that the kernel fills, or will fill next: the first that is not ready. */
  protected openTicket(): number {
    let ticket = this.ticket;
    while (ticket < this.ticket + this.blocks && this.isReady(ticket)) ticket++;
    return ticket;
  }

  /** Where the block is whose turn it is. */
  protected get nextIndex(): number {
    return this.ticket % this.blocks;
  }

  /** Takes all blocks that are ready and gives them back unread; how many packets they had. When all leases have ended. */
  protected discardRest(): number {
    for (let packets = 0; ;) {
      const index = this.nextIndex;
      const status = this.device.acquire(index);
      if ((status & TP_STATUS_USER) === 0) return packets;
      const facts = readBlockFacts(this.desc, index, this.blockBytes, status, this.ticket + 1);
      this.device.release(index);
      if (facts.problem !== "") continue; // a block that was out when its lease ended
      packets += facts.packetCount;
      this.ticket++;
    }
  }

  private isReady(ticket: number): boolean {
    const index = ticket % this.blocks;
    return !this.leaseTable.has(index) && (this.device.acquire(index) & TP_STATUS_USER) !== 0;
  }

  private claim(ticket: number): Block<P> {
    const index = ticket % this.blocks;
    const status = this.device.acquire(index);
    const facts = readBlockFacts(this.desc, index, this.blockBytes, status, ticket + 1);
    const block = new Block(this.owner, facts);
    this.lastProgress = performance.now();
    this.leaseTable.add(block, this.lastProgress);
    this.lostBlocks.register(block, { index, sequence: facts.sequence }, block);
    this.counters.blocks++;
    if (facts.problem === "") this.counters.delivered += facts.packetCount;
    if (block.losing) this.readCounts(); // the kernel's drop count has 32 bits, and reading it clears the flag
    return block;
  }

  private releaseLease(index: number, sequence: number): void {
    if (!this.leaseTable.remove(index, sequence)) return;
    this.parkAll();
    this.device.release(index);
    this.lastProgress = performance.now();
    if (this.waiting !== undefined && this.isNextReady()) this.resume();
  }

  private releaseLost(index: number, sequence: number): void {
    if (!this.leaseTable.has(index)) return;
    process.emitWarning(`a block of ${this.shape.title} was garbage-collected without release()`, {
      code: "ZC_RING_LOST_BLOCK",
      detail: "It froze the ring until now: release blocks, or read them with `for await`.",
    });
    this.releaseLease(index, sequence);
  }

  private parkAll(): void {
    for (const accessor of this.bound) accessor.park();
  }

  private async nextBlock(): Promise<Block<P> | null> {
    if (this.budget.isSpent(performance.now())) await this.budget.pause();
    for (;;) {
      const block = this.tryNext();
      if (block !== null) return block;
      if (this.exhausted || this.state === "closed") return null;
      await this.nextWake();
    }
  }

  private nextWake(): Promise<void> {
    if (this.waiting !== undefined) throw alreadyWaiting(this.shape.title);
    return new Promise((resolve) => {
      this.waiting = resolve;
      this.device.wait(() => this.resume());
      if (this.isNextReady()) this.resume(); // the walk after arming: an edge may have passed before
    });
  }

  // Blocks and iterations get what they need of the ring, and its users see none of it.
  private makeOwner(): BlockOwner<P> {
    return {
      isPacked: this.shape.isPacked ?? true,
      newPacket: () => this.shape.newPacket(this.view),
      releaseLease: (index, sequence) => this.releaseLease(index, sequence),
    };
  }

  private blockSource(): BlockSource<Block<P>> {
    return {
      nextBlock: () => this.nextBlock(),
      iterationBegins: () => void this.iterations++,
      iterationEnds: () => void this.iterations--,
    };
  }
}

function nextMillisecond(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
