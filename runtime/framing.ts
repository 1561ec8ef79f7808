// Messages of a byte stream, such as TCP's, which cuts them wherever it likes.
import { isIncomplete } from "./fault.js";
import { Header, type HeaderClass, viewOf } from "./header.js";

/** How to find messages in a stream. */
export interface FramerOptions<T extends Header> {
  /**
   * The longest message, and all the memory a framer takes, in bytes. A longer one is refused as soon as it is known
   * to be longer. Default: 65536.
   */
  readonly maxBytes?: number;
  /**
   * How many bytes a message has, from the wrapped header on. Default: the length that its layout declares, or the
   * header's own where it declares none. Bytes and texts that go on `until: end` need a declared length.
   */
  readonly lengthOf?: (message: T) => number;
  /** Refuses messages that break the rules of their layout: a constant is what tells a stream out of step. Default: true. */
  readonly validate?: boolean;
}

/** A stream that cannot be read on: what comes after is not known to be a message. */
export class FramingError extends Error {
  override readonly name = "FramingError";
  /** `ERR_ZC_MESSAGE_TOO_LONG`; `ERR_ZC_STREAM_CUT`: it ended inside a message. */
  readonly code: "ERR_ZC_MESSAGE_TOO_LONG" | "ERR_ZC_STREAM_CUT";
  /** The schema's name of the layout. */
  readonly layout: string;
  /** Bytes the message takes, as far as they are known: at least one more than there are. */
  readonly required: number;
  /** Bytes there are, or may be. */
  readonly have: number;

  constructor(code: FramingError["code"], layout: string, required: number, have: number) {
    const why =
      code === "ERR_ZC_STREAM_CUT"
        ? `the stream ended inside a message: ${layout} needs at least ${required} bytes, but only ${have} came`
        : `a message is too long: ${layout} needs at least ${required} bytes, and ${have} are allowed`;
    super(why);
    this.code = code;
    this.layout = layout;
    this.required = required;
    this.have = have;
  }
}

/**
 * Cuts a byte stream into messages. Bytes are copied once, into one buffer that never grows; one accessor stands on
 * message after message, and what it shows is valid until the framer goes on. A message that is not all there waits:
 * that its `wrap` is *incomplete* rather than *invalid* is what tells.
 */
export class MessageFramer<T extends Header> {
  private readonly bytes: Uint8Array;
  private readonly message: T;
  private readonly lengthOf: (message: T) => number;
  private readonly declares: boolean;
  private readonly validate: boolean;
  /** The message that comes next, and the end of what has come. */
  private start: number = 0;
  private end: number = 0;
  /** How many bytes the next message has at least: fewer are not looked at again. */
  private needed: number = 1;
  private failure: Error | undefined;

  /** @throws RangeError when `maxBytes` cannot hold the layout's fixed part, or is beyond 1 GiB. */
  constructor(type: HeaderClass<T>, options: FramerOptions<T> = {}) {
    const { maxBytes = 65536, lengthOf, validate = true } = options;
    const least = Math.max(1, type.LAYOUT.minLength);
    if (!Number.isInteger(maxBytes) || maxBytes < least || maxBytes > 2 ** 30) {
      throw new RangeError(`maxBytes must be a whole number in ${least}..${2 ** 30}, not ${maxBytes}`);
    }
    this.bytes = new Uint8Array(maxBytes);
    this.message = new type(viewOf(this.bytes));
    this.declares = lengthOf === undefined && declaresLength(type);
    this.lengthOf = lengthOf ?? (this.declares ? declaredLength : headerLength);
    this.validate = validate;
  }

  /** Bytes that wait for the rest of their message. */
  get pending(): number {
    return this.end - this.start;
  }

  /**
   * Takes the stream's next bytes and hands over every message that is whole now.
   *
   * @throws LayoutError when a message is invalid, FramingError when it is too long; again on every later call, as
   * nothing tells where the next message would begin.
   */
  push(chunk: Uint8Array, onMessage: (message: T) => void): void {
    for (let taken = 0; taken < chunk.length;) {
      taken += this.take(chunk, taken);
      for (let message = this.next(); message !== undefined; message = this.next()) onMessage(message);
    }
  }

