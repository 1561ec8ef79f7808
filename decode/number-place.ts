import type { FieldLayout, Layout } from "../runtime/index.js";

/** Where a number stands: in a byte, or in two or four, most significant first. */
export interface NumberPlace {
  /** Of its first byte, from the header's. */
  readonly at: number;
  readonly bytes: 1 | 2 | 4;
  /** Within the byte: how far right, and what is left of it then. */
  readonly shift: number;
  readonly mask: number;
  readonly isFlag: boolean;
}

/** The place of a field of the fixed part, if it is one of these. */
export function numberPlace(
  { bitOrder }: Pick<Layout, "bitOrder">,
  field: FieldLayout,
): NumberPlace | undefined {
  const { type, bitOffset, bitWidth, endian = "big" } = field;
  const at = bitOffset >> 3;
  const bit = bitOffset & 7;
  const isFlag = type === "flag";
  if (bitOrder !== "msb" || endian !== "big" || !(isFlag || type.startsWith("u"))) return undefined;
  if (bit + bitWidth <= 8) {
    return { at, bytes: 1, shift: 8 - bit - bitWidth, mask: 2 ** bitWidth - 1, isFlag };
  }
  if (bit !== 0 || (bitWidth !== 16 && bitWidth !== 32)) return undefined;
  return { at, bytes: bitWidth === 16 ? 2 : 4, shift: 0, mask: 0, isFlag };
}

/** The number, or the flag, of the header at `offset`: what its accessor gives, which would be looked up by name. */
export function numberAt(view: DataView, offset: number, place: NumberPlace): number | boolean {
  const at = offset + place.at;
  if (place.bytes === 2) return view.getUint16(at);
  if (place.bytes === 4) return view.getUint32(at);
  const value = (view.getUint8(at) >> place.shift) & place.mask;
  return place.isFlag ? value === 1 : value;
}
