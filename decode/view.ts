import type { CapturePacket } from "../files/index.js";
import { fieldToJSON, isPresent, type Header, type JsonValue, type StackBase } from "../runtime/index.js";

/** A packet as it is shown: where it came from, and its layers. */
export interface PacketView {
  /** From 1, in file order. */
  readonly n: number;
  readonly packet: CapturePacket;
  readonly stack: StackBase;
}

/** Shows packets: one text each, with its line end. */
export interface Formatter {
  /** What comes before the first packet. */
  readonly head: string;
  format(view: PacketView): string;
}

/** A field by its schema's name, as JSON has it; `undefined` where the layer has none, or does not reach that far. */
export function fieldOf(header: Header, name: string): JsonValue | undefined {
  const field = header.layout.fields.find((one) => one.name === name);
  return field !== undefined && isPresent(header, field) ? fieldToJSON(header, field) : undefined;
}

/** Seconds since 1970 with nine decimals. */
export function epochText(packet: CapturePacket): string {
  return `${packet.seconds}.${String(packet.nanoseconds).padStart(9, "0")}`;
}
