import type { FieldLayout } from "../runtime/index.js";

/** How a field is compared. `none`: not at all, but it can be asked for. */
export type FieldKind =
  "flag" | "unsigned" | "signed" | "mac" | "ipv4" | "ipv6" | "bytes" | "text" | "name" | "none";

/** The kind of a field; of an array of plain values that of its elements. */
export function kindOf(field: FieldLayout): FieldKind {
  const type = field.type === "array" ? (field.element ?? "") : field.type;
  if (type === "flag") return "flag";
  if (type === "mac_address") return "mac";
  if (type === "ipv4_address") return "ipv4";
  if (type === "ipv6_address") return field.type === "array" ? "none" : "ipv6";
  if (type === "bytes") return field.type === "array" ? "none" : "bytes";
  if (type === "text") return "text";
  if (type === "dns_name") return "name";
  if (/^u(\d+|int)$/.test(type)) return "unsigned";
  return /^i\d+$/.test(type) ? "signed" : "none";
}

/** How many bits a value of the field has; an element's, of an array. */
export function widthOf(field: FieldLayout): number {
  const kind = kindOf(field);
  if (kind === "flag") return 1;
  if (kind === "mac") return 48;
  if (kind === "ipv4") return 32;
  if (kind === "ipv6") return 128;
  if (field.type === "array") return Number(/\d+$/.exec(field.element ?? "")?.[0] ?? 32);
  return field.bitWidth;
}

/** Whether several values stand in the field: those of an array. */
export function isRepeated({ type }: FieldLayout): boolean {
  return type === "array";
}
