import type { SharedMember } from "./binding.js";
import type { BlockDevice } from "./block-device.js";
import type { Counters } from "./counters.js";
import { RingUnsupportedError } from "./errors.js";
import type { Packet } from "./packet.js";
import type { RingShape } from "./ring-shape.js";

/** All that a thread needs to read a shared ring: plain data, for `workerData` or a message. */
export interface SharedRingToken {
  /** The ring's number in this process. */
  readonly id: number;
  readonly title: string;
  readonly blockBytes: number;
  readonly blocks: number;
  readonly blockTimeoutMs: number;
  readonly linkType: number;
  readonly cooked: boolean;
  readonly vnetHeader: boolean;
  /** Of each reader. */
  readonly maxLeases: number;
  readonly turnBudgetMs: number;
  readonly drainTimeoutMs: number;
}

/** The owner's side of a shared ring. */
export class RingSharing {
  readonly token: SharedRingToken;
  private readonly device: BlockDevice;

  /** @throws RingUnsupportedError for memory that other threads cannot map. */
  constructor(device: BlockDevice, shape: RingShape<Packet>) {
    const id = device.share?.();
    if (id === undefined) {
      throw new RingUnsupportedError(`${shape.title} cannot be shared: other threads cannot map its memory`, {
        code: "ERR_RING_UNSUPPORTED",
        hint: "it needs the addon, and a ring: not plain memory, not a DatagramSource",
      });
    }
    this.device = device;
    const { title, blockBytes, blocks, blockTimeoutMs, linkType, maxLeases, turnBudgetMs, drainTimeoutMs } =
      shape;
    this.token = {
      ...{ id, title, blockBytes, blocks, blockTimeoutMs, linkType, maxLeases, turnBudgetMs, drainTimeoutMs },
      cooked: shape.cooked ?? false,
      vnetHeader: shape.vnetHeader ?? false,
    };
  }

  get members(): readonly SharedMember[] {
    return this.device.sharedCounts?.().members ?? [];
  }

  /** Blocks that readers have now. */
  get leases(): number {
    return this.members.reduce((sum, member) => sum + member.leases, 0);
  }

  /** How long a reader has had the oldest of them, in milliseconds. */
  get oldestLeaseMs(): number {
    return this.members.reduce((oldest, member) => Math.max(oldest, member.oldestLeaseMs), 0);
  }

  /** Adds what readers took. Returns whether it was more than before. */
  countInto(counters: Counters): boolean {
    const { delivered = 0, claimed = 0 } = this.device.sharedCounts?.() ?? {};
    const grew = claimed > counters.blocks;
    counters.delivered = delivered;
    counters.blocks = claimed;
    return grew;
  }

  end(): void {
    this.device.endSharing?.();
  }
}
