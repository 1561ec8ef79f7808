// The bytes of what has no fixed length or place, from the values of its fields: what comes after a header's fixed part.
import { BuildError } from "./build-error.js";
import { type AnyFields, isGiven, isLate, planOf, writeFields } from "./build-plan.js";
import type { Header, HeaderClass } from "./header.js";
import { type FieldLayout, HOST_LITTLE_ENDIAN } from "./layout.js";
import { List, type ListClass } from "./list.js";
import { encodeText } from "./text.js";
import { encodeName } from "./name.js";
import { leb128Bytes, quicBytes } from "./varint.js";

/** What follows a fixed part, and what the fixed part says of it. */
export interface Rest {
  readonly bytes: readonly number[];
  /** Counts, and flags of what is there, by member. */
  readonly told: AnyFields;
}

/** The bytes after the fixed part. @throws BuildError for a value that its field cannot be. */
export function restFrom({ LAYOUT }: HeaderClass, fields: AnyFields): Rest {
  const late = LAYOUT.fields.filter((field) => isLate(field) && field.fromEnd !== true);
  const there = late.filter((field) => field.optional !== true || givenFor(field, fields) !== undefined);
  const told = toldBy(there, fields, LAYOUT.name);
  const values = { ...told, ...fields };
  const bytes: number[] = [];
  let slotAt = { slot: 0, at: 0 };
  for (const field of there) {
    if (field.variable === true) {
      bytes.push(...framed(field, contentFor(field, values, LAYOUT.name), LAYOUT.name));
    } else {
      // Fields of one slot lie beside each other.
      if (slotAt.slot !== field.slot) slotAt = { slot: field.slot ?? 0, at: bytes.length };
      putNumber(bytes, slotAt.at, field, values[field.member], LAYOUT.bitOrder);
    }
  }
  return { bytes, told };
}

function givenFor({ member }: FieldLayout, fields: AnyFields): unknown {
  return fields[member] ?? fields[`${member}Text`];
}

/** Counts and flags that follow from the fields that are given. */
function toldBy(there: readonly FieldLayout[], fields: AnyFields, layout: string): AnyFields {
  const told: Record<string, unknown> = {};
  for (const field of there) {
    const { present, size = {}, each = 1 } = field;
    const value = givenFor(field, fields);
    if (present !== undefined) told[present] = true;
    if (value === undefined || size.from === undefined) continue;
    const { length } =
      Array.isArray(value) && field.elements !== undefined ? value : contentOf(field, value, layout);
    const counted = size.elements === true && field.elements === undefined ? length / each : length;
    told[size.from] = counted / (size.per ?? 1);
  }
  return told;
}

/** What is not given is empty, or as many zeros as a count says. */
function contentFor(field: FieldLayout, values: AnyFields, layout: string): number[] {
  const value = givenFor(field, values);
  const { size = {}, each = 1, elements } = field;
  const count = size.from === undefined || elements !== undefined ? 0 : Number(values[size.from] ?? 0);
  if (value !== undefined || count === 0) return contentOf(field, value, layout);
  return new Array<number>(count * (size.per ?? 1) * (size.elements === true ? each : 1)).fill(0);
}

/** Room for a field at its place in a slot, and its number, on which places further on may depend. */
function putNumber(
  bytes: number[],
  slotAt: number,
  { bitOffset, bitWidth, endian }: FieldLayout,
  value: unknown,
  bitOrder: "msb" | "lsb",
): void {
  while (bytes.length < slotAt + Math.ceil((bitOffset + bitWidth) / 8)) bytes.push(0);
  if (typeof value !== "number" && typeof value !== "boolean") return;
  const isLittle = endian === undefined ? bitOrder === "lsb" : isLittleEndian(endian);
  for (let bit = 0; bit < bitWidth; bit++) {
    if (Math.floor(Number(value) / 2 ** bit) % 2 === 0) continue;
    const at = bitOffset + (isLittle ? bit : bitWidth - 1 - bit);
    const byte = slotAt + (at >> 3);
    bytes[byte] = (bytes[byte] ?? 0) | (isLittle ? 1 << (at & 7) : 0x80 >> (at & 7));
  }
}

function isLittleEndian(endian: "big" | "little" | "host"): boolean {
  return endian === "little" || (endian === "host" && HOST_LITTLE_ENDIAN);
}

/** A value with what says its length. */
function framed(
  { name, size = {}, range }: FieldLayout,
  content: readonly number[],
  layout: string,
): number[] {
  if (size.zero === true) return [...content, 0];
  if (size.prefix === undefined) return [...content];
  const [least, most] = range ?? [0, typeof size.prefix === "number" ? 256 ** size.prefix - 1 : Infinity];
  if (content.length < least || content.length > most) {
    const message = `${layout}.${name} has ${content.length} bytes; ${least} to ${most} are possible`;
    throw new BuildError("ERR_ZC_BUILD_FIELD", message, { layout });
  }
  return [...prefixBytes(size.prefix, content.length, size.little === true), ...content];
}

function prefixBytes(prefix: number | "quic" | "leb128", length: number, isLittle: boolean): number[] {
  if (prefix === "quic") return quicBytes(length);
  if (prefix === "leb128") return leb128Bytes(length);
  const bytes = Array.from({ length: prefix }, (_, i) => Math.floor(length / 256 ** (prefix - 1 - i)) & 255);
  return isLittle ? bytes.reverse() : bytes;
}

