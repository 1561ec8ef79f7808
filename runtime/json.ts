import { formatIpv4, formatIpv6, formatMac } from "./address.js";
import { Elements } from "./elements.js";
import type { Header } from "./header.js";
import type { DefinedLayout, FieldLayout } from "./layout.js";
import type { List } from "./list.js";

/** What `toJSON()` gives: numbers as the wire has them, everything that is no safe number as text. */
export type JsonValue = number | boolean | string | JsonValue[] | JsonObject;
export interface JsonObject {
  [name: string]: JsonValue;
}

/** What has fields at places of its own: a header, or the element that a list's cursor stands on. */
export interface Fielded {
  readonly view: DataView;
  readonly layout: DefinedLayout;
  readonly isWrapped: boolean;
  startOf(field: FieldLayout): number;
}

type Members = Readonly<Record<string, unknown>>;

/** A field's value through its accessor: number, bigint, boolean, a nested header, or bytes. */
export function fieldValue(header: Fielded, field: FieldLayout): unknown {
  const members = header as unknown as Members;
  const member = field.member;
  if (field.as === "parts") {
    return (BigInt(members[`${member}High`] as number) << 32n) | BigInt(members[`${member}Low`] as number);
  }
  if (field.type === "bytes" || field.type === "ipv6_address") return fieldBytes(header, field);
  return members[member];
}

/** A view on a field's bytes. It stays valid as long as the packet does. */
export function fieldBytes(header: Fielded, field: FieldLayout): Uint8Array {
  const { view } = header;
  const start =
    field.variable === true ? numberMember(header, `${field.member}Offset`) : header.startOf(field);
  return new Uint8Array(view.buffer, view.byteOffset + start, lengthOf(header, field));
}

/** A header's fields under their schema names. */
export function headerToJSON(header: Fielded): JsonObject {
  const json: JsonObject = {};
  for (const field of header.layout.fields) {
    if (isPresent(header, field)) json[field.name] = fieldToJSON(header, field);
  }
  return json;
}

/** Whether a field stands in the packet: it may be optional, or lie beyond the end of what was captured. */
export function isPresent(header: Fielded, field: FieldLayout): boolean {
  if (!header.isWrapped) return true; // reading it says what is wrong
  const start = header.startOf(field);
  if (start < 0 || start > header.view.byteLength) return false;
  if (field.variable === true && variableLength(header, field) < 0) return false;
  return endOf(header, field) <= header.view.byteLength;
}

/** How many bytes a field takes. */
export function lengthOf(header: Fielded, field: FieldLayout): number {
  return field.variable === true ? variableLength(header, field) : Math.ceil(field.bitWidth / 8);
}

function variableLength(header: Fielded, field: FieldLayout): number {
  return numberMember(header, `${field.member}Length`);
}

function numberMember(header: Fielded, name: string): number {
  return Number((header as unknown as Members)[name] ?? 0);
}

/** One past the last byte of a field, a terminating zero not counted. */
export function endOf(header: Fielded, field: FieldLayout): number {
  if (field.variable === true) {
    return numberMember(header, `${field.member}Offset`) + variableLength(header, field);
  }
  return header.startOf(field) + Math.ceil(((field.bitOffset & 7) + field.bitWidth) / 8);
}

/** One field as JSON has it. */
export function fieldToJSON(header: Fielded, field: FieldLayout): JsonValue {
  if (field.elements !== undefined) return elementsOf(header, field)?.toJSON() ?? [];
  if (field.type === "array") return arrayToJSON(header, field);
  if (field.type === "list") return listOf(header, field)?.toJSON() ?? [];
  if (field.variable === true && (field.type === "switch" || field.type === "struct")) {
    return chosenToJSON(header, field);
  }
  if (field.type === "dns_name") return nameToJSON(header, field);
  if (field.type === "text") return String((header as unknown as Members)[`${field.member}Text`]);
  return plain(field.type, fieldValue(header, field));
}

/** What a switch leads to; the bytes where that is nothing, or does not fit. */
function chosenToJSON(header: Fielded, field: FieldLayout): JsonValue {
  const value = (header as unknown as Members)[field.member] as Header | List | undefined;
  if (value === undefined) return hexText(fieldBytes(header, field));
  return value.toJSON();
}

/** A cursor of its own over a list, so that nobody's walk is disturbed. */
export function listOf(header: Fielded, { member, list }: FieldLayout): List | undefined {
  const on = (header as unknown as Record<string, ((cursor: List) => List) | undefined>)[`${member}On`];
  return list && on?.call(header, new list(header.view));
}

/** A cursor of its own over an array of structures that have no fixed length. */
export function elementsOf(header: Fielded, { member, elements }: FieldLayout): Elements<Header> | undefined {
  type On = (cursor: Elements<Header>) => Elements<Header>;
  const on = (header as unknown as Record<string, On | undefined>)[`${member}On`];
  return elements && on?.call(header, new Elements(new elements(header.view)));
}

/** The bytes, where no text can be made of them. */
function nameToJSON(header: Fielded, field: FieldLayout): JsonValue {
  const text = (header as unknown as Members)[`${field.member}Text`];
  return typeof text === "string" ? text : hexText(fieldBytes(header, field));
}

function arrayToJSON(header: Fielded, field: FieldLayout): JsonValue[] {
  const at = (header as unknown as Record<string, (index: number) => unknown>)[`${field.member}At`];
  if (at === undefined) return [];
  const length = field.count ?? numberMember(header, `${field.member}Count`);
  return Array.from({ length }, (_, index) => plain(field.element ?? "", at.call(header, index)));
}

function plain(type: string, value: unknown): JsonValue {
  if (typeof value === "bigint") return value.toString();
  if (type === "mac_address") return formatMac(value as number);
  if (type === "ipv4_address") return formatIpv4(value as number);
  if (type === "ipv6_address") return formatIpv6(value as Uint8Array);
  if (value instanceof Uint8Array) return hexText(value);
  if (type === "struct") return headerToJSON(value as Header);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return value as JsonValue;
}

/** A value in a line of text: text as it is, lists and nested headers as JSON. */
export function jsonText(value: JsonValue): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Lower-case hex without separators. */
export function hexText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}
