import { compare, type Diagnostics, didYouMean } from "./diagnostics.js";
import {
  type Attachment,
  maxOf,
  type Model,
  type NextRule,
  type SchemaModel,
  type StructModel,
} from "./layout.js";
import { conditionAt } from "./lengths.js";
import { type Entry, keyText, type MapNode, type Node, type ScalarNode, textOf, valueOf } from "./nodes.js";
import type { Definitions, ResolvedSchema } from "./resolve.js";

/** The key that attaches a header to a link type instead of a parent. */
export const LINK_TYPE = "link_type";

/** Who follows whom, and on which value: every `attach:` line of every schema. */
export function buildAttachments(
  definitions: Definitions,
  schemas: readonly SchemaModel[],
  diagnostics: Diagnostics,
): Attachment[] {
  const headers = new Map(
    schemas.flatMap(({ header }) => (header === undefined ? [] : [[header.name, header] as const])),
  );
  const own = definitions.schemas.flatMap((schema) => {
    const header = headers.get(schema.ref.name);
    if (header === undefined) return [];
    return [
      ...attachmentsOf(schema, header, headers, definitions, diagnostics),
      ...namedAttachments(header, headers, definitions, diagnostics),
    ];
  });
  refuseAmbiguity(own, diagnostics);
  return likeAttachments([...headers.values()], own, headers, definitions, diagnostics).sort(
    (a, b) =>
      compare(a.parent?.name ?? "", b.parent?.name ?? "") ||
      compare(a.key, b.key) ||
      a.max - a.value - (b.max - b.value) ||
      a.value - b.value,
  );
}

function attachmentsOf(
  schema: ResolvedSchema,
  child: StructModel,
  headers: ReadonlyMap<string, StructModel>,
  definitions: Definitions,
  diagnostics: Diagnostics,
): Attachment[] {
  const attach = valueOf(schema.root, "attach");
  if (attach?.kind !== "map") return [];
  return attach.entries.flatMap((entry) => {
    const target = attachTarget(entry, headers, definitions, diagnostics);
    if (target === undefined) return [];
    const nodes = entry.value.kind === "list" ? entry.value.items : [entry.value];
    return nodes.flatMap((node) => {
      const match = matchOf(node, target, keyText(entry), diagnostics);
      return match === undefined
        ? []
        : [{ parent: target.parent, key: target.key, ...match, child, span: node.span }];
    });
  });
}

type Match = Pick<Attachment, "value" | "max" | "condition">;

/** A number, a row of numbers, a label of the field's enum, or a condition over the parent. */
function matchOf(node: Node, target: Target, place: string, diagnostics: Diagnostics): Match | undefined {
  if (node.kind === "map") return conditionOf(node, target, diagnostics);
  if (node.kind !== "scalar") return undefined;
  const text = String(node.value);
  const row = /^(\S+?)\.\.(\S*)$/.exec(text);
  const named = row === null ? labelled(text, target) : undefined;
  const value = numberOf(row?.[1] ?? text) ?? named?.min;
  const max = row === null ? (named?.max ?? value) : row[2] === "" ? target.max : numberOf(row[2] ?? "");
  if (value === undefined || max === undefined || max < value) {
    const names = target.rule?.fields[0]?.enum;
    const labels = [...(names?.labels ?? []), ...(names?.rows ?? [])].map(({ label }) => label);
    const message = `${JSON.stringify(text)} is no value: write a number, a row such as \`5..9\` or \`0x0600..\`, or a label of the field's enum`;
    diagnostics.error("attach-value", node.span, message, didYouMean(text, labels));
    return undefined;
  }
  if (max <= target.max) return { value, max };
  const message = `${row === null ? value : max} does not fit ${place}, which ends at ${target.max}`;
  diagnostics.error("attach-range", node.span, message);
  return undefined;
}

function numberOf(text: string): number | undefined {
  return /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : undefined;
}

/** The values that a label of the field's enum stands for; none where several rows are called so. */
function labelled(text: string, { rule }: Target): { min: number; max: number } | undefined {
  const names = rule?.fields[0]?.enum;
  const single = names?.labels.find(({ label }) => label === text);
  if (single !== undefined) return { min: single.value, max: single.value };
  const [row, second] = names?.rows.filter(({ label }) => label === text) ?? [];
  return second === undefined ? row : undefined;
}

