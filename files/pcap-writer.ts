import { PcapHeaderLittle, PcapMagic, PcapPacketRecordLittle } from "../generated/index.js";
import { AtomicFile } from "./atomic-file.js";
import { maxPacketBytes } from "./capture-format.js";
import { wrongOption } from "./errors.js";
import { bytesOfPacket, checkedFacts, requireInteger, type PacketFacts, type PlacedPacket } from "./packet-to-write.js"; // prettier-ignore

/** Options of `PcapWriter.create`. */
export interface PcapWriterOptions {
  /** LINKTYPE_* number of all packets. Default 1, Ethernet. */
  readonly linkType?: number;
  /** The most bytes that a packet has. Default 262,144. */
  readonly snaplen?: number;
}

/**
 * Writes a classic pcap: little-endian, time stamps in nanoseconds. The file appears under its name with `finish`;
 * leaving `using` without it drops what was written.
 */
export class PcapWriter implements Disposable {
  private readonly file: AtomicFile;
  private readonly snaplen: number;

  private constructor(file: AtomicFile, snaplen: number) {
    this.file = file;
    this.snaplen = snaplen;
  }

  /** @throws CaptureError for a wrong option; Node's own error when the file cannot be made. `"-"` is standard output. */
  static create(path: string, options: PcapWriterOptions = {}): PcapWriter {
    const { linkType = 1 } = options;
    requireInteger("linkType", linkType, 2 ** 16);
    const { snaplen = maxPacketBytes(linkType) } = options;
    requireInteger("snaplen", snaplen, 2 ** 31);
    const writer = new PcapWriter(new AtomicFile(path), snaplen);
    writer.writeHeader(linkType);
    return writer;
  }

  /** Appends a packet. @throws CaptureError for facts out of range, a packet longer than snaplen, or after the end */
  write(bytes: Uint8Array, facts: PacketFacts = {}): void {
    const { seconds, nanoseconds, originalLength } = checkedFacts(facts, bytes.length);
    if (bytes.length > this.snaplen) {
      throw wrongOption("bytes.length", bytes.length, `${this.snaplen} at most`);
    }
    const { view, at } = this.file.room(PcapPacketRecordLittle.MIN_LENGTH);
    const record = new PcapPacketRecordLittle(view);
    record.init(at, view.byteLength);
    record.seconds = seconds;
    record.fraction = nanoseconds;
    record.capturedLength = bytes.length;
    record.originalLength = originalLength;
    this.file.write(bytes);
  }

  /** Appends a packet of a ring or a capture file, whose bytes lie in `view`. */
  writePacket(packet: PlacedPacket, view: DataView): void {
    this.write(bytesOfPacket(packet, view), packet);
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

  private writeHeader(linkType: number): void {
    const { view, at } = this.file.room(PcapHeaderLittle.MIN_LENGTH);
    const header = new PcapHeaderLittle(view);
    header.init(at, view.byteLength);
    header.magicNumber = PcapMagic.nanoseconds;
    header.majorVersion = 2;
    header.minorVersion = 4;
    header.snaplen = this.snaplen;
    header.linkTypeAndFcs = linkType;
  }
}
