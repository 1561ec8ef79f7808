import { PcapHeader, PcapMagic, PcapPacketRecord } from "../generated/index.js";
import { viewOf } from "../runtime/index.js";
import { RingError } from "./errors.js";

/** A packet of a capture file. */
export interface CapturedPacket {
  /** A view on the file. */
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

/** More than any snaplen: a record that claims more is damaged. */
const MAX_CAPTURED = 262_144;

/**
 * Reads a classic pcap file, either byte order, micro- or nanoseconds. The packets are views on `file`.
 *
 * @throws RingError (`ERR_CAPTURE_FORMAT`) for another format, here; for damage, while iterating, after the good packets.
 */
export function readCapture(file: Uint8Array): Capture {
  const view = viewOf(file);
  const order = PcapHeader.orderOf(view, 0, view.byteLength);
  if (order === undefined) {
    throw formatError(`${beginning(file)}, which is no classic pcap (pcapng is not read here)`);
  }
  const header = new PcapHeader[order](view);
  const error = header.explain(header.wrap(0, view.byteLength));
  if (error !== undefined) throw formatError(error.message);
  const unit = header.magicNumber === PcapMagic.nanoseconds ? 1 : 1000;
  const records = (): Iterator<CapturedPacket> => {
    return readRecords(new PcapPacketRecord[order](view), header.payloadOffset, view.byteLength, unit);
  };
  return { linkType: header.linkType, packets: { [Symbol.iterator]: records } };
}

function* readRecords(
  record: PcapPacketRecord,
  start: number,
  end: number,
  unit: number,
): Generator<CapturedPacket, void> {
  for (let at = start; at < end; at = record.payloadOffset + record.capturedLength) {
    const error = record.explain(record.wrap(at, end));
    if (error !== undefined) throw formatError(error.message);
    const { payloadOffset, capturedLength, seconds, fraction, originalLength, view } = record;
    if (capturedLength > end - payloadOffset || capturedLength > MAX_CAPTURED) {
      throw formatError(
        `the packet at ${at} claims ${capturedLength} bytes, but ${end - payloadOffset} are left and ${MAX_CAPTURED} are possible`,
      );
    }
    const bytes = new Uint8Array(view.buffer, view.byteOffset + payloadOffset, capturedLength);
    yield { bytes, seconds, nanoseconds: fraction * unit, originalLength };
  }
}

function beginning(file: Uint8Array): string {
  const hex = Buffer.from(file.subarray(0, 4)).toString("hex");
  return file.length === 0 ? "the file is empty" : `the file begins with 0x${hex}`;
}

function formatError(message: string): RingError {
  return new RingError(message, { code: "ERR_CAPTURE_FORMAT" });
}
