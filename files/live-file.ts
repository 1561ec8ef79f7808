import { closeSync, fstatSync, fsync, ftruncateSync } from "node:fs";
import { promisify } from "node:util";
import { addon, hasAddon } from "../native/binding.js";
import { CaptureError } from "./errors.js";
import { OutputFile } from "./output-file.js";
import type { PacketGather } from "./packet-gather.js";

/** A file that stands under its name from the start and is whole after every write. `"-"` is standard output. */
export class LiveFile extends OutputFile {
  /** Not standard output. */
  private readonly isOurs: boolean;
  private safe: Promise<void> = Promise.resolve();

  /** Over a file of that name. @throws Node's own error when it cannot be made. */
  constructor(path: string) {
    super(path, path, "w");
    this.isOurs = path !== "-";
  }

  /**
   * Appends gathered packets, whose bytes lie in `data`: the system takes them from there. What a full disk or a broken
   * pipe leaves half written is cut off again, where that is possible.
   *
   * @throws CaptureError (ERR_CAPTURE_WRITE), after which the file is done with.
   */
  writeGathered(gather: PacketGather, data: Uint8Array): void {
    this.requireOpen();
    this.flush();
    const { size } = this;
    try {
      if (hasAddon()) this.letSystemTake(gather, data);
      else this.copy(gather, data);
    } catch (cause) {
      this.cutBack(size);
      const problem = `${this.path} cannot be written: ${(cause as Error).message}`;
      throw new CaptureError(problem, { code: "ERR_CAPTURE_WRITE", cause });
    }
  }

  /** The disk has it some time later: `whenSafe`. */
  finish(): void {
    if (this.state !== "open") return;
    this.flush();
    this.state = "finished";
    if (!this.isOurs) return;
    this.safe = this.syncAndClose();
    this.safe.catch(() => undefined); // told by `whenSafe`, however late that is asked
  }

  /** What was written stays. */
  giveUp(): void {
    if (this.state !== "open") return;
    this.state = "given up";
    if (this.isOurs) closeSync(this.fd);
  }

  /** Resolves when the disk has all of a file that is finished. */
  whenSafe(): Promise<void> {
    return this.safe;
  }

  private letSystemTake(gather: PacketGather, data: Uint8Array): void {
    addon().writeGathered(this.fd, gather.frames, data, gather.cuts);
    this.addWritten(gather.bytes);
  }

  private copy(gather: PacketGather, data: Uint8Array): void {
    for (const piece of gather.pieces(data)) this.write(piece);
    this.flush();
  }

  private async syncAndClose(): Promise<void> {
    try {
      if (fstatSync(this.fd).isFile()) await promisify(fsync)(this.fd);
    } finally {
      closeSync(this.fd);
    }
  }

  private cutBack(size: number): void {
    if (this.isOurs && fstatSync(this.fd).isFile()) ftruncateSync(this.fd, size);
    this.giveUp();
  }
}
