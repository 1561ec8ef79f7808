/** Anything that reads from the ring's view and can be made to throw: every generated class. */
export interface Parkable {
  park(): void;
}

/** The shape of a ring, and how it is read. */
export interface RingShape {
  /** For messages and warnings: "RxRing on eth0". */
  readonly title: string;
  readonly blockBytes: number;
  readonly blocks: number;
  readonly blockTimeoutMs: number;
  readonly linkType: number;
  readonly maxLeases: number;
  readonly turnBudgetMs: number;
  readonly drainTimeoutMs: number;
}
