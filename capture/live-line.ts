import type { RingStats } from "../native/index.js";
import type { CaptureHost } from "./command.js";

const LIVE_MS = 500;

/** What the line tells of. */
export interface Watched {
  stats(): RingStats;
  /** How long the oldest lease has lasted; left out where nobody here knows. */
  readonly oldestLeaseMs?: number;
}

/** One line that is written over, with the rate, and drops where they happened. */
export class LiveLine {
  private readonly timer: NodeJS.Timeout;
  private readonly host: CaptureHost;
  private last: { readonly at: number; readonly received: number };

  constructor(source: Watched, host: CaptureHost) {
    this.host = host;
    this.last = { at: performance.now(), received: 0 };
    this.timer = setInterval(() => this.draw(source), LIVE_MS).unref();
  }

  end(): void {
    clearInterval(this.timer);
    this.host.stderr.write("\r\x1b[K");
  }

  private draw(source: Watched): void {
    const { received, dropped, nicDropped } = source.stats();
    const now = performance.now();
    const rate = Math.round(((received - this.last.received) * 1000) / (now - this.last.at));
    this.last = { at: now, received };
    const { oldestLeaseMs } = source;
    const lag = oldestLeaseMs === undefined ? "" : `; oldest lease ${Math.round(oldestLeaseMs)} ms`;
    this.host.stderr.write(
      `\r\x1b[K${received} packets, ${rate}/s; dropped: ${dropped} ring full, ${nicDropped} card${lag}`,
    );
  }
}
