// A slow second opinion on layouts, bit by bit from the rules of the schema language. It shares no code with the
// generator on purpose.

export type Endian = "big" | "little" | "host";

/** A run of bits and how a number lies in it. */
export interface Run {
  readonly bit: number;
  readonly bits: number;
  /** `big`: the first bit is the most significant; `little`: bytes, and the bits in them, from the least. */
  readonly order: "big" | "little";
}

/** This machine's order. */
export const HOST: "big" | "little" = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? "little" : "big";

/** Where each bit of a value lies, from the least significant on: byte, and weight in it. */
function* placesOf({ bit, bits, order }: Run): Generator<{ byte: number; mask: number }> {
  for (let i = 0; i < bits; i++) {
    if (order === "little") yield { byte: (bit + i) >> 3, mask: 1 << ((bit + i) & 7) };
    else {
      const at = bit + bits - 1 - i;
      yield { byte: at >> 3, mask: 0x80 >> (at & 7) };
    }
  }
}

export function readBits(bytes: Uint8Array, start: number, run: Run): bigint {
  let value = 0n;
  let weight = 1n;
  for (const { byte, mask } of placesOf(run)) {
    if (((bytes[start + byte] as number) & mask) !== 0) value += weight;
    weight <<= 1n;
  }
  return value;
}

/** Writes the low bits of `value`, and no other bit. */
export function writeBits(bytes: Uint8Array, start: number, run: Run, value: bigint): void {
  let rest = value;
  for (const { byte, mask } of placesOf(run)) {
    const old = bytes[start + byte] as number;
    bytes[start + byte] = (rest & 1n) === 1n ? old | mask : old & ~mask & 0xff;
    rest >>= 1n;
  }
}
