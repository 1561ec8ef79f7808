import { PcapngBlockHeader, PcapngBlockType, PcapngSectionHeader } from "../generated/index.js";
import type { CaptureFormat, Run } from "./capture-format.js";
import { withClock, type CaptureInterface, type ClockedInterface } from "./capture-interface.js";
import type { CapturePacket } from "./capture-packet.js";
import { changedMeanwhile, damaged } from "./errors.js";
import { isPacketBlock, lengthProblem, PacketBlockReader } from "./packet-block-reader.js";
import { InfoReader, type PcapngInfo } from "./pcapng-info.js";
import type { PcapngOption } from "./pcapng-options.js";

/** More than any file has, so that a file of nothing but interfaces does not fill the memory. */
const MAX_INTERFACES = 65_536;

/** Whether `start` begins a pcapng section. */
export function isPcapng(view: DataView, start: number, end: number): boolean {
  return end - start >= 4 && view.getUint32(start, false) === PcapngBlockType.sectionHeader;
}

/** What it takes to read in one byte order. */
class OrderedReaders {
  readonly littleEndian: boolean;
  readonly block: PcapngBlockHeader;
  /** Stands on the packet of the walk; the other one looks ahead. */
  readonly packet: PacketBlockReader;
  readonly ahead: PacketBlockReader;
  readonly info: InfoReader;

  constructor(view: DataView, order: "big" | "little") {
    this.littleEndian = order === "little";
    this.block = new PcapngBlockHeader[order](view);
    this.packet = new PacketBlockReader(view, order);
    this.ahead = new PacketBlockReader(view, order);
    this.info = new InfoReader(view, order);
  }
}

/** The block format: sections of either byte order, several interfaces, packets of three kinds, and more. */
export class PcapngFormat implements CaptureFormat {
  readonly name = "pcapng";
  private readonly view: DataView;
  /** The most bytes that can be looked at at once: a longer block is passed over. */
  private readonly capacity: number;
  private readonly onInfo: ((info: PcapngInfo) => void) | undefined;
  private readonly orders: Partial<Record<"big" | "little", OrderedReaders>> = {};
  private readers: OrderedReaders;
  private described: ClockedInterface[] = [];
  private readonly run: Run = { packets: 0, next: 0, needs: 0 };

  constructor(view: DataView, capacity: number, onInfo: ((info: PcapngInfo) => void) | undefined) {
    this.view = view;
    this.capacity = capacity;
    this.onInfo = onInfo;
    this.readers = this.readersOf("little");
  }

  get interfaces(): readonly CaptureInterface[] {
    return this.described.map(({ facts }) => facts);
  }

  // A run is packet blocks alone: whatever else comes ends it, so that a block's interfaces and byte order stay the same.
  look(start: number, end: number, limit: number, base: number): Run {
    const { run } = this;
    run.packets = 0;
    run.needs = 0;
    run.next = start;
    while (run.next - start < limit) {
      const at = run.next;
      run.needs = PcapngBlockHeader.big.MIN_LENGTH + 4;
      if (end - at < run.needs) break;
      if (this.view.getUint32(at, false) === PcapngBlockType.sectionHeader) {
        if (run.packets === 0) this.enterSection(at, end, base);
        break;
      }
      const { block } = this.readers;
      block.wrap(at, end);
      const { blockType: type, blockTotalLength: length } = block;
      if (!isPacketBlock(type)) {
        if (run.packets === 0) this.takeIn(type, at, length, end, base);
        break;
      }
      const problem = lengthProblem(length) || this.tooLong(length);
      if (problem === "") run.needs = length;
      if (problem === "" && end - at < length) break;
      const worse = problem || this.packetProblem(type, at, length);
      if (worse !== "") {
        if (run.packets > 0) break;
        throw damaged(base + at, worse);
      }
      run.packets++;
      run.next = at + length;
    }
    return run;
  }

  step(packet: CapturePacket, at: number, end: number, base: number): number {
    const { block, packet: reader } = this.readers;
    if (block.wrap(at, end) !== 0) throw changedMeanwhile(base + at);
    const { blockType, blockTotalLength: length } = block;
    if (length > end - at || lengthProblem(length) !== "" || !isPacketBlock(blockType)) {
      throw changedMeanwhile(base + at);
    }
    if (reader.read(blockType, at, length, this.described) !== "") throw changedMeanwhile(base + at);
    const { dataStart, captured } = reader;
    packet.place(dataStart, dataStart + captured, reader.interface.facts.linkType, base + at);
    return at + length;
  }

