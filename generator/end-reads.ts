// What is read from a header's end, and where that leaves its payload: trailers.
import type { Diagnostics } from "./diagnostics.js";
import { type Expression, parseExpression, type Scope } from "./expression.js";
import { isEndRead } from "./early-lets.js";
import { buildField, type LayoutContext } from "./fields.js";
import { declaredType } from "./field-type.js";
import type { EndRead, FieldModel } from "./layout.js";
import { type Entry, entryOf, impliedScalar, keyText, type MapNode, type Node, valueOf } from "./nodes.js";
import * as ranges from "./range.js";
import { parseWhen } from "./span-type.js";

/** No trailer is longer than an offset can be. */
const MAX_BACK = 2 ** 30;

/** The fields under `let:` that are counted from the end; they take the places after `slots` and the indices after `fields`. */
export function buildEndReads(
  node: MapNode,
  fields: readonly FieldModel[],
  slots: number,
  isHeader: boolean,
  context: Omit<LayoutContext, "scope">,
): EndRead[] {
  const lets = valueOf(node, "let");
  const entries = lets?.kind === "map" ? lets.entries.filter(isEndRead) : [];
  const { diagnostics } = context;
  if (entries[0] !== undefined && !isHeader) {
    const message =
      "only a header knows its end; what a type reads of it stands last among its fields, as in `{ type: u32, equals: length }`";
    diagnostics.error("end-read-place", entries[0].key.span, message);
    return [];
  }
  const reads: EndRead[] = [];
  for (const entry of entries) {
    const place = { index: fields.length + reads.length, slot: slots + reads.length + 1 };
    const read = buildEndRead(entry, place, { ...context, scope: endScope(fields, reads) });
    if (read !== undefined) reads.push(read);
  }
  return reads;
}

function buildEndRead(
  entry: Entry,
  { index, slot }: { index: number; slot: number },
  context: LayoutContext,
): EndRead | undefined {
  const { diagnostics, scope } = context;
  if (entry.value.kind !== "map") return undefined;
  const node = entry.value;
  const plain: Entry = { key: entry.key, value: withoutPlace(node) };
  const declared = declaredType(plain, context);
  const at = valueOf(node, "at");
  const when = valueOf(node, "when");
  if (declared === undefined) return undefined;
  if (at?.kind !== "scalar") {
    const message = `\`${keyText(entry)}\` lacks the key \`at\`, as in \`{ read: u8, at: end - 1 }\``;
    diagnostics.error("missing-key", entry.key.span, message);
    return undefined;
  }
  const { kind, bits } = declared.type;
  if ((kind !== "uint" && kind !== "int") || bits % 8 !== 0) {
    const message = `what is read from the end is a number of whole bytes, not ${declared.word}`;
    diagnostics.error("end-read-type", valueOf(node, "read")?.span ?? node.span, message);
    return undefined;
  }
  const condition = when?.kind === "scalar" ? parseWhen(when, scope, diagnostics) : undefined;
  const back = parseBack(at, scope, bits / 8, diagnostics);
  const field = buildField(plain, declared, index, { slot, bitOffset: 0 }, condition, context);
  return field && back && { ...field, back };
}

/** The lines of a read as those of a field. */
function withoutPlace(node: MapNode): MapNode {
  const entries = node.entries.flatMap((entry): Entry[] => {
    const key = keyText(entry);
    if (key === "at" || key === "when") return [];
    return [key === "read" ? { key: impliedScalar("type", entry.key.span), value: entry.value } : entry];
  });
  return { ...node, entries };
}

/** Fields with a place of their own, and what was read from the end: 0 where that is absent. */
function endScope(fields: readonly FieldModel[], reads: readonly EndRead[]): Scope {
  const fixed = fields.filter(({ slot }) => slot === 0);
  const known = [...fixed, ...reads.map((field) => (field.when === undefined ? field : orZero(field)))];
  return {
    fields: new Map(known.map((field) => [field.name, field])),
    lets: new Map(),
    broken: new Set(),
    hasEnd: true,
  };
}

function orZero({ when: _when, rule: _rule, ...field }: FieldModel): FieldModel {
  return field;
}

/** `length: { payload_end: end - padding_length }`: how many bytes follow the payload. */
export function buildTrailer(
  root: MapNode,
  fields: readonly FieldModel[],
  reads: readonly EndRead[],
  diagnostics: Diagnostics,
): Expression | undefined {
  const length = valueOf(root, "length");
  const node = length?.kind === "map" ? entryOf(length, "payload_end")?.value : undefined;
  return node && parseBack(node, endScope(fields, reads), 0, diagnostics);
}

/** `end - N`: as the N, which is `least` bytes at least. */
function parseBack(
  node: Node,
  scope: Scope,
  least: number,
  diagnostics: Diagnostics,
): Expression | undefined {
  const whole = node.kind === "scalar" ? parseExpression(node, scope, diagnostics) : undefined;
  if (whole === undefined) return undefined;
  const back = countedBack(whole);
  if (back === undefined) {
    diagnostics.error("from-end-form", node.span, "a place is counted from the end, as in `end - 1`");
    return undefined;
  }
  if (back.range.min >= least && back.range.max <= MAX_BACK) return back;
  const message = `${ranges.showRange(back.range)} bytes before the end are possible; it must be ${least}..${MAX_BACK}`;
  diagnostics.error("from-end-range", node.span, message);
  return undefined;
}

/** What a chain of `-` takes from `end`. */
function countedBack(expression: Expression): Expression | undefined {
  if (expression.op === "end") return ZERO;
  if (expression.op !== "binary" || expression.operator !== "-") return undefined;
  const { left, right } = expression;
  const before = countedBack(left);
  if (before === undefined || fromEnd(right)) return undefined;
  if (before === ZERO) return right;
  const range = ranges.add(before.range, right.range);
  return {
    op: "binary",
    operator: "+",
    left: before,
    right,
    range,
    isFlag: false,
    size: expression.size,
  };
}

const ZERO: Expression = { op: "number", value: 0, range: ranges.only(0), isFlag: false, size: 1 };

function fromEnd(expression: Expression): boolean {
  return (
    expression.op === "end" ||
    (expression.op === "binary" && (fromEnd(expression.left) || fromEnd(expression.right)))
  );
}
