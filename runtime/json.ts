import { formatIpv4, formatIpv6, formatMac } from "./address.js";
import type { Header } from "./header.js";
import type { FieldLayout } from "./layout.js";

/** What `toJSON()` gives: numbers as the wire has them, everything that is no safe number as text. */
export type JsonValue = number | boolean | string | JsonValue[] | JsonObject;
export interface JsonObject {
  [name: string]: JsonValue;
}

type Members = Readonly<Record<string, unknown>>;

/** A field's value through its accessor: number, bigint, boolean, a nested header, or bytes. */
export function fieldValue(header: Header, field: FieldLayout): unknown {
  const members = header as unknown as Members;
  const member = field.member;
  if (field.as === "parts") {
    return (BigInt(members[`${member}High`] as number) << 32n) | BigInt(members[`${member}Low`] as number);
  }
  if (field.type === "bytes" || field.type === "ipv6_address") return fieldBytes(header, field);
  return members[member];
}

/** A view on a field's bytes. It stays valid as long as the packet does. */
export function fieldBytes(header: Header, field: FieldLayout): Uint8Array {
  const { view, offset } = header;
  return new Uint8Array(view.buffer, view.byteOffset + offset + (field.bitOffset >> 3), field.bitWidth >> 3);
}

/** A header's fields under their schema names. */
export function headerToJSON(header: Header): JsonObject {
  const json: JsonObject = {};
  for (const field of header.layout.fields) json[field.name] = fieldToJSON(header, field);
  return json;
}

/** One field as JSON has it. */
export function fieldToJSON(header: Header, field: FieldLayout): JsonValue {
  if (field.type === "array") return arrayToJSON(header, field);
  return plain(field.type, fieldValue(header, field));
}

function arrayToJSON(header: Header, field: FieldLayout): JsonValue[] {
  const at = (header as unknown as Record<string, (index: number) => unknown>)[`${field.member}At`];
  if (at === undefined) return [];
  return Array.from({ length: field.count ?? 0 }, (_, index) =>
    plain(field.element ?? "", at.call(header, index)),
  );
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
