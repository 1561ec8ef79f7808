// Types that are the elements of a list: a tag, mostly a length, a value.
import type { Diagnostics } from "./diagnostics.js";
import type { TypeContext } from "./element-type.js";
import type { Scope } from "./expression.js";
import { buildFields, type LaidOut, type LayoutContext } from "./fields.js";
import type { EnumModel, FieldModel, FieldType, ListModel } from "./layout.js";
import { labelOutside } from "./enums.js";
import { maxOf } from "./layout.js";
import {
  type Entry,
  entryOf,
  impliedScalar,
  keyText,
  type MapNode,
  type Node,
  textOf,
  valueOf,
} from "./nodes.js";
import { asksForEnd } from "./span-type.js";
import { buildPlainValue, buildSwitch } from "./switch-type.js";

/** Keys of `length` that say what it counts, and are no fields. */
const LENGTH_KEYS: readonly string[] = ["counts", "unit", "plus", "absent"];
/** Keys of `tag` that are no fields. */
const TAG_KEYS: readonly string[] = ["enum"];
/** A length of more bits would not be a number of bytes. */
const MAX_LENGTH_BITS = 32;

export interface BuiltList extends LaidOut {
  readonly list: ListModel;
}

/** An element's fields in their places, and how the list is walked. */
export function buildList(node: MapNode, context: Omit<LayoutContext, "scope">): BuiltList | undefined {
  const { diagnostics, definition } = context;
  const stray = ["fields", "let"].flatMap((key) => entryOf(node, key) ?? []);
  for (const { key } of stray) {
    diagnostics.error(
      "list-stray-key",
      key.span,
      `\`${String(key.value)}\` does not go with \`tag\`: a list's element has a tag, a length and a value`,
    );
  }
  const head = headEntries(node);
  const tag = valueOf(node, "tag");
  const length = valueOf(node, "length");
  if (tag?.kind !== "map" || length?.kind !== "map") {
    const message = `the elements of ${definition.name} need a \`length\`, as in \`length: { length: u8, counts: element }\``;
    diagnostics.error("list-no-length", entryOf(node, "tag")?.key.span ?? node.span, message);
    return undefined;
  }
  const tagFirst = head[0]?.of === "tag";
  const hasAbsent = valueOf(length, "absent") !== undefined;
  const fieldsNode: MapNode = { kind: "map", span: node.span, entries: head.map(({ entry }) => entry) };
  const tagCount = head.filter(({ of }) => of === "tag").length;
  const laidOut = buildFields(definition, context, fieldsNode, hasAbsent && tagFirst ? tagCount : undefined);
  const needed = tellsItself(length) ? ["tag"] : ["tag", "length"];
  if (laidOut === undefined || !isSound(laidOut, head, needed, context)) return undefined;
  const tagFields = laidOut.fields.filter((_, index) => head[index]?.of === "tag");
  const model = tagModel(tagFields, tag, context);
  const isSelf = tellsItself(length);
  const lengthField = isSelf
    ? tagFields[0]
    : chosenLength(
        laidOut.fields.filter((_, index) => head[index]?.of === "length"),
        length,
        diagnostics,
      );
  if (model === undefined || lengthField === undefined) return undefined;
  const absent = tagValues(length, "absent", model.type, diagnostics);
  if (hasAbsent && !tagFirst) {
    diagnostics.error(
      "list-absent-place",
      entryOf(length, "absent")?.key.span ?? length.span,
      "a tag without a length comes first in its element",
    );
    return undefined;
  }
  const bits = laidOut.fields.reduce((sum, { type }) => sum + type.bits, 0);
  if (hasAbsent && model.type.bits % 8 !== 0 && bits > 8 * Math.ceil(model.type.bits / 8)) {
    const message =
      "an element may be its tag alone where the tag is whole bytes, or shares all of them with the length";
    diagnostics.error("list-absent-bits", entryOf(length, "absent")?.key.span ?? length.span, message);
    return undefined;
  }
  const value = valueModel(node, model, laidOut.fields, context);
  if (value === "wrong" || (isSelf && !hasOwnLength(value, length, context))) return undefined;
  return {
    ...laidOut,
    size: bits / 8,
    list: {
      tag: model,
      length: {
        field: lengthField,
        counts: textOf(length, "counts") as ListModel["length"]["counts"],
        unit: Number((textOf(length, "unit") ?? "1").split(" ")[0]),
        plus: Number(textOf(length, "plus") ?? "0"),
      },
      absent,
      tagBytes: Math.ceil((model.bitOffset + model.type.bits) / 8),
      stop: tagValues(node, "stop", model.type, diagnostics),
      align: alignOf(node, diagnostics),
      ...(value === undefined ? {} : { value }),
    },
  };
}

