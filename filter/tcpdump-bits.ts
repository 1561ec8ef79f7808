// Bytes of a header as the fields that stand there: what `tcp[13] & 2` is in names of the schemas.
import type { FieldLayout, HeaderClass } from "../runtime/index.js";
import { fieldNamed } from "./catalog.js";
import { kindOf, widthOf } from "./field-kind.js";

/** Some bits of a header as a number: its bit i is the header's bit `at` - i, where the mask has it; else 0. */
export interface HeaderBits {
  /** tcpdump's name of the layer. */
  readonly protocol: string;
  readonly layer: HeaderClass;
  /** In bits from the header's start, the first byte's highest bit being 0. */
  readonly at: number;
  readonly mask: bigint;
}

/** The bits of one field among those: bit `low` + j of the number is bit j of the field. */
export interface FieldBits {
  /** As a filter names it. */
  readonly name: string;
  readonly field: FieldLayout;
  readonly low: number;
  /** Bits of the field that count. */
  readonly mask: bigint;
}

/** How two numbers compare. */
export type Relation = "==" | "!=" | "<" | "<=" | ">" | ">=";

/** The fields that have all of those bits, the highest first; undefined where some stand in no field of a fixed place. */
export function fieldsOf(bits: HeaderBits): readonly FieldBits[] | undefined {
  const { layer } = bits;
  const single = fixed(layer.LAYOUT.fields).flatMap((field) => within(bits, field));
  const covered = single.reduce((all, part) => all | inNumber(part), 0n);
  if (covered !== bits.mask) return undefined;
  const flags = fieldNamed(layer, "flags");
  if (flags === undefined || single.filter(({ field }) => field.type === "flag").length < 2) return single;
  const joined = fixed([flags]).flatMap((field) => within(bits, field));
  const rest = single.filter(({ field }) => field.type !== "flag");
  return [...rest, ...joined].sort((one, other) => other.low - one.low);
}

function fixed(fields: readonly FieldLayout[]): FieldLayout[] {
  return fields.filter((field) => {
    const hasPlace = field.slot === undefined && field.optional !== true && field.variable !== true;
    return hasPlace && field.type !== "array" && kindOf(field) !== "none" && kindOf(field) !== "bytes";
  });
}

function within({ layer, at, mask }: HeaderBits, field: FieldLayout): FieldBits[] {
  const low = at - (field.bitOffset + field.bitWidth - 1);
  const some = shifted(mask, -low) & allOnes(field.bitWidth);
  return some === 0n ? [] : [{ name: `${layer.LAYOUT.name}.${field.name}`, field, low, mask: some }];
}

/** How those bits compare with a number, in our language. Undefined where they are never equal to it. */
export function comparedWith(
  fields: readonly FieldBits[],
  relation: Relation,
  value: bigint,
): string | undefined {
  const mask = fields.reduce((all, part) => all | inNumber(part), 0n);
  const nearest = largestWithin(mask, value);
  if (relation === "==" || relation === "!=") {
    if (nearest !== value) return undefined;
    const parts = fields.map((part) => one(part, relation, valueIn(part, value)));
    return bracketed(parts, relation === "==" ? "&&" : "||");
  }
  // What no such bits make is between two that they do.
  const same = { "<": "<=", "<=": "<=", ">": ">", ">=": ">" } as const;
  return ordered(fields, nearest === value ? relation : same[relation], nearest);
}

/** The first field decides, where it is equal the next. */
function ordered(fields: readonly FieldBits[], relation: Relation, value: bigint): string {
  const [first, ...rest] = fields as [FieldBits, ...FieldBits[]];
  const own = valueIn(first, value);
  if (rest.length === 0) return one(first, relation, own);
  const strict = relation.startsWith("<") ? "<" : ">";
  const equal = bracketed([one(first, "==", own), ordered(rest, relation, value)], "&&");
  return bracketed([one(first, strict, own), equal], "||");
}

function one({ name, field, mask }: FieldBits, relation: Relation, value: bigint): string {
  if (field.type === "flag" && (relation === "==" || relation === "!=")) {
    return (relation === "==") === (value === 1n) ? name : `${name} == 0`;
  }
  const label = relation === "==" || relation === "!=" ? field.enum?.labels[Number(value)] : undefined;
  const isWhole = mask === allOnes(widthOf(field));
  const text = isWhole && label !== undefined ? label : written(field, value, isWhole);
  return `${nameOf({ name, field, mask })} ${relation} ${text}`;
}

/** The field, masked where not all of it counts. */
export function nameOf({ name, field, mask }: Pick<FieldBits, "name" | "field" | "mask">): string {
  return mask === allOnes(widthOf(field)) ? name : `${name} & ${written(field, mask, false)}`;
}

/** A value as a filter has it; masks and what is behind them in hexadecimal. */
function written(field: FieldLayout, value: bigint, isWhole: boolean): string {
  const digits = value.toString(16).padStart(field.bitWidth / 4, "0");
  switch (kindOf(field)) {
    case "mac":
      return digits.replace(/..(?=.)/g, "$&:");
    case "ipv4":
      return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
    case "ipv6":
      return digits.replace(/....(?=.)/g, "$&:");
    default:
      return isWhole || value === 0n ? String(value) : `0x${value.toString(16)}`;
  }
}

/** The largest number up to `value` that has no bits but the mask's. */
function largestWithin(mask: bigint, value: bigint): bigint {
  let found = 0n;
  for (let bit = 1n << 31n; bit > 0n; bit >>= 1n) {
    if ((value & bit) !== 0n && (mask & bit) === 0n) return found | (mask & (bit - 1n));
    found |= value & bit;
  }
  return found;
}

function inNumber({ low, mask }: FieldBits): bigint {
  return shifted(mask, low);
}

function valueIn({ low, mask }: FieldBits, value: bigint): bigint {
  return shifted(value, -low) & mask;
}

function shifted(value: bigint, left: number): bigint {
  return left < 0 ? value >> BigInt(-left) : value << BigInt(left);
}

function allOnes(bits: number): bigint {
  return (1n << BigInt(bits)) - 1n;
}

function bracketed(parts: readonly string[], join: string): string {
  return parts.length === 1 ? (parts[0] as string) : `(${parts.join(` ${join} `)})`;
}
