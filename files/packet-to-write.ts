import { wrongOption } from "./errors.js";

/** What goes with a packet's bytes. A `CapturePacket` and a ring's `Packet` have it all. */
export interface PacketFacts {
  /** Since 1970. Default 0. */
  readonly seconds?: number;
  /** Within the second. Default 0. */
  readonly nanoseconds?: number;
  /** More than `bytes` has, when the packet was cut. Default what `bytes` has. */
  readonly originalLength?: number;
}

/** A packet where it lies: what every packet source gives. */
export interface PlacedPacket extends PacketFacts {
  readonly dataOffset: number;
  readonly dataEnd: number;
}

/** The bytes of a placed packet, as a view. */
export function bytesOfPacket(packet: PlacedPacket, view: DataView): Uint8Array {
  const { dataOffset, dataEnd } = packet;
  return new Uint8Array(view.buffer, view.byteOffset + dataOffset, dataEnd - dataOffset);
}

const U32 = 2 ** 32;

/** The facts with their defaults. @throws CaptureError for one that is out of range */
export function checkedFacts(facts: PacketFacts, length: number): Required<PacketFacts> {
  const { seconds = 0, nanoseconds = 0, originalLength = length } = facts;
  requireInteger("seconds", seconds, U32);
  requireInteger("nanoseconds", nanoseconds, 1e9);
  requireInteger("originalLength", originalLength, U32);
  return { seconds, nanoseconds, originalLength: Math.max(length, originalLength) };
}

/** @throws CaptureError unless `value` is a whole number from 0 up to below `limit` */
export function requireInteger(name: string, value: number, limit: number): void {
  if (Number.isInteger(value) && value >= 0 && value < limit) return;
  throw wrongOption(name, value, `a whole number of 0 to ${limit - 1}`);
}