interface HeadEntry {
  readonly of: "tag" | "length";
  readonly entry: Entry;
}

/** The fields of tag and length in the order in which the file has the two. */
function headEntries(node: MapNode): HeadEntry[] {
  return node.entries.flatMap(({ key, value }) => {
    if (value.kind !== "map" || (key.value !== "tag" && key.value !== "length")) return [];
    const words = key.value === "tag" ? TAG_KEYS : LENGTH_KEYS;
    const of = key.value;
    const fields = value.entries.filter((entry) => !words.includes(keyText(entry)));
    return fields.map((entry) => ({
      of,
      entry: of === "tag" ? withEnum(entry, value, fields.length) : entry,
    }));
  });
}

/** `{ kind: u8, enum: option_kind }`: the enum of a tag of one field is the field's. */
function withEnum(entry: Entry, tag: MapNode, count: number): Entry {
  const names = entryOf(tag, "enum");
  if (names === undefined || count !== 1 || entry.value.kind !== "scalar") return entry;
  const type: Entry = {
    key: impliedScalar("type", entry.key.span),
    value: entry.value,
  };
  return { key: entry.key, value: { kind: "map", span: entry.value.span, entries: [type, names] } };
}

/** Whether the fields of the value tell how long it is. */
function tellsItself(length: MapNode): boolean {
  return textOf(length, "counts") === "self";
}

/** What tells its own length is always the same structure, and cannot ask how long it is. */
function hasOwnLength(
  value: ListModel["value"],
  length: MapNode,
  { diagnostics, definition }: Pick<TypeContext, "diagnostics" | "definition">,
): boolean {
  const struct = value?.cases.length === 0 ? value.otherwise?.struct : undefined;
  const isSound = struct !== undefined && struct.list === undefined && !struct.fields.some(asksForEnd);
  if (isSound) return true;
  const message = `the elements of ${definition.name} count themselves, so their \`value\` is one type whose fields tell how long it is`;
  diagnostics.error("list-no-length", length.span, message);
  return false;
}

/** What comes before a value has its place whatever the bytes are. */
function isSound(
  { fields }: LaidOut,
  head: readonly HeadEntry[],
  needed: readonly string[],
  { diagnostics, definition }: Pick<TypeContext, "diagnostics" | "definition">,
): boolean {
  const kinds = needed.filter((of) => !head.some((one) => one.of === of));
  if (kinds.length > 0) {
    diagnostics.error(
      "list-no-field",
      definition.span,
      `the \`${kinds[0]}\` of ${definition.name} has no field`,
    );
    return false;
  }
  const variable = fields.find(({ type, when }) => type.kind === "span" || when !== undefined);
  if (variable === undefined) return true;
  const message = `${JSON.stringify(variable.name)} has no fixed place; tag and length have one`;
  diagnostics.error("list-no-place", variable.span, message);
  return false;
}

/** All fields of the tag as one number. */
function tagModel(
  fields: readonly FieldModel[],
  tag: MapNode,
  context: Omit<LayoutContext, "scope">,
): ListModel["tag"] | undefined {
  const [first] = fields;
  const wrong = fields.find(
    ({ type, as }) => (type.kind !== "uint" && type.kind !== "flag") || as !== "number",
  );
  const bits = fields.reduce((sum, { type }) => sum + type.bits, 0);
  if (first === undefined || wrong !== undefined || bits > 53) {
    const message = "a tag is made of unsigned numbers and flags, at most 53 bits together";
    context.diagnostics.error("list-tag-type", wrong?.span ?? tag.span, message);
    return undefined;
  }
  const type: FieldType =
    fields.length === 1 && first.type.kind === "uint" ? first.type : { kind: "uint", bits, endian: "big" };
  const names = fields.length === 1 ? first.enum : tagEnum(tag, bits, context);
  return { fields, bitOffset: first.bitOffset, type, ...(names === undefined ? {} : { enum: names }) };
}

