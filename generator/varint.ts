// Numbers of as many bytes as they say: what the passes ask of them, and how they are read.
import type { FieldModel, FieldType, VarintType } from "./layout.js";

/** The words of the language, and as many bytes as each may have. */
export const VARINTS: Readonly<Record<string, VarintType>> = {
  "varint.quic": { kind: "varint", encoding: "quic", maxBytes: 8 },
  "varint.leb128": { kind: "varint", encoding: "leb128", maxBytes: 10 },
};

/** What the field is, where it is such a number. */
export function varintOf(type: FieldType): VarintType | undefined {
  return type.kind === "span" && type.content.kind === "varint" ? type.content : undefined;
}

/** How many bits the value of a number has at most. */
export function valueBits(type: FieldType): number {
  const varint = varintOf(type);
  return varint === undefined ? type.bits : varintBits(varint);
}

function varintBits({ encoding, maxBytes }: VarintType): number {
  return encoding === "quic" ? 62 : Math.min(64, maxBytes * 7);
}

/** The largest value; one that is read as a number ends where numbers are exact. */
export function varintMax(varint: VarintType, as: FieldModel["as"]): number {
  const max = 2 ** varintBits(varint) - 1;
  return as === "bigint" ? max : Math.min(max, Number.MAX_SAFE_INTEGER);
}

/** An expression that reads one that is there. */
export function readVarint({ encoding }: VarintType, place: string, as: FieldModel["as"] = "number"): string {
  return `${encoding}${as === "bigint" ? "BigInt" : "Number"}(this.view, ${place})`;
}

/** An expression for the place after one that is there. */
export function afterVarint({ encoding }: VarintType, place: string): string {
  return `${encoding}End(this.view, ${place})`;
}

/** An expression for its size at `at`; 0: it is cut. */
export function varintSize({ encoding, maxBytes }: VarintType): string {
  const most = encoding === "quic" ? "" : `, ${maxBytes}`;
  return `${encoding}Size(this.view, at, limit${most})`;
}

/** Whether the one at `at`, of `size` bytes, has too many bytes or bits; none: it cannot. */
export function tooLarge(varint: VarintType, as: FieldModel["as"]): string[] {
  const bits = varint.encoding === "quic" ? 62 : varint.maxBytes * 7;
  const most = as === "bigint" ? 64 : 53;
  const limit = as === "bigint" ? "0xffffffffffffffffn" : "Number.MAX_SAFE_INTEGER";
  return [
    ...(varint.encoding === "leb128" ? ["size < 0"] : []),
    ...(bits > most ? [`${readVarint(varint, "at", as)} > ${limit}`] : []),
  ];
}
