import type { FieldLayout } from "../runtime/index.js";
import { isRepeated, kindOf, widthOf } from "./field-kind.js";
import type { Compared, FieldAt, InRanges, Operand, Typed } from "./typed.js";
import type { Range } from "./ranges.js";

/** An expression over accessors, and the members of the Stack that it asks. */
export interface Written {
  readonly text: string;
  readonly layers: readonly string[];
}

/** Wider fields are read as a bigint, or as bytes. */
const NUMBER_BITS = 48;
/** JavaScript's operators keep 32 bits. */
const MOST_OF_MASK = 0xffffffffn;

/** An expression as one would write it by hand over accessors; undefined for what takes more than one line: lists, depths, text. */
export function exactText(typed: Typed): Written | undefined {
  const layers = new Set<string>();
  const text = textOf(typed, layers);
  return text === undefined ? undefined : { text, layers: [...layers].sort() };
}

function textOf(typed: Typed, layers: Set<string>): string | undefined {
  switch (typed.kind) {
    case "all":
    case "any": {
      const parts = typed.parts.map((part) => textOf(part, layers));
      if (parts.includes(undefined)) return undefined;
      return `(${parts.join(typed.kind === "all" ? " && " : " || ")})`;
    }
    case "not": {
      const text = textOf(typed.of, layers);
      return text === undefined ? undefined : `!${text}`;
    }
    case "layer": {
      const { layer, depth } = typed.layer;
      return depth === 0 || depth === "any" ? wrappedText(layer.LAYOUT.className, layers) : undefined;
    }
    case "field":
      return isPlain(typed.field) ? wrappedText(typed.field.layer.LAYOUT.className, layers) : undefined;
    case "bytes":
      return undefined;
    case "ranges":
      return rangesText(typed, layers);
    case "compared":
      return comparedText(typed, layers);
  }
}

function rangesText({ operands, ranges }: InRanges, layers: Set<string>): string | undefined {
  const parts = operands.map((operand) => operandText(operand, ranges, layers));
  if (parts.includes(undefined)) return undefined;
  return parts.length === 1 ? parts[0] : `(${parts.join(" || ")})`;
}

function operandText(operand: Operand, ranges: readonly Range[], layers: Set<string>): string | undefined {
  const value = valueText(operand, layers);
  if (value === undefined) return undefined;
  if ("fact" in operand) return anyRange(value.text, ranges);
  if (kindOf(operand.field) !== "flag") return `(${value.isThere} && ${anyRange(value.text, ranges)})`;
  return ranges.length !== 1
    ? undefined
    : `(${value.isThere} && ${ranges[0]?.min === 1n ? value.text : `!${value.text}`})`;
}

function comparedText({ left, comparison, right }: Compared, layers: Set<string>): string | undefined {
  const [one, other] = [valueText(left, layers), valueText(right, layers)];
  if (one === undefined || other === undefined) return undefined;
  if (comparison !== "==" && "field" in left && kindOf(left.field) === "flag") return undefined;
  const there = [one, other].flatMap(({ isThere }) => (isThere === undefined ? [] : [isThere]));
  const compared = `${one.text} ${comparison === "==" ? "===" : comparison} ${other.text}`;
  return `(${[...new Set(there), compared].join(" && ")})`;
}

/** An operand's value as an expression, and whether it is there; undefined for what takes more than one line. */
function valueText(
  operand: Operand,
  layers: Set<string>,
): { readonly isThere?: string; readonly text: string } | undefined {
  const { mask } = operand;
  if (mask !== undefined && mask > MOST_OF_MASK) return undefined;
  const left = (text: string): string => (mask === undefined ? text : `((${text} & ${mask}) >>> 0)`);
  if ("fact" in operand) {
    const length = "packet.dataEnd - packet.dataOffset";
    const isCaptured = operand.fact === "captured_length";
    return { text: left(isCaptured ? `(${length})` : `(packet.originalLength ?? ${length})`) };
  }
  const { layer, field } = operand;
  const isThere = isPlain(operand) ? wrappedText(layer.LAYOUT.className, layers) : undefined;
  if (isThere === undefined) return undefined;
  const member = memberOf(layer.LAYOUT.className);
  const isRead = field.member !== "";
  return { isThere, text: left(isRead ? `${member}.${field.member}` : flagsText(member, field)) };
}

/** Flags as a number have no accessor. */
function flagsText(member: string, { bitOffset, bitWidth }: FieldLayout): string {
  const bits = 8 * Math.ceil(((bitOffset & 7) + bitWidth) / 8);
  const shift = bits - (bitOffset & 7) - bitWidth;
  const word = `${member}.view.getUint${bits}(${member}.offset + ${bitOffset >> 3})`;
  const shifted = shift === 0 ? word : `(${word} >> ${shift})`;
  return bitWidth === bits ? word : `(${shifted} & ${2 ** bitWidth - 1})`;
}

function anyRange(value: string, ranges: readonly Range[]): string {
  const parts = ranges.map(({ min, max }) => {
    if (min === max) return `${value} === ${min}`;
    const above = min === 0n ? [] : [`${value} >= ${min}`];
    return [...above, `${value} <= ${max}`].join(" && ");
  });
  return parts.length === 1 ? (parts[0] as string) : `(${parts.join(" || ")})`;
}

/** The outermost header of a kind stands where the Stack's own cursor does; the kernel's VLAN tag does not. */
function wrappedText(className: string, layers: Set<string>): string | undefined {
  if (className === "Vlan") return undefined;
  layers.add(memberOf(className));
  return `${memberOf(className)}.isWrapped`;
}

function memberOf(className: string): string {
  return className[0]?.toLowerCase() + className.slice(1);
}

/** A number at a place of its own in the outermost header. */
function isPlain({ depth, through, field }: FieldAt): boolean {
  return depth === 0 && through.length === 0 && !isRepeated(field) && isNumber(field);
}

function isNumber(field: FieldLayout): boolean {
  const kind = kindOf(field);
  const isLoose = field.optional === true || field.slot !== undefined || field.variable === true;
  const isOfBits = kind === "unsigned" || kind === "flag" || kind === "ipv4" || kind === "mac";
  return isOfBits && !isLoose && widthOf(field) <= NUMBER_BITS && field.as === undefined;
}
