import { viewOf } from "../runtime/index.js";
import { CaptureError, wrongOption } from "./errors.js";

/** The bytes of a capture that are within reach: one view for its whole life, which moves along the file. */
export interface ByteSource {
  readonly view: DataView;
  /** Where in the file the view's first byte lies. */
  readonly base: number;
  /** One past the last byte that is there, from the start of the view. */
  readonly end: number;
  /** The most bytes that can be within reach at once. */
  readonly capacity: number;
  /** Bytes of the whole file, where that is known. */
  readonly size: number | undefined;
  /**
   * Brings more bytes; those before `at` may go, and `at` may lie beyond the end. Gives where `at` is now. -1 when
   * nothing more will come; then nothing moved.
   */
  more(at: number): number | Promise<number>;
  /** Throws a CaptureError when the file became shorter than what was within reach. */
  check(): void;
  close(): void;
}

/** A capture in memory. */
export class MemorySource implements ByteSource {
  readonly view: DataView;
  readonly base: number = 0;
  readonly end: number;
  readonly capacity: number = Infinity;
  readonly size: number;

  constructor(bytes: ArrayBuffer | ArrayBufferView) {
    this.view = viewOf(bytes);
    this.end = this.size = this.view.byteLength;
  }

  more(): number {
    return -1;
  }

  check(): void {
    // The bytes are the caller's own.
  }

  close(): void {
    // As above.
  }
}

/** What a stream gives: any async iterable of bytes, a Node stream for one. */
export type ByteStream = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const NOTHING = new Uint8Array(0);

/** A capture that comes in pieces. They are copied into one buffer, once. */
export class StreamSource implements ByteSource {
  readonly view: DataView;
  base: number = 0;
  end: number = 0;
  readonly capacity: number;
  readonly size: number | undefined = undefined;
  private readonly bytes: Uint8Array;
  private readonly stream: ByteStream;
  private chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array> | undefined = undefined;
  private rest: Uint8Array = NOTHING;
  private ended: boolean = false;

  constructor(stream: ByteStream, capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.view = viewOf(this.bytes);
    this.capacity = capacity;
    this.stream = stream;
  }

  async more(at: number): Promise<number> {
    let skip = Math.max(0, at - this.end);
    while (this.rest.length <= skip) {
      skip -= this.rest.length;
      this.rest = NOTHING;
      if (this.ended || !(await this.nextChunk())) return -1;
    }
    if (at > 0) this.moveTo(at);
    const chunk = this.rest.subarray(skip, skip + this.capacity - this.end);
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
    this.rest = this.rest.subarray(skip + chunk.length);
    return 0;
  }

  check(): void {
    // What came stays as it is.
  }

  close(): void {
    if (this.ended) return;
    this.ended = true;
    this.bytes.fill(0);
    // A stream that fails while it is being left has nothing to say to anybody.
    void Promise.resolve(this.chunks?.return?.()).catch(() => undefined);
  }

  private moveTo(at: number): void {
    this.bytes.copyWithin(0, at, this.end);
    this.end = Math.max(0, this.end - at);
    this.base += at;
  }

  private async nextChunk(): Promise<boolean> {
    this.chunks ??= iteratorOf(this.stream);
    try {
      const result = await this.chunks.next();
      if (result.done === true) this.ended = true;
      else this.rest = bytesOf(result.value);
    } catch (error) {
      this.ended = true;
      if (error instanceof CaptureError && error.offset === undefined) {
        throw new CaptureError(error.message, {
          code: error.code,
          offset: this.base + this.end,
          cause: error,
        });
      }
      throw error;
    }
    return !this.ended;
  }
}

function iteratorOf(stream: ByteStream): AsyncIterator<Uint8Array> | Iterator<Uint8Array> {
  return Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : stream[Symbol.iterator]();
}

function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw wrongOption("the stream's chunk", typeof chunk, "a Uint8Array: do not set an encoding");
}
