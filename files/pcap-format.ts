import {
  ModifiedPcapPacketRecord,
  NokiaPcapPacketRecord,
  PcapHeader,
  PcapMagic,
  PcapPacketRecord,
  SusePcapPacketRecord,
} from "../generated/index.js";
import { maxPacketBytes, type CaptureFormat, type Run } from "./capture-format.js";
import { soleInterface, type CaptureInterface } from "./capture-interface.js";
import type { CapturePacket } from "./capture-packet.js";
import { changedMeanwhile, damaged } from "./errors.js";
import type { PcapngOption } from "./pcapng-options.js";

/** How a file has its two lengths: versions before 2.3 the other way round, 2.3 either way (libpcap, sf-pcap.c). */
type Lengths = "usual" | "swapped" | "either";

/** Bytes before the first record, when `start` begins a pcap; 0 when it does not. */
export function pcapHeaderBytes(view: DataView, start: number, end: number): number {
  const order = PcapHeader.orderOf(view, start, end);
  if (order === undefined) return 0;
  const magic = view.getUint32(start, order === "little");
  return PcapHeader.big.MIN_LENGTH + (isIxia(magic) ? IXIA_EXTRA_BYTES : 0);
}

const IXIA_EXTRA_BYTES = 4;

function isIxia(magic: number): boolean {
  return magic === PcapMagic.ixiaSoftware || magic === PcapMagic.ixiaHardware;
}

/** The classic format: a header for the file, and one for each packet. */
export class PcapFormat implements CaptureFormat {
  readonly name = "pcap";
  readonly interfaces: readonly CaptureInterface[];
  private readonly sole: CaptureInterface;
  /** Stands on the packet of the walk; a second one looks ahead. */
  private readonly record: PcapPacketRecord;
  private readonly ahead: PcapPacketRecord;
  private recordBytes: number;
  /** What else the magic number may mean; empty once a packet was found. */
  private otherRecordBytes: readonly number[];
  private readonly lengths: Lengths;
  private readonly unitsPerSecond: number;
  private readonly maxBytes: number;
  private readonly linkType: number;
  private readonly run: Run = { packets: 0, next: 0, needs: 0 };

  /** Reads the file's header, which lies at `start` in full. @throws CaptureError for a version before 2. */
  constructor(view: DataView, start: number, end: number) {
    const order = PcapHeader.orderOf(view, start, end) ?? "little";
    const header = new PcapHeader[order](view);
    header.wrap(start, end);
    const { magicNumber: magic, majorVersion, minorVersion } = header;
    if (majorVersion < 2) throw damaged(start, `pcap version ${majorVersion}.${minorVersion} is not known`);
    const nanoseconds = magic === PcapMagic.nanoseconds || magic === PcapMagic.ixiaHardware;
    const records = magic === PcapMagic.modified ? ModifiedPcapPacketRecord : PcapPacketRecord;
    // The longer record begins with the fields of the shorter one.
    this.record = new PcapPacketRecord[order](view);
    this.ahead = new PcapPacketRecord[order](view);
    this.recordBytes = records[order].MIN_LENGTH;
    this.otherRecordBytes = OTHER_RECORDS.get(magic)?.map((one) => one[order].MIN_LENGTH) ?? [];
    this.lengths = lengthsOf(majorVersion, minorVersion);
    this.unitsPerSecond = nanoseconds ? 1_000_000_000 : 1_000_000;
    this.linkType = header.linkType;
    this.maxBytes = maxPacketBytes(header.linkType);
    this.sole = soleInterface(header.linkType, header.snaplen, nanoseconds);
    this.interfaces = [this.sole];
  }

  look(start: number, end: number, limit: number, base: number): Run {
    this.tellRecords(start, end);
    const { run, ahead, recordBytes } = this;
    let at = start;
    run.packets = 0;
    run.needs = 0;
    while (at - start < limit) {
      const room = end - at;
      run.needs = recordBytes;
      if (room < recordBytes) break;
      ahead.wrap(at, end);
      const captured = this.capturedOf(ahead);
      if (captured > this.maxBytes) {
        if (run.packets > 0) break;
        throw damaged(
          base + at,
          `a packet of ${captured} bytes is claimed, and ${this.maxBytes} are possible`,
        );
      }
      run.needs = recordBytes + captured;
      if (room < run.needs) break;
      at += run.needs;
      run.packets++;
    }
    run.next = at;
    if (run.packets > 0) this.otherRecordBytes = [];
    return run;
  }

