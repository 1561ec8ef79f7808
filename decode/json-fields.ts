// Fields as `--json` has them, as text: those of nested structures beside those around them, lists as arrays of their
// elements. What there is to do for a field is worked out once a layout. (As objects that JSON.stringify made text of, it
// took twice as long, Node 20.20, x86-64.)
import {
  type DefinedLayout,
  type Elements,
  fieldBytes,
  type Fielded,
  fieldToJSON,
  type FieldLayout,
  formatIpv4,
  formatIpv6,
  formatMac,
  Header,
  hexText,
  isPresent,
  type JsonObject,
  type JsonValue,
  List,
  withElements,
  withList,
} from "../runtime/index.js";
import {
  type BytesForm,
  BYTES_FORMS,
  DERIVED,
  ELEMENT_NAMES,
  FIELD_NAMES,
  LAST_NAMES,
} from "./json-names.js";
import { type Revision, revisionOf } from "./json-revisions.js";
import { numberAt, type NumberPlace, numberPlace } from "./number-place.js";
import { TextCache } from "./text-cache.js";

/** A field, and how it is written. */
interface Entry {
  readonly field: FieldLayout;
  readonly member: string;
  readonly name: string;
  /** The name up to the value, for the first field and for those behind it. */
  readonly key: string;
  readonly nextKey: string;
  /** It is there wherever the layout's fixed part is. */
  readonly isFixed: boolean;
  /** Where its number stands in the fixed part, if it is one that can be read without its accessor. */
  readonly place: NumberPlace | undefined;
  /** `key` and value; "" where there is nothing to tell. */
  readonly write: (header: Fielded, entry: Entry, key: string) => string;
}

/** How the fields of a layout are written. */
interface Plan {
  readonly entries: readonly Entry[];
  /** Names may come twice: the later value is the field's, at the earlier one's place. */
  readonly hasNested: boolean;
  readonly revise: Revision | undefined;
  /** Nothing in it but numbers and texts, and what is nested. */
  readonly isPlain: boolean;
  /** For lists: how values are written beside their elements, by their layouts. */
  readonly values: Map<DefinedLayout, Plan>;
}

type Members = Readonly<Record<string, unknown>>;

/** The fields of one layer, as an object; `end`: those before it only. */
export function jsonFields(header: Header, end?: number): JsonObject {
  return JSON.parse(fieldsText(header, end)) as JsonObject;
}

/** The same as text. */
export function fieldsText(header: Header, end: number = Infinity): string {
  const plan = planOf(header.layout);
  const text = `{${flatText(header, plan, end)}}`;
  if (!plan.hasNested && plan.revise === undefined) return text;
  const fields = JSON.parse(text) as JsonObject;
  plan.revise?.(fields);
  return JSON.stringify(fields);
}

/** The fields of a header, or of a list's element, without braces. */
function flatText(header: Fielded, { entries }: Plan, end: number = Infinity): string {
  const { view, offset, layout } = header;
  const isWhole = header.isWrapped && offset + layout.minLength <= view.byteLength;
  let text = "";
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] as Entry;
    const { place, field } = entry;
    if (!(isWhole && entry.isFixed) && !isPresent(header, field)) continue;
    if (end !== Infinity && header.startOf(field) >= end) continue;
    const key = text === "" ? entry.key : entry.nextKey;
    text += place === undefined ? entry.write(header, entry, key) : key + numberAt(view, offset, place);
  }
  return text;
}

function joined(first: string, second: string): string {
  return first === "" || second === "" ? first + second : `${first},${second}`;
}

const plans = new Map<DefinedLayout, Plan>();

function planOf(layout: DefinedLayout): Plan {
  const known = plans.get(layout);
  if (known !== undefined) return known;
  const { name, fields } = layout;
  const names = FIELD_NAMES[name] ?? {};
  const derived = (DERIVED[name] ?? []).map(([key, member, source]): Entry => {
    const field = fields.find((one) => one.name === source) as FieldLayout;
    return { field, member, name: key, ...keysOf(key), isFixed: false, place: undefined, write: writeMember };
  });
  const own = fields.map((field) => entryOf(layout, field, names[field.name] ?? field.name));
  const plan: Plan = {
    // What is called otherwise comes last.
    entries: [
      ...own.filter(({ field }) => !(field.name in names)),
      ...own.filter(({ field }) => field.name in names),
      ...derived,
    ],
    hasNested: fields.some(({ type }) => NESTED.has(type)),
    revise: revisionOf(layout),
    isPlain: fields.every(({ type }) => type !== "list" && type !== "array"),
    values: new Map(),
  };
  plans.set(layout, plan);
  return plan;
}