  park(): void {
    this.readers.packet.park();
  }

  seconds(): number {
    return this.readers.packet.seconds();
  }

  nanoseconds(): number {
    return this.readers.packet.nanoseconds();
  }

  hasTime(): boolean {
    return this.readers.packet.hasTime;
  }

  originalLength(): number {
    return this.readers.packet.originalLength();
  }

  interfaceOf(): CaptureInterface {
    return this.readers.packet.interface.facts;
  }

  options(): PcapngOption[] {
    const { info, packet } = this.readers;
    return info.optionsOf(packet.optionsStart, packet.optionsEnd);
  }

  private packetProblem(type: number, at: number, length: number): string {
    return this.endProblem(at, length) || this.readers.ahead.read(type, at, length, this.described);
  }

  private endProblem(at: number, length: number): string {
    const again = this.view.getUint32(at + length - 4, this.readers.littleEndian);
    return again === length ? "" : `a block says ${length} bytes at its start and ${again} at its end`;
  }

  private tooLong(length: number): string {
    if (length <= this.capacity) return "";
    return `a block of ${length} bytes is longer than the ${this.capacity} that are read at once`;
  }

  private enterSection(at: number, end: number, base: number): void {
    const { run } = this;
    run.needs = PcapngSectionHeader.big.MIN_LENGTH + 4;
    if (end - at < run.needs) return;
    const order = PcapngSectionHeader.orderOf(this.view, at, end);
    if (order === undefined) {
      throw damaged(base + at, "a section's byte-order magic is in no order 0x1a2b3c4d");
    }
    const length = this.view.getUint32(at + 4, order === "little");
    const problem = lengthProblem(length) || this.tooLong(length);
    if (problem !== "") throw damaged(base + at, problem);
    run.needs = Math.max(run.needs, length);
    if (end - at < run.needs) return;
    this.readers = this.readersOf(order);
    const broken = this.endProblem(at, length);
    if (broken !== "") throw damaged(base + at, broken);
    const section = this.readers.info.readSection(at, at + length - 4, base + at);
    if (section === undefined) throw damaged(base + at, `a section header of ${length} bytes is too short`);
    const { majorVersion: major, minorVersion: minor } = section;
    if (major !== 1 || (minor !== 0 && minor !== 2)) {
      throw damaged(base + at, `a section of version ${major}.${minor}, and 1.0 is known`);
    }
    this.described = [];
    this.onInfo?.(section);
    this.passOver(at, length);
  }

  /** A block that is no packet. */
  private takeIn(type: number, at: number, length: number, end: number, base: number): void {
    const problem = lengthProblem(length);
    if (problem !== "") throw damaged(base + at, problem);
    if (length > this.capacity && type !== PcapngBlockType.interfaceDescription) {
      this.passOver(at, length);
      return;
    }
    const tooLong = this.tooLong(length);
    if (tooLong !== "") throw damaged(base + at, tooLong);
    this.run.needs = length;
    if (end - at < length) return;
    const broken = this.endProblem(at, length);
    if (broken !== "") throw damaged(base + at, broken);
    if (type === PcapngBlockType.interfaceDescription) this.describe(at, length, base);
    else if (this.onInfo !== undefined) this.tell(type, at, length, base);
    this.passOver(at, length);
  }

  private describe(at: number, length: number, base: number): void {
    const facts = this.readers.info.readInterface(at, at + length - 4, this.described.length);
    if (facts === undefined) {
      throw damaged(base + at, `an interface description of ${length} bytes is too short`);
    }
    if (this.described.length === MAX_INTERFACES) {
      throw damaged(base + at, `a section with more than ${MAX_INTERFACES} interfaces`);
    }
    this.described.push(withClock(facts));
    this.onInfo?.({ kind: "interface", offset: base + at, interface: facts });
  }

  private tell(type: number, at: number, length: number, base: number): void {
    const info = this.readers.info.readOther(type, at, at + length - 4, base + at, this.described);
    if (info === undefined) {
      throw damaged(base + at, `a block of type ${type} and ${length} bytes is too short`);
    }
    this.onInfo?.(info);
  }

  private passOver(at: number, length: number): void {
    this.run.next = at + length;
    this.run.needs = 0;
  }

  private readersOf(order: "big" | "little"): OrderedReaders {
    return (this.orders[order] ??= new OrderedReaders(this.view, order));
  }
}