  step(packet: CapturePacket, at: number, end: number, base: number): number {
    const { record } = this;
    const start = at + this.recordBytes;
    if (start > end) throw changedMeanwhile(base + at);
    record.wrap(at, end);
    const next = start + this.capturedOf(record);
    if (next > end) throw changedMeanwhile(base + at);
    packet.place(start, next, this.linkType, base + at);
    return next;
  }

  park(): void {
    this.record.park();
  }

  seconds(): number {
    const { fraction, seconds } = this.record;
    return fraction < this.unitsPerSecond ? seconds : seconds + Math.floor(fraction / this.unitsPerSecond);
  }

  nanoseconds(): number {
    return (this.record.fraction % this.unitsPerSecond) * (1_000_000_000 / this.unitsPerSecond);
  }

  hasTime(): boolean {
    return true;
  }

  originalLength(): number {
    const { capturedLength, originalLength } = this.record;
    return this.isSwapped(this.record) ? capturedLength : originalLength;
  }

  interfaceOf(): CaptureInterface {
    return this.sole;
  }

  options(): PcapngOption[] {
    return [];
  }

  /**
   * Patched libpcaps kept the magic number for longer records. Where the second record, if it is there to be seen, makes
   * no sense behind a first one of the usual length, and does behind a longer one, records are of that length: much as
   * Wireshark has it (wiretap/libpcap.c).
   */
  private tellRecords(start: number, end: number): void {
    if (this.otherRecordBytes.length === 0 || this.ahead.wrap(start, end) !== 0) return;
    const captured = this.capturedOf(this.ahead);
    const { seconds } = this.ahead;
    if (this.ahead.wrap(start + this.recordBytes + captured, end) !== 0 || this.mayFollow(seconds)) return;
    const isNext = (bytes: number): boolean =>
      this.ahead.wrap(start + bytes + captured, end) === 0 && this.mayFollow(seconds);
    this.recordBytes = this.otherRecordBytes.find(isNext) ?? this.recordBytes;
  }

  /** Whether the record that `ahead` stands on makes sense behind one of that time. */
  private mayFollow(before: number): boolean {
    const { seconds, fraction, capturedLength, originalLength } = this.ahead;
    return (
      Math.abs(seconds - before) < SECONDS_APART &&
      fraction < this.unitsPerSecond &&
      capturedLength <= this.maxBytes &&
      (this.lengths !== "usual" || capturedLength <= originalLength)
    );
  }

  private capturedOf(record: PcapPacketRecord): number {
    return this.lengths !== "usual" && this.isSwapped(record) ? record.originalLength : record.capturedLength;
  }

  private isSwapped(record: PcapPacketRecord): boolean {
    if (this.lengths === "either") return record.capturedLength > record.originalLength;
    return this.lengths === "swapped";
  }
}

/** The two classes of a record. */
type RecordClasses = Readonly<Record<"big" | "little", { readonly MIN_LENGTH: number }>>;

/** Records of other lengths, by the magic number that they share with the usual ones. */
const OTHER_RECORDS: ReadonlyMap<number, readonly RecordClasses[]> = new Map<
  number,
  readonly RecordClasses[]
>([
  [PcapMagic.microseconds, [ModifiedPcapPacketRecord, NokiaPcapPacketRecord]],
  [PcapMagic.modified, [SusePcapPacketRecord]],
]);

/** What follows at once is not further apart: 100 days. */
const SECONDS_APART = 100 * 86_400;

function lengthsOf(major: number, minor: number): Lengths {
  const DG_UX = 543;
  if (major === DG_UX || (major === 2 && minor < 3)) return "swapped";
  return major === 2 && minor === 3 ? "either" : "usual";
}