function entryOf(layout: DefinedLayout, field: FieldLayout, name: string): Entry {
  const { slot, variable, bitOffset, bitWidth, member } = field;
  const isFixed =
    slot === undefined && variable !== true && bitWidth > 0 && bitOffset + bitWidth <= layout.minLength * 8;
  const write = writerOf(layout.name, field);
  const place = isFixed && write === writeMember ? numberPlace(layout, field) : undefined;
  return { field, member, name, ...keysOf(name), isFixed, place, write };
}

function keysOf(name: string): Pick<Entry, "key" | "nextKey"> {
  return { key: keyOf(name), nextKey: `,${keyOf(name)}` };
}

function keyOf(name: string): string {
  return `${JSON.stringify(name)}:`;
}

/** What may be a structure or a list of its own. */
const NESTED: ReadonlySet<string> = new Set(["struct", "switch"]);

function writerOf(layout: string, { name, type, as, elements }: FieldLayout): Entry["write"] {
  const lastName = LAST_NAMES[layout]?.[name];
  if (lastName !== undefined) {
    return (header, { member }, key) => {
      const value = (header as unknown as Members)[member];
      const shown = lastName(name, value);
      return `${shown === name ? key : keysOf(shown).nextKey}${String(value)}`;
    };
  }
  const form = BYTES_FORMS[layout]?.[name];
  if (form !== undefined) {
    return (header, entry, key) => writeBytes(header, entry, key, form(header as never));
  }
  if (type === "list") return writeList;
  if (NESTED.has(type)) return writeNested;
  if (elements !== undefined) return writeElements;
  if (/^([ui]\d+|flag)$/.test(type) && as === undefined) return writeMember;
  return WRITERS[type] ?? writeValue;
}

const WRITERS: Readonly<Record<string, Entry["write"]>> = {
  bytes: (header, entry, key) => writeBytes(header, entry, key, "hex"),
  ipv4_address: (header, { member }, key) =>
    key + ipv4Texts.of((header as unknown as Members)[member] as number),
  ipv6_address: (header, { field }, key) => `${key}"${formatIpv6(fieldBytes(header, field))}"`,
  mac_address: (header, { member }, key) =>
    key + macTexts.of((header as unknown as Members)[member] as number),
};

const macTexts = new TextCache((address) => `"${formatMac(address)}"`);
const ipv4Texts = new TextCache((address) => `"${formatIpv4(address)}"`);

/** A number or a flag. */
function writeMember(header: Fielded, { member }: Entry, key: string): string {
  return `${key}${(header as unknown as Members)[member] as number}`;
}

function writeBytes(header: Fielded, { field }: Entry, key: string, form: BytesForm): string {
  const bytes = fieldBytes(header, field);
  if (form === "hex") return `${key}"${hexText(bytes)}"`;
  const { view } = header;
  const at = bytes.byteOffset - view.byteOffset;
  if (form === "ipv4") return key + ipv4Texts.of(view.getUint32(at));
  return key + macTexts.of(view.getUint16(at) * 2 ** 32 + view.getUint32(at + 2));
}

function writeValue(header: Fielded, { field }: Entry, key: string): string {
  return key + JSON.stringify(flatItems(fieldToJSON(header, field)));
}

function writeNested(header: Fielded, entry: Entry, key: string): string {
  const value = (header as unknown as Members)[entry.member];
  if (value instanceof List) return value.aside((cursor) => listText(entry.name, key, cursor));
  if (!(value instanceof Header)) return writeValue(header, entry, key);
  const text = flatText(value, planOf(value.layout));
  return text === "" || key === entry.key ? text : `,${text}`;
}

function writeElements(header: Fielded, { field }: Entry, key: string): string {
  return `${key}[${withElements(header, field, elementsText) ?? ""}]`;
}

/** Structures one after the other, each as its `toJSON()` has it, but flat. */
function elementsText(cursor: Elements<Header>): string {
  let text = "";
  while (cursor.next()) text = joined(text, structureText(cursor.element));
  const error = cursor.explain();
  return error === undefined ? text : joined(text, JSON.stringify({ fault: error.code }));
}

function structureText(element: Header): string {
  const plan = planOf(element.layout);
  const isSame = plan.isPlain && plan.entries.every((entry) => isSameNested(element, plan, entry));
  return isSame ? `{${flatText(element, plan)}}` : JSON.stringify(flattened(element.toJSON()));
}

