// Fields as `--json` has them: those of nested structures beside those around them, lists as arrays of their elements.
import {
  type Fielded,
  fieldToJSON,
  type FieldLayout,
  Header,
  hexText,
  isPresent,
  type JsonObject,
  type JsonValue,
  List,
  withList,
} from "../runtime/index.js";

/** What of a list's element is called otherwise in JSON. */
interface ElementNames {
  /** A tag of several fields, as one number. */
  readonly tag?: string;
  /** The bytes of the value; `data` where nothing is said. */
  readonly value?: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** A value that is longer than its kind has it is only bytes. */
  readonly exact?: true;
  /** Tags without a meaning, of which a row of them is one item. */
  readonly filler?: number;
}

/** By the layout of the element. */
const ELEMENT_NAMES: Readonly<Record<string, ElementNames>> = {
  dhcpv4_option: { filler: 0 },
  ipv4_option: { tag: "type" },
  lldp_tlv: { value: "value" },
  nd_option: { fields: { address_prefix: "prefix" } },
  pppoe_tag: { value: "value" },
  tcp_option: { exact: true },
};

/** The fields of a header, or of a list's element, which begin before `end`. */
export function flatFields(header: Fielded, into: JsonObject = {}, end: number = Infinity): JsonObject {
  for (const field of header.layout.fields) {
    if (isPresent(header, field) && header.startOf(field) < end) addField(header, field, into);
  }
  return into;
}

/** What may be a structure or a list of its own. */
const NESTED: ReadonlySet<string> = new Set(["struct", "switch"]);

function addField(header: Fielded, field: FieldLayout, into: JsonObject): void {
  if (field.type === "list") {
    return void withList(header, field, (cursor) => addList(field.name, cursor, into));
  }
  const value = NESTED.has(field.type) && (header as unknown as Record<string, unknown>)[field.member];
  if (value instanceof List) value.aside((cursor) => addList(field.name, cursor, into));
  else if (value instanceof Header) flatFields(value, into);
  else into[field.name] = flatItems(fieldToJSON(header, field));
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

/** Walks a list from its start. A fault of it stands beside it: an element that does not fit is none. */
function addList(name: string, cursor: List, into: JsonObject): void {
  const elements: JsonObject[] = [];
  const { filler } = ELEMENT_NAMES[cursor.layout.name] ?? {};
  for (let tag = -1; cursor.next(); tag = cursor.tag) {
    if (cursor.tag !== filler || tag !== filler) elements.push(elementFields(cursor));
  }
  if (cursor.stopOffset >= 0) elements.push(...stopElement(cursor));
  into[name] = elements;
  const error = cursor.explain();
  if (error !== undefined) into[`${name}_fault`] = error.code;
}

/** Tag and length, the bytes of the value, and what the schema knows of them where that is not called the same. */
function elementFields(cursor: List): JsonObject {
  const { tag, value: bytes = "data", fields: names = {}, exact } = ELEMENT_NAMES[cursor.layout.name] ?? {};
  const element = flatFields(cursor, tag === undefined ? {} : { [tag]: cursor.tag });
  if (cursor.valueLength === 0) return element;
  element[bytes] = hexText(cursor.valueBytes());
  const { value } = cursor;
  const fields: JsonObject = {};
  if (value instanceof List) value.aside((items) => addList("items", items, fields));
  else if (value !== undefined && !(exact && value.headerLength < cursor.valueLength)) {
    flatFields(value, fields);
  }
  const named = Object.entries(fields).map(([name, one]) => [names[name] ?? name, one] as const);
  return { ...element, ...Object.fromEntries(named), ...element };
}

/** What ended the list: a tag alone, or one with a length and a value like others; none that does not fit. */
function stopElement(cursor: List): JsonObject[] {
  const { stop = [], absent = [], length, head = 1 } = cursor.layout.list ?? {};
  const [end = 0] = stop;
  const { tag, value = "data" } = ELEMENT_NAMES[cursor.layout.name] ?? {};
  const name = tag ?? cursor.layout.fields[0]?.name ?? "tag";
  const start = cursor.stopOffset;
  if (length === undefined || absent.includes(end) || cursor.end - start < head) return [{ [name]: end }];
  cursor.offset = start;
  const element = flatFields(cursor);
  const size = Number(element[length.member]);
  if (size > cursor.end - start - head) return [];
  if (size > 0) {
    element[value] = hexText(new Uint8Array(cursor.view.buffer, cursor.view.byteOffset + start + head, size));
  }
  return [element];
}
