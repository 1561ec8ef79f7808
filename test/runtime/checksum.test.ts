import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32 as zlibCrc32 } from "node:zlib";
import {
  adjustedChecksum,
  adler32,
  checksumAround,
  crc32,
  crc32c,
  fletcher16,
  fletcher32,
  internetChecksum,
  sumWords,
  type ChecksumFunction,
  viewOf,
} from "zc-gen";

/** The sum as RFC 1071 §4.1 spells it. */
function plainSum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at] as number) * 256 + (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  return sum;
}

function plainCrc(bytes: Uint8Array, polynomial: number): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ polynomial;
  }
  return ~crc >>> 0;
}

/** Two running sums, reduced at every step. */
function plainSums(values: readonly number[], modulus: number, first: number, width: number): number {
  let [a, b] = [first, 0];
  for (const value of values) {
    a = (a + value) % modulus;
    b = (b + a) % modulus;
  }
  return b * 2 ** width + a;
}

const words = (bytes: Uint8Array): number[] =>
  Array.from(
    { length: Math.ceil(bytes.length / 2) },
    (_, i) => (bytes[2 * i] as number) * 256 + (bytes[2 * i + 1] ?? 0),
  );

const ascii = (text: string): DataView => viewOf(new TextEncoder().encode(text));
const all = (sum: ChecksumFunction, text: string): number => sum(ascii(text), 0, text.length);

describe("published values", () => {
  it("are those of RFC 1071 §3, and RFC 1624 §4", () => {
    const view = viewOf(Uint8Array.from([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]));
    expect(sumWords(view, 0, 8)).toBe(0xddf2);
    expect(internetChecksum(view, 0, 8)).toBe(0x220d);
    expect(adjustedChecksum(0xdd2f, 0x5555, 0x3285)).toBe(0x0000);
  });

  it("are those of the CRC catalogue", () => {
    expect(all(crc32, "123456789")).toBe(0xcbf43926);
    expect(all(crc32c, "123456789")).toBe(0xe3069283);
  });

  it("are those of Adler-32 and Fletcher", () => {
    expect(all(adler32, "Wikipedia")).toBe(0x11e60398);
    expect(all(fletcher16, "abcde")).toBe(0xc8f0);
    expect(all(fletcher16, "abcdefgh")).toBe(0x0627);
  });
});

const SUMS: readonly [string, ChecksumFunction, (bytes: Uint8Array) => number][] = [
  ["sumWords", sumWords, plainSum],
  ["crc32", crc32, (bytes) => plainCrc(bytes, 0xedb88320)],
  ["crc32c", crc32c, (bytes) => plainCrc(bytes, 0x82f63b78)],
  ["adler32", adler32, (bytes) => plainSums([...bytes], 65521, 1, 16)],
  ["fletcher16", fletcher16, (bytes) => plainSums([...bytes], 255, 0, 8)],
  ["fletcher32", fletcher32, (bytes) => plainSums(words(bytes), 65535, 0, 16)],
];

describe.each(SUMS)("%s", (_, sum, plain) => {
  it("is what a loop over single bytes finds, wherever the bytes lie", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(7), (bytes, before) => {
        const buffer = new Uint8Array(before + bytes.length + 9).fill(0xa5);
        buffer.set(bytes, before);
        expect(sum(viewOf(buffer), before, before + bytes.length)).toBe(plain(bytes));
      }),
    );
  });

  it("goes on from the sum of an even number of bytes, and takes its own field as zeros", () => {
    const part = fc
      .uint8Array({ minLength: 2, maxLength: 60 })
      .map((bytes) => bytes.subarray(0, bytes.length & ~1));
    fc.assert(
      fc.property(part, fc.constantFrom(2, 4), part, (first, length, second) => {
        const bytes = Uint8Array.from([...first, ...new Uint8Array(length).fill(0xa5), ...second]);
        const without = Uint8Array.from([...first, ...new Uint8Array(length), ...second]);
        const view = viewOf(bytes);
        expect(sum(view, first.length, bytes.length, sum(view, 0, first.length))).toBe(plain(bytes));
        const around = checksumAround(sum, view, 0, first.length, length, bytes.length);
        expect(around).toBe(plain(without));
      }),
    );
  });

  it("holds for the largest values and long ranges", () => {
    const bytes = new Uint8Array(700_001).fill(0xff);
    expect(sum(viewOf(bytes), 0, bytes.length)).toBe(plain(bytes));
  });
});

it("agrees with zlib on a megabyte", { skip: typeof zlibCrc32 !== "function" }, () => {
  const bytes = Uint8Array.from({ length: 1 << 20 }, (_, i) => (i * 7919) ^ (i >> 8));
  expect(crc32(viewOf(bytes), 0, bytes.length)).toBe(zlibCrc32(bytes));
});

describe("adjustedChecksum", () => {
  it("gives what summing again gives, for words and for pairs of words", () => {
    const header = fc.uint8Array({ minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(header, fc.nat(4), fc.nat({ max: 0xffffffff }), (bytes, word, value) => {
        const view = viewOf(bytes);
        view.setUint16(10, 0);
        view.setUint16(10, internetChecksum(view, 0, 20));
        const at = word === 2 ? 12 : word * 4;
        const before = view.getUint32(at);
        view.setUint32(at, value);
        view.setUint16(10, adjustedChecksum(view.getUint16(10), before, value));
        expect(sumWords(view, 0, 20)).toBe(0xffff);
      }),
    );
  });

  it("keeps a wrong checksum wrong", () => {
    const view = viewOf(Uint8Array.from([0x12, 0x34, 0, 0, 0xab, 0xcd]));
    view.setUint16(2, internetChecksum(view, 0, 6) ^ 0x0100);
    view.setUint16(0, 0x4321);
    view.setUint16(2, adjustedChecksum(view.getUint16(2), 0x1234, 0x4321));
    expect(sumWords(view, 0, 6)).not.toBe(0xffff);
  });
});
