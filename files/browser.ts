// The public entry `zc-gen/files` in a browser: captures in memory and in streams, and nothing of Node.
export type { ByteStream } from "./byte-source.js";
export { CaptureBlock, type CaptureWalk } from "./capture-block.js";
export {
  CaptureFile,
  CaptureFile as PcapFile,
  type CaptureOptions,
  type CaptureProgress,
} from "./capture-file.js";
export type { CaptureInterface } from "./capture-interface.js";
export { CapturePacket, type PacketCopy } from "./capture-packet.js";
export { CaptureError, type CaptureErrorDetail } from "./errors.js";
export type { InterfaceCounts, PcapngInfo, ResolvedName, SectionInfo } from "./pcapng-info.js";
export type { PcapngOption } from "./pcapng-options.js";
