import { PacketSender } from "zc-gen/ring";
import { ownTraffic } from "../captures/own-traffic.js";
import { Pace } from "./pace.js";

const TICK_MS = 5;
const MAX_BURST = 1000;

/** Sends frames of several kinds and talkers, over and over, at a bounded rate. */
export class Traffic {
  private readonly sender: PacketSender;
  private readonly pace: Pace;
  private readonly frames: readonly Uint8Array[] = ownTraffic();
  private readonly timer: NodeJS.Timeout;
  private next: number = 0;

  constructor(interfaceName: string, packetsPerSecond: number) {
    this.sender = PacketSender.open({ interface: interfaceName });
    this.pace = new Pace(packetsPerSecond, MAX_BURST);
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  /** Safe to call again. */
  stop(): void {
    clearInterval(this.timer);
    this.sender.close();
  }

  private tick(): void {
    this.sender.send(Array.from({ length: this.pace.take() }, () => this.nextFrame()));
  }

  private nextFrame(): Uint8Array {
    return this.frames[this.next++ % this.frames.length] as Uint8Array;
  }
}
