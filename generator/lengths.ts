import type { Diagnostics, Span } from "./diagnostics.js";
import { buildLet, isEndRead } from "./early-lets.js";
import { type Expression, fieldsOf, parseExpression, type Scope } from "./expression.js";
import type { LaidOut } from "./fields.js";
import type { DeclaredLength, LetModel } from "./layout.js";
import { entryOf, keyText, type MapNode, textOf, valueOf } from "./nodes.js";
import { showRange } from "./range.js";

/** The `let:` values, each over the fields and the values before it: all that later expressions may name. */
export function buildLets(
  node: MapNode,
  { fields, lets: early, broken }: Pick<LaidOut, "fields" | "lets" | "broken">,
  isHeader: boolean,
  diagnostics: Diagnostics,
): Scope {
  const lets = valueOf(node, "let");
  const scope = {
    fields: new Map(fields.map((field) => [field.name, field])),
    lets: new Map<string, LetModel>(),
    broken: new Set<string>(broken),
  };
  if (lets?.kind !== "map") return scope;
  for (const entry of lets.entries) {
    if (isEndRead(entry)) continue;
    const name = keyText(entry);
    const clash = scope.fields.get(name);
    if (clash !== undefined) {
      const message = `${JSON.stringify(name)} is a field already; a value needs a name of its own`;
      diagnostics.error("let-clash", entry.key.span, message, [
        { message: "the field is here", span: clash.span },
      ]);
      continue;
    }
    const value = early.get(name) ?? buildLet(entry, scope, isHeader, diagnostics);
    if (value !== undefined) scope.lets.set(name, value);
  }
  return scope;
}

/** The lengths a header declares; the generated `wrap` compares each with an end before it is believed. */
export function buildLengths(
  root: MapNode,
  fixedSize: number,
  scope: Scope,
  diagnostics: Diagnostics,
): { headerLength?: Expression; declared?: DeclaredLength } {
  const node = valueOf(root, "length");
  if (node?.kind !== "map") {
    refuseStrayHeaderLength(scope, undefined, root, diagnostics);
    return {};
  }
  const header = numberAt(node, "header", scope, diagnostics);
  refuseStrayHeaderLength(scope, header, root, diagnostics);
  if (header !== undefined && header.range.max < fixedSize) {
    const message = `the header would have ${showRange(header.range)} bytes, but its fields take ${fixedSize}`;
    diagnostics.error("header-shorter", spanAt(node, "header"), message);
  }
  const declared = declaredLength(node, scope, diagnostics);
  refuseLateLengths([header, declared?.from, declared?.when], node, diagnostics);
  return {
    ...(header === undefined ? {} : { headerLength: header }),
    ...(declared === undefined ? {} : { declared }),
  };
}

/** Where a header ends is known before anything of no fixed length is looked at. */
function refuseLateLengths(
  lengths: readonly (Expression | undefined)[],
  node: MapNode,
  diagnostics: Diagnostics,
): void {
  const fields = lengths.flatMap((one) => (one === undefined ? [] : [...fieldsOf(one)]));
  const late = fields.find(({ slot }) => slot > 0);
  if (late === undefined) return;
  const message = `${JSON.stringify(late.name)} comes after a field of no fixed length; lengths are declared by the fixed part`;
  diagnostics.error("late-length", node.entries[0]?.key.span ?? node.span, message, [
    { message: "the field is here", span: late.span },
  ]);
}

/** `headerLength` is what every class has; a value of that name must be the header's length and nothing else. */
function refuseStrayHeaderLength(
  scope: Scope,
  header: Expression | undefined,
  root: MapNode,
  diagnostics: Diagnostics,
): void {
  const value = scope.lets.get("header_length");
  if (value === undefined || (header?.op === "let" && header.value === value)) return;
  const lets = valueOf(root, "let");
  const span = (lets?.kind === "map" ? entryOf(lets, "header_length")?.key.span : undefined) ?? root.span;
  diagnostics.error(
    "stray-header-length",
    span,
    "a value named header_length is the header's length: say `length: { header: header_length }`",
  );
}

function declaredLength(node: MapNode, scope: Scope, diagnostics: Diagnostics): DeclaredLength | undefined {
  const entries = (["total", "payload"] as const).flatMap((counts) => {
    const entry = entryOf(node, counts);
    return entry === undefined ? [] : [{ counts, entry }];
  });
  const [first, second] = entries;
  if (second !== undefined) {
    diagnostics.error(
      "total-and-payload",
      second.entry.key.span,
      "a header declares either its `total` or its `payload`, not both",
    );
  }
  if (first === undefined) return undefined;
  const { value } = first.entry;
  const map: MapNode | undefined = value.kind === "map" ? value : undefined;
  const from =
    map === undefined
      ? numberAt(node, first.counts, scope, diagnostics)
      : numberAt(map, "from", scope, diagnostics);
  const when = map && conditionAt(map, "when", scope, diagnostics);
  if (from === undefined) return undefined;
  return {
    counts: first.counts,
    from,
    zeroMeansCaptured: map !== undefined && textOf(map, "zero_means") === "captured",
    ...(when === undefined ? {} : { when }),
  };
}

/** A number of bytes: what it can be must not go below 0 nor beyond what an offset can be. */
function numberAt(
  node: MapNode,
  key: string,
  scope: Scope,
  diagnostics: Diagnostics,
): Expression | undefined {
  const value = valueOf(node, key);
  const expression = value?.kind === "scalar" ? parseExpression(value, scope, diagnostics) : undefined;
  if (expression === undefined || value === undefined) return undefined;
  if (expression.isFlag) {
    diagnostics.error("length-condition", value.span, "a length is a number of bytes, not a condition");
    return undefined;
  }
  if (expression.range.min >= 0 && expression.range.max <= 2 ** 32) return expression;
  const message = `a length of ${showRange(expression.range)} bytes is possible; it must lie in 0..4294967296`;
  diagnostics.error("length-range", value.span, message);
  return undefined;
}

/** A condition under a key of a map; `undefined` where there is none, or none that is sound. */
export function conditionAt(
  node: MapNode,
  key: string,
  scope: Scope,
  diagnostics: Diagnostics,
): Expression | undefined {
  const value = valueOf(node, key);
  const expression = value?.kind === "scalar" ? parseExpression(value, scope, diagnostics) : undefined;
  if (expression === undefined || value === undefined || expression.isFlag) return expression;
  diagnostics.error(
    "rule-condition",
    value.span,
    `\`${key}\` needs a condition, as in \`fragment_offset != 0\``,
  );
  return undefined;
}

function spanAt(node: MapNode, key: string): Span {
  return valueOf(node, key)?.span ?? node.span;
}
