import { hasAddon } from "./binding.js";
import { openMemfd, PlainMemory, type BlockDevice } from "./block-device.js";
import { MockKernel, type MockPacketInfo } from "./mock-kernel.js";
import { checkBoolean, checkInteger, checkNames } from "./option-checks.js";
import { Packet } from "./packet.js";
import { PacketRing } from "./packet-ring.js";
import { closedError } from "./ring-misuse.js";
import { checkLimits, COMMON_OPTIONS, type CommonLimits, type CommonRingOptions } from "./ring-limits.js";

/** Options of `MockRing.create`. */
export interface MockRingOptions extends CommonRingOptions {
  /** LINKTYPE_* number of the packets. Default 1, Ethernet. */
  readonly linkType?: number;
  /** Plain memory even where the addon could give a memfd. Default false. */
  readonly plainMemory?: boolean;
}

/** A packet to feed: its bytes, and what the kernel would say of it. */
export interface MockPacket extends MockPacketInfo {
  readonly bytes: Uint8Array;
}

const PAGE_BYTES = 4096;

/**
 * A ring without a kernel: the same blocks, the same reading side, filled by `push` or `replay`. Needs no privilege,
 * and no addon either; with it the memory is a memfd and wake-ups take the way of a live ring.
 */
export class MockRing extends PacketRing {
  /** The ring's bytes for writing, to corrupt blocks on purpose. */
  readonly rawView: DataView;
  private readonly kernel: MockKernel;

  private constructor(device: BlockDevice, limits: CommonLimits, linkType: number) {
    const newPacket = (view: DataView): Packet => new Packet(view, linkType);
    super(device, { ...limits, linkType, title: "MockRing", blockTimeoutMs: 0, newPacket });
    this.rawView = this.view;
    this.kernel = new MockKernel(device, this.view, limits.blockBytes, this.counters);
  }

  /** @throws RingConfigError for an option out of range. */
  static create(options: MockRingOptions = {}): MockRing {
    checkNames(options, [...COMMON_OPTIONS, "linkType", "plainMemory"]);
    const limits = checkLimits(options, { blockBytes: 1 << 16, blocks: 8, pageBytes: PAGE_BYTES });
    const linkType = checkInteger("linkType", options.linkType ?? 1, { min: -1, max: 0xffff });
    const plain = checkBoolean("plainMemory", options.plainMemory ?? false) || !hasAddon();
    const { blockBytes, blocks } = limits;
    const device = plain ? new PlainMemory(blockBytes, blocks) : openMemfd(blockBytes, blocks);
    return new MockRing(device, limits, linkType);
  }

  /** Whether a packet of so many bytes would find room. */
  hasRoomFor(length: number): boolean {
    return this.kernel.hasRoomFor(length);
  }

  /** Receives a packet. Returns false when it was dropped because no block was free. It is seen once its block closes. */
  push(bytes: Uint8Array, info: MockPacketInfo = {}): boolean {
    this.requireOpen();
    return this.kernel.receive(bytes, info);
  }

  /** Hands over the block that is being filled, as the kernel does when the timeout passes. */
  flush(): void {
    this.requireOpen();
    this.kernel.retire();
  }

  /** Flushes; loops that read the ring end after the last packet. */
  end(): void {
    this.flush();
    this.exhausted = true;
    this.resume();
  }

  /** Feeds packets as fast as a reader takes them, dropping none; then flushes. Somebody must read meanwhile. */
  async replay(packets: Iterable<MockPacket>): Promise<void> {
    await this.feed(packets);
    if (!this.closed) this.flush();
  }

  /** @internal The same, without the flush. */
  async feed(packets: Iterable<MockPacket>): Promise<void> {
    for (const { bytes, ...info } of packets) {
      while (!this.hasRoomFor(bytes.length) && !this.closed) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (this.closed) return;
      this.push(bytes, info);
    }
  }

  protected override readCounts(): void {
    // The mock kernel counts into `counters` itself.
  }

  protected override stopFlow(): void {
    this.kernel.retire();
  }

  private requireOpen(): void {
    if (this.closed) throw closedError("MockRing");
  }
}
