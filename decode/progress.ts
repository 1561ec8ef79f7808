import type { CaptureProgress } from "../files/index.js";

const FIRST_AFTER_MS = 1000;
const EVERY_MS = 200;
const WIDTH = 30;

/** A line on a terminal that says how far a long file has been read. */
export class ProgressBar {
  private readonly write: (text: string) => void;
  private readonly started: number;
  private shownAt: number = 0;

  constructor(write: (text: string) => void, now: number) {
    this.write = write;
    this.started = now;
  }

  /** Shows it, when it is time to. */
  show({ packets, position, size }: CaptureProgress, now: number): void {
    if (now - this.started < FIRST_AFTER_MS || now - this.shownAt < EVERY_MS) return;
    this.shownAt = now;
    const count = packets.toLocaleString("en-US");
    const rate = Math.round((packets / (now - this.started)) * 1000).toLocaleString("en-US");
    this.write(`\r${barOf(position, size)}${count} packets, ${rate} a second\u001b[K`);
  }

  /** Takes it away again. */
  clear(): void {
    if (this.shownAt > 0) this.write("\r\u001b[K");
  }
}

function barOf(position: number, size: number | undefined): string {
  if (size === undefined || size === 0) return `${(position / 1e6).toFixed(0)} MB, `;
  const share = Math.min(1, position / size);
  const filled = Math.round(share * WIDTH);
  return `[${"#".repeat(filled)}${" ".repeat(WIDTH - filled)}] ${(share * 100).toFixed(0).padStart(3)} %, `;
}
