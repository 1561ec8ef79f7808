import { BlockIterator } from "../native/block-iterator.js";
import type { Parkable } from "../native/ring-shape.js";
import { TurnBudget } from "../native/turn-budget.js";
import { MemorySource, StreamSource, type ByteSource, type ByteStream } from "./byte-source.js";
import { CaptureBlock, type CaptureBlockOwner } from "./capture-block.js";
import type { CaptureFormat, Run } from "./capture-format.js";
import type { CaptureInterface } from "./capture-interface.js";
import type { PacketCopy } from "./capture-packet.js";
import { CaptureError, cutOff, wrongOption } from "./errors.js";
import { pcapHeaderBytes, PcapFormat } from "./pcap-format.js";
import { isPcapng, PcapngFormat } from "./pcapng-format.js";
import type { PcapngInfo } from "./pcapng-info.js";

/** Options of every way to read a capture. */
export interface CaptureOptions {
  /** About how many bytes of the file a block covers, 4 KiB to 1 GiB. Default 1 MiB. */
  readonly blockBytes?: number;
  /** After so many milliseconds of work `for await` lets the event loop turn. Default 5. */
  readonly turnBudgetMs?: number;
  /** Called for each block of a pcapng file that is no packet, in order, before the packets behind it. */
  readonly onInfo?: (info: PcapngInfo) => void;
}

/** How far a capture has been read. */
export interface CaptureProgress {
  /** Packets in blocks that were handed out. */
  readonly packets: number;
  /** Bytes of the file that are done with; of the unpacked bytes where it is compressed. */
  readonly position: number;
  /** Bytes of the whole file, where that is known. */
  readonly size: number | undefined;
}

const MIN_BLOCK_BYTES = 4096;
const MAX_BLOCK_BYTES = 2 ** 30;
const DEFAULT_BLOCK_BYTES = 2 ** 20;
/** What a stream is read into: more than any record of a packet. */
export const STREAM_BYTES: number = 2 ** 22;

/** A capture, read in place, block by block: pcap or pcapng, told by its first bytes. */
export class CaptureFile implements AsyncIterable<CaptureBlock>, AsyncDisposable, Disposable {
  /** All bytes that are within reach: accessors stand on this. */
  readonly view: DataView;
  private readonly source: ByteSource;
  private readonly options: Required<Omit<CaptureOptions, "onInfo">> & Pick<CaptureOptions, "onInfo">;
  private readonly bound: Parkable[] = [];
  private readonly budget: TurnBudget;
  private known: CaptureFormat | undefined = undefined;
  private owner: CaptureBlockOwner | undefined = undefined;
  private out: CaptureBlock | undefined = undefined;
  private at: number = 0;
  private packets: number = 0;
  private state: "open" | "ended" | "closed" = "open";

  protected constructor(source: ByteSource, options: CaptureOptions) {
    this.options = {
      blockBytes: checkBlockBytes(options.blockBytes ?? DEFAULT_BLOCK_BYTES),
      turnBudgetMs: options.turnBudgetMs ?? 5,
      ...(options.onInfo === undefined ? {} : { onInfo: options.onInfo }),
    };
    this.source = source;
    this.view = source.view;
    this.budget = new TurnBudget(this.options.turnBudgetMs);
  }

  /**
   * Reads a capture that is in memory. Nothing is copied: setters write into `bytes`.
   *
   * @throws CaptureError when it begins like no capture.
   */
  static from(bytes: ArrayBuffer | ArrayBufferView, options: CaptureOptions = {}): CaptureFile {
    const file = new CaptureFile(new MemorySource(bytes), options);
    file.requireFormat();
    return file;
  }

  /** Reads a capture that comes in pieces, which are bytes as the file has them: unpack them before. */
  static fromStream(stream: ByteStream, options: CaptureOptions = {}): CaptureFile {
    return new CaptureFile(new StreamSource(stream, STREAM_BYTES), options);
  }

  /** Which format it is; `undefined` while nothing of a stream was read. */
  get format(): "pcap" | "pcapng" | undefined {
    return this.known?.name;
  }

  /** LINKTYPE_* number of its first interface; -1 as long as none is known. Packets have each their own. */
  get linkType(): number {
    return this.known?.interfaces[0]?.linkType ?? -1;
  }

  /** Interfaces of the current section, as far as it was read. */
  get interfaces(): readonly CaptureInterface[] {
    return this.known?.interfaces ?? [];
  }

  /** How far it has been read. */
  get progress(): CaptureProgress {
    return { packets: this.packets, position: this.source.base + this.at, size: this.source.size };
  }

  get closed(): boolean {
    return this.state === "closed";
  }

  /**
   * An accessor or `Stack` on this file's view: make it once, move it for every packet. Whenever a block is released it
   * is parked, and reads throw a `RangeError` until it is moved again.
   */
  bind<T extends Parkable>(accessor: new (view: DataView) => T): T {
    this.requireOpen();
    const instance = new accessor(this.view);
    this.bound.push(instance);
    return instance;
  }

  /** Blocks in order, each released when the loop comes back. A file is read once. */
  [Symbol.asyncIterator](): BlockIterator<CaptureBlock> {
    return new BlockIterator({
      nextBlock: () => this.nextBlock(),
      iterationBegins: () => this.requireOpen(),
      iterationEnds: () => undefined,
    });
  }

