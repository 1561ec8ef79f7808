// The rules by which a header is followed: `next:`. Which headers they lead to is attach.ts's.
import type { Diagnostics } from "./diagnostics.js";
import { didYouMean } from "./diagnostics.js";
import type { Expression, Scope } from "./expression.js";
import { conditionAt } from "./lengths.js";
import { type FieldModel, maxOf, type NextRule } from "./layout.js";
import { type ListNode, type MapNode, type Node, type ScalarNode, textOf, valueOf } from "./nodes.js";

/** The rules for the header that follows, in the order they are tried. */
export function buildNext(root: MapNode, scope: Scope, diagnostics: Diagnostics): NextRule[] {
  const node = valueOf(root, "next");
  const maps = node === undefined ? [] : node.kind === "list" ? node.items : [node];
  return maps.flatMap((map: Node, index) =>
    map.kind === "map" ? (nextRule(map, index, scope, diagnostics) ?? []) : [],
  );
}

const FORMS = ["by", "relation", "to", "peek"] as const;

function nextRule(map: MapNode, index: number, scope: Scope, diagnostics: Diagnostics): NextRule | undefined {
  const present = FORMS.filter((form) => valueOf(map, form) !== undefined);
  const [form] = present;
  const of = valueOf(map, "of");
  const isMasked = valueOf(map, "mask") !== undefined;
  if (
    form === undefined ||
    present.length > 1 ||
    (form === "relation") !== (of?.kind === "list") ||
    (isMasked && form !== "peek")
  ) {
    const message =
      "a rule has one of `by: FIELD`, `relation: NAME` with `of: [FIELD, FIELD]`, `peek: u4` with `values`, or `to: HEADER`";
    diagnostics.error("next-form", map.entries[0]?.key.span ?? map.span, message);
    return undefined;
  }
  const conditions = conditionsOf(map, scope, diagnostics);
  switch (form) {
    case "to":
      return { key: `to ${index}`, fields: [], named: named(map, "to", 0, 0), ...conditions };
    case "peek":
      return peekRule(map, index, conditions, diagnostics);
    default:
      return fieldRule(map, form, of, conditions, scope, diagnostics);
  }
}

type Conditions = Pick<NextRule, "when" | "unless">;

function conditionsOf(map: MapNode, scope: Scope, diagnostics: Diagnostics): Conditions {
  const when: Expression | undefined = conditionAt(map, "when", scope, diagnostics);
  const unless: Expression | undefined = conditionAt(map, "unless", scope, diagnostics);
  return { ...(when === undefined ? {} : { when }), ...(unless === undefined ? {} : { unless }) };
}

function peekRule(
  map: MapNode,
  index: number,
  conditions: Conditions,
  diagnostics: Diagnostics,
): NextRule | undefined {
  const bits = Number(textOf(map, "peek")?.slice(1));
  const mask = Number(textOf(map, "mask") ?? maxOf(bits));
  const rule = { key: `peek ${index}`, fields: [], peek: bits, mask, ...conditions };
  const leadsOn = namedValues(map, bits);
  if (leadsOn.length > 0) return { ...rule, named: leadsOn };
  diagnostics.error(
    "next-form",
    map.entries[0]?.key.span ?? map.span,
    "`peek` needs `values`, as in `{ peek: u4, values: { 4: ipv4 } }`",
  );
  return undefined;
}

function fieldRule(
  map: MapNode,
  form: "by" | "relation",
  of: Node | undefined,
  conditions: Conditions,
  scope: Scope,
  diagnostics: Diagnostics,
): NextRule | undefined {
  const names = form === "by" ? [valueOf(map, "by")] : (of as ListNode).items;
  const fields = names.flatMap((name) =>
    name?.kind === "scalar" ? (keyField(name, form === "relation", scope, diagnostics) ?? []) : [],
  );
  if (fields.length !== names.length) return undefined;
  const like = valueOf(map, "like");
  return {
    key: textOf(map, "relation") ?? fields[0]?.name ?? "",
    fields,
    named: namedValues(map, Math.max(...fields.map(({ type }) => type.bits))),
    ...(like?.kind === "scalar" ? { like } : {}),
    ...conditions,
  };
}

/** What the rule itself leads to: `values:` one by one, `other:` for the rest. */
function namedValues(map: MapNode, bits: number): NextRule["named"] {
  const values = valueOf(map, "values");
  const each = values?.kind === "map" ? values.entries : [];
  return [
    ...each.flatMap(({ key, value }) =>
      value.kind === "scalar"
        ? [{ min: Number(key.value), max: Number(key.value), to: value, span: key.span }]
        : [],
    ),
    ...named(map, "other", 0, 2 ** bits - 1),
  ];
}

function named(map: MapNode, key: string, min: number, max: number): NextRule["named"] {
  const to = valueOf(map, key);
  return to?.kind === "scalar" ? [{ min, max, to, span: to.span }] : [];
}

function keyField(
  name: ScalarNode,
  isRelation: boolean,
  scope: Scope,
  diagnostics: Diagnostics,
): FieldModel | undefined {
  const field = scope.fields.get(String(name.value));
  if (field === undefined) {
    const message = `there is no field ${JSON.stringify(String(name.value))}`;
    diagnostics.error(
      "next-no-field",
      name.span,
      message,
      didYouMean(String(name.value), scope.fields.keys()),
    );
    return undefined;
  }
  const most = isRelation ? 16 : 32;
  if (field.type.kind === "uint" && field.type.bits <= most) return field;
  const what = isRelation
    ? "a relation is over unsigned numbers"
    : "a next header is chosen by an unsigned number";
  diagnostics.error(
    isRelation ? "relation-type" : "next-type",
    name.span,
    `${what} of at most ${most} bits, not by ${field.word}`,
  );
  return undefined;
}
