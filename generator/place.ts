import { baseOf } from "./access.js";
import type { FieldModel } from "./layout.js";
import { afterVarint } from "./varint.js";

/** Where the field's value begins, in generated code: its place, and a prefix that says its length. */
export function start(field: FieldModel): string {
  const { type, bitOffset } = field;
  const prefix = type.kind === "span" && type.size.by === "prefix" ? type.size.prefix : undefined;
  const bytes = (bitOffset >> 3) + (prefix?.kind === "uint" ? prefix.bits / 8 : 0);
  const place = bytes === 0 ? baseOf(field) : `${baseOf(field)} + ${bytes}`;
  return prefix?.kind === "varint" ? afterVarint(prefix, place) : place;
}
