import { PcapHeaderLittle, PcapMagic, PcapPacketRecordLittle } from "zc-gen/protocols";

/** A packet to write. */
export interface RecordedPacket {
  readonly bytes: Uint8Array;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly originalLength: number;
}

const ETHERNET = 1;

/** A capture file of Ethernet packets, little-endian, with time stamps in nanoseconds. */
export function writePcap(packets: readonly RecordedPacket[], snaplen: number): Uint8Array {
  const total = packets.reduce(
    (sum, { bytes }) => sum + PcapPacketRecordLittle.MIN_LENGTH + bytes.length,
    PcapHeaderLittle.MIN_LENGTH,
  );
  const file = new Uint8Array(total);
  const view = new DataView(file.buffer);
  const header = new PcapHeaderLittle(view);
  header.init(0, total);
  header.magicNumber = PcapMagic.nanoseconds;
  header.majorVersion = 2;
  header.minorVersion = 4;
  header.snaplen = snaplen;
  header.linkTypeAndFcs = ETHERNET;
  let at = header.payloadOffset;
  for (const packet of packets) at = writeRecord(file, new PcapPacketRecordLittle(view), at, packet);
  return file;
}

function writeRecord(
  file: Uint8Array,
  record: PcapPacketRecordLittle,
  at: number,
  packet: RecordedPacket,
): number {
  record.init(at, file.length);
  record.seconds = packet.seconds;
  record.fraction = packet.nanoseconds;
  record.capturedLength = packet.bytes.length;
  record.originalLength = packet.originalLength;
  file.set(packet.bytes, record.payloadOffset);
  return record.payloadOffset + packet.bytes.length;
}
