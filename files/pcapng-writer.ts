import {
  PcapngBlockType,
  PcapngEnhancedPacketLittle,
  PcapngInterfaceDescriptionLittle,
  PcapngInterfaceStatisticsLittle,
  PcapngOptionLittle,
  PcapngSectionHeaderLittle,
} from "../generated/index.js";
import { AtomicFile } from "./atomic-file.js";
import { maxPacketBytes } from "./capture-format.js";
import { wrongOption } from "./errors.js";
import { bytesOfPacket, checkedFacts, requireInteger, type PacketFacts, type PlacedPacket } from "./packet-to-write.js"; // prettier-ignore
import type { InterfaceCounts } from "./pcapng-info.js";
import { padded } from "./pcapng-options.js";
import { writeTime } from "./pcapng-time.js";
import type { OutputFile } from "./output-file.js";

/** What the section says of who wrote it. */
export interface PcapNgWriterOptions {
  readonly hardware?: string;
  readonly os?: string;
  readonly application?: string;
  readonly comments?: readonly string[];
}

/** An interface to describe. */
export interface NewInterface {
  /** LINKTYPE_* number. Default 1, Ethernet. */
  readonly linkType?: number;
  /** The most bytes that are kept of a packet. Default 262,144. */
  readonly snaplen?: number;
  readonly name?: string;
  readonly description?: string;
  readonly hardware?: string;
  readonly os?: string;
  readonly comments?: readonly string[];
}

/** What goes with a packet. */
export interface NgPacketFacts extends PacketFacts {
  /** What `addInterface` gave. Default 0. */
  readonly interfaceIndex?: number;
  readonly comments?: readonly string[];
}

/** When statistics were taken, and a comment on them. */
export interface StatisticsFacts {
  readonly seconds?: number;
  readonly nanoseconds?: number;
  /** When counting began (`isb_starttime`). */
  readonly since?: { readonly seconds: number; readonly nanoseconds: number };
  readonly comments?: readonly string[];
}

/** @internal An option of a block. */
export type OptionToWrite = readonly [code: number, value: Uint8Array];

const NANOSECONDS = Uint8Array.of(9);
const MAX_OPTION_BYTES = 0xffff;

/**
 * Writes a pcapng of one section: little-endian, time stamps in nanoseconds, several interfaces, comments and statistics.
 * The file appears under its name with `finish`; leaving `using` without it drops what was written.
 */
export class PcapNgWriter implements Disposable {
  private readonly file: OutputFile;
  private readonly snaplens: number[] = [];

  private constructor(file: OutputFile) {
    this.file = file;
  }

  /** @throws CaptureError for a text too long; Node's own error when the file cannot be made. `"-"` is standard output. */
  static create(path: string, options: PcapNgWriterOptions = {}): PcapNgWriter {
    const texts = sectionTexts(options);
    return PcapNgWriter.over(new AtomicFile(path), texts);
  }

  /** @internal On a file that somebody else ends. */
  static over(file: OutputFile, section: readonly OptionToWrite[]): PcapNgWriter {
    const writer = new PcapNgWriter(file);
    writer.writeSection(section);
    return writer;
  }

  /** Describes an interface; gives its index for the packets on it. @throws CaptureError for a wrong fact */
  addInterface(facts: NewInterface = {}): number {
    const { linkType = 1 } = facts;
    requireInteger("linkType", linkType, 2 ** 16);
    const { snaplen = maxPacketBytes(linkType) } = facts;
    requireInteger("snaplen", snaplen, 2 ** 31);
    const options: OptionToWrite[] = [
      ...comments(facts),
      ...text(2, facts.name),
      ...text(3, facts.description),
      [9, NANOSECONDS],
      ...text(12, facts.os),
      ...text(15, facts.hardware),
    ];
    const { view, at } = this.begin(PcapngInterfaceDescriptionLittle, 0, options);
    const block = new PcapngInterfaceDescriptionLittle(view);
    block.wrap(at, view.byteLength);
    block.blockType = PcapngBlockType.interfaceDescription;
    block.linkType = linkType;
    block.snaplen = snaplen;
    this.end(block.blockTotalLength, options);
    return this.snaplens.push(snaplen) - 1;
  }

  /** Appends a packet. @throws CaptureError for facts out of range, an unknown interface, or after the end */
  write(bytes: Uint8Array, facts: NgPacketFacts = {}): void {
    const { seconds, nanoseconds, originalLength } = checkedFacts(facts, bytes.length);
    const { interfaceIndex = 0 } = facts;
    this.requireInterface(interfaceIndex);
    const snaplen = this.snaplens[interfaceIndex] as number;
    if (bytes.length > snaplen) throw wrongOption("bytes.length", bytes.length, `${snaplen} at most`);
    const options = comments(facts);
    const { view, at } = this.begin(PcapngEnhancedPacketLittle, bytes.length, options);
    const block = new PcapngEnhancedPacketLittle(view);
    block.wrap(at, view.byteLength);
    block.blockType = PcapngBlockType.enhancedPacket;
    block.interfaceId = interfaceIndex;
    writeTime(block, seconds, nanoseconds);
    block.capturedLength = bytes.length;
    block.originalLength = originalLength;
    const length = block.blockTotalLength;
    this.file.write(bytes);
    this.pad(bytes.length);
    this.end(length, options);
  }

  /** Appends a packet of a ring or a capture file, whose bytes lie in `view`. */
  writePacket(packet: PlacedPacket, view: DataView, facts: NgPacketFacts = {}): void {
    const { seconds = 0, nanoseconds = 0, originalLength = packet.dataEnd - packet.dataOffset } = packet;
    this.write(bytesOfPacket(packet, view), { seconds, nanoseconds, originalLength, ...facts });
  }

