import { rmSync } from "node:fs";
import { parse } from "node:path";
import { wrongOption } from "./errors.js";
import { LiveFile } from "./live-file.js";
import { PacketGather, type Framing } from "./packet-gather.js";
import { requireInteger } from "./packet-to-write.js";
import {
  PcapNgWriter,
  sectionTexts,
  type NewInterface,
  type OptionToWrite,
  type PcapNgWriterOptions,
} from "./pcapng-writer.js";
import { RecordedInterface } from "./recorded-interface.js";
import type { RecordableCounts, RecordablePacket } from "./recordable.js";

/** Options of `PcapNgRecorder.create`. */
export interface PcapNgRecorderOptions extends PcapNgWriterOptions {
  /** A new file before one has more bytes than this; only a packet that is larger by itself gets a larger file. */
  readonly rotateBytes?: number;
  /** A new file once packets are so many seconds younger than the file's first, by their own time. */
  readonly rotateSeconds?: number;
  /** Keeps the latest so many files and deletes those before. Default: all. */
  readonly maxFiles?: number;
  /** Told of each file that is complete. */
  readonly onFile?: (path: string) => void;
}

const MAX_SECONDS = 2 ** 31;

/**
 * Writes what sources receive into pcapng files: see `record`. Packets go from where they lie to the system, without a
 * copy in between, a block at a time: after each the file is whole, for whoever follows it, and whatever ends the process.
 *
 * With a rotation files are numbered: `eth0.pcapng` becomes `eth0-00001.pcapng`, `eth0-00002.pcapng`, and so on.
 */
export class PcapNgRecorder implements AsyncDisposable {
  /** Where the files are that were begun and not deleted since, in order. */
  readonly files: string[] = [];
  private readonly path: string;
  private readonly options: PcapNgRecorderOptions;
  private readonly section: readonly OptionToWrite[];
  private readonly interfaces: RecordedInterface[] = [];
  private readonly gather: PacketGather = new PacketGather();
  private readonly ending: Promise<void>[] = [];
  private file: LiveFile;
  private writer: PcapNgWriter;
  private begun: number = 0;
  private packetsInFile: number = 0;
  /** When the file's first packet came, in seconds since 1970. */
  private fileTime: number = 0;
  private bytesBefore: number = 0;
  private closing: Promise<void> | undefined = undefined;

  private constructor(path: string, options: PcapNgRecorderOptions) {
    this.path = path;
    this.options = options;
    this.section = sectionTexts(options);
    [this.file, this.writer] = this.nextFile();
  }

  /**
   * Begins a recording, over a file of that name. `"-"` is standard output.
   *
   * @throws CaptureError for a wrong option; Node's own error when the file cannot be made.
   */
  static create(path: string, options: PcapNgRecorderOptions = {}): PcapNgRecorder {
    const { rotateBytes, rotateSeconds, maxFiles } = options;
    if (rotateBytes !== undefined) requireInteger("rotateBytes", rotateBytes, Number.MAX_SAFE_INTEGER);
    if (rotateSeconds !== undefined && !(rotateSeconds > 0 && rotateSeconds < MAX_SECONDS)) {
      throw wrongOption("rotateSeconds", rotateSeconds, `more than 0 and less than ${MAX_SECONDS}`);
    }
    if (maxFiles !== undefined) requireInteger("maxFiles", maxFiles, Number.MAX_SAFE_INTEGER);
    if (maxFiles === 0) throw wrongOption("maxFiles", maxFiles, "1 at least");
    const rotates = rotateBytes !== undefined || rotateSeconds !== undefined;
    if (rotates && path === "-") throw wrongOption("path", path, "a file's, where files are rotated");
    return new PcapNgRecorder(path, options);
  }

  /** Bytes of all files so far. */
  get bytes(): number {
    return this.bytesBefore + this.file.size;
  }

