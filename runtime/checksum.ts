/**
 * The ones' complement sum of the big-endian 16-bit words of `[from, to)` and of `start`, 0 to 0xffff; an odd last byte
 * counts as the upper half of a word (RFC 1071). A range that holds its own right checksum sums up to 0xffff.
 *
 * `start` is any sum to go on from, 0 to 2^32 - 1: of a pseudo header, or of an earlier part of even length.
 */
export function sumWords(view: DataView, from: number, to: number, start: number = 0): number {
  if (to - from > LONGEST_RUN) return sumRuns(view, from, to, start);
  // Little-endian words: the sum does not mind, but for its two bytes, which change places at the end (RFC 1071 §2 B).
  // `all` counts whole words modulo 2^32, `upper` their upper halves: together they give the lower halves, and no carry
  // is looked at in the loop. 1500 bytes: 0.25 of the time of a loop over 16-bit words (Node 20.20, x86-64).
  let all = 0;
  let upper = 0;
  let at = from;
  for (const last = to - 16; at <= last; at += 16) {
    const a = view.getInt32(at, true);
    const b = view.getInt32(at + 4, true);
    const c = view.getInt32(at + 8, true);
    const d = view.getInt32(at + 12, true);
    all = (all + a + b + c + d) | 0;
    upper = (upper + (a >>> 16) + (b >>> 16) + (c >>> 16) + (d >>> 16)) | 0;
  }
  for (const last = to - 4; at <= last; at += 4) {
    const word = view.getInt32(at, true);
    all = (all + word) | 0;
    upper = (upper + (word >>> 16)) | 0;
  }
  let lower = (all - (upper << 16)) | 0;
  if (to - at >= 2) {
    lower = (lower + view.getUint16(at, true)) | 0;
    at += 2;
  }
  if (at < to) lower = (lower + view.getUint8(at)) | 0;
  const sum = fold((lower & 0xffff) + (lower >>> 16) + (upper & 0xffff) + (upper >>> 16));
  return fold((((sum & 0xff) << 8) | (sum >>> 8)) + (start & 0xffff) + (start >>> 16));
}

/** As many bytes as the upper halves of words can be summed up for in 32 bits, with some room. */
const LONGEST_RUN = 0x20000;

function sumRuns(view: DataView, from: number, to: number, start: number): number {
  let sum = start;
  for (let at = from; at < to; at += LONGEST_RUN) {
    sum = sumWords(view, at, Math.min(to, at + LONGEST_RUN), sum);
  }
  return sum;
}

/** Carries of a sum below 2^31 back into its 16 bits. */
function fold(sum: number): number {
  const once = (sum & 0xffff) + (sum >>> 16);
  return (once & 0xffff) + (once >>> 16);
}

/** The checksum that `[from, to)` needs, where its own field counts as zero: the complement of {@link sumWords}. */
export function internetChecksum(view: DataView, from: number, to: number, start: number = 0): number {
  return ~sumWords(view, from, to, start) & 0xffff;
}

/**
 * A checksum after some of what it covers has changed, without summing again (RFC 1624 §3, equation 3).
 *
 * `before` and `after` are the 16-bit words that changed, or 32-bit values at an even offset: an IPv4 address as it was
 * and as it is. A wrong checksum stays as wrong as it was.
 */
export function adjustedChecksum(checksum: number, before: number, after: number): number {
  const sum =
    (~checksum & 0xffff) + (~before & 0xffff) + (~before >>> 16) + (after & 0xffff) + (after >>> 16);
  return ~fold(sum) & 0xffff;
}

/** What checksum functions have in common: `sum` of the bytes before goes in, that of all bytes comes out. */
export type ChecksumFunction = (view: DataView, from: number, to: number, sum?: number) => number;

/** A field's own bytes, as its checksum sees them. */
const ZEROS = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(8));

/** The checksum of `[from, to)` with `length` (at most 8) bytes at `hole` taken as zeros, whatever they are. */
export function checksumAround(
  sum: ChecksumFunction,
  view: DataView,
  from: number,
  hole: number,
  length: number,
  to: number,
): number {
  return sum(view, hole + length, to, sum(ZEROS, 0, length, sum(view, from, hole)));
}
