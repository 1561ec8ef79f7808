import { RingError } from "./errors.js";

/** A packet of a capture file. */
export interface CapturedPacket {
  readonly bytes: Uint8Array;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly originalLength: number;
}

/** A capture file in memory. */
export interface Capture {
  /** LINKTYPE_* number of all its packets. */
  readonly linkType: number;
  readonly packets: Iterable<CapturedPacket>;
}

// draft-ietf-opsawg-pcap, section 4.
const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;
const MAX_CAPTURED = 262_144;

/** Reads numbers one after the other. */
class Reader {
  private readonly view: DataView;
  private at: number = 0;
  littleEndian: boolean = false;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.view.byteLength - this.at;
  }

  u32(): number {
    const value = this.view.getUint32(this.at, this.littleEndian);
    this.at += 4;
    return value;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(this.view.buffer, this.view.byteOffset + this.at, length);
    this.at += length;
    return bytes;
  }
}

/**
 * Reads a classic pcap file, either byte order, micro- or nanoseconds. The packets are views on `file`.
 *
 * @throws RingError (`ERR_CAPTURE_FORMAT`) for another format, here; for damage, while iterating, after the good packets.
 */
export function readCapture(file: Uint8Array): Capture {
  const header = new Reader(file);
  if (header.left < 24) throw formatError(`${file.length} bytes are no pcap file: its header takes 24`);
  const nanosecondUnit = readMagic(header);
  header.bytes(16); // version, two reserved words, snaplen
  const linkType = header.u32() & 0xffff;
  const { littleEndian } = header;
  return { linkType, packets: { [Symbol.iterator]: () => readPackets(file, littleEndian, nanosecondUnit) } };
}

/** Sets the reader's byte order; returns the nanoseconds in a unit of the time stamps' second word. */
function readMagic(header: Reader): number {
  const magic = header.u32();
  const swapped =
    ((magic & 0xff) << 24) | ((magic & 0xff00) << 8) | ((magic >>> 8) & 0xff00) | (magic >>> 24);
  for (const [value, littleEndian] of [
    [magic, false],
    [swapped >>> 0, true],
  ] as const) {
    if (value !== MICROSECONDS && value !== NANOSECONDS) continue;
    header.littleEndian = littleEndian;
    return value === NANOSECONDS ? 1 : 1000;
  }
  throw formatError(
    `the file begins with 0x${magic.toString(16)}, which is no classic pcap (pcapng is not read here)`,
  );
}

function* readPackets(
  file: Uint8Array,
  littleEndian: boolean,
  unit: number,
): Generator<CapturedPacket, void> {
  const reader = new Reader(file);
  reader.littleEndian = littleEndian;
  reader.bytes(24);
  while (reader.left > 0) {
    if (reader.left < 16) {
      throw formatError(`the file ends inside a packet's header, ${reader.left} bytes from its end`);
    }
    const seconds = reader.u32();
    const nanoseconds = reader.u32() * unit;
    const length = reader.u32();
    const originalLength = reader.u32();
    if (length > reader.left || length > MAX_CAPTURED) {
      throw formatError(`a packet claims ${length} bytes, but ${reader.left} are left`);
    }
    yield { bytes: reader.bytes(length), seconds, nanoseconds, originalLength };
  }
}

function formatError(message: string): RingError {
  return new RingError(message, { code: "ERR_CAPTURE_FORMAT" });
}
