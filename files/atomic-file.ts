import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { CaptureError } from "./errors.js";

const BUFFER_BYTES = 1 << 18;

/**
 * A file that appears under its name when it is complete, and not before: it is written beside it first. `"-"` is
 * standard output, which cannot be taken back.
 */
export class AtomicFile {
  private readonly path: string;
  private readonly temporary: string | undefined;
  private readonly fd: number;
  private readonly buffer: Uint8Array<ArrayBuffer> = new Uint8Array(BUFFER_BYTES);
  private used: number = 0;
  private state: "open" | "finished" | "given up" = "open";

  /** @throws Node's own error when the file cannot be made. */
  constructor(path: string) {
    this.path = path;
    this.temporary = path === "-" ? undefined : `${path}.${process.pid}.${temporaryFiles++}.tmp`;
    this.fd = this.temporary === undefined ? STDOUT : openSync(this.temporary, "wx", 0o666);
  }

  get isOpen(): boolean {
    return this.state === "open";
  }

  /**
   * Room for `length` bytes, 64 KiB at most, to be filled before the next call: a view, and where in it.
   *
   * @throws CaptureError after `finish` or `giveUp`.
   */
  room(length: number): { readonly view: DataView; readonly at: number } {
    this.requireOpen();
    if (this.used + length > BUFFER_BYTES) this.flush();
    const at = this.used;
    this.used += length;
    this.buffer.fill(0, at, this.used);
    return { view: new DataView(this.buffer.buffer), at };
  }

  /** Appends bytes, copied. */
  write(bytes: Uint8Array): void {
    this.requireOpen();
    if (bytes.length > BUFFER_BYTES - this.used) this.flush();
    if (bytes.length > BUFFER_BYTES) {
      writeFully(this.fd, bytes);
      return;
    }
    this.buffer.set(bytes, this.used);
    this.used += bytes.length;
  }

  /** Hands on what is gathered so far. */
  flush(): void {
    const { used } = this;
    this.used = 0;
    writeFully(this.fd, this.buffer.subarray(0, used));
  }

  /** Completes the file and gives it its name, over one that has it already. Safe to call again. */
  finish(): void {
    if (this.state !== "open") return;
    try {
      this.flush();
      if (this.temporary !== undefined) fsyncSync(this.fd);
    } catch (error) {
      this.giveUp();
      throw error;
    }
    this.state = "finished";
    if (this.temporary === undefined) return;
    closeSync(this.fd);
    renameSync(this.temporary, this.path);
  }

  /** Drops what was written; a file of that name stays as it was. Safe to call again. */
  giveUp(): void {
    if (this.state !== "open") return;
    this.state = "given up";
    if (this.temporary === undefined) return;
    closeSync(this.fd);
    rmSync(this.temporary, { force: true });
  }

  private requireOpen(): void {
    if (this.state === "open") return;
    throw new CaptureError(`${this.path} is ${this.state}`, { code: "ERR_CAPTURE_CLOSED" });
  }
}

const STDOUT = 1;
let temporaryFiles = 0;

function writeFully(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at, bytes.length - at);
}
