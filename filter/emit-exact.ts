import type { FieldLayout } from "../runtime/index.js";
import { isRepeated, kindOf, widthOf } from "./field-kind.js";
import type { FieldAt, InRanges, Operand, Typed } from "./typed.js";
import type { Range } from "./ranges.js";

/** An expression over accessors, and the members of the Stack that it asks. */
export interface Written {
  readonly text: string;
  readonly layers: readonly string[];
}

/** Wider fields are read as a bigint, or as bytes. */
const NUMBER_BITS = 48;

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
  }
}

function rangesText({ operands, ranges }: InRanges, layers: Set<string>): string | undefined {
  const parts = operands.map((operand) => operandText(operand, ranges, layers));
  if (parts.includes(undefined)) return undefined;
  return parts.length === 1 ? parts[0] : `(${parts.join(" || ")})`;
}

function operandText(operand: Operand, ranges: readonly Range[], layers: Set<string>): string | undefined {
  if ("fact" in operand) {
    const length = "packet.dataEnd - packet.dataOffset";
    const value = operand.fact === "captured_length" ? `(${length})` : `(packet.originalLength ?? ${length})`;
    return anyRange(value, ranges);
  }
  if (!isPlain(operand)) return undefined;
  const { layer, field } = operand;
  const isWrapped = wrappedText(layer.LAYOUT.className, layers);
  const member = `${memberOf(layer.LAYOUT.className)}.${field.member}`;
  if (isWrapped === undefined) return undefined;
  if (kindOf(field) !== "flag") return `(${isWrapped} && ${anyRange(member, ranges)})`;
  return ranges.length !== 1
    ? undefined
    : `(${isWrapped} && ${ranges[0]?.min === 1n ? member : `!${member}`})`;
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
