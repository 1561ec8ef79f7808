// What a switch leads to may be described in place: each such description becomes a structure with a name.
import { labelFor } from "./enums.js";
import type { EnumModel } from "./layout.js";
import { className } from "./names.js";
import {
  entryOf,
  impliedScalar,
  keyText,
  type MapNode,
  type Node,
  type ScalarNode,
  textOf,
  valueOf,
} from "./nodes.js";
import type { ResolvedSchema, StructDefinition } from "./resolve.js";

/** Whether a type is the element of a list. */
export function isListType(node: MapNode): boolean {
  return valueOf(node, "tag") !== undefined;
}

/** The word for every other value. */
export const ELSE = "else";

/** A key that is a case: a number, a range of numbers, or `else`. */
const CASE = /^(?<min>0x[0-9a-fA-F]+|[0-9]+)(?:\.\.(?<max>0x[0-9a-fA-F]+|[0-9]+))?$/;

/** The values of a case's key; `undefined` where it is `else`, or none. */
export function caseValues(key: ScalarNode): readonly [min: number, max: number] | undefined {
  const groups = CASE.exec(String(key.value))?.groups;
  if (groups === undefined) return undefined;
  const min = Number(groups["min"]);
  return [min, groups["max"] === undefined ? min : Number(groups["max"])];
}

/** The entries of a switch that are cases. */
export function caseEntries(map: MapNode): MapNode["entries"] {
  return map.entries.filter(({ key }) => key.value === ELSE || caseValues(key) !== undefined);
}

/** `{ list: relay_suboption, until: end }`: the name of a list that takes all of the value. */
export function listNamed(node: Node): ScalarNode | undefined {
  if (node.kind !== "map") return undefined;
  const list = valueOf(node, "list");
  return list?.kind === "scalar" && textOf(node, "until") === "end" && node.entries.length === 2
    ? list
    : undefined;
}

/** Finds an enum by the name that a file gives it. */
export type EnumLookup = (name: string, schema: ResolvedSchema) => EnumModel | undefined;

/** The structures that a schema describes in place, those inside others included. */
export function inlineTypes(schema: ResolvedSchema, enums: EnumLookup): StructDefinition[] {
  const found: StructDefinition[] = [];
  const add = (owner: StructDefinition, label: string, name: string, node: Node): void => {
    if (node.kind !== "map" || listNamed(node) !== undefined) return;
    const definition = inlineDefinition(owner, label, name, node);
    found.push(definition);
    visit(definition);
  };
  const visit = (owner: StructDefinition): void => {
    for (const { name, map, siblings } of switchesOf(owner)) {
      if (valueOf(map, "switch") === undefined) {
        if (name === owner.name) add(owner, "value", `${name}_value`, map);
        continue;
      }
      for (const { key, value } of caseEntries(map)) {
        const label = caseLabel(key, map, siblings, (one) => enums(one, schema));
        add(owner, label, `${name}_${label}`, value);
      }
    }
  };
  for (const owner of [...(schema.header === undefined ? [] : [schema.header]), ...schema.types]) {
    visit(owner);
  }
  return found;
}

/** The types of this file that a switch leads to by name. */
export function namedCases(schema: ResolvedSchema, inline: readonly StructDefinition[]): Set<string> {
  const owners = [...(schema.header === undefined ? [] : [schema.header]), ...schema.types, ...inline];
  const targets = owners.flatMap((owner) =>
    switchesOf(owner).flatMap(({ map }) => caseEntries(map).map(({ value }) => listNamed(value) ?? value)),
  );
  return new Set(targets.flatMap((one) => (one.kind === "scalar" ? [String(one.value)] : [])));
}

interface Switch {
  /** What the names of its cases begin with. */
  readonly name: string;
  readonly map: MapNode;
  /** The fields it can name. */
  readonly siblings: MapNode;
}

function switchesOf({ name, node }: StructDefinition): Switch[] {
  const value = valueOf(node, "value");
  const tag = valueOf(node, "tag");
  if (value?.kind === "map" && tag?.kind === "map") return [{ name, map: value, siblings: tag }];
  const fields = valueOf(node, "fields");
  if (fields?.kind !== "map") return [];
  return fields.entries.flatMap((entry) =>
    entry.value.kind === "map" && valueOf(entry.value, "switch") !== undefined
      ? [{ name: `${name}_${keyText(entry)}`, map: entry.value, siblings: fields }]
      : [],
  );
}

/** A case is called as its value is, where the field that chooses has an enum. */
export function caseLabel(
  key: ScalarNode,
  map: MapNode,
  siblings: MapNode,
  enums: (name: string) => EnumModel | undefined,
): string {
  const values = caseValues(key);
  if (values === undefined) return ELSE;
  const [min, max] = values;
  const on = textOf(map, "switch") ?? "";
  const name = enumName(on, siblings);
  const model = name === undefined ? undefined : enums(name);
  return (model && labelFor(model, values)) ?? (min === max ? `case_${min}` : `case_${min}_${max}`);
}

/** Of a tag, the enum may stand beside its field. */
function enumName(on: string, siblings: MapNode): string | undefined {
  const field = valueOf(siblings, on);
  const own = field?.kind === "map" ? textOf(field, "enum") : undefined;
  const isTag = on === "tag" || (field?.kind === "scalar" && siblings.entries.length === 2);
  return own ?? (isTag && entryOf(siblings, "enum") !== undefined ? textOf(siblings, "enum") : undefined);
}

function inlineDefinition(
  owner: StructDefinition,
  caseName: string,
  name: string,
  inline: MapNode,
): StructDefinition {
  const key = impliedScalar("fields", inline.span);
  const node: MapNode = { kind: "map", span: inline.span, entries: [{ key, value: inline }] };
  const { schema, root } = owner;
  return {
    name,
    className: className(name),
    schema,
    root,
    node,
    isHeader: false,
    span: inline.span,
    inline,
    caseName,
  };
}
