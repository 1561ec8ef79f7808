/** Says how much is due at a steady rate. What a busy machine missed beyond a burst is not made up for. */
export class Pace {
  private readonly perSecond: number;
  private readonly maxBurst: number;
  private readonly began: number = performance.now();
  private taken: number = 0;

  /** At most `maxBurst` at once. */
  constructor(perSecond: number, maxBurst: number) {
    this.perSecond = perSecond;
    this.maxBurst = maxBurst;
  }

  /** How many are due now, counted as done. */
  take(): number {
    const due = Math.floor(((performance.now() - this.began) / 1000) * this.perSecond) - this.taken;
    this.taken += due;
    return Math.min(due, this.maxBurst);
  }
}
