import type { FieldLayout, HeaderClass } from "../runtime/index.js";
import type { Decisions, Base, Decision, Value } from "./bpf-graph.js";
import { isRepeated, kindOf, widthOf } from "./field-kind.js";
import type { Ranges } from "./ranges.js";

/** Where a header lies: at so many bytes from a base. */
export interface Place {
  readonly base: Base;
  readonly offset: number;
}

/** Somewhere that a program does not find. */
export const NOWHERE: Place = { base: "passed", offset: -1 };

const WORD = 0xffffffff;

/**
 * The values that a field's bits are compared as, the highest first; undefined where it lies at no fixed place or is of an
 * order that a program does not load.
 */
export function fieldValues(
  owner: HeaderClass,
  field: FieldLayout,
  place: Place,
): readonly Value[] | undefined {
  const width = widthOf(field);
  const kind = kindOf(field);
  if (kind === "none" || kind === "signed" || kind === "bytes" || kind === "text" || kind === "name") {
    return undefined;
  }
  if (isRepeated(field) || field.slot !== undefined || field.optional === true || field.variable === true) {
    return undefined;
  }
  if (place.base === "passed") return passedValues(place, field.bitOffset, width);
  if (field.endian !== undefined && field.endian !== "big" && width > 8) return undefined;
  const isWhole = (field.bitOffset & 7) === 0 && width % 8 === 0;
  if (owner.LAYOUT.bitOrder === "lsb" && !isWhole) return undefined;
  if (place.base === "kernel") return [tagValue(place, field.bitOffset, width)];
  const at = place.offset + (field.bitOffset >> 3);
  const { base } = place;
  if (width > 32) return isWhole ? wordValues(base, at, width) : undefined;
  const value = partValue(base, at, field.bitOffset & 7, width);
  return value === undefined ? undefined : [value];
}

/** What a mask leaves of a field's values. */
export function masked(values: readonly Value[], field: FieldLayout, mask: bigint): readonly Value[] {
  const [value] = values as [Value];
  if (values.length === 1) return [{ ...value, mask: Number(mask) * 2 ** shiftOf(value, field) }];
  return values.map((one, i) => ({ ...one, mask: wordAt(values, i, mask) }));
}

/** The part of a number that stands in one of the words that a field is compared as. */
function wordAt(values: readonly Value[], index: number, number: bigint): number {
  const behind = values.slice(index + 1).reduce((bits, { bytes }) => bits + 8 * bytes, 0);
  const bits = 8 * (values[index]?.bytes ?? 0);
  return Number((number >> BigInt(behind)) & ((1n << BigInt(bits)) - 1n));
}

/** Of an extension header of IPv6 its first byte is known at best, by what it led to. */
function passedValues({ base, offset }: Place, bit: number, width: number): readonly Value[] | undefined {
  return offset >= 0 && bit === 0 && width === 8 ? [{ base, offset, bytes: 1 }] : undefined;
}

/** Bits of the 16 that the kernel gives as a number. */
function tagValue({ base, offset }: Place, bit: number, width: number): Value {
  const mask = (2 ** width - 1) * 2 ** (16 - bit - width);
  return { base, offset, bytes: 2, ...(width === 16 ? {} : { mask }) };
}

function wordValues(base: Base, at: number, width: number): Value[] | undefined {
  if (width === 48) {
    return [
      { base, offset: at, bytes: 2 },
      { base, offset: at + 2, bytes: 4 },
    ];
  }
  if (width % 32 !== 0) return undefined;
  return Array.from({ length: width / 32 }, (_, i) => ({ base, offset: at + 4 * i, bytes: 4 }));
}

/** Bits that stay where they are: what they are compared with is shifted instead. */
function partValue(base: Base, at: number, bit: number, width: number): Value | undefined {
  const bytes = Math.ceil((bit + width) / 8);
  if (bytes > 4) return undefined;
  const loaded = bytes === 3 ? 4 : (bytes as 1 | 2 | 4);
  const offset = bytes === 3 ? at - 1 : at; // no load has 3 bytes
  if (offset < 0) return undefined;
  const mask = (2 ** width - 1) * 2 ** (8 * bytes - bit - width);
  return { base, offset, bytes: loaded, ...(mask === 2 ** (8 * loaded) - 1 ? {} : { mask }) };
}

/** Whether a field's value is in one of the ranges. */
export function inRanges(
  decisions: Decisions,
  values: readonly Value[],
  field: FieldLayout,
  ranges: Ranges,
  yes: Decision,
  no: Decision,
  mask?: bigint,
): Decision {
  const [whole] = values as [Value];
  const [value] = (mask === undefined ? values : masked(values, field, mask)) as [Value];
  if (values.length > 1) {
    const words = mask === undefined ? values : masked(values, field, mask);
    return inWordRanges(decisions, words, ranges, yes, no);
  }
  const shift = shiftOf(whole, field);
  const most = mask === undefined ? 2 ** widthOf(field) - 1 : Number(mask);
  return [...ranges].reverse().reduce((next, range) => {
    const bounds = [Number(range.min), Number(range.max)] as const;
    return between(decisions, value, shift, bounds, most, yes, next);
  }, no);
}

