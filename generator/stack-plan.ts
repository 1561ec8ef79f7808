// What the emitted Stack needs to know of the attach graph: numbers, repeats, how each choice is looked up.
import { reachable } from "./attach.js";
import type { Attachment, Model, NextRule, StructModel } from "./layout.js";
import { stackMember } from "./names.js";
import { RUNTIME_VALUES } from "./symbols.js";

/** Bits in a presence word: V8 keeps 31-bit integers unboxed everywhere. */
export const BITS_PER_WORD = 30;
/** Up to so many values a `switch` in the hot method is as fast as a table (Node 20). */
const MAX_SWITCH = 8;

/** A header as a layer of the Stack. */
export interface Layer {
  readonly struct: StructModel;
  /** From 1: 0 means none in lookup tables. */
  readonly number: number;
  readonly member: string;
  readonly word: number;
  readonly bit: number;
  /** It can occur more than once in a packet, so that it needs a cursor for every depth. */
  readonly repeats: boolean;
  readonly choices: readonly Choice[];
}

/** A `next` rule with the children that attached to it. */
export interface Choice {
  readonly rule: NextRule;
  /** By value, ascending. */
  readonly targets: readonly { readonly value: number; readonly child: StructModel }[];
  /** The name of its table where it has one. */
  readonly table?: string;
}

export interface StackPlan {
  readonly layers: readonly Layer[];
  readonly words: number;
  readonly linkTypes: readonly { readonly value: number; readonly layer: Layer }[];
  layerOf(struct: StructModel): Layer;
}

/** The layers of a Stack: what link types lead to. `undefined` when they lead to nothing. */
export function planStack({ schemas, attachments }: Model): StackPlan | undefined {
  const inGraph = reachable(attachments);
  const structs = schemas.flatMap(({ header }) =>
    header !== undefined && inGraph.has(header) ? [header] : [],
  );
  if (structs.length === 0) return undefined;
  const tables = new TableNames();
  const layers = structs.map((struct, index) => layer(struct, index, attachments, tables));
  const byStruct = new Map(layers.map((one) => [one.struct, one]));
  const layerOf = (struct: StructModel): Layer => byStruct.get(struct) as Layer;
  return {
    layers,
    words: Math.ceil(layers.length / BITS_PER_WORD),
    linkTypes: attachments
      .filter(({ parent }) => parent === undefined)
      .map(({ value, child }) => ({ value, layer: layerOf(child) })),
    layerOf,
  };
}

/** A name for each table: `UDP_PORT`; `a` with `b_c` and `a_b` with `c` must not share one. */
class TableNames {
  private readonly owners = new Map<string, string>();

  nameOf(struct: StructModel, { key }: NextRule): string {
    const owner = `${struct.name}.${key}`;
    let name = `${struct.name}_${key}`.toUpperCase();
    while ((this.owners.get(name) ?? owner) !== owner || RUNTIME_VALUES.includes(name)) name += "$";
    this.owners.set(name, owner);
    return name;
  }
}

function layer(
  struct: StructModel,
  index: number,
  attachments: readonly Attachment[],
  tables: TableNames,
): Layer {
  return {
    struct,
    number: index + 1,
    member: stackMember(struct.name),
    word: Math.floor(index / BITS_PER_WORD),
    bit: index % BITS_PER_WORD,
    repeats: reaches(struct, struct, attachments),
    choices: struct.next.flatMap((rule) => choice(struct, rule, attachments, tables) ?? []),
  };
}

function choice(
  struct: StructModel,
  rule: NextRule,
  attachments: readonly Attachment[],
  tables: TableNames,
): Choice | undefined {
  const targets = attachments.filter(({ parent, key }) => parent === struct && key === rule.key);
  if (targets.length === 0) return undefined;
  const needsTable = rule.fields.length > 1 || (targets.length > MAX_SWITCH && keyBits(rule) <= 16);
  return { rule, targets, ...(needsTable ? { table: tables.nameOf(struct, rule) } : {}) };
}

export function keyBits({ fields }: NextRule): number {
  return Math.max(...fields.map(({ type }) => type.bits));
}

/** Whether a packet can lead from one header to another, by one step or more. */
function reaches(from: StructModel, to: StructModel, attachments: readonly Attachment[]): boolean {
  const seen = new Set<StructModel>();
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const { parent, child } of attachments) {
      if (parent !== at || seen.has(child)) continue;
      if (child === to) return true;
      seen.add(child);
      open.push(child);
    }
  }
  return false;
}
