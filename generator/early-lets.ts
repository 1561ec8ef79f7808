// Values that fields further down may use: each is built as soon as the fields that it names are laid out.
import type { Diagnostics } from "./diagnostics.js";
import { described } from "./enums.js";
import { parseExpression, type Scope } from "./expression.js";
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
  const docs = entry.value.kind === "map" ? described(entry.value) : {};
  const member = name === "header_length" && isHeader ? "headerLength" : memberName(name);
  return { name, member, value: expression, ...docs };
}

function scalarOf({ value }: Entry): ScalarNode | undefined {
  const node = value.kind === "map" ? valueOf(value, "value") : value;
  return node?.kind === "scalar" ? node : undefined;
}
