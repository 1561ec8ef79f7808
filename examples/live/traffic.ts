import { PacketSender } from "zc-gen/ring";
import { ownTraffic } from "../captures/own-traffic.js";

const TICK_MS = 5;
const MAX_BURST = 1000;

/** Sends frames of several kinds and talkers, over and over, at a bounded rate. */
export class Traffic {
  private readonly sender: PacketSender;
  private readonly frames: readonly Uint8Array[] = ownTraffic();
  private readonly packetsPerSecond: number;
  private readonly began: number = performance.now();
  private readonly timer: NodeJS.Timeout;
  private sent: number = 0;

  constructor(interfaceName: string, packetsPerSecond: number) {
    this.sender = PacketSender.open({ interface: interfaceName });
    this.packetsPerSecond = packetsPerSecond;
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  /** Safe to call again. */
  stop(): void {
    clearInterval(this.timer);
    this.sender.close();
  }

  /** Sends what is due; what a busy machine missed beyond a burst is not made up for. */
  private tick(): void {
    const due = ((performance.now() - this.began) / 1000) * this.packetsPerSecond - this.sent;
    const count = Math.min(MAX_BURST, Math.floor(due));
    const batch = Array.from({ length: count }, (_, index) => this.frameAt(this.sent + index));
    this.sender.send(batch);
    this.sent += Math.max(count, Math.floor(due));
  }

  private frameAt(index: number): Uint8Array {
    return this.frames[index % this.frames.length] as Uint8Array;
  }
}