function conditionOf(node: MapNode, target: Target, diagnostics: Diagnostics): Match | undefined {
  const { parent } = target;
  if (parent === undefined) {
    diagnostics.error("attach-value", node.span, "a link type is a number: there is no header to ask");
    return undefined;
  }
  const scope = {
    fields: new Map(parent.fields.map((field) => [field.name, field])),
    lets: new Map(parent.lets.map((value) => [value.name, value])),
    broken: new Set<string>(),
  };
  const when = conditionAt(node, "when", scope, diagnostics);
  if (when === undefined) return undefined;
  return { value: 0, max: target.max, condition: { when, priority: Number(textOf(node, "priority") ?? 0) } };
}

/** What the parent's own rules name: `to`, `values` and `other`. */
function namedAttachments(
  parent: StructModel,
  headers: ReadonlyMap<string, StructModel>,
  definitions: Definitions,
  diagnostics: Diagnostics,
): Attachment[] {
  return parent.next.flatMap((rule) =>
    rule.named.flatMap(({ min, max, to, span }) => {
      const name = String(to.value);
      const child = headers.get(name);
      if (child === undefined && name !== NOWHERE) {
        if (!isToldOf(name, definitions)) {
          const message = `there is no header named ${JSON.stringify(name)} to go on to`;
          diagnostics.error("attach-no-header", to.span, message, didYouMean(name, headers.keys()));
        }
        return [];
      }
      const most = valuesOf(rule);
      if (max > most) {
        diagnostics.error("attach-range", span, `${max} does not fit the rule, which ends at ${most}`);
        return [];
      }
      return [{ parent, key: rule.key, value: min, max, child, span }];
    }),
  );
}

/** The word for a value that leads nowhere. */
const NOWHERE = "none";

/** The largest value that a rule can look up. */
function valuesOf({ fields, peek }: NextRule): number {
  return maxOf(peek ?? Math.max(0, ...fields.map(({ type }) => type.bits)));
}

/** Where a rule is `like` another, the other's children follow too, but where the rule has an answer of its own. */
function likeAttachments(
  parents: readonly StructModel[],
  own: readonly Attachment[],
  headers: ReadonlyMap<string, StructModel>,
  definitions: Definitions,
  diagnostics: Diagnostics,
): Attachment[] {
  const attachments = [...own];
  for (const parent of parents) {
    for (const rule of parent.next) {
      if (rule.like === undefined) continue;
      const twin = parent.next.find((one) => one !== rule && one.key === rule.key);
      if (twin !== undefined && String(twin.like?.value) !== String(rule.like.value)) {
        const message = `another rule looks up ${rule.key} as well, and what follows one would follow the other`;
        diagnostics.error("next-like", rule.like.span, message);
        continue;
      }
      const other = likeRule(rule.like, rule, headers, definitions, diagnostics);
      if (other === undefined) continue;
      const mine = own.filter((one) => one.parent === parent && one.key === rule.key);
      const theirs = own.filter((one) => one.parent === other.parent && one.key === other.rule.key);
      const taken = new Set(mine.map(({ value, max }) => `${value}..${max}`));
      for (const one of theirs) {
        if (one.condition !== undefined || taken.has(`${one.value}..${one.max}`)) continue;
        attachments.push({ ...one, parent, key: rule.key });
      }
    }
  }
  return attachments;
}

/** The rule that another one is like: one with children of its own, over a field no wider. */
function likeRule(
  like: ScalarNode,
  rule: NextRule,
  headers: ReadonlyMap<string, StructModel>,
  definitions: Definitions,
  diagnostics: Diagnostics,
): { parent: StructModel; rule: NextRule } | undefined {
  const [name = "", key = ""] = String(like.value).split(".");
  const parent = headers.get(name);
  if (parent === undefined && isToldOf(name, definitions)) return undefined;
  const other = parent?.next.find((one) => one.key === key);
  if (
    parent !== undefined &&
    other !== undefined &&
    other.like === undefined &&
    valuesOf(other) <= valuesOf(rule)
  ) {
    return { parent, rule: other };
  }
  const why =
    parent === undefined
      ? `there is no header named ${JSON.stringify(name)}`
      : other === undefined
        ? `${name} has no rule ${JSON.stringify(key)}`
        : other.like !== undefined
          ? `${name}.${key} is like another itself; name that one`
          : `${name}.${key} has values that do not fit here`;
  diagnostics.error("next-like", like.span, `${why}`, didYouMean(name, headers.keys()));
  return undefined;
}

/** Whether a header of that name is missing only because it was refused. */
function isToldOf(name: string, definitions: Definitions): boolean {
  return definitions.isBroken(name) || definitions.schema(name)?.header !== undefined;
}

interface Target {
  readonly parent: StructModel | undefined;
  readonly rule?: NextRule;
  readonly key: string;
  readonly max: number;
}

