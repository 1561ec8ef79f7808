// The public entry `zc-gen/files`: capture files, read in place and written.
export type { ByteStream } from "./byte-source.js";
export { CaptureBlock, type CaptureWalk } from "./capture-block.js";
export { CaptureFile, type CaptureOptions, type CaptureProgress } from "./capture-file.js";
export type { CaptureInterface } from "./capture-interface.js";
export { CapturePacket, type PacketCopy } from "./capture-packet.js";
export { CaptureError, type CaptureErrorDetail } from "./errors.js";
export { PcapFile, type PcapFileOptions } from "./pcap-file.js";
export type { PacketFacts, PlacedPacket } from "./packet-to-write.js";
export { PcapNgRecorder, type PcapNgRecorderOptions } from "./pcapng-recorder.js";
export { PcapWriter, type PcapWriterOptions } from "./pcap-writer.js";
export {
  PcapNgWriter,
  type NewInterface,
  type NgPacketFacts,
  type PcapNgWriterOptions,
  type StatisticsFacts,
} from "./pcapng-writer.js";
export type { InterfaceCounts, PcapngInfo, ResolvedName, SectionInfo } from "./pcapng-info.js";
export type { PcapngOption } from "./pcapng-options.js";
export { record, type RecordOptions, type RecordResult } from "./record.js";
export type { RecordableCounts, RecordablePacket, RecordableSource } from "./recordable.js";