/** One number, with its lowest bit where it counts one; undefined for several words. */
export function aligned(
  values: readonly Value[],
  field: FieldLayout,
  mask: bigint | undefined,
): Value | undefined {
  const [whole] = values as [Value];
  if (values.length > 1) return undefined;
  const shift = shiftOf(whole, field);
  const [value] = (mask === undefined ? values : masked(values, field, mask)) as [Value];
  return shift === 0 ? value : { ...value, shift };
}

/** By how much the field's lowest bit is above the load's. */
function shiftOf({ mask = 1 }: Value, field: FieldLayout): number {
  return mask === 1 ? 0 : Math.round(Math.log2(mask / (2 ** widthOf(field) - 1)));
}

function between(
  decisions: Decisions,
  value: Value,
  shift: number,
  [min, max]: readonly [number, number],
  most: number,
  yes: Decision,
  no: Decision,
): Decision {
  const k = (number: number): number => number * 2 ** shift;
  if (most === 1 && value.mask !== undefined && min === max) {
    const { mask: bit, ...whole } = value;
    return decisions.compare(whole, "any bit", bit, min === 1 ? yes : no, min === 1 ? no : yes);
  }
  if (min === max) return decisions.compare(value, "==", k(min), yes, no);
  const notAbove = max >= most ? yes : decisions.compare(value, ">", k(max), no, yes);
  return min <= 0 ? notAbove : decisions.compare(value, ">=", k(min), notAbove, no);
}

function inWordRanges(
  decisions: Decisions,
  all: readonly Value[],
  ranges: Ranges,
  yes: Decision,
  no: Decision,
): Decision {
  // Words at the end of which no bit counts are 0: they are left out, and bounds rounded to those before them.
  const count = all.findLastIndex(({ mask }) => mask !== 0) + 1;
  const values = all.slice(0, count);
  const unit = 1n << BigInt(8 * all.slice(count).reduce((sum, { bytes }) => sum + bytes, 0));
  const masks = values.map(({ bytes, mask }) => mask ?? (bytes === 2 ? 0xffff : WORD));
  const words = (number: bigint): number[] => values.map((_, i) => wordAt(values, i, number));
  return [...ranges].reverse().reduce((next, { min, max }) => {
    const bounds = [words((min + unit - 1n) / unit), words(max / unit)] as const;
    return betweenWords({ decisions, values, masks, yes, no: next }, ...bounds, 0);
  }, no);
}

interface Words {
  readonly decisions: Decisions;
  readonly values: readonly Value[];
  readonly masks: readonly number[];
  readonly yes: Decision;
  readonly no: Decision;
}

/** From the word at `at` on; those before it are equal to both bounds. */
function betweenWords(all: Words, min: readonly number[], max: readonly number[], at: number): Decision {
  const { decisions, values, yes, no } = all;
  const value = values[at];
  if (value === undefined) return yes;
  const [low, high] = [min[at] as number, max[at] as number];
  if (low === high) return decisions.compare(value, "==", low, betweenWords(all, min, max, at + 1), no);
  const atLow = atLeast(all, min, at + 1);
  const atHigh = atMost(all, max, at + 1);
  const inside =
    high === all.masks[at] && atHigh === yes ? yes : decisions.compare(value, "==", high, atHigh, yes);
  const notAbove = high === all.masks[at] ? inside : decisions.compare(value, ">", high, no, inside);
  const isFromZero = low === 0 && atLow === yes;
  const aboveLow = decisions.compare(value, "==", low, atLow, notAbove);
  return isFromZero ? notAbove : decisions.compare(value, ">=", low, aboveLow, no);
}

function atLeast(all: Words, min: readonly number[], at: number): Decision {
  const { decisions, values, yes, no } = all;
  const value = values[at];
  if (value === undefined || min.slice(at).every((word) => word === 0)) return yes;
  const k = min[at] as number;
  return decisions.compare(
    value,
    ">",
    k,
    yes,
    decisions.compare(value, "==", k, atLeast(all, min, at + 1), no),
  );
}

function atMost(all: Words, max: readonly number[], at: number): Decision {
  const { decisions, values, masks, yes, no } = all;
  const value = values[at];
  if (value === undefined || max.slice(at).every((word, i) => word === masks[at + i])) return yes;
  const k = max[at] as number;
  return decisions.compare(
    value,
    ">",
    k,
    no,
    decisions.compare(value, "==", k, atMost(all, max, at + 1), yes),
  );
}
