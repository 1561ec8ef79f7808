// Byte loops for generated accessors: for a handful of bytes a loop beats making a view (V8 11, Node 20).

/** Copies `length` bytes at `offset` to `target` from `at` on. Returns `length`. */
export function copyBytes(
  view: DataView,
  offset: number,
  length: number,
  target: Uint8Array,
  at: number,
): number {
  if (at < 0 || target.length - at < length) {
    throw new RangeError(`target has ${target.length} bytes; ${length} from ${at} on do not fit`);
  }
  for (let i = 0; i < length; i++) target[at + i] = view.getUint8(offset + i);
  return length;
}

/** Writes `bytes` at `offset`. @throws RangeError when they are not exactly `length`, or one is no byte. */
export function writeBytes(view: DataView, offset: number, length: number, bytes: ArrayLike<number>): void {
  if (bytes.length !== length) throw new RangeError(`the field takes ${length} bytes, not ${bytes.length}`);
  for (let i = 0; i < length; i++) {
    const byte = bytes[i] as number;
    if (byte !== (byte & 0xff)) throw new RangeError(`byte ${i} must be a number in 0..255, not ${byte}`);
    view.setUint8(offset + i, byte);
  }
}

/** Whether the `length` bytes at `offset` are those of `other`. */
export function bytesEqual(
  view: DataView,
  offset: number,
  length: number,
  other: ArrayLike<number>,
): boolean {
  if (other.length !== length) return false;
  for (let i = 0; i < length; i++) if (view.getUint8(offset + i) !== other[i]) return false;
  return true;
}

/** An index into an array of `count` elements. @throws RangeError when it is none. */
export function elementIndex(index: number, count: number): number {
  if (Number.isInteger(index) && index >= 0 && index < count) return index;
  throw new RangeError(`index must be a whole number in 0..${count - 1}, not ${index}`);
}

/** The signed value of a two's-complement number of 33 to 53 bits. */
export function signExtend(value: number, bits: number): number {
  return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
}
