// What the emitted Stack needs to know of the attach graph: an order of the layers, their bits, how each choice is made.
import { reachable } from "./attach.js";
import { compare } from "./diagnostics.js";
import type { Expression } from "./expression.js";
import type { Attachment, FieldModel, Model, NextRule, StructModel } from "./layout.js";
import { stackMember } from "./names.js";
import { RUNTIME_VALUES } from "./symbols.js";

/** Bits that tell the layers of a packet: small integers in every engine, with one bit left for `UNSETTLED`. */
const PRESENCE_BITS = 29;
/** Up to so many values a `switch` is as fast as a table (Node 20). */
const MAX_SWITCH = 8;

/** A header as a layer of the Stack. */
export interface Layer {
  readonly struct: StructModel;
  /** From 1; 0 means none. What leads from a higher number to a lower one, or to its own, may repeat a layer. */
  readonly number: number;
  readonly member: string;
  /**
   * What the layer adds to the presence word: a bit of its own. Where there are more layers than bits, those that
   * nothing follows share some: a packet has one of them at most, and its number tells which. 0 is a layer that found no
   * room: packets that have it are walked.
   */
  readonly presence: number;
  /** It can occur more than once in a packet. */
  readonly repeats: boolean;
  readonly choices: readonly Choice[];
  /**
   * Where values nearly always lead nowhere, as ports do: the fields, and a table of the values of any that may lead
   * somewhere. One look at it saves the search.
   */
  readonly leading?: { readonly table: string; readonly fields: readonly FieldModel[] };
}

/** A `next` rule with the children that its values lead to, or that a condition does. */
export interface Choice {
  readonly rule: NextRule;
  /** What has to hold for the choice to count. */
  readonly when: readonly Expression[];
  readonly unless: readonly Expression[];
  /** In the order in which they are looked at; a single one without a key is what follows whenever the choice counts. */
  readonly targets: readonly ChoiceTarget[];
  /** The name of its table where it has one. */
  readonly table?: string;
}

/** Values that lead to one child; none, where they lead nowhere. */
export interface ChoiceTarget {
  readonly min: number;
  readonly max: number;
  readonly child: StructModel | undefined;
}

export interface StackPlan {
  /** By number. */
  readonly layers: readonly Layer[];
  /** The bits that layers share which nothing follows; 0 where each has its own. */
  readonly lastMask: number;
  readonly linkTypes: readonly { readonly value: number; readonly layer: Layer }[];
  layerOf(struct: StructModel): Layer;
}

/** The layers of a Stack: what link types lead to. `undefined` when they lead to nothing. */
export function planStack({ attachments }: Model): StackPlan | undefined {
  const structs = outermostFirst(attachments);
  if (structs.length === 0) return undefined;
  const tables = new TableNames();
  const presence = presenceOf(structs, attachments);
  const layers = structs.map((struct, index) => ({
    struct,
    number: index + 1,
    member: stackMember(struct.name),
    presence: presence.of.get(struct) ?? 0,
    repeats: reaches(struct, struct, attachments),
    ...withLeading(
      struct,
      struct.next.flatMap((rule) => choicesOf(struct, rule, attachments, tables)),
      tables,
    ),
  }));
  const byStruct = new Map(layers.map((one) => [one.struct, one]));
  const layerOf = (struct: StructModel): Layer => byStruct.get(struct) as Layer;
  return {
    layers,
    lastMask: presence.lastMask,
    linkTypes: attachments
      .filter(({ parent }) => parent === undefined)
      .flatMap(({ value, max, child }) =>
        child === undefined
          ? []
          : Array.from({ length: max - value + 1 }, (_, index) => ({
              value: value + index,
              layer: layerOf(child),
            })),
      ),
    layerOf,
  };
}

/** LINKTYPE_ETHERNET. */
const ETHERNET = 1;

/** Where most packets begin: with Ethernet, or with the lowest link type where there is none. */
export function commonStart({ linkTypes }: StackPlan): StackPlan["linkTypes"][number] | undefined {
  return linkTypes.find(({ value }) => value === ETHERNET) ?? linkTypes[0];
}

