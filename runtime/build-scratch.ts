import type { Header, HeaderClass } from "./header.js";

/** At first, in bytes. A packet that takes more gets more. */
const USUAL_BYTES = 4096;

/**
 * Where packets are built before they go to where the caller wants them: accessors on it are made once, which with all
 * that is inside a header takes longer than to write a packet.
 */
export class Scratch {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  private readonly made: Map<HeaderClass, Header[]> = new Map();

  private part: Uint8Array = new Uint8Array();

  private constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.view = new DataView(this.bytes.buffer);
  }

  private static spare: Scratch | undefined = undefined;

  /** One of at least `length` bytes, the first `length` of them 0, that nobody else has until it is given back. */
  static take(length: number): Scratch {
    const scratch = Scratch.spare;
    Scratch.spare = undefined;
    if (scratch === undefined || scratch.bytes.length < length) {
      return new Scratch(Math.max(USUAL_BYTES, length));
    }
    scratch.bytes.fill(0, 0, length);
    return scratch;
  }

  /** One of just `length` bytes that is never lent. */
  static own(length: number): Scratch {
    return new Scratch(length);
  }

  giveBack(): void {
    Scratch.spare = this;
  }

  /** The first `length` bytes. Packets are often as long as the last. */
  first(length: number): Uint8Array {
    if (this.part.length !== length) this.part = this.bytes.subarray(0, length);
    return this.part;
  }

  /** The accessor for the header of a class that comes as the `index`th of its kind. */
  headerOf(Class: HeaderClass, index: number): Header {
    let headers = this.made.get(Class);
    if (headers === undefined) this.made.set(Class, (headers = []));
    return (headers[index] ??= new Class(this.view));
  }
}
