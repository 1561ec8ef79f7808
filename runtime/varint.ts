// Numbers of as many bytes as they say: those of QUIC (RFC 9000 §16), and unsigned LEB128 (DWARF 5 §7.6), as MQTT has them.

/** How many bytes the QUIC number at `at` has: 1, 2, 4 or 8; 0 when it runs past `end`. */
export function quicSize(view: DataView, at: number, end: number): number {
  if (at >= end) return 0;
  const size = 1 << (view.getUint8(at) >> 6);
  return size <= end - at ? size : 0;
}

/** The first byte after a QUIC number that is there; of one that is not, whose place is negative, the place itself. */
export function quicEnd(view: DataView, at: number): number {
  if (at < 0) return at;
  return at + (1 << (view.getUint8(at) >> 6));
}

/** A QUIC number that is there; above 2^53 it is not exact, but above 2^53 all the same. */
export function quicNumber(view: DataView, at: number): number {
  switch (view.getUint8(at) >> 6) {
    case 0:
      return view.getUint8(at);
    case 1:
      return view.getUint16(at) & 0x3fff;
    case 2:
      return view.getUint32(at) & 0x3fffffff;
    default:
      return (view.getUint32(at) & 0x3fffffff) * 0x100000000 + view.getUint32(at + 4);
  }
}

/** The same of any size. */
export function quicBigInt(view: DataView, at: number): bigint {
  if (view.getUint8(at) >> 6 < 3) return BigInt(quicNumber(view, at));
  return view.getBigUint64(at) & 0x3fffffffffffffffn;
}

/** Writes into a QUIC number of `size` bytes. Returns -1, or the largest number that it holds: `value` is none. */
export function writeQuic(view: DataView, at: number, size: number, value: number | bigint): number {
  const bits = size * 8 - 2;
  if (!isUnsigned(value, bits)) return 2 ** bits - 1;
  const marked = (BigInt(Math.log2(size)) << BigInt(bits)) | BigInt(value);
  for (let i = 0; i < size; i++) {
    view.setUint8(at + i, Number((marked >> BigInt((size - 1 - i) * 8)) & 0xffn));
  }
  return -1;
}

/** How many bytes the LEB128 number at `at` has; 0 when it runs past `end`, -1 when it has more than `most`. */
export function leb128Size(view: DataView, at: number, end: number, most: number): number {
  for (let size = 1; size <= most; size++) {
    if (at + size > end) return 0;
    if (view.getUint8(at + size - 1) < 0x80) return size;
  }
  return -1;
}

/** The same for a LEB128 number. */
export function leb128End(view: DataView, at: number): number {
  if (at < 0) return at;
  let end = at + 1;
  while (view.getUint8(end - 1) >= 0x80) end++;
  return end;
}

/** A LEB128 number that is there; above 2^53 it is not exact, but above 2^53 all the same. */
export function leb128Number(view: DataView, at: number): number {
  let value = 0;
  let weight = 1;
  for (let place = at; ; place++) {
    const byte = view.getUint8(place);
    value += (byte & 0x7f) * weight;
    if (byte < 0x80) return value;
    weight *= 0x80;
  }
}

/** The same of any size. */
export function leb128BigInt(view: DataView, at: number): bigint {
  let value = 0n;
  for (let place = at; ; place++) {
    const byte = view.getUint8(place);
    value |= BigInt(byte & 0x7f) << BigInt((place - at) * 7);
    if (byte < 0x80) return value;
  }
}

/** Writes into a LEB128 number of `size` bytes. Returns -1, or the largest number that it holds: `value` is none. */
export function writeLeb128(view: DataView, at: number, size: number, value: number | bigint): number {
  const bits = size * 7;
  if (!isUnsigned(value, bits)) return 2 ** bits - 1;
  for (let i = 0; i < size; i++) {
    const more = i < size - 1 ? 0x80 : 0;
    view.setUint8(at + i, Number((BigInt(value) >> BigInt(i * 7)) & 0x7fn) | more);
  }
  return -1;
}

/** Whether a value fits. @throws RangeError where there is nothing to write into. */
function isUnsigned(value: number | bigint, bits: number): boolean {
  if (bits < 1) throw new RangeError("there is no number to write into: it is absent, or was cut");
  if (typeof value === "number" && !Number.isSafeInteger(value)) return false;
  return value >= 0 && BigInt(value) < 1n << BigInt(bits);
}

/** A number as QUIC has it, in `size` bytes or as few as hold it; `undefined` where they do not hold it. */
export function quicBytes(value: number | bigint, size?: number): number[] | undefined {
  return encoded([1, 2, 4, 8], size, value, writeQuic);
}

/** A number as LEB128, in `size` bytes or as few as hold it; `undefined` where they do not hold it. */
export function leb128Bytes(value: number | bigint, size?: number): number[] | undefined {
  return encoded([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], size, value, writeLeb128);
}

function encoded(
  sizes: readonly number[],
  asked: number | undefined,
  value: number | bigint,
  write: typeof writeQuic,
): number[] | undefined {
  for (const size of sizes) {
    if (asked !== undefined && size !== asked) continue;
    const bytes = new Uint8Array(size);
    if (write(new DataView(bytes.buffer), 0, size, value) < 0) return [...bytes];
  }
  return undefined;
}
