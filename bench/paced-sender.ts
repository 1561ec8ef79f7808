import { Ipv4 } from "../generated/index.js";
import { listInterfaces, PacketSender } from "../native/index.js";
import { udpFrame, udpFrameSum } from "./frames.js";

const PAYLOAD_AT = 42;
const BATCH = 32;
const MARKERS = 3;
/** Beyond this it is worth sleeping. */
const SLEEP_MS = 2;

export const BEGIN = 1;
export const END = 2;

/** Sends UDP frames at a rate. The payload's first 4 bytes tell what a frame is, bytes 8 to 15 of some when they went. */
export class PacedSender implements Disposable {
  readonly frameBytes: number;
  private readonly sender: PacketSender;
  private readonly frames: readonly Uint8Array[];
  private readonly batches: readonly (readonly Uint8Array[])[];
  private readonly stamp: DataView;
  private readonly sleeper: Int32Array = new Int32Array(new SharedArrayBuffer(4));

  /** From `va` to `vb`. With `toStack` frames carry vb's address, so that the IP stack takes them; otherwise only taps do. */
  constructor(frameBytes: number, toStack: boolean) {
    this.frameBytes = frameBytes;
    this.sender = PacketSender.open({ interface: "va" });
    this.frames = Array.from({ length: BATCH }, () => liveFrame(frameBytes, toStack));
    this.batches = Array.from({ length: BATCH + 1 }, (_, count) => this.frames.slice(0, count));
    this.stamp = payloadOf(this.frames[0] as Uint8Array);
  }

  /** What a peer's sum grows by with each frame: eleven fields of frames, or port and payload's bytes of datagrams. */
  sumOf(receives: "frames" | "datagrams"): number {
    if (receives === "datagrams") return SRC_PORT + this.frameBytes - PAYLOAD_AT;
    // The UDP checksum is 0, the IPv4 one in no sum.
    return udpFrameSum(this.frameBytes, 0);
  }

  /** Tells peers that a run begins or ends, a few times, since one may be lost. */
  mark(kind: number): void {
    const marker = Uint8Array.from(this.frames[0] as Uint8Array);
    const payload = payloadOf(marker);
    payload.setUint32(0, kind, true);
    payload.setBigUint64(8, 0n);
    for (let i = 0; i < MARKERS; i++) {
      this.sender.send(marker);
      this.sleep(5);
    }
  }

  /** Sends `count` frames, `rate` a second, never more than that on average. Gives how long it took, in milliseconds. */
  send(count: number, rate: number): number {
    const start = performance.now();
    for (let sent = 0; sent < count;) {
      const due = Math.min(count, Math.floor(((performance.now() - start) * rate) / 1000) + 1) - sent;
      if (due > 0) sent += this.sendBatch(Math.min(due, BATCH));
      const early = ((sent + 1) * 1000) / rate - (performance.now() - start);
      if (early > SLEEP_MS) this.sleep(early - 1);
    }
    return performance.now() - start;
  }

  [Symbol.dispose](): void {
    this.sender.close();
  }

  /** The first frame of a batch has the time. */
  private sendBatch(count: number): number {
    this.stamp.setBigUint64(8, process.hrtime.bigint(), true);
    return this.sender.send(this.batches[count] as readonly Uint8Array[]);
  }

  private sleep(ms: number): void {
    Atomics.wait(this.sleeper, 0, 0, ms);
  }
}

const SRC_PORT = 20000; // of udpFrame's number 0

function liveFrame(frameBytes: number, toStack: boolean): Uint8Array {
  const frame = udpFrame(frameBytes, 0);
  if (toStack) frame.set(macOf("vb"), 0);
  const ipv4 = new Ipv4(new DataView(frame.buffer));
  ipv4.wrap(14, frameBytes);
  ipv4.updateHeaderChecksum();
  payloadOf(frame).setBigUint64(8, 0n);
  return frame;
}

function payloadOf(frame: Uint8Array): DataView {
  return new DataView(frame.buffer, PAYLOAD_AT);
}

function macOf(name: string): number[] {
  const found = listInterfaces().find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found.mac.split(":").map((byte) => parseInt(byte, 16));
}
