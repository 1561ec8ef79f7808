import type { Fielded, FieldLayout } from "../runtime/index.js";
import { kindOf, widthOf } from "./field-kind.js";
import type { Ranges } from "./ranges.js";

/** Whether the number at a place of a view is one of those wanted. */
export type TestAt = (view: DataView, at: number) => boolean;

/** Whether a number is one of those wanted. */
export type NumberTest = (value: number) => boolean;

/** Numbers have room for so many bits. */
const SAFE_BITS = 53;
const WORD = 0x1_0000_0000;

/** A test of numbers, or of what a mask leaves of them. No more than 53 bits, please. */
export function numberTest(ranges: Ranges, mask?: bigint): NumberTest {
  return maskedTest(inRanges(ranges), mask);
}

/** A test of what a mask leaves of numbers. */
export function maskedTest(test: NumberTest, mask: bigint | undefined): NumberTest {
  if (mask === undefined) return test;
  const [high, low] = [Number(mask >> 32n), Number(mask & 0xffffffffn)];
  if (high === 0) return (value) => test((value & low) >>> 0);
  return (value) => test((Math.floor(value / WORD) & high) * WORD + ((value & low) >>> 0));
}

function inRanges(ranges: Ranges): NumberTest {
  const bounds = ranges.map(({ min, max }) => [Number(min), Number(max)] as const);
  const [first, ...more] = bounds;
  if (first === undefined) return () => false;
  const [min, max] = first;
  if (more.length === 0) {
    return min === max ? (value) => value === min : (value) => value >= min && value <= max;
  }
  if (bounds.every(([from, to]) => from === to)) {
    const values = new Set(bounds.map(([value]) => value));
    return (value) => values.has(value);
  }
  return (value) => {
    for (const [from, to] of bounds) if (value <= to) return value >= from;
    return false;
  };
}

/**
 * A test of a field's bits where they lie, or undefined where only the accessor knows how to read them: bits counted from
 * the lowest, and fields of more than 53 bits that are not of whole words or have a mask.
 */
export function fieldTest(
  field: FieldLayout,
  bitOrder: "msb" | "lsb",
  ranges: Ranges,
  mask?: bigint,
): TestAt | undefined {
  const width = widthOf(field);
  if (width <= SAFE_BITS) return numberAt(field, bitOrder, numberTest(ranges, mask));
  const isOfWords = (field.bitOffset & 7) === 0 && width % 32 === 0;
  const isPlain = kindOf(field) !== "signed" && mask === undefined;
  return isBigEndian(field) && isOfWords && isPlain ? wordsTest(width / 32, ranges) : undefined;
}

/** The same with any test of numbers of up to 53 bits. */
export function numberAt(field: FieldLayout, bitOrder: "msb" | "lsb", test: NumberTest): TestAt | undefined {
  const width = widthOf(field);
  const bit = field.bitOffset & 7;
  const isWhole = bit === 0 && width % 8 === 0;
  if (!isBigEndian(field) || (bitOrder === "lsb" && !isWhole)) return undefined;
  return width > SAFE_BITS || kindOf(field) === "signed" ? undefined : bitsTest(bit, width, test);
}

function isBigEndian(field: FieldLayout): boolean {
  return field.endian === undefined || field.endian === "big" || widthOf(field) <= 8;
}

function bitsTest(bit: number, width: number, test: NumberTest): TestAt | undefined {
  const bits = bit + width;
  const mask = 2 ** width - 1;
  if (bits <= 8) {
    const shift = 8 - bits;
    return (view, at) => test((view.getUint8(at) >> shift) & mask);
  }
  if (bits <= 16) {
    const shift = 16 - bits;
    return (view, at) => test((view.getUint16(at) >> shift) & mask);
  }
  if (bits === 24) return (view, at) => test((view.getUint16(at) * 256 + view.getUint8(at + 2)) % 2 ** width);
  if (bits === 32) {
    return width === 32
      ? (view, at) => test(view.getUint32(at))
      : (view, at) => test((view.getUint32(at) & mask) >>> 0);
  }
  if (bits === 48 && width === 48) {
    return (view, at) => test(view.getUint16(at) * 0x1_0000_0000 + view.getUint32(at + 2));
  }
  return undefined;
}

/** Unsigned numbers of several words, compared from the highest word on. */
function wordsTest(count: number, ranges: Ranges): TestAt {
  const bounds = ranges.map(({ min, max }) => [wordsOf(min, count), wordsOf(max, count)] as const);
  return (view, at) => {
    for (const [min, max] of bounds) {
      if (compareWords(view, at, min) >= 0 && compareWords(view, at, max) <= 0) return true;
    }
    return false;
  };
}

/** A number as so many words of 32 bits, the highest first. */
export function wordsOf(value: bigint, count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) =>
    Number((value >> BigInt(32 * (count - 1 - i))) & 0xffffffffn),
  );
}

function compareWords(view: DataView, at: number, words: Uint32Array): number {
  for (let i = 0; i < words.length; i++) {
    const difference = view.getUint32(at + 4 * i) - (words[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What an accessor gives, as a number or, where that is too small, a bigint. */
export function accessed(header: Fielded, field: FieldLayout): number | bigint {
  const { member, as } = field;
  if (field.type === "ipv6_address") {
    const at = header.startOf(field);
    return (header.view.getBigUint64(at) << 64n) | header.view.getBigUint64(at + 8);
  }
  const members = header as unknown as Readonly<Record<string, unknown>>;
  if (as === "parts") {
    return (BigInt(members[`${member}High`] as number) << 32n) | BigInt(members[`${member}Low`] as number);
  }
  const value = members[member];
  return typeof value === "bigint" ? value : Number(value);
}
