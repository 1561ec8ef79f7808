// The public entry `zc-gen/ring`: live and mock rings, and what it takes to use them.
export { Block } from "./block.js";
export type { BlockIterator } from "./block-iterator.js";
export type { RingStats } from "./counters.js";
export {
  CorruptBlockError,
  InterfaceDownError,
  InterfaceGoneError,
  InterfaceNotFoundError,
  LeaseReleasedError,
  PermissionError,
  RingBusyError,
  RingClosedError,
  RingConfigError,
  RingError,
  RingMemoryError,
  RingUnsupportedError,
  type CorruptBlockDetail,
  type RingErrorDetail,
} from "./errors.js";
export type { BpfInstruction } from "./filter.js";
export { listInterfaces, setInterfaceUp, type NetworkInterface } from "./interfaces.js";
export type { LinkEvent, LinkState } from "./link-watch.js";
export type { MockPacketInfo } from "./mock-kernel.js";
export { MockRing, type MockPacket, type MockRingOptions } from "./mock-ring.js";
export { Packet, type ChecksumStatus } from "./packet.js";
export { PacketRing } from "./packet-ring.js";
export { PacketSender, type PacketSenderOptions } from "./packet-sender.js";
export type { PacketWalk } from "./packet-walk.js";
export { readCapture, type Capture, type CapturedPacket } from "./pcap.js";
export type { CommonRingOptions } from "./ring-limits.js";
export type { Parkable } from "./ring-shape.js";
export type { RxRingOptions } from "./rx-options.js";
export { RxRing } from "./rx-ring.js";