/** Ethernet, or what the lowest link type leads to where there is none. */
function startOf(attachments: readonly Attachment[]): StructModel | undefined {
  const rank = ({ value }: Attachment): number => (value === ETHERNET ? -1 : value);
  const roots = attachments.filter(({ parent, child }) => parent === undefined && child !== undefined);
  return roots.sort((a, b) => rank(a) - rank(b))[0]?.child;
}

/**
 * Every header that a link type leads to, each before those that follow it as far as circles allow: tunnels lead back.
 * Where most packets begin comes first, then link types that stand in nothing else, then whatever has the fewest parents
 * that are not placed yet, and what is as common: so tags and shims stand before the network headers, which are link types and in tunnels, too.
 */
function outermostFirst(attachments: readonly Attachment[]): StructModel[] {
  const placed = new Set<StructModel>();
  const parents = new Map<StructModel, Set<StructModel>>();
  for (const struct of reachable(attachments)) parents.set(struct, new Set());
  for (const { parent, child } of attachments) {
    if (parent !== undefined && child !== undefined && parents.has(parent)) parents.get(child)?.add(parent);
  }
  const roots = childrenOf(undefined, attachments);
  const start = startOf(attachments);
  if (start !== undefined) placed.add(start);
  for (const root of roots) if (parents.get(root)?.size === 0) placed.add(root);
  const isNext = (struct: StructModel): boolean =>
    !placed.has(struct) &&
    (roots.has(struct) || [...(parents.get(struct) ?? [])].some((parent) => placed.has(parent)));
  const missing = (struct: StructModel): number =>
    [...(parents.get(struct) ?? [])].filter((parent) => parent !== struct && !placed.has(parent)).length;
  while (placed.size < parents.size) {
    const candidates = [...parents.keys()].filter(isNext);
    const [next] = candidates.sort((a, b) => missing(a) - missing(b) || compare(a.name, b.name));
    if (next === undefined) break;
    placed.add(next);
    // Common headers stand together, as IPv6 with IPv4: what follows the one follows the other.
    if (next.isCommon) for (const one of candidates) if (one.isCommon) placed.add(one);
  }
  return [...placed];
}

type Children = ReadonlyMap<StructModel | undefined, ReadonlySet<StructModel>>;

const NONE: ReadonlySet<StructModel> = new Set();

/** Looked up for each header by each other. */
const childrenIn = new WeakMap<readonly Attachment[], Children>();

function childrenOf(
  struct: StructModel | undefined,
  attachments: readonly Attachment[],
): ReadonlySet<StructModel> {
  const known = childrenIn.get(attachments) ?? childrenByParent(attachments);
  childrenIn.set(attachments, known);
  return known.get(struct) ?? NONE;
}

function childrenByParent(attachments: readonly Attachment[]): Children {
  const found = new Map<StructModel | undefined, Set<StructModel>>();
  for (const { parent, child } of attachments) {
    if (child === undefined) continue;
    const children = found.get(parent);
    if (children === undefined) found.set(parent, new Set([child]));
    else children.add(child);
  }
  return found;
}

function presenceOf(
  structs: readonly StructModel[],
  attachments: readonly Attachment[],
): { of: ReadonlyMap<StructModel, number>; lastMask: number } {
  if (structs.length <= PRESENCE_BITS) {
    return { of: new Map(structs.map((struct, index) => [struct, 2 ** index])), lastMask: 0 };
  }
  const inner = structs.filter((struct) => childrenOf(struct, attachments).size > 0);
  const last = structs.filter((struct) => !inner.includes(struct));
  const lastBits = Math.ceil(Math.log2(last.length + 1));
  const of = new Map(last.map((struct, index) => [struct, index + 1]));
  const steps = stepsFromStart(attachments);
  const stepsOf = (struct: StructModel): number => steps.get(struct) ?? Infinity;
  [...inner]
    .sort((a, b) => Number(b.isCommon) - Number(a.isCommon) || stepsOf(a) - stepsOf(b) || 0)
    .slice(0, PRESENCE_BITS - lastBits)
    .forEach((struct, index) => of.set(struct, 2 ** (lastBits + index)));
  return { of, lastMask: 2 ** lastBits - 1 };
}

