import { TpacketBlockDesc } from "../generated/index.js";
import { addon, type RingHandle, type SharedCounts } from "./binding.js";

/** Memory cut into blocks that change hands by their status word. The addon's `RingHandle` is one. */
export interface BlockDevice {
  readonly buffer: ArrayBuffer;
  /** Status of a block: 0 while it is not ours, and after close. What is seen here makes the rest readable. */
  acquire(index: number): number;
  /** Gives a block back. */
  release(index: number): void;
  /** Hands a block to the reader: the kernel's part, for rings in memory. */
  publish(index: number, status: number): void;
  /** Calls back once, at the next new block; until then the process stays alive. */
  wait(onWake: () => void): void;
  cancelWait(): void;
  /** Wakes who waits. */
  poke(): void;
  /** How often the event loop was woken. */
  wakeups(): number;
  close(): void;
  /** Lets other threads take blocks from now on; the number to find the ring by. Where that is possible. */
  share?(): number;
  /** What they did so far. */
  sharedCounts?(): SharedCounts;
  /** Tells them that no more blocks come. */
  endSharing?(): void;
}

/** A ring in a memfd: status words and wake-ups work as on a live ring. @throws RingUnsupportedError */
export function openMemfd(blockBytes: number, blocks: number): RingHandle {
  return new (addon().RingHandle)(blockBytes, blocks);
}

/** A ring in a plain ArrayBuffer, for systems without the addon. One thread, so plain reads and writes will do. */
export class PlainMemory implements BlockDevice {
  readonly buffer: ArrayBuffer;
  private readonly desc: TpacketBlockDesc;
  private readonly blockBytes: number;
  private onWake: (() => void) | undefined = undefined;
  private wakeCount: number = 0;
  private closed: boolean = false;

  constructor(blockBytes: number, blocks: number) {
    this.buffer = new ArrayBuffer(blockBytes * blocks);
    this.desc = new TpacketBlockDesc(new DataView(this.buffer));
    this.blockBytes = blockBytes;
  }

  acquire(index: number): number {
    return this.closed ? 0 : this.at(index).hdr.blockStatus;
  }

  release(index: number): void {
    this.publish(index, 0);
  }

  publish(index: number, status: number): void {
    if (!this.closed) this.at(index).hdr.blockStatus = status;
  }

  wait(onWake: () => void): void {
    this.onWake = onWake;
  }

  cancelWait(): void {
    this.onWake = undefined;
  }

  poke(): void {
    setImmediate(() => {
      this.wakeCount++;
      const { onWake } = this;
      this.onWake = undefined;
      onWake?.();
    });
  }

  wakeups(): number {
    return this.wakeCount;
  }

  /** Late raw reads find zeros, as on a live ring. */
  close(): void {
    this.closed = true;
    new Uint8Array(this.buffer).fill(0);
  }

  private at(index: number): TpacketBlockDesc {
    this.desc.wrap(index * this.blockBytes, this.buffer.byteLength);
    return this.desc;
  }
}
