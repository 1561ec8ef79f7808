import { unionOf } from "./ranges.js";
import type { All, InRanges, LayerAt, Operand, Test, Typed } from "./typed.js";

/**
 * Any of these, each question once: `tcp.port == 80 || tcp.port == 443` asks for either port, and of `a && b || a && c` what
 * both need is asked first.
 */
export function anyOf(parts: readonly Typed[]): Typed {
  const found: Typed[] = [];
  const places = new Map<string, number>();
  for (const part of parts) {
    const key = joinKey(part);
    const at = key === undefined ? undefined : places.get(key);
    if (at !== undefined) found[at] = joined(found[at] as Typed, part);
    else if (key === undefined) found.push(part);
    else places.set(key, found.push(part) - 1);
  }
  return found.length === 1 ? (found[0] as Typed) : { kind: "any", parts: found };
}

/** The same for what can be one: undefined for what stays alone. */
function joinKey(typed: Typed): string | undefined {
  if (typed.kind === "ranges") return `ranges ${operandsKey(typed)}`;
  return typed.kind === "all" ? `all ${typed.parts.slice(0, -1).map(keyOf).join(" ")}` : undefined;
}

function joined(one: Typed, other: Typed): Typed {
  if (one.kind === "ranges") {
    return { ...one, ranges: unionOf([...one.ranges, ...(other as InRanges).ranges]) };
  }
  const { parts } = one as All;
  const ends = [parts.at(-1) as Typed, (other as All).parts.at(-1) as Typed];
  return { kind: "all", parts: [...parts.slice(0, -1), anyOf(ends)] };
}

/** The same text for the same expression. */
function keyOf(typed: Typed): string {
  switch (typed.kind) {
    case "all":
    case "any":
      return `${typed.kind}(${typed.parts.map(keyOf).join(" ")})`;
    case "not":
      return `not(${keyOf(typed.of)})`;
    default:
      return testKey(typed);
  }
}

function testKey(test: Test): string {
  switch (test.kind) {
    case "layer":
      return layerKey(test.layer);
    case "field":
      return operandKey(test.field);
    case "bytes":
      return `${operandKey(test.field)} ${test.relation} ${test.values.map((value) => value.join(".")).join(",")}`;
    case "compared":
      return `${operandKey(test.left)} ${test.comparison} ${operandKey(test.right)}`;
    case "ranges":
      return `${operandsKey(test)} in ${test.ranges.map(({ min, max }) => `${min}..${max}`).join(",")}`;
  }
}

function operandsKey({ operands }: InRanges): string {
  return operands.map(operandKey).join(",");
}

function operandKey(operand: Operand): string {
  const mask = operand.mask === undefined ? "" : `&${operand.mask}`;
  if ("fact" in operand) return `${operand.fact}${mask}`;
  const through = operand.through.map(({ field, inner }) => `${field.name}:${inner.LAYOUT.name}`);
  return [layerKey(operand), ...through, `${operand.field.name}${mask}`].join(".");
}

function layerKey({ layer, depth }: LayerAt): string {
  return `${layer.LAYOUT.name}[${depth}]`;
}
