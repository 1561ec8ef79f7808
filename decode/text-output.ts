/** A stream of the process, as much of it as is used. */
export interface OutputStream {
  readonly isTTY?: boolean;
  write(text: string): boolean;
  once(event: "drain" | "close" | "error", listener: () => void): unknown;
  off(event: "drain" | "close" | "error", listener: () => void): unknown;
}

const CHUNK_CHARACTERS = 1 << 16;

/** Gathers text and writes it in large pieces, no faster than it is read. */
export class TextOutput {
  private readonly stream: OutputStream;
  private pending: string = "";

  constructor(stream: OutputStream) {
    this.stream = stream;
  }

  /** Takes text; `true` when it is time to `flush`. */
  add(text: string): boolean {
    this.pending += text;
    return this.pending.length >= CHUNK_CHARACTERS;
  }

  /** Writes what was gathered, and waits while the stream is full. */
  async flush(): Promise<void> {
    const { pending: text } = this;
    if (text === "") return;
    this.pending = "";
    if (!this.stream.write(text)) await this.drained();
  }

  /** A stream that was closed meanwhile never drains: that ends the waiting, too. */
  private drained(): Promise<void> {
    const events = ["drain", "close", "error"] as const;
    return new Promise((resolve) => {
      const done = (): void => {
        for (const event of events) this.stream.off(event, done);
        resolve();
      };
      for (const event of events) this.stream.once(event, done);
    });
  }
}