function tagEnum(tag: MapNode, bits: number, context: Omit<LayoutContext, "scope">): EnumModel | undefined {
  const name = valueOf(tag, "enum");
  if (name?.kind !== "scalar") return undefined;
  const model = context.definitions.enum(name, context.definition.schema, context.diagnostics);
  const tooLarge = model && labelOutside(model, [0, maxOf(bits)]);
  if (tooLarge === undefined) return model;
  const message = `${tooLarge.label} is ${tooLarge.value}, which the tag's ${bits} bits cannot hold`;
  context.diagnostics.error("enum-too-large", name.span, message);
  return undefined;
}

/** The field that tells the length: the only one, or the one that is called so. */
function chosenLength(
  fields: readonly FieldModel[],
  node: MapNode,
  diagnostics: Diagnostics,
): FieldModel | undefined {
  const field = fields.find(({ name }) => name === "length") ?? (fields.length === 1 ? fields[0] : undefined);
  if (field?.type.kind === "uint" && field.type.bits <= MAX_LENGTH_BITS) return field;
  const message =
    field === undefined
      ? "which of them is the length? Call it `length`"
      : `a length is an unsigned number of at most ${MAX_LENGTH_BITS} bits, not ${field.word}`;
  diagnostics.error(
    field === undefined ? "list-length-which" : "list-length-type",
    field?.span ?? node.span,
    message,
  );
  return undefined;
}

/** One tag, or a list of them; each must be a value that the tag can have. */
function tagValues(map: MapNode, key: string, type: FieldType, diagnostics: Diagnostics): number[] {
  const node = valueOf(map, key);
  const nodes: readonly Node[] = node === undefined ? [] : node.kind === "list" ? node.items : [node];
  return nodes.flatMap((one) => {
    const value = one.kind === "scalar" ? Number(one.value) : NaN;
    if (value <= maxOf(type.bits)) return [value];
    diagnostics.error("list-tag-value", one.span, `no tag of ${type.bits} bits is ${value}`);
    return [];
  });
}

function alignOf(node: MapNode, diagnostics: Diagnostics): number {
  const align = valueOf(node, "align");
  if (align === undefined) return 1;
  const to = Number((align.kind === "map" ? textOf(align, "to") : textOf(node, "align")) ?? "1");
  if (Number.isInteger(Math.log2(to))) return to;
  diagnostics.error("list-align", align.span, `elements are aligned to a power of two, not to ${to}`);
  return 1;
}

/** A value is chosen by its tag; `tag` is all of it. */
function valueModel(
  node: MapNode,
  tag: ListModel["tag"],
  head: readonly FieldModel[],
  context: Omit<LayoutContext, "scope">,
): ListModel["value"] | "wrong" {
  const value = valueOf(node, "value");
  if (value === undefined) return undefined;
  const [first] = tag.fields;
  const fields = new Map(tag.fields.map((field) => [field.name, field]));
  if (first !== undefined && !fields.has("tag")) fields.set("tag", wholeTag(first, tag));
  const scope: Scope = { fields, lets: new Map(), broken: new Set() };
  // Nothing sees that the head keeps its rules before the value is looked at.
  const named = [...head.map(withoutRule), ...fields.values()].map((one) => [one.name, one] as const);
  const scoped: TypeContext = { ...context, scope: { ...scope, fields: new Map(named) } };
  const isSwitch = value.kind === "map" && valueOf(value, "switch") !== undefined;
  return (isSwitch ? buildSwitch(value, scope, scoped) : buildPlainValue(value, scoped)) ?? "wrong";
}

function withoutRule({ rule: _, ...field }: FieldModel): FieldModel {
  return field;
}

function wholeTag(first: FieldModel, { type, bitOffset, enum: names }: ListModel["tag"]): FieldModel {
  const { index, slot, span } = first;
  const named = { name: "tag", member: "tag", word: `u${type.bits}`, c: "tag" };
  const place = { type, index, slot, bitOffset };
  return { ...named, ...place, ...(names && { enum: names }), as: "number", aligned: false, span };
}