  /** The same without waiting, for captures in memory and in files; what has to be waited for is a CaptureError. */
  *[Symbol.iterator](): Generator<CaptureBlock, void> {
    this.requireOpen();
    for (let block = this.nextNow(); block !== null; block = this.nextNow()) {
      try {
        yield block;
      } finally {
        block.release();
      }
    }
  }

  /** All packets without waiting, each an object with bytes of its own: to keep, or for `replay`. Ends as the blocks do. */
  *copies(): Generator<PacketCopy, void> {
    for (const block of this) {
      for (const packet of block) {
        const { linkType, seconds, nanoseconds, originalLength } = packet;
        yield { bytes: packet.copy(), linkType, seconds, nanoseconds, originalLength };
      }
    }
  }

  /** Frees the file; blocks that are out are released. Safe to call again. */
  close(): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.out?.release();
    this.parkAll();
    this.source.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** Finds out the format from the bytes that are there. @throws CaptureError when they begin like no capture. */
  protected requireFormat(): void {
    if (!this.findFormat()) throw this.shortFile();
  }

  private async nextBlock(): Promise<CaptureBlock | null> {
    if (this.budget.isSpent(performance.now())) await this.budget.pause();
    for (;;) {
      const block = this.take();
      if (block !== undefined) return block;
      const moved = this.source.more(this.at);
      this.moveOn(typeof moved === "number" ? moved : await moved);
      if (typeof moved !== "number") this.budget.renew(performance.now());
    }
  }

  private nextNow(): CaptureBlock | null {
    for (;;) {
      const block = this.take();
      if (block !== undefined) return block;
      const moved = this.source.more(this.at);
      if (typeof moved !== "number") {
        throw new CaptureError("a stream cannot be read without waiting", {
          code: "ERR_CAPTURE_OPTION",
          hint: "use `for await`",
        });
      }
      this.moveOn(moved);
    }
  }

  /** The next block of what is within reach; `null` at the end, `undefined` when it takes more bytes. */
  private take(): CaptureBlock | null | undefined {
    this.out?.release();
    this.out = undefined;
    if (this.state !== "open") return null;
    if (!this.findFormat()) return undefined;
    const { source, options } = this;
    const { format } = this.owner as CaptureBlockOwner;
    for (;;) {
      if (this.at > source.end) return undefined;
      const start = this.at;
      const run = format.look(start, source.end, options.blockBytes, source.base);
      source.check();
      this.at = run.next;
      if (run.packets > 0) return this.handOut(start, { ...run });
      if (run.needs > 0) return undefined;
    }
  }

  private handOut(start: number, run: Readonly<Run>): CaptureBlock {
    this.packets += run.packets;
    this.out = new CaptureBlock(this.owner as CaptureBlockOwner, { start, run, base: this.source.base });
    return this.out;
  }

  /** After `more`: where the position is now, or that nothing will come. */
  private moveOn(moved: number): void {
    if (this.state === "closed") return;
    if (moved >= 0) {
      this.at = moved;
      return;
    }
    this.state = "ended";
    const { base, end } = this.source;
    if (this.known === undefined) throw this.shortFile();
    if (this.at === end) return;
    const needs = this.at > end ? this.at - end : this.neededBytes();
    throw cutOff(base + Math.min(this.at, end), needs, Math.max(0, end - this.at));
  }

  private neededBytes(): number {
    const { source } = this;
    return (this.known as CaptureFormat).look(this.at, source.end, this.options.blockBytes, source.base)
      .needs;
  }

  private findFormat(): boolean {
    if (this.known !== undefined) return true;
    const { view, source } = this;
    if (source.end < 4) return false;
    const headerBytes = pcapHeaderBytes(view, 0, source.end);
    if (headerBytes > source.end) return false;
    if (headerBytes > 0) {
      this.known = new PcapFormat(view, 0, source.end);
      this.at = headerBytes;
    } else if (isPcapng(view, 0, source.end)) {
      this.known = new PcapngFormat(view, source.capacity, this.options.onInfo);
    } else {
      throw this.unknownFormat();
    }
    this.owner = { view, format: this.known, parkAccessors: () => this.parkAll() };
    return true;
  }

  private shortFile(): CaptureError {
    const { end } = this.source;
    if (end === 0) return unknownFormat("the file is empty");
    return end < 4 ? this.unknownFormat() : cutOff(0, pcapHeaderBytes(this.view, 0, end), end);
  }

  private unknownFormat(): CaptureError {
    const hex = Array.from({ length: Math.min(4, this.source.end) }, (_, index) =>
      this.view.getUint8(index).toString(16).padStart(2, "0"),
    );
    return unknownFormat(`the file begins with 0x${hex.join("")}, which is no pcap and no pcapng`);
  }

  private parkAll(): void {
    for (const accessor of this.bound) accessor.park();
  }

  private requireOpen(): void {
    if (this.state === "closed") {
      throw new CaptureError("the capture file is closed", { code: "ERR_CAPTURE_CLOSED" });
    }
  }
}

function unknownFormat(message: string): CaptureError {
  return new CaptureError(message, { code: "ERR_CAPTURE_FORMAT", offset: 0 });
}

function checkBlockBytes(value: number): number {
  if (Number.isInteger(value) && value >= MIN_BLOCK_BYTES && value <= MAX_BLOCK_BYTES) return value;
  throw wrongOption("blockBytes", value, `a whole number of ${MIN_BLOCK_BYTES} to ${MAX_BLOCK_BYTES}`);
}