function contentOf(field: FieldLayout, value: unknown, layout: string): number[] {
  const { type, list, elements, each } = field;
  if (type.startsWith("varint.")) {
    const number = (value ?? 0) as number | bigint;
    return type.startsWith("varint.quic") ? quicBytes(number) : leb128Bytes(number);
  }
  if (type === "dns_name" && typeof value !== "object") {
    return encodeName(typeof value === "string" ? value : "");
  }
  if (typeof value === "string") return encodeText(value, field.latin1 === true ? "latin1" : "utf8");
  if (value === undefined) return [];
  if (typeof value !== "object" || value === null || !("length" in value)) {
    const message = `${layout}.${field.name} takes bytes or a list, not ${typeof value}`;
    throw new BuildError("ERR_ZC_BUILD_FIELD", message, { layout });
  }
  const items = value as ArrayLike<number | AnyFields>;
  const isObjects = items.length > 0 && typeof items[0] === "object";
  if (list !== undefined && isObjects) return listBytes(list, Array.from(items) as AnyFields[]);
  if (elements !== undefined && isObjects) {
    return Array.from(items as ArrayLike<AnyFields>).flatMap((one) => structBytes(elements, one));
  }
  // Elements of fixed length are written by their setters.
  if (type === "array" && each !== undefined) return new Array<number>(items.length * each).fill(0);
  return Array.from(items as ArrayLike<number>);
}

/** A structure by itself. */
function structBytes(Class: HeaderClass, fields: AnyFields): number[] {
  const { bytes, told } = restFrom(Class, fields);
  const all = new Uint8Array(Class.LAYOUT.minLength + bytes.length);
  const header = new Class(new DataView(all.buffer));
  if (header.init(0, all.length) !== 0) Object.assign(header, { offset: 0, end: all.length });
  all.set(bytes, Class.LAYOUT.minLength);
  const given = { ...told, ...fields };
  writeFields(header, given, "fixed");
  header.setLengths(all.length, 0);
  finish(header, all.length, given);
  return [...all];
}

/** Wraps a header whose fixed part is written, and writes the fields that have a place only then. */
export function finish(header: Header, end: number, fields: AnyFields): number {
  const { offset } = header;
  const fault = header.wrap(offset, end);
  const { layout } = header;
  const given = planOf(layout).late.filter((one) => isGiven(one, fields));
  const absent = fault === 0 ? given.find(({ field }) => header.startOf(field) < 0) : undefined;
  if (absent !== undefined) {
    const message = `${layout.name}.${absent.field.name} is given, but its condition does not hold: it is absent`;
    throw new BuildError("ERR_ZC_BUILD_FIELD", message, { layout: layout.name });
  }
  if (fault === 0 && given.length > 0) writeFields(header, fields, "late");
  return fault;
}

/** Elements one after the other: `{ kind: 2, asMss: { mss: 1460 } }`, or `{ kind: 2, value: [5, 180] }`. */
function listBytes(Class: ListClass, items: readonly AnyFields[]): number[] {
  const { align = 1 } = Class.LAYOUT.list ?? {};
  const bytes: number[] = [];
  for (const item of items) {
    bytes.push(...elementBytes(Class, item));
    while (bytes.length % align !== 0) bytes.push(0);
  }
  return bytes;
}

function elementBytes(Class: ListClass, item: AnyFields): number[] {
  const { LAYOUT } = Class;
  const { list } = LAYOUT;
  if (list === undefined) return [];
  const chosen = Object.keys(item).find((key) => list.cases?.[key] !== undefined);
  const { value, ...head } = Object.fromEntries(Object.entries(item).filter(([key]) => key !== chosen));
  const content =
    chosen === undefined
      ? Array.from((value ?? []) as ArrayLike<number>)
      : valueBytes(list.cases?.[chosen], item[chosen]);
  const { member, counts, unit, plus } = list.length;
  const counted = counts === "element" ? list.head : 0;
  while (counts !== "self" && (counted + content.length) % unit !== 0) content.push(0);
  const all = new Uint8Array(list.head + content.length);
  const cursor = new Class(new DataView(all.buffer));
  Object.assign(cursor, { offset: 0, valueOffset: list.head, valueEnd: all.length });
  all.set(content, list.head);
  writeFields(cursor, head);
  const isAlone = list.absent.includes(cursor.tag) || list.stop.includes(cursor.tag);
  if (isAlone && content.length === 0) return [...all.subarray(0, tagBytes(Class))];
  const length = (counted + content.length) / unit - plus;
  if (counts !== "self" && head[member] === undefined) writeFields(cursor, { [member]: length });
  return [...all];
}

function valueBytes(Class: HeaderClass | ListClass | undefined, value: unknown): number[] {
  if (Class === undefined) return [];
  return Class.prototype instanceof List
    ? listBytes(Class as ListClass, value as readonly AnyFields[])
    : structBytes(Class as HeaderClass, value as AnyFields);
}

/** What an element has that is nothing but its tag. */
function tagBytes({ LAYOUT: { fields } }: ListClass): number {
  const first = fields.filter(({ slot }) => slot === undefined);
  return Math.ceil(first.reduce((sum, { bitWidth }) => sum + bitWidth, 0) / 8);
}
