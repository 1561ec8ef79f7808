/** Keeps a busy ring from starving the rest of the process: after `ms` of work it lets the event loop turn. */
export class TurnBudget {
  private readonly ms: number;
  private began: number = performance.now();

  constructor(ms: number) {
    this.ms = ms;
  }

  /** A new turn of the event loop has begun. */
  renew(now: number): void {
    this.began = now;
  }

  isSpent(now: number): boolean {
    return now - this.began >= this.ms;
  }

  /** Lets timers and sockets have their turn. */
  async pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (typeof setImmediate === "function") setImmediate(resolve);
      else setTimeout(resolve); // a browser
    });
    this.renew(performance.now());
  }
}
