import type { Span } from "./diagnostics.js";

/** A schema file's YAML as the passes see it: three kinds of node, each knowing where it stands. */
export type Node = MapNode | ListNode | ScalarNode;

export interface MapNode {
  readonly kind: "map";
  readonly span: Span;
  /** In file order; a key stands once. */
  readonly entries: readonly Entry[];
  /** Set: a type that stands where it is used, and in no `types`. */
  readonly isInPlace?: true;
}

export interface Entry {
  readonly key: ScalarNode;
  readonly value: Node;
}

export interface ListNode {
  readonly kind: "list";
  readonly span: Span;
  readonly items: readonly Node[];
}

export interface ScalarNode {
  readonly kind: "scalar";
  readonly span: Span;
  readonly value: string | number | bigint | boolean | null;
  /** Where in the span the characters of `value` stand as they are, so that a part of it can be pointed at. */
  readonly textAt: number | undefined;
}

/** The entry of a key, if the map has it. */
export function entryOf(map: MapNode, key: string): Entry | undefined {
  return map.entries.find((entry) => entry.key.value === key);
}

/** The value of a key, if the map has it. */
export function valueOf(map: MapNode, key: string): Node | undefined {
  return entryOf(map, key)?.value;
}

/** A key's text; YAML lets keys be numbers too. */
export function keyText(entry: Entry): string {
  return String(entry.key.value);
}

/** The text of a scalar under a key. */
export function textOf(map: MapNode, key: string): string | undefined {
  const node = valueOf(map, key);
  return node?.kind === "scalar" && node.value !== null ? String(node.value) : undefined;
}

/** A word that stands in no file: what it stands for does, at `span`. */
export function impliedScalar(value: string, span: Span): ScalarNode {
  return { kind: "scalar", span, value, textAt: undefined };
}

/** The part `[start, end)` of a scalar's text as a place in the file; the whole scalar where that cannot be told. */
export function partSpan(node: ScalarNode, start: number, end: number): Span {
  if (node.textAt === undefined) return node.span;
  const base = node.span.start + node.textAt;
  return { file: node.span.file, start: base + start, end: base + end };
}

/** Plain data for the JSON Schema validator. Keys become own properties whatever they are called. */
export function toPlain(node: Node): unknown {
  switch (node.kind) {
    case "scalar":
      return typeof node.value === "bigint" ? Number(node.value) : node.value;
    case "list":
      return node.items.map(toPlain);
    case "map": {
      const plain: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
      for (const entry of node.entries) plain[keyText(entry)] = toPlain(entry.value);
      return plain;
    }
  }
}
