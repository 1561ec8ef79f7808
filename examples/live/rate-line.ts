import type { PacketRing } from "zc-gen/ring";
import type { Tally } from "./tally.js";
import { colors, grouped, isTerminal } from "./terminal.js";

/** Tells how it goes while it goes: one line rewritten in place on a terminal, a line every second elsewhere. */
export class RateLine {
  private readonly tally: Tally;
  private readonly ring: PacketRing;
  private readonly timer: NodeJS.Timeout;
  private readonly began: number = performance.now();
  private lastTime: number = this.began;
  private lastPackets: number = 0;
  private lastBytes: number = 0;

  constructor(tally: Tally, ring: PacketRing) {
    this.tally = tally;
    this.ring = ring;
    this.timer = setInterval(() => this.print(), isTerminal() ? 250 : 1000);
  }

  /** Ends it; the line on a terminal gives way. */
  stop(): void {
    clearInterval(this.timer);
    if (isTerminal()) process.stdout.write("\r\x1b[K");
  }

  private print(): void {
    const line = this.line(performance.now());
    process.stdout.write(isTerminal() ? `\r${line}\x1b[K` : `${line}\n`);
  }

  private line(now: number): string {
    const { packets, bytes } = this.tally;
    const seconds = (now - this.lastTime) / 1000;
    const rate = grouped((packets - this.lastPackets) / seconds);
    const megabits = (((bytes - this.lastBytes) * 8) / seconds / 1e6).toFixed(1);
    this.lastTime = now;
    this.lastPackets = packets;
    this.lastBytes = bytes;
    const { dropped } = this.ring.stats();
    const total = `${grouped(packets).padStart(11)} packets ${grouped(dropped).padStart(6)} dropped`;
    const elapsed = `${((now - this.began) / 1000).toFixed(1)} s`.padStart(8);
    return `${elapsed}  ${colors.bold(`${rate.padStart(9)} packets/s`)} ${megabits.padStart(8)} Mbit/s ${total}`;
  }
}