function attachTarget(
  { key }: Entry,
  headers: ReadonlyMap<string, StructModel>,
  definitions: Definitions,
  diagnostics: Diagnostics,
): Target | undefined {
  const path = String(key.value);
  if (path === LINK_TYPE) return { parent: undefined, key: LINK_TYPE, max: maxOf(16) };
  const [parentName = "", keyName = ""] = path.split(".");
  const parent = headers.get(parentName);
  if (parent === undefined) {
    if (isToldOf(parentName, definitions)) return undefined;
    const message = `there is no header named ${JSON.stringify(parentName)} to attach to`;
    diagnostics.error("attach-no-header", key.span, message, didYouMean(parentName, headers.keys()));
    return undefined;
  }
  const rule = parent.next.find((candidate) => candidate.key === keyName);
  if (rule !== undefined) return { parent, rule, key: keyName, max: valuesOf(rule) };
  const keys = parent.next.filter(({ fields }) => fields.length > 0).map((candidate) => candidate.key);
  const known =
    keys.length === 0
      ? `${parentName} has no \`next\` rule`
      : `${parentName} is followed by ${keys.join(", ")}`;
  const notes = didYouMean(keyName, keys);
  const message = `${JSON.stringify(keyName)} does not choose what follows ${parentName}`;
  diagnostics.error(
    keys.length === 0 ? "attach-no-rule" : "attach-no-key",
    key.span,
    message,
    notes.length > 0 ? notes : [{ message: known, span: parent.span }],
  );
  return undefined;
}

/** What would leave to chance which header follows: the same values twice, rows that overlap, conditions of one priority. */
function refuseAmbiguity(attachments: readonly Attachment[], diagnostics: Diagnostics): void {
  const byRule = new Map<string, Attachment[]>();
  for (const attachment of attachments) {
    const { parent, key, condition } = attachment;
    const id = `${parent?.name ?? ""}.${key}${condition === undefined ? "" : " when"}`;
    const earlier = byRule.get(id) ?? [];
    const clash = earlier.find((one) => clashes(one, attachment));
    if (clash !== undefined) reportClash(attachment, clash, diagnostics);
    byRule.set(id, [...earlier, attachment]);
  }
}

/** Rows may lie inside each other: the narrower goes first. */
function clashes(a: Attachment, b: Attachment): boolean {
  if (a.condition !== undefined) return a.condition.priority === b.condition?.priority;
  if (a.value > b.max || b.value > a.max) return false;
  const isWithin = (inner: Attachment, outer: Attachment): boolean =>
    inner.value >= outer.value && inner.max <= outer.max && inner.max - inner.value < outer.max - outer.value;
  return !isWithin(a, b) && !isWithin(b, a);
}

function reportClash(attachment: Attachment, earlier: Attachment, diagnostics: Diagnostics): void {
  const { parent, key, value, max, condition, child, span } = attachment;
  const place = parent === undefined ? key : `${parent.name}.${key}`;
  const names = [earlier.child?.name ?? NOWHERE, child?.name ?? NOWHERE];
  const message =
    condition !== undefined
      ? `${names.join(" and ")} follow ${place} on conditions of one priority: which is asked first? Say \`priority\``
      : value === max && earlier.value === earlier.max
        ? `${place} ${value} already leads to ${names[0]}; it cannot lead to ${names[1]} as well`
        : `${place} ${value}..${max} overlaps ${earlier.value}..${earlier.max}, which leads to ${names[0]}; one must lie within the other`;
  diagnostics.error("attach-twice", span, message, [{ message: "it is attached here", span: earlier.span }]);
}

/** The headers that some link type leads to, by one step or more. */
export function reachable(attachments: readonly Attachment[]): Set<StructModel> {
  const found = new Set<StructModel>();
  const open: (StructModel | undefined)[] = [undefined];
  while (open.length > 0) {
    const from = open.pop();
    for (const { parent, child } of attachments) {
      if (parent !== from || child === undefined || found.has(child)) continue;
      found.add(child);
      open.push(child);
    }
  }
  return found;
}

/** A header that was attached, but to nothing that a packet can lead to, is in no Stack. */
export function warnUnreachable(model: Model, diagnostics: Diagnostics): void {
  const found = reachable(model.attachments);
  for (const { parent, child, span } of model.attachments) {
    if (parent === undefined || child === undefined) continue;
    if (found.has(child) || child.schema.origin !== "own") continue;
    const message = `${child.name} is attached to ${parent.name}, but no link type leads there: the Stack leaves both out`;
    diagnostics.warning("unreachable", span, message, [
      {
        message: `attach ${parent.name} to a header that is reached, or to \`link_type\``,
        span: parent.span,
      },
    ]);
  }
}
