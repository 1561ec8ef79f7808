import { openSync, writeSync } from "node:fs";
import { CaptureError } from "./errors.js";

const BUFFER_BYTES = 1 << 18;
const STDOUT = 1;

/** A file that is written from start to end, through a buffer. `"-"` is standard output. */
export abstract class OutputFile {
  protected readonly path: string;
  protected readonly fd: number;
  private readonly buffer: Uint8Array<ArrayBuffer> = new Uint8Array(BUFFER_BYTES);
  private used: number = 0;
  private written: number = 0;
  protected state: "open" | "finished" | "given up" = "open";

  /** `flags` and `opened` are what to open, and how; `path` is what messages name. @throws Node's own error */
  protected constructor(path: string, opened: string, flags: string) {
    this.path = path;
    this.fd = opened === "-" ? STDOUT : openSync(opened, flags, 0o666);
  }

  /** Completes the file. Safe to call again. */
  abstract finish(): void;

  /** Leaves off. Safe to call again. */
  abstract giveUp(): void;

  get isOpen(): boolean {
    return this.state === "open";
  }

  /** Bytes so far, those that wait in the buffer included. */
  get size(): number {
    return this.written + this.used;
  }

  /**
   * Room for `length` bytes, 64 KiB at most, to be filled before the next call: a view, and where in it.
   *
   * @throws CaptureError once it is no longer open.
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
      this.writeFully(bytes);
      return;
    }
    this.buffer.set(bytes, this.used);
    this.used += bytes.length;
  }

  /** Hands on what is gathered so far. */
  flush(): void {
    const { used } = this;
    this.used = 0;
    this.writeFully(this.buffer.subarray(0, used));
  }

  /** For bytes that took another way into the file. */
  protected addWritten(bytes: number): void {
    this.written += bytes;
  }

  protected requireOpen(): void {
    if (this.state === "open") return;
    throw new CaptureError(`${this.path} is ${this.state}`, { code: "ERR_CAPTURE_CLOSED" });
  }

  private writeFully(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.fd, bytes, at, bytes.length - at);
    this.written += bytes.length;
  }
}