/** Other beginnings are met less often than what is so many headers from where most packets begin. */
const OTHER_BEGINNINGS = 2.5;

/** How many headers at least lie between where most packets begin and a header: what is near is met most often. */
function stepsFromStart(attachments: readonly Attachment[]): Map<StructModel, number> {
  const steps = new Map<StructModel, number>();
  const start = startOf(attachments);
  let next: ReadonlySet<StructModel> = new Set(start === undefined ? [] : [start]);
  for (let step = 0; next.size > 0; step++) {
    for (const struct of next) steps.set(struct, step);
    const children = [...next].flatMap((struct) => [...childrenOf(struct, attachments)]);
    next = new Set(children.filter((child) => !steps.has(child)));
  }
  for (const root of childrenOf(undefined, attachments)) {
    if (!steps.has(root)) steps.set(root, OTHER_BEGINNINGS);
  }
  return steps;
}

/** A name for each table: `UDP_PORT`; `a` with `b_c` and `a_b` with `c` must not share one. */
class TableNames {
  private readonly owners = new Map<string, string>();

  nameOf(struct: StructModel, what: string): string {
    const owner = `${struct.name}.${what}`;
    let name = `${struct.name}_${what}`.toUpperCase();
    while ((this.owners.get(name) ?? owner) !== owner || RUNTIME_VALUES.includes(name)) name += "$";
    this.owners.set(name, owner);
    return name;
  }
}

/** What a rule's values lead to, then what conditions do, the highest priority first. */
function choicesOf(
  struct: StructModel,
  rule: NextRule,
  attachments: readonly Attachment[],
  tables: TableNames,
): Choice[] {
  const mine = attachments.filter(({ parent, key }) => parent === struct && key === rule.key);
  const targets = mine
    .filter(({ condition }) => condition === undefined)
    .map(({ value, max, child }) => ({ min: value, max, child }));
  const when = rule.when === undefined ? [] : [rule.when];
  const unless = rule.unless === undefined ? [] : [rule.unless];
  const needsTable =
    rule.fields.length > 1 || (rule.fields.length > 0 && targets.length > MAX_SWITCH && keyBits(rule) <= 16);
  const table = needsTable ? { table: tables.nameOf(struct, rule.key) } : {};
  const conditional = mine
    .flatMap(({ condition, child }) => (condition === undefined ? [] : [{ ...condition, child }]))
    .sort((a, b) => b.priority - a.priority)
    .map((one) => ({
      rule: { ...rule, fields: [] },
      when: [...when, one.when],
      unless,
      targets: [{ min: 0, max: 0, child: one.child }],
    }));
  return [...(targets.length === 0 ? [] : [{ rule, when, unless, targets, ...table }]), ...conditional];
}

/** A row of more values leads nearly everything on. */
const MAX_ROW = 1024;

function withLeading(
  struct: StructModel,
  choices: readonly Choice[],
  tables: TableNames,
): Pick<Layer, "choices" | "leading"> {
  const isLookedUp = ({ rule, targets }: Choice): boolean =>
    rule.fields.length > 0 && keyBits(rule) <= 16 && targets.every(({ min, max }) => max - min < MAX_ROW);
  if (!choices.some(({ rule }) => rule.fields.length > 1) || !choices.every(isLookedUp)) return { choices };
  const fields = [...new Set(choices.flatMap(({ rule }) => rule.fields))].sort((a, b) => a.index - b.index);
  return { choices, leading: { table: tables.nameOf(struct, "leads"), fields } };
}

/** Whether the choice looks at a value at all. */
export function hasKey({ rule }: Choice): boolean {
  return rule.fields.length > 0 || rule.peek !== undefined;
}

export function keyBits({ fields, peek }: NextRule): number {
  return peek ?? Math.max(0, ...fields.map(({ type }) => type.bits));
}

/** Whether a packet can lead from one header to another, by one step or more. */
function reaches(from: StructModel, to: StructModel, attachments: readonly Attachment[]): boolean {
  const seen = new Set<StructModel>();
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const child of childrenOf(at, attachments)) {
      if (seen.has(child)) continue;
      if (child === to) return true;
      seen.add(child);
      open.push(child);
    }
  }
  return false;
}
