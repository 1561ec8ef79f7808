// Checksums of two running sums: the second sums up the first, and so sees where each byte stands.

/** As many bytes as the sums can take before they leave 32 bits (RFC 1950, zlib's NMAX). */
const ADLER_RUN = 5552;

/** Adler-32 of zlib (RFC 1950 §8.2), unsigned. `sum` is that of the bytes before. */
export function adler32(view: DataView, from: number, to: number, sum: number = 1): number {
  let first = sum & 0xffff;
  let second = sum >>> 16;
  for (let at = from; at < to;) {
    for (const stop = Math.min(to, at + ADLER_RUN); at < stop; at++) {
      first += view.getUint8(at);
      second += first;
    }
    first %= 65521;
    second %= 65521;
  }
  return ((second << 16) | first) >>> 0;
}

/** A run of bytes after which sums of 255s still fit in 31 bits. */
const FLETCHER16_RUN = 4096;

/** Fletcher-16: sums of bytes modulo 255, the second in the upper byte. `sum` is that of the bytes before. */
export function fletcher16(view: DataView, from: number, to: number, sum: number = 0): number {
  let first = sum & 0xff;
  let second = sum >>> 8;
  for (let at = from; at < to;) {
    for (const stop = Math.min(to, at + FLETCHER16_RUN); at < stop; at++) {
      first += view.getUint8(at);
      second += first;
    }
    first %= 255;
    second %= 255;
  }
  return (second << 8) | first;
}

/** A run of 16-bit words after which their sums still fit in 31 bits. */
const FLETCHER32_RUN = 250;

/**
 * Fletcher-32: sums of big-endian 16-bit words modulo 65535, the second in the upper half, unsigned; an odd last byte
 * counts as the upper half of a word. `sum` is that of the bytes before, an even number of them.
 */
export function fletcher32(view: DataView, from: number, to: number, sum: number = 0): number {
  let first = sum & 0xffff;
  let second = sum >>> 16;
  const even = to - ((to - from) & 1);
  for (let at = from; at < even;) {
    for (const stop = Math.min(even, at + 2 * FLETCHER32_RUN); at < stop; at += 2) {
      first += view.getUint16(at, false);
      second += first;
    }
    first %= 65535;
    second %= 65535;
  }
  if (even < to) {
    first = (first + view.getUint8(even) * 256) % 65535;
    second = (second + first) % 65535;
  }
  return ((second << 16) | first) >>> 0;
}
