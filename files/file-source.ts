import { closeSync, fstatSync, readSync, watch, type FSWatcher } from "node:fs";
import { addon, type FileWindowHandle } from "../native/binding.js";
import type { ByteSource } from "./byte-source.js";
import { changedMeanwhile } from "./errors.js";

/** A file mapped into memory, a window at a time. Owns `fd`. */
export class MappedSource implements ByteSource {
  readonly view: DataView;
  base: number = 0;
  end: number;
  readonly capacity: number;
  size: number;
  private readonly fd: number;
  private readonly handle: FileWindowHandle;
  private readonly pageBytes: number;

  /** `windowBytes` is rounded up to whole pages. @throws Error when the addon cannot map it; `fd` is then the caller's. */
  constructor(fd: number, windowBytes: number) {
    const { FileWindow, pageBytes } = addon();
    this.pageBytes = pageBytes;
    this.fd = fd;
    this.handle = new FileWindow(fd, Math.ceil(windowBytes / pageBytes) * pageBytes);
    try {
      this.end = this.handle.slide(0);
      this.size = this.handle.fileBytes();
    } catch (error) {
      this.handle.close();
      throw error;
    }
    this.view = new DataView(this.handle.buffer);
    // What stands at a position may begin anywhere in its page.
    this.capacity = this.view.byteLength - pageBytes;
  }

  more(at: number): number {
    const wanted = this.base + at;
    this.size = this.handle.fileBytes();
    if (this.base + this.end >= this.size) return -1;
    const base = Math.min(wanted, this.size) - (Math.min(wanted, this.size) % this.pageBytes);
    this.end = this.handle.slide(base);
    this.base = base;
    return wanted - base;
  }

  check(): void {
    const bytes = this.handle.fileBytes();
    if (bytes < this.base + this.end) throw changedMeanwhile(bytes);
  }

  close(): void {
    this.handle.close();
    closeSync(this.fd);
  }
}

/** A file read into one buffer, piece by piece. Owns `fd`. */
export class ReadSource implements ByteSource {
  readonly view: DataView;
  base: number = 0;
  end: number = 0;
  readonly capacity: number;
  size: number;
  private readonly fd: number;
  private readonly bytes: Uint8Array;

  constructor(fd: number, windowBytes: number) {
    this.fd = fd;
    this.bytes = new Uint8Array(windowBytes);
    this.view = new DataView(this.bytes.buffer);
    this.capacity = windowBytes;
    this.size = fstatSync(fd).size;
    this.fill();
  }

  more(at: number): number | Promise<number> {
    this.size = fstatSync(this.fd).size;
    if (this.base + Math.max(at, this.end) >= this.size) return -1;
    if (at > 0) {
      this.bytes.copyWithin(0, at, this.end);
      this.base += at;
      this.end = Math.max(0, this.end - at);
    }
    this.fill();
    return 0;
  }

  check(): void {
    // What was read stays as it is.
  }

  close(): void {
    closeSync(this.fd);
    this.bytes.fill(0);
  }

  /** Reads as much as there is room for. */
  private fill(): void {
    while (this.end < this.capacity) {
      const count = readSync(this.fd, this.bytes, this.end, this.capacity - this.end, this.base + this.end);
      if (count === 0) return;
      this.end += count;
    }
  }
}

/** Looks again at least so often: not every file system tells of changes. */
const FOLLOW_POLL_MS = 200;

/** A file that grows: at its end it waits for more, until it is closed. Owns `fd`. */
export class FollowSource extends ReadSource {
  private readonly watcher: FSWatcher | undefined;
  private wake: (() => void) | undefined = undefined;
  private closed: boolean = false;

  constructor(fd: number, path: string, windowBytes: number) {
    super(fd, windowBytes);
    this.watcher = watching(path, () => this.wake?.());
  }

  override more(at: number): number | Promise<number> {
    return this.grown(at);
  }

  override close(): void {
    if (this.closed) return;
    this.closed = true;
    this.watcher?.close();
    this.wake?.();
    super.close();
  }

  private async grown(at: number): Promise<number> {
    for (;;) {
      if (this.closed) return -1;
      const moved = await super.more(at);
      if (moved >= 0) return moved;
      if (this.size < this.base + this.end) throw changedMeanwhile(this.size);
      await this.change();
    }
  }

  private change(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wake?.(), FOLLOW_POLL_MS);
      this.wake = () => {
        this.wake = undefined;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Where files cannot be watched, looking again now and then has to do. */
function watching(path: string, onChange: () => void): FSWatcher | undefined {
  try {
    return watch(path, { persistent: false }, onChange).on("error", () => undefined);
  } catch {
    return undefined;
  }
}
