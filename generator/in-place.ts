// Elements of arrays that are described in place: each becomes a type with a name, before anything else looks at the file.
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

/** What a field of one element may say: it is that field alone, and no structure of fields called so. */
const OF_BYTES: ReadonlySet<string> = new Set(["bytes"]);
const OF_TEXT: ReadonlySet<string> = new Set(["text", "bytes", "size", "until", "pad"]);
const ENCODINGS: ReadonlySet<string> = new Set(["ascii", "latin1", "utf8"]);
/** What such a field is called. */
const FIELD = "value";

/**
 * The file with `{ array: { x: i16, y: i16 }, count: 4 }` in the field `points` of `probe` as an array of the type
 * `probe_points_element`, and that among its types. An element that is one text, or bytes with their length, has one field,
 * `value`.
 */
export function withNamedElements(root: MapNode): MapNode {
  const named: Entry[] = [];
  const own = withFields(root, textOf(root, "name") ?? "", named);
  const types = entryOf(own, "types");
  const given =
    types?.value.kind === "map"
      ? types.value.entries.map((entry) => mapped(entry, (node) => withFields(node, keyText(entry), named)))
      : [];
  if (named.length === 0) return root;
  const key = types?.key ?? impliedScalar("types", root.span);
  const all: Entry = {
    key,
    value: { kind: "map", span: types?.value.span ?? root.span, entries: [...given, ...named] },
  };
  return { ...own, entries: [...own.entries.filter((entry) => entry !== types), all] };
}

/** A structure, or a list's element: where its fields stand. */
function withFields(structure: MapNode, owner: string, named: Entry[]): MapNode {
  return withEntries(structure, (entry) => {
    const key = keyText(entry);
    if (key === "fields") return mapped(entry, (fields) => withArrays(fields, owner, named));
    return key === "value" && entryOf(structure, "tag") !== undefined
      ? mapped(entry, (value) => withCases(value, owner, named))
      : entry;
  });
}

/** What a switch leads to; fields, where there is none. */
function withCases(value: MapNode, owner: string, named: Entry[]): MapNode {
  if (valueOf(value, "switch") === undefined) return withArrays(value, owner, named);
  return withEntries(value, (entry) => mapped(entry, (fields) => withArrays(fields, owner, named)));
}

function withArrays(fields: MapNode, owner: string, named: Entry[]): MapNode {
  return withEntries(fields, (entry) =>
    mapped(entry, (field) => {
      if (valueOf(field, "switch") !== undefined) return withCases(field, owner, named);
      return withEntries(field, (one) => {
        if (one.key.value !== "array" || one.value.kind !== "map") return one;
        const name = freeName(`${owner}_${keyText(entry)}_element`, named);
        named.push(typeOf(one.value, name, entry, named));
        return { key: one.key, value: impliedScalar(name, one.value.span) };
      });
    }),
  );
}

/** Two cases of a switch may both have a field of that name: the type of the second is called `..._2`. */
function freeName(name: string, named: readonly Entry[]): string {
  const taken = named.filter((entry) => keyText(entry).replace(/_element_\d+$/, "_element") === name).length;
  return taken === 0 ? name : `${name}_${taken + 1}`;
}

/** The type of the elements, as it would stand under `types`. */
function typeOf(element: MapNode, name: string, { key }: Entry, named: Entry[]): Entry {
  const { span } = element;
  const fields: MapNode = isOneField(element)
    ? { kind: "map", span, entries: [{ key: impliedScalar(FIELD, span), value: element }] }
    : withArrays(element, name, named);
  const value: MapNode = {
    kind: "map",
    span,
    entries: [{ key: impliedScalar("fields", span), value: fields }],
    isInPlace: true,
  };
  return { key: impliedScalar(name, key.span), value };
}

function isOneField(element: MapNode): boolean {
  const keys = element.entries.map(keyText);
  const words = ENCODINGS.has(textOf(element, "text") ?? "") ? OF_TEXT : OF_BYTES;
  return keys.every((key) => words.has(key));
}

function mapped(entry: Entry, change: (node: MapNode) => MapNode): Entry {
  const { key, value } = entry;
  const changed: Node = value.kind === "map" ? change(value) : value;
  return changed === value ? entry : { key, value: changed };
}

/** The same map where nothing changed, so that what is remembered of it stays true. */
function withEntries(map: MapNode, change: (entry: Entry) => Entry): MapNode {
  const entries = map.entries.map(change);
  return entries.every((entry, index) => entry === map.entries[index]) ? map : { ...map, entries };
}