  /** Completes the last file. Resolves when the disk has all of them. Safe to call again. */
  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal Describes an interface; `counts` are read at each change of files. */
  addInterface(facts: NewInterface, framing: Framing, counts: () => RecordableCounts): RecordedInterface {
    const added = new RecordedInterface(this.writer.addInterface(facts), facts, framing, counts);
    this.interfaces.push(added);
    return added;
  }

  /** @internal Appends packets of a block, until `most` of the interface are written. The file is whole afterwards. */
  write(
    recorded: RecordedInterface,
    packets: Iterable<RecordablePacket>,
    data: Uint8Array,
    most: number,
  ): void {
    const { index, framing } = recorded;
    try {
      for (const packet of packets) {
        if (recorded.written >= most) break;
        this.makeRoom(packet, framing, data);
        this.gather.add(packet, index, framing);
        this.packetsInFile++;
        recorded.written++;
      }
    } finally {
      this.handOver(data);
    }
  }

  /** @internal The last statistics of an interface. Nothing where writing failed before. */
  endInterface(ended: RecordedInterface, counts: RecordableCounts): void {
    if (!this.file.isOpen) return;
    ended.writeRest(this.writer, counts);
    this.file.flush();
  }

  private async closeAll(): Promise<void> {
    this.endFile();
    await Promise.all(this.ending);
  }

  private makeRoom(packet: RecordablePacket, framing: Framing, data: Uint8Array): void {
    if (this.gather.isFull) this.handOver(data);
    if (this.packetsInFile === 0) this.fileTime = timeOf(packet);
    else if (this.isFileOver(packet, framing)) this.rotate(packet, data);
  }

  private isFileOver(packet: RecordablePacket, framing: Framing): boolean {
    const { rotateBytes = Infinity, rotateSeconds = Infinity } = this.options;
    if (timeOf(packet) - this.fileTime >= rotateSeconds) return true;
    if (rotateBytes === Infinity) return false;
    return this.file.size + this.gather.bytes + PacketGather.bytesOf(packet, framing) > rotateBytes;
  }

  private rotate(packet: RecordablePacket, data: Uint8Array): void {
    this.handOver(data);
    for (const each of this.interfaces) each.writePeriod(this.writer);
    this.endFile();
    this.bytesBefore += this.file.size;
    [this.file, this.writer] = this.nextFile();
    for (const { facts } of this.interfaces) this.writer.addInterface(facts);
    this.packetsInFile = 0;
    this.fileTime = timeOf(packet);
    this.deleteOldest();
  }

  private handOver(data: Uint8Array): void {
    if (this.gather.isEmpty) return;
    try {
      this.file.writeGathered(this.gather, data);
    } finally {
      this.gather.clear();
    }
  }

  private endFile(): void {
    if (!this.file.isOpen) return;
    this.file.finish();
    this.ending.push(this.file.whenSafe());
    const path = this.files.at(-1);
    if (path !== undefined) this.options.onFile?.(path);
  }

  private nextFile(): [LiveFile, PcapNgWriter] {
    const path = this.nextPath();
    const file = new LiveFile(path);
    if (path !== "-") this.files.push(path);
    const writer = PcapNgWriter.over(file, this.section);
    file.flush();
    return [file, writer];
  }

  private nextPath(): string {
    const { rotateBytes, rotateSeconds } = this.options;
    if (rotateBytes === undefined && rotateSeconds === undefined) return this.path;
    const { dir, name, ext } = parse(this.path);
    const number = String(++this.begun).padStart(5, "0");
    return `${dir === "" || dir.endsWith("/") ? dir : `${dir}/`}${name}-${number}${ext}`;
  }

  private deleteOldest(): void {
    const { maxFiles = Infinity } = this.options;
    while (this.files.length > maxFiles) rmSync(this.files.shift() as string, { force: true });
  }
}

function timeOf({ seconds, nanoseconds }: RecordablePacket): number {
  return seconds + nanoseconds / 1e9;
}