  /**
   * The messages of a whole stream: a Node socket, a web stream, anything that gives `Uint8Array`s.
   *
   * @throws LayoutError, FramingError as `push` and `finish` do.
   */
  async *read(source: AsyncIterable<Uint8Array>): AsyncGenerator<T, void, undefined> {
    for await (const chunk of source) {
      for (let taken = 0; taken < chunk.length;) {
        taken += this.take(chunk, taken);
        for (let message = this.next(); message !== undefined; message = this.next()) yield message;
      }
    }
    this.finish();
  }

  /** The stream has ended. @throws FramingError when it ended inside a message. */
  finish(): void {
    this.message.park();
    if (this.failure !== undefined) throw this.failure;
    if (this.pending === 0) return;
    throw this.fail("ERR_ZC_STREAM_CUT", Math.max(this.needed, this.pending + 1), this.pending);
  }

  /** Copies as much of a chunk as there is room for; there is some after every message that was handed over. */
  private take(chunk: Uint8Array, from: number): number {
    if (this.failure !== undefined) throw this.failure;
    this.message.park();
    const rest = chunk.length - from;
    if (rest > this.bytes.length - this.end) {
      this.bytes.copyWithin(0, this.start, this.end);
      this.end -= this.start;
      this.start = 0;
    }
    const room = Math.min(rest, this.bytes.length - this.end);
    this.bytes.set(chunk.subarray(from, from + room), this.end);
    this.end += room;
    return room;
  }

  /** The next message that is whole, or `undefined`. */
  private next(): T | undefined {
    if (this.failure !== undefined) throw this.failure;
    const { message, start } = this;
    message.park();
    if (this.pending < this.needed) return undefined;
    const fault = message.wrap(start, this.end) || (this.validate ? message.validate() : 0);
    if (fault !== 0) return this.wait(fault);
    const length = this.lengthOf(message);
    if (!Number.isInteger(length) || length < 1) {
      throw new RangeError(`lengthOf must give a whole number of bytes from 1 on, not ${length}`);
    }
    if (length > this.pending) return this.waitFor(length);
    // Once more, so that it sees none of the next message's bytes.
    const whole = message.wrap(start, start + length);
    if (whole !== 0) throw this.invalid(whole);
    this.start += length;
    this.needed = 1;
    return message;
  }

  private wait(fault: number): undefined {
    if (!isIncomplete(fault)) throw this.invalid(fault);
    const { message, pending } = this;
    if (!this.declares || !message.isWrapped) {
      return this.waitFor(Math.max(message.layout.minLength, pending + 1));
    }
    // Its fixed part is there, and so is its declared length: a field that runs past that end can never fit.
    if (message.declaredLength <= pending) throw this.invalid(fault);
    return this.waitFor(message.declaredLength);
  }

  private waitFor(length: number): undefined {
    this.message.park();
    const most = this.bytes.length;
    if (length > most) throw this.fail("ERR_ZC_MESSAGE_TOO_LONG", length, most);
    this.needed = length;
    return undefined;
  }

  private invalid(fault: number): Error {
    this.failure = this.message.explain(fault) ?? new RangeError(`fault ${fault}`);
    this.message.park();
    return this.failure;
  }

  private fail(code: FramingError["code"], required: number, have: number): Error {
    this.failure = new FramingError(code, this.message.layout.name, required, have);
    return this.failure;
  }
}

function declaredLength(message: Header): number {
  return message.declaredLength;
}

function headerLength(message: Header): number {
  return message.headerLength;
}

/** Whether the layout declares a length: the class then answers by itself. */
function declaresLength(type: HeaderClass): boolean {
  for (let at = type.prototype as object; at !== Header.prototype; at = Object.getPrototypeOf(at) as object) {
    if (Object.hasOwn(at, "declaredLength")) return true;
  }
  return false;
}
