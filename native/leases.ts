/** What a lease needs of its block. */
interface LeasedBlock {
  readonly index: number;
  readonly sequence: number;
  park(): void;
}

interface Lease {
  readonly sequence: number;
  /** `performance.now()` when it began. */
  readonly since: number;
  /** Weak, so that a block that was dropped without release can be found out. */
  readonly block: WeakRef<LeasedBlock>;
}

/** Which blocks are out. */
export class Leases {
  private readonly byIndex: (Lease | undefined)[];
  private held: number = 0;

  constructor(blocks: number) {
    this.byIndex = new Array<Lease | undefined>(blocks).fill(undefined);
  }

  /** Blocks out now. */
  get count(): number {
    return this.held;
  }

  has(index: number): boolean {
    return this.byIndex[index] !== undefined;
  }

  add(block: LeasedBlock, now: number): void {
    this.byIndex[block.index] = { sequence: block.sequence, since: now, block: new WeakRef(block) };
    this.held++;
  }

  /** Ends a lease. Returns false when that block is out no more. */
  remove(index: number, sequence: number): boolean {
    if (this.byIndex[index]?.sequence !== sequence) return false;
    this.byIndex[index] = undefined;
    this.held--;
    return true;
  }

  /** How long the oldest lease has lasted, in milliseconds; 0 without any. */
  oldestMs(now: number): number {
    return this.byIndex.reduce(
      (oldest, lease) => Math.max(oldest, lease === undefined ? 0 : now - lease.since),
      0,
    );
  }

  /** Ends all, and parks their blocks. */
  clear(): void {
    for (const lease of this.byIndex) lease?.block.deref()?.park();
    this.byIndex.fill(undefined);
    this.held = 0;
  }
}
