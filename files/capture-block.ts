import { Selection } from "../native/selection.js";
import type { CaptureFormat, Run } from "./capture-format.js";
import { CapturePacket, releasedError } from "./capture-packet.js";

/** What a block needs to know of its file. */
export interface CaptureBlockOwner {
  readonly view: DataView;
  readonly format: CaptureFormat;
  parkAccessors(): void;
}

/** Where a block lies in the view, and where the view lies in the file. */
export interface BlockPlace {
  readonly start: number;
  readonly run: Readonly<Run>;
  readonly base: number;
}

/** Packets of a file that lie one after the other, valid until `release()`. Only one block is out at a time. */
export class CaptureBlock implements Iterable<CapturePacket> {
  /** How many packets it holds. */
  readonly packetCount: number;
  /** Bytes of the file it covers, record headers included. */
  readonly byteLength: number;
  private readonly owner: CaptureBlockOwner;
  private readonly place: BlockPlace;
  private walk: CaptureWalk | undefined = undefined;
  private isReleased: boolean = false;

  /** @internal */
  constructor(owner: CaptureBlockOwner, place: BlockPlace) {
    this.owner = owner;
    this.place = place;
    this.packetCount = place.run.packets;
    this.byteLength = place.run.next - place.start;
  }

  get released(): boolean {
    return this.isReleased;
  }

  /**
   * The packets in order, through one reused object. A block has one walk: asking again starts over.
   *
   * @throws CaptureError after release, or when the file was changed meanwhile.
   */
  [Symbol.iterator](): CaptureWalk {
    if (this.isReleased) throw releasedError("this block was released");
    this.walk ??= new CaptureWalk(this.owner, this.place);
    return this.walk.rewind();
  }

  /**
   * The packets that pass a test, such as a filter's `on(stack)`, through the same reused object.
   *
   * @throws as walking the block does.
   */
  where(test: (packet: CapturePacket) => boolean): Selection<CapturePacket> {
    return new Selection(this[Symbol.iterator](), test);
  }

  /** Its packet and every accessor that `bind` made throw from now on. Safe to call again. */
  release(): void {
    if (this.isReleased) return;
    this.isReleased = true;
    this.walk?.park();
    this.owner.parkAccessors();
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

/** Walks the packets of one block. It is its own iterator result, as the walk of a ring's block. */
export class CaptureWalk implements Iterator<CapturePacket, CapturePacket> {
  /** The packet the walk stands on. */
  readonly value: CapturePacket;
  done: boolean = false;
  private readonly format: CaptureFormat;
  private readonly place: BlockPlace;
  private readonly end: number;
  private readonly base: number;
  private at: number;
  private remaining: number;
  private released: boolean = false;

  /** @internal */
  constructor(owner: CaptureBlockOwner, place: BlockPlace) {
    this.format = owner.format;
    this.value = new CapturePacket(owner.view, owner.format);
    this.place = place;
    this.end = place.run.next;
    this.base = place.base;
    this.at = place.start;
    this.remaining = place.run.packets;
  }

  /** @internal Back to the first packet. */
  rewind(): this {
    this.at = this.place.start;
    this.remaining = this.place.run.packets;
    this.done = false;
    return this;
  }

  next(): this {
    if (this.remaining === 0) return this.finish();
    this.at = this.format.step(this.value, this.at, this.end, this.base);
    this.remaining--;
    return this;
  }

  /** Called when a loop is left early. */
  return(): this {
    this.remaining = 0;
    this.done = true;
    return this;
  }

  /** @internal Makes the packet's reads throw, and `next` too. */
  park(): void {
    this.released = true;
    this.remaining = 0;
    this.value.park();
  }

  private finish(): this {
    if (this.released) throw releasedError("this block was released");
    this.done = true;
    return this;
  }
}
