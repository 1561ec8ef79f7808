import {
  fieldToJSON,
  isPresent,
  type Header,
  type JsonValue,
  type PacketBounds,
  type StackBase,
} from "../runtime/index.js";

/** What is shown of a packet: of a file's, or of a ring's. */
export interface ShownPacket extends PacketBounds {
  readonly capturedLength: number;
  readonly originalLength: number;
  readonly truncated: boolean;
  readonly seconds: number;
  readonly nanoseconds: number;
  /** Simple packets of pcapng have none. */
  readonly hasTime: boolean;
  readonly comments: readonly string[];
  /** Whether the kernel took a VLAN tag out of it; then what was in the tag. */
  readonly hasVlan?: boolean;
  readonly vlanTci?: number;
  readonly vlanTpid?: number;
}

/** A packet as it is shown: where it came from, and its layers. */
export interface PacketView {
  /** From 1, in file order. */
  readonly n: number;
  readonly packet: ShownPacket;
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
export function epochText(packet: Pick<ShownPacket, "seconds" | "nanoseconds">): string {
  return `${packet.seconds}.${String(packet.nanoseconds).padStart(9, "0")}`;
}
