import { PcapHeader } from "./pcap-classes/pcap-header.js";
import { PcapRecord } from "./pcap-classes/pcap-record.js";

/** A packet to write. */
export interface RecordedPacket {
  readonly bytes: Uint8Array;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly originalLength: number;
}

const ETHERNET = 1;

/** A capture file of Ethernet packets, its headers written by classes of schemas of our own: pcap-schemas/. */
export function writePcap(packets: readonly RecordedPacket[], snapLen: number): Uint8Array {
  const total = packets.reduce(
    (sum, { bytes }) => sum + PcapRecord.MIN_LENGTH + bytes.length,
    PcapHeader.MIN_LENGTH,
  );
  const file = new Uint8Array(total);
  const view = new DataView(file.buffer);
  const header = new PcapHeader(view);
  header.init(0, total);
  header.snapLen = snapLen;
  header.linkType = ETHERNET;
  let at = header.payloadOffset;
  for (const packet of packets) at = writeRecord(file, new PcapRecord(view), at, packet);
  return file;
}

function writeRecord(file: Uint8Array, record: PcapRecord, at: number, packet: RecordedPacket): number {
  record.init(at, file.length);
  record.seconds = packet.seconds;
  record.nanoseconds = packet.nanoseconds;
  record.capturedLength = packet.bytes.length;
  record.originalLength = packet.originalLength;
  file.set(packet.bytes, record.payloadOffset);
  return record.payloadOffset + packet.bytes.length;
}
