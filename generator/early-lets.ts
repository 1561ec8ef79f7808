// Values that fields further down may use: each is built as soon as the fields that it names are laid out.
import type { Diagnostics } from "./diagnostics.js";
import { described } from "./enums.js";
import { type Expression, parseExpression, type Scope } from "./expression.js";
import { showRange, span } from "./range.js";
import type { LetModel } from "./layout.js";
import { memberName } from "./names.js";
import { type Entry, keyText, type MapNode, type ScalarNode, valueOf } from "./nodes.js";

/** A scope that grows while the fields of a structure are laid out. */
export interface GrowingScope extends Scope {
  readonly lets: Map<string, LetModel>;
  readonly broken: Set<string>;
}

/** Whether a value of `let:` stands in the packet, and is not worked out. */
export function isEndRead({ value }: Entry): boolean {
  return value.kind === "map" && valueOf(value, "read") !== undefined;
}

/** Adds the values of `let:` all of whose names are known by now, in the order in which they stand. */
export function addEarlyLets(
  node: MapNode,
  scope: GrowingScope,
  isHeader: boolean,
  diagnostics: Diagnostics,
): void {
  const lets = valueOf(node, "let");
  if (lets?.kind !== "map") return;
  for (const entry of lets.entries) {
    if (isEndRead(entry)) continue;
    const name = keyText(entry);
    const isKnown = (one: string): boolean => scope.fields.has(one) || scope.lets.has(one);
    if (isKnown(name) || scope.broken.has(name)) continue;
    const names = String(scalarOf(entry)?.value ?? "").match(/\b[a-z][a-z0-9_]*\b/g) ?? [];
    if (!names.every(isKnown)) continue;
    const value = buildLet(entry, scope, isHeader, diagnostics);
    if (value !== undefined) scope.lets.set(name, value);
  }
}

/** One value; `undefined` when its expression is not sound, which was told, and `broken` has its name. */
export function buildLet(
  entry: Entry,
  scope: Scope & { readonly broken: Set<string> },
  isHeader: boolean,
  diagnostics: Diagnostics,
): LetModel | undefined {
  const name = keyText(entry);
  if (scope.broken.has(name)) return undefined;
  const scalar = scalarOf(entry);
  if (scalar === undefined) {
    const message = `\`${name}\` lacks the key \`value\`, or \`read\` and \`at\``;
    diagnostics.error("missing-key", entry.key.span, message);
  }
  const expression = scalar && parseExpression(scalar, scope, diagnostics);
  if (expression === undefined) {
    scope.broken.add(name);
    return undefined;
  }
  const sum = entry.value.kind === "map" && valueOf(entry.value, "sum") !== undefined;
  const docs = entry.value.kind === "map" ? described(entry.value) : {};
  const member = name === "header_length" && isHeader ? "headerLength" : memberName(name);
  if (!sum) return { name, member, value: expression, ...docs };
  const value = sumOf(expression, member);
  if (!isHeader && value !== undefined) return { name, member, value, ...docs };
  const message = isHeader
    ? "only the elements of an array add up, and a header is none: give them a type"
    : `what adds up is a number of 0 to ${MAX_SUMMAND}, not ${showRange(expression.range)}`;
  diagnostics.error("sum-value", scalar?.span ?? entry.key.span, message);
  scope.broken.add(name);
  return undefined;
}

/** So that as many as there can be stay below 2^53: every element has a byte. */
const MAX_SUMMAND = 2 ** 23 - 1;

function sumOf(of: Expression, member: string): Expression | undefined {
  const { isFlag, range, size } = of;
  if (isFlag || range.min < 0 || range.max > MAX_SUMMAND) return undefined;
  return { op: "sum", of, member, range: span(0, range.max * 2 ** 30), isFlag, size: size + 1 };
}

function scalarOf({ value }: Entry): ScalarNode | undefined {
  const node = value.kind === "map" ? (valueOf(value, "value") ?? valueOf(value, "sum")) : value;
  return node?.kind === "scalar" ? node : undefined;
}