/** Whether what is nested is so simple that the text of its fields is what `toJSON()` has, flat. */
function isSameNested(element: Header, plan: Plan, { field, member }: Entry): boolean {
  if (!NESTED.has(field.type)) return true;
  const value = (element as unknown as Members)[member];
  if (!(value instanceof Header)) return value === undefined;
  const { isPlain, hasNested, entries } = planOf(value.layout);
  const hasName = (name: string): boolean => plan.entries.some((entry) => entry.name === name);
  return isPlain && !hasNested && !entries.some(({ name }) => hasName(name));
}

/** Elements of an array that are structures have fields of their own. */
function flatItems(value: JsonValue): JsonValue {
  return Array.isArray(value) ? value.map((one) => (isObject(one) ? flattened(one) : one)) : value;
}

function flattened(fields: JsonObject, into: JsonObject = {}): JsonObject {
  for (const [name, value] of Object.entries(fields)) {
    if (isObject(value)) flattened(value, into);
    else into[name] = value;
  }
  return into;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && !Array.isArray(value);
}

function writeList(header: Fielded, { field, name }: Entry, key: string): string {
  return withList(header, field, (cursor) => listText(name, key, cursor)) ?? "";
}

/** Walks a list from its start. A fault of it stands beside it: an element that does not fit is none. */
function listText(name: string, key: string, cursor: List): string {
  let elements = "";
  const plan = planOf(cursor.layout);
  const { filler } = ELEMENT_NAMES[cursor.layout.name] ?? {};
  for (let tag = -1; cursor.next(); tag = cursor.tag) {
    if (cursor.tag !== filler || tag !== filler) elements = joined(elements, elementText(cursor, plan));
  }
  if (cursor.stopOffset >= 0) elements = joined(elements, stopText(cursor, plan));
  const text = `${key}[${elements}]`;
  const error = cursor.explain();
  return error === undefined ? text : `${text},${keyOf(`${name}_fault`)}"${error.code}"`;
}

/** Tag and length, the bytes of the value, and what the schema knows of them where that is not called the same. */
function elementText(cursor: List, plan: Plan): string {
  const { tag, value: bytes = "data", exact } = ELEMENT_NAMES[cursor.layout.name] ?? {};
  let text = joined(tag === undefined ? "" : `${keyOf(tag)}${cursor.tag}`, flatText(cursor, plan));
  if (cursor.valueLength === 0) return `{${text}}`;
  text += `,${keyOf(bytes)}"${hexText(cursor.valueBytes())}"`;
  const { value } = cursor;
  if (value instanceof List) {
    return `{${text}${value.aside((items) => listText("items", ',"items":', items))}}`;
  }
  if (value === undefined || (exact === true && value.headerLength < cursor.valueLength)) return `{${text}}`;
  const beside = valuePlan(plan, cursor.layout, value.layout);
  const all = joined(text, flatText(value, beside));
  return beside.hasNested ? JSON.stringify(JSON.parse(`{${all},${text}}`)) : `{${all}}`;
}

/** How a value is written beside the element that it is of, which goes before where both have a name. */
function valuePlan({ entries, values }: Plan, list: DefinedLayout, layout: DefinedLayout): Plan {
  const known = values.get(layout);
  if (known !== undefined) return known;
  const { tag, value: bytes = "data", fields: names = {} } = ELEMENT_NAMES[list.name] ?? {};
  const taken = new Set([tag, bytes, ...entries.map(({ name }) => name)]);
  const { entries: all, ...rest } = planOf(layout);
  const renamed = all.map((entry): Entry => {
    const name = names[entry.name] ?? entry.name;
    return { ...entry, name, ...keysOf(name) };
  });
  const plan: Plan = {
    ...rest,
    entries: renamed.filter(({ name, field }) => NESTED.has(field.type) || !taken.has(name)),
  };
  values.set(layout, plan);
  return plan;
}

/** What ended the list: a tag alone, or one with a length and a value like others; nothing where that does not fit. */
function stopText(cursor: List, plan: Plan): string {
  const { stop = [], absent = [], length, head = 1 } = cursor.layout.list ?? {};
  const [end = 0] = stop;
  const { tag, value = "data" } = ELEMENT_NAMES[cursor.layout.name] ?? {};
  const start = cursor.stopOffset;
  if (length === undefined || absent.includes(end) || cursor.end - start < head) {
    return `{${keyOf(tag ?? cursor.layout.fields[0]?.name ?? "tag")}${end}}`;
  }
  cursor.offset = start;
  const text = flatText(cursor, plan);
  const size = Number((JSON.parse(`{${text}}`) as JsonObject)[length.member]);
  if (size > cursor.end - start - head) return "";
  if (size === 0) return `{${text}}`;
  const bytes = new Uint8Array(cursor.view.buffer, cursor.view.byteOffset + start + head, size);
  return `{${text},${keyOf(value)}"${hexText(bytes)}"}`;
}