  /** Appends what an interface has counted. @throws CaptureError for an unknown interface or a count out of range */
  writeStatistics(interfaceIndex: number, counts: InterfaceCounts, facts: StatisticsFacts = {}): void {
    this.requireInterface(interfaceIndex);
    const { seconds, nanoseconds } = checkedFacts(facts, 0);
    const { received, dropped, accepted, osDropped, delivered } = counts;
    const options: OptionToWrite[] = [
      ...comments(facts),
      ...time(2, facts.since),
      ...count(4, received),
      ...count(5, dropped),
      ...count(6, accepted),
      ...count(7, osDropped),
      ...count(8, delivered),
    ];
    const { view, at } = this.begin(PcapngInterfaceStatisticsLittle, 0, options);
    const block = new PcapngInterfaceStatisticsLittle(view);
    block.wrap(at, view.byteLength);
    block.blockType = PcapngBlockType.interfaceStatistics;
    block.interfaceId = interfaceIndex;
    writeTime(block, seconds, nanoseconds);
    this.end(block.blockTotalLength, options);
  }

  /** Hands on what is gathered, for somebody who follows. */
  flush(): void {
    this.file.flush();
  }

  /** Completes the file. Safe to call again. */
  finish(): void {
    this.file.finish();
  }

  /** Drops the file, unless it is finished. */
  [Symbol.dispose](): void {
    this.file.giveUp();
  }

  private writeSection(options: readonly OptionToWrite[]): void {
    const { view, at } = this.begin(PcapngSectionHeaderLittle, 0, options);
    const block = new PcapngSectionHeaderLittle(view);
    block.wrap(at, view.byteLength);
    block.blockType = PcapngBlockType.sectionHeader;
    block.byteOrderMagic = 0x1a2b3c4d;
    block.majorVersion = 1;
    block.sectionLengthLow = 0xffffffff;
    block.sectionLengthHigh = 0xffffffff;
    this.end(block.blockTotalLength, options);
  }

  /** Makes room for a block's fixed part, its length set; what follows is `data` bytes, then the options. */
  private begin(
    fixed: { readonly MIN_LENGTH: number },
    data: number,
    options: readonly OptionToWrite[],
  ): { readonly view: DataView; readonly at: number } {
    const length = fixed.MIN_LENGTH + padded(data) + optionsBytes(options) + LENGTH_BYTES;
    const { view, at } = this.file.room(fixed.MIN_LENGTH);
    view.setUint32(at + LENGTH_AT, length, true);
    return { view, at };
  }

  private end(length: number, options: readonly OptionToWrite[]): void {
    for (const [code, value] of options) this.writeOption(code, value);
    if (options.length > 0) this.writeOption(END_OF_OPTIONS, new Uint8Array(0));
    const { view, at } = this.file.room(LENGTH_BYTES);
    view.setUint32(at, length, true);
  }

  private writeOption(code: number, value: Uint8Array): void {
    const { view, at } = this.file.room(PcapngOptionLittle.MIN_LENGTH);
    const option = new PcapngOptionLittle(view);
    option.wrap(at, view.byteLength);
    option.code = code;
    option.length = value.length;
    this.file.write(value);
    this.pad(value.length);
  }

  private pad(length: number): void {
    this.file.room(padded(length) - length);
  }

  private requireInterface(index: number): void {
    if (index in this.snaplens) return;
    throw wrongOption("interfaceIndex", index, "a number that addInterface gave");
  }
}

/** @internal The options of a section header. @throws CaptureError for a text too long */
export function sectionTexts(options: PcapNgWriterOptions): OptionToWrite[] {
  const { hardware, os, application } = options;
  return [...comments(options), ...text(2, hardware), ...text(3, os), ...text(4, application)];
}

const LENGTH_AT = 4;
const LENGTH_BYTES = 4;
const END_OF_OPTIONS = 0;
const OPT_COMMENT = 1;

function optionsBytes(options: readonly OptionToWrite[]): number {
  const header = PcapngOptionLittle.MIN_LENGTH;
  const sum = options.reduce((total, [, value]) => total + header + padded(value.length), 0);
  return sum === 0 ? 0 : sum + header;
}

function comments({ comments: texts = [] }: { readonly comments?: readonly string[] }): OptionToWrite[] {
  return texts.flatMap((one) => text(OPT_COMMENT, one));
}

function text(code: number, value: string | undefined): OptionToWrite[] {
  if (value === undefined) return [];
  const bytes = new TextEncoder().encode(value);
  if (bytes.length <= MAX_OPTION_BYTES) return [[code, bytes]];
  throw wrongOption("a text's length in bytes", bytes.length, `${MAX_OPTION_BYTES} at most`);
}

function time(code: number, at: StatisticsFacts["since"]): OptionToWrite[] {
  if (at === undefined) return [];
  const { seconds, nanoseconds } = checkedFacts(at, 0);
  const halves = { timestampHigh: 0, timestampLow: 0 };
  writeTime(halves, seconds, nanoseconds);
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, halves.timestampHigh, true);
  view.setUint32(4, halves.timestampLow, true);
  return [[code, new Uint8Array(view.buffer)]];
}

function count(code: number, value: bigint | undefined): OptionToWrite[] {
  if (value === undefined) return [];
  if (value < 0n || value >= 2n ** 64n) throw wrongOption("a count", value, "of 64 bits, unsigned");
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return [[code, bytes]];
}
