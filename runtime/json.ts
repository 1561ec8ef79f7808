import { formatIpv4, formatIpv6, formatMac } from "./address.js";
import { Elements } from "./elements.js";
import type { Header } from "./header.js";
import type { DefinedLayout, FieldLayout } from "./layout.js";
import type { List } from "./list.js";
import { lent } from "./spare.js";

/** What `toJSON()` gives: numbers as the wire has them, everything that is no safe number as text. */
export type JsonValue = number | boolean | string | JsonValue[] | JsonObject;
export interface JsonObject {
  [name: string]: JsonValue;
}

/** What has fields at places of its own: a header, or the element that a list's cursor stands on. */
export interface Fielded {
  readonly view: DataView;
  readonly layout: DefinedLayout;
  readonly offset: number;
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
  const start = field.variable === true ? variableOffset(header, field) : header.startOf(field);
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
  if (field.variable !== true) return fixedEnd(start, field) <= header.view.byteLength;
  if (!hasFixedPart(header)) return false;
  const length = variableLength(header, field);
  return length >= 0 && variableOffset(header, field) + length <= header.view.byteLength;
}

/** Without it nothing tells how long the rest is. */
function hasFixedPart({ view, layout, offset }: Fielded): boolean {
  return offset + layout.minLength <= view.byteLength;
}

/** How many bytes a field takes. */
export function lengthOf(header: Fielded, field: FieldLayout): number {
  return field.variable === true ? variableLength(header, field) : Math.ceil(field.bitWidth / 8);
}

/** One past the last byte of a field, a terminating zero not counted. */
export function endOf(header: Fielded, field: FieldLayout): number {
  if (field.variable === true) return variableOffset(header, field) + variableLength(header, field);
  return fixedEnd(header.startOf(field), field);
}

function fixedEnd(start: number, { bitOffset, bitWidth }: FieldLayout): number {
  return start + Math.ceil(((bitOffset & 7) + bitWidth) / 8);
}

function variableOffset(header: Fielded, { member }: FieldLayout): number {
  return numberMember(header, nameWith(member, "Offset"));
}

/** `nameLength`; `nameLength$` where that is the packet's own number, which may be more than is there. */
function variableLength(header: Fielded, { member, size }: FieldLayout): number {
  const name = nameWith(member, "Length");
  return numberMember(header, size?.from === name ? nameWith(member, "Length$") : name);
}

function numberMember(header: Fielded, name: string): number {
  return Number((header as unknown as Members)[name] ?? 0);
}

type Suffix = "Offset" | "Length" | "Length$" | "On" | "Text";

// A name that was just put together has to be hashed before a property can be looked up by it: a tenth of `toJSON`.
const newNames = (): Map<string, string> => new Map();
const NAMES: Readonly<Record<Suffix, Map<string, string>>> = {
  Offset: newNames(),
  Length: newNames(),
  Length$: newNames(),
  On: newNames(),
  Text: newNames(),
};

function nameWith(member: string, suffix: Suffix): string {
  const names = NAMES[suffix];
  let name = names.get(member);
  if (name === undefined) names.set(member, (name = `${member}${suffix}`));
  return name;
}

/** One field as JSON has it. */
export function fieldToJSON(header: Fielded, field: FieldLayout): JsonValue {
  if (field.elements !== undefined) return withElements(header, field, (cursor) => cursor.restToJSON()) ?? [];
  if (field.type === "array") return arrayToJSON(header, field);
  if (field.type === "list") return withList(header, field, (list) => list.restToJSON()) ?? [];
  if (field.variable === true && (field.type === "switch" || field.type === "struct")) {
    return chosenToJSON(header, field);
  }
  if (field.type === "dns_name") return nameToJSON(header, field);
  if (field.type === "text") return String((header as unknown as Members)[nameWith(field.member, "Text")]);
  return plain(field.type, fieldValue(header, field));
}

/** What a switch leads to; the bytes where that is nothing, or does not fit. */
function chosenToJSON(header: Fielded, field: FieldLayout): JsonValue {
  const value = (header as unknown as Members)[field.member] as Header | List | undefined;
  if (value === undefined) return hexText(fieldBytes(header, field));
  return value.toJSON();
}

/** Lets `use` walk the list of a field, with a cursor that is not to be kept. */
export function withList<R>(
  header: Fielded,
  { member, list }: FieldLayout,
  use: (cursor: List) => R,
): R | undefined {
  type On = (cursor: List) => List;
  const on = (header as unknown as Record<string, On | undefined>)[nameWith(member, "On")];
  if (list === undefined || on === undefined) return undefined;
  const make = (): List => new list(header.view);
  return lent(header.view, list, make, (cursor) => use(on.call(header, cursor)));
}

/** Lets `use` walk the structures of a field that have no fixed length, with a cursor that is not to be kept. */
export function withElements<R>(
  header: Fielded,
  { member, elements }: FieldLayout,
  use: (cursor: Elements<Header>) => R,
): R | undefined {
  type On = (cursor: Elements<Header>) => Elements<Header>;
  const on = (header as unknown as Record<string, On | undefined>)[nameWith(member, "On")];
  if (elements === undefined || on === undefined) return undefined;
  const make = (): Elements<Header> => new Elements(new elements(header.view));
  return lent(header.view, elements, make, (cursor) => use(on.call(header, cursor)));
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
  const text = (header as unknown as Members)[nameWith(field.member, "Text")];
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
  for (let i = 0; i < bytes.length; i++) text += PAIRS[bytes[i] as number];
  return text;
}

const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
