// The public entry `zc-gen/ring`: live and mock rings, and what it takes to use them.
export { Block } from "./block.js";
export type { BlockIterator } from "./block-iterator.js";
export type { RingStats } from "./counters.js";
export {
  CorruptBlockError,
  FanoutMismatchError,
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
export type { InterfaceDatagramOptions, SlotOptions, UdpOptions } from "./datagram-options.js";
export { Datagram } from "./datagram.js";
export { DatagramSource, InterfaceDatagrams, UdpDatagrams } from "./datagram-source.js";
export type { FanoutMode, FanoutOptions } from "./fanout.js";
export type { BpfInstruction, FilterChoice, FilterSource, FilterTarget } from "./filter.js";
export {
  describeInterface,
  listInterfaces,
  setInterfaceUp,
  type InterfaceDetail,
  type NetworkInterface,
} from "./interfaces.js";
export type { LinkEvent, LinkState } from "./link-watch.js";
export type { MockPacketInfo } from "./mock-kernel.js";
export { MockRing, type MockPacket, type MockRingOptions } from "./mock-ring.js";
export { openCapture } from "./open-capture.js";
export { CookedPacket, Packet, type ChecksumStatus, type TimestampSource } from "./packet.js";
export { PacketRing } from "./packet-ring.js";
export { PacketSender, type PacketSenderOptions, type SenderStats } from "./packet-sender.js";
export { TxSlots } from "./tx-slots.js";
export type { PacketWalk } from "./packet-walk.js";
export type { CommonRingOptions } from "./ring-limits.js";
export type { Parkable } from "./ring-shape.js";
export type { ReceiveOptions, TimestampChoice } from "./receive-options.js";
export type { FromFdOptions, LatencyChoice, RxRingOptions } from "./rx-options.js";
export { replay, type CapturedPacket, type ReplayOptions, type ReplayResult } from "./replay.js";
export { RxRing } from "./rx-ring.js";
export type { SharedMember } from "./binding.js";
export type { SharedRingToken } from "./ring-sharing.js";
export { openWorkers, RingWorkers, type RingWorkersOptions, type WorkerExit } from "./ring-workers.js";
export { SharedReader } from "./shared-reader.js";
export type { WorkerContext, WorkerModule, WorkerSource } from "./worker-protocol.js";
export { InterfaceRing, SocketRing } from "./socket-ring.js";
