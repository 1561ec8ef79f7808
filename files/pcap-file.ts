import { closeSync, createReadStream, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { hasAddon } from "../native/binding.js";
import { StreamSource, type ByteSource } from "./byte-source.js";
import { CaptureFile, STREAM_BYTES, type CaptureOptions } from "./capture-file.js";
import { packingOf, unpacked, unpackedIfPacked } from "./compression.js";
import { wrongOption } from "./errors.js";
import { FollowSource, MappedSource, ReadSource } from "./file-source.js";

/** Options of `PcapFile.open`. */
export interface PcapFileOptions extends CaptureOptions {
  /** At the end wait for more, until `close()`. For a file that another process writes. Default false. */
  readonly follow?: boolean;
  /** Map the file into memory, where the addon is there. Default true; pipes, packed and growing files are read. */
  readonly map?: boolean;
  /** How much of the file is within reach at once: 1 MiB to 1 GiB. Default 64 MiB mapped, 4 MiB read. */
  readonly windowBytes?: number;
}

const MIN_WINDOW_BYTES = 2 ** 20;
/** Reads stay fast up to here: offsets are small integers. */
const MAX_WINDOW_BYTES = 2 ** 30;
const MAPPED_WINDOW_BYTES = 2 ** 26;

/**
 * A capture file: pcap or pcapng, also packed with gzip (or zstd, where Node has it), mapped into memory where that is
 * possible. Its blocks and packets are read as those of a ring are.
 */
export class PcapFile extends CaptureFile {
  /**
   * Opens a file; `"-"` is standard input.
   *
   * @throws CaptureError when it begins like no capture, or is packed in a way this Node does not unpack; what comes
   * through a pipe fails when it is read. Node's own error when it cannot be opened.
   */
  static open(path: string, options: PcapFileOptions = {}): PcapFile {
    const windowBytes = checkWindowBytes(options.windowBytes);
    if (path === "-") {
      return new PcapFile(new StreamSource(unpackedIfPacked(process.stdin), STREAM_BYTES), options);
    }
    const fd = openSync(path, "r");
    let source: ByteSource | undefined;
    try {
      source = sourceOf(fd, path, fstatSync(fd), { ...options, ...(windowBytes && { windowBytes }) });
      const file = new PcapFile(source, options);
      if (!(source instanceof StreamSource || source instanceof FollowSource)) file.requireFormat();
      return file;
    } catch (error) {
      if (source === undefined) closeSync(fd);
      else source.close();
      throw error;
    }
  }
}

/** Where the bytes come from. The source owns `fd`. */
function sourceOf(fd: number, path: string, status: Stats, options: PcapFileOptions): ByteSource {
  const { follow = false, map = true, windowBytes } = options;
  if (!status.isFile()) {
    return new StreamSource(unpackedIfPacked(createReadStream(path, { fd })), STREAM_BYTES);
  }
  const packing = packingOf(headOf(fd));
  if (packing !== undefined) {
    return new StreamSource(unpacked(createReadStream(path, { fd, start: 0 }), packing), STREAM_BYTES);
  }
  if (follow) return new FollowSource(fd, path, windowBytes ?? STREAM_BYTES);
  const wanted = windowBytes ?? MAPPED_WINDOW_BYTES;
  const mapped =
    map && status.size > 0 && hasAddon()
      ? mappedSource(fd, Math.min(wanted, roomFor(status.size)))
      : undefined;
  return mapped ?? new ReadSource(fd, Math.min(windowBytes ?? STREAM_BYTES, roomFor(status.size)));
}

/** Undefined where the system does not map it: there are file systems that cannot, and address space may be short. */
function mappedSource(fd: number, windowBytes: number): MappedSource | undefined {
  try {
    return new MappedSource(fd, windowBytes);
  } catch (error) {
    if (error instanceof Error && "syscall" in error) return undefined;
    throw error;
  }
}

/** A small file needs no large window; one page more, so that a position inside a page fits. */
function roomFor(size: number): number {
  return Math.max(MIN_WINDOW_BYTES, size + 2 ** 16);
}

function headOf(fd: number): Uint8Array {
  const head = new Uint8Array(4);
  return head.subarray(0, readSync(fd, head, 0, 4, 0));
}

function checkWindowBytes(value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && value >= MIN_WINDOW_BYTES && value <= MAX_WINDOW_BYTES) return value;
  throw wrongOption("windowBytes", value, `a whole number of ${MIN_WINDOW_BYTES} to ${MAX_WINDOW_BYTES}`);
}
