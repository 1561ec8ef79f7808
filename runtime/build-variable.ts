// The bytes of what has no fixed length or place, from the values of its fields: what comes after a header's fixed part.
import {
  asEnclosing,
  chosenBy,
  contradiction,
  initialOf,
  isOutward,
  numberOf,
  type Surroundings,
} from "./build-choice.js";
import { BuildError } from "./build-error.js";
import { within } from "./build-path.js";
import { type AnyFields, isGiven, isLate, planOf, widthName, writeFields } from "./build-plan.js";
import type { Header, HeaderClass } from "./header.js";
import { type DefinedLayout, type FieldLayout, HOST_LITTLE_ENDIAN } from "./layout.js";
import { List, type ListClass } from "./list.js";
import { evaluate } from "./formula.js";
import { encodeText } from "./text.js";
import { encodeName } from "./name.js";
import { refusedField, FieldValueError } from "./value-error.js";
import { leb128Bytes, quicBytes } from "./varint.js";

/** What follows a fixed part, and what the fixed part says of it. */
export interface Rest {
  readonly bytes: readonly number[];
  /** Counts, and flags of what is there, by member. */
  readonly told: AnyFields;
}

/**
 * The bytes after the fixed part.
 *
 * @throws BuildError for what its field cannot be made of, FieldValueError for a number or a name that it does not take
 */
export function restFrom({ LAYOUT }: HeaderClass, fields: AnyFields, around?: Surroundings): Rest {
  const late = LAYOUT.fields.filter((field) => isLate(field) && field.fromEnd !== true);
  const sure = late.filter((field) => field.optional !== true || givenFor(field, fields) !== undefined);
  const { contents, told } = contentsOf(LAYOUT, sure, fields, around);
  const values = { ...told, ...fields };
  const known = { values, layout: LAYOUT, around };
  const there = late.filter((field) => sure.includes(field) || isThere(field, known));
  const bytes: number[] = [];
  let slotAt = { slot: 0, at: 0 };
  for (const field of there) {
    if (field.variable === true) {
      const content = contents.get(field) ?? (isFilled(field) ? [] : contentOf(field, undefined, known));
      const filled = filledUp(field, content, values, LAYOUT.minLength + bytes.length);
      append(bytes, framed(field, filled, LAYOUT.name));
    } else {
      // Fields of one slot lie beside each other.
      if (slotAt.slot !== field.slot) slotAt = { slot: field.slot ?? 0, at: bytes.length };
      if (field.contents !== undefined) putContents(bytes, slotAt.at, field.bitOffset / 8, field.contents);
      else putNumber(bytes, slotAt.at, field, values[field.member] ?? initialOf(field), LAYOUT);
    }
  }
  return { bytes, told };
}

/** The bytes of what was given, and counts and flags that follow from it. */
function contentsOf(
  layout: DefinedLayout,
  there: readonly FieldLayout[],
  fields: AnyFields,
  around: Surroundings | undefined,
): { contents: Map<FieldLayout, readonly number[]>; told: Record<string, unknown> } {
  const contents = new Map<FieldLayout, readonly number[]>();
  const told: Record<string, unknown> = {};
  for (const { present } of there) {
    if (typeof present === "string" && !isOutward(present)) told[present] = true;
  }
  // What a switch leads to may be chosen by a count.
  const [plain, chosen] = [
    there.filter(({ choice }) => choice === undefined),
    there.filter(({ choice }) => choice !== undefined),
  ];
  for (const field of [...plain, ...chosen]) {
    const value = givenFor(field, fields);
    if (field.variable !== true || (value === undefined && isFilled(field))) continue;
    const { size = {}, each = 1, elements } = field;
    const tell = (length: number): void => {
      if (size.from !== undefined) told[size.from] = length / (size.per ?? 1);
    };
    const isCounted = Array.isArray(value) && elements !== undefined;
    // Elements may depend on how many they are.
    if (isCounted) tell(value.length);
    const content = contentOf(field, value, { values: { ...told, ...fields }, layout, around });
    contents.set(field, content);
    if (!isCounted) {
      tell(size.elements === true && elements === undefined ? content.length / each : content.length);
    }
  }
  return { contents, told };
}

/** Whether a field that nobody gave must be there all the same. */
function isThere({ member, present }: FieldLayout, known: Surroundings): boolean {
  if (known.values[member] !== undefined) return true;
  return present !== undefined && evaluate(present, (one) => numberOf(one, known)) !== 0;
}

/** Whether zeros stand for what is not given, as many as something else says. */
function isFilled({ size = {} }: FieldLayout): boolean {
  return size.from !== undefined || size.align !== undefined;
}

function givenFor({ member }: FieldLayout, fields: AnyFields): unknown {
  return fields[member] ?? fields[`${member}Text`];
}

/**
 * What is not given has as many zeros as a count says; so has a list behind its last element, as padding. Padding to a boundary, `at`
 * so many bytes from the structure's start, is as long as that takes, whatever was given.
 */
function filledUp(
  { size = {}, each = 1, elements, list }: FieldLayout,
  content: readonly number[],
  values: AnyFields,
  at: number,
): readonly number[] {
  if (size.align !== undefined) {
    const needed = (size.align - (at % size.align)) % size.align;
    return Array.from({ length: needed }, (_, index) => content[index] ?? 0);
  }
  if (size.from === undefined || elements !== undefined || (content.length > 0 && list === undefined)) {
    return content;
  }
  const count = Number(values[size.from] ?? 0) * (size.per ?? 1) * (size.elements === true ? each : 1);
  return append([...content], new Array<number>(Math.max(0, count - content.length)).fill(0));
}

function putContents(bytes: number[], slotAt: number, offset: number, contents: readonly number[]): void {
  while (bytes.length < slotAt + offset + contents.length) bytes.push(0);
  contents.forEach((byte, index) => (bytes[slotAt + offset + index] = byte));
}

/** Room for a field at its place in a slot, and its number, on which places further on may depend. */
function putNumber(
  bytes: number[],
  slotAt: number,
  field: FieldLayout,
  value: unknown,
  layout: DefinedLayout,
): void {
  const { bitOffset, bitWidth, endian, type } = field;
  while (bytes.length < slotAt + Math.ceil((bitOffset + bitWidth) / 8)) bytes.push(0);
  if ((typeof value !== "number" && typeof value !== "boolean") || !/^(?:[ui]\d|flag|mac|ipv4)/.test(type)) {
    return;
  }
  const [min, max] =
    type.startsWith("i") && !type.startsWith("ip")
      ? [-(2 ** (bitWidth - 1)), 2 ** (bitWidth - 1) - 1]
      : [0, 2 ** bitWidth - 1];
  const number = Number(value);
  if (!Number.isInteger(number) || number < min || number > max) {
    throw refusedField(layout, field, value, [min, max]);
  }
  const isLittle = endian === undefined ? layout.bitOrder === "lsb" : isLittleEndian(endian);
  for (let bit = 0; bit < bitWidth; bit++) {
    if (Math.floor(number / 2 ** bit) % 2 === 0) continue;
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
): readonly number[] {
  if (size.until !== undefined) return terminated(name, content, size.until, layout);
  if (size.prefix === undefined) return content;
  const [least, most] = range ?? [0, typeof size.prefix === "number" ? 256 ** size.prefix - 1 : Infinity];
  if (content.length < least || content.length > most) {
    const message = `${layout}.${name} has ${content.length} bytes; ${least} to ${most} are possible`;
    throw new BuildError("ERR_ZC_BUILD_FIELD", message, { layout });
  }
  return append(prefixBytes(size.prefix, content.length, size.little === true), content);
}

/** What would end earlier, once it is read, is refused. */
function terminated(
  name: string,
  content: readonly number[],
  until: readonly number[],
  layout: string,
): readonly number[] {
  const bytes = [...content, ...until];
  const end = bytes.findIndex((_, at) => until.every((one, index) => bytes[at + index] === one));
  if (end === content.length) return bytes;
  const message = `${layout}.${name} has at byte ${end} what ends it: ${until.map((one) => `0x${one.toString(16).padStart(2, "0")}`).join(" ")}`;
  throw new BuildError("ERR_ZC_BUILD_FIELD", message, { layout });
}

function prefixBytes(prefix: number | "quic" | "leb128", length: number, isLittle: boolean): number[] {
  if (prefix === "quic") return quicBytes(length) ?? [];
  if (prefix === "leb128") return leb128Bytes(length) ?? [];
  const bytes = Array.from({ length: prefix }, (_, i) => Math.floor(length / 256 ** (prefix - 1 - i)) & 255);
  return isLittle ? bytes.reverse() : bytes;
}

function contentOf(field: FieldLayout, value: unknown, known: Surroundings): readonly number[] {
  const { layout, values } = known;
  const { type, member, list, elements, each, choice } = field;
  if (type.startsWith("varint.")) return varintBytes(field, value ?? 0, values[widthName(field)], layout);
  if (type === "dns_name" && typeof value !== "object") return nameBytes(field, value ?? "", layout);
  if (typeof value === "string") return encodeText(value, field.latin1 === true ? "latin1" : "utf8");
  if (value === undefined) return [];
  if (choice !== undefined && !isBytes(value)) {
    const { of } = chosenBy(choice, known, member);
    return structureBytes(of, value, member, known);
  }
  if (typeof value !== "object" || value === null || !("length" in value)) {
    const message = `${layout.name}.${field.name} takes bytes or a list, not ${typeof value}`;
    throw new BuildError("ERR_ZC_BUILD_FIELD", message, { layout: layout.name });
  }
  const items = value as ArrayLike<number | AnyFields>;
  if (!isBytes(items)) {
    if (list !== undefined) return listBytes(list, Array.from(items) as AnyFields[], member);
    if (elements !== undefined) {
      return elementsBytes(elements, Array.from(items) as AnyFields[], member, known);
    }
  }
  // Elements of fixed length are written by their setters.
  if (type === "array" && each !== undefined) return new Array<number>(items.length * each).fill(0);
  return Array.from(items as ArrayLike<number>);
}

/** Whether a value is bytes, and no structure or list of them. */
function isBytes(value: unknown): boolean {
  if (typeof value !== "object" || value === null || !("length" in value)) return false;
  const { length } = value as ArrayLike<unknown>;
  return length === 0 || typeof (value as ArrayLike<unknown>)[0] !== "object";
}

/** A number that says its size: in as few bytes as hold it, or in as many as are asked for. */
function varintBytes(field: FieldLayout, value: unknown, width: unknown, layout: DefinedLayout): number[] {
  const encode = field.type.startsWith("varint.quic") ? quicBytes : leb128Bytes;
  const range = field.range ?? [0, Number.MAX_SAFE_INTEGER];
  if (typeof value !== "number" && typeof value !== "bigint") throw refusedField(layout, field, value, range);
  const bytes = encode(value, width as number | undefined);
  if (bytes !== undefined) return bytes;
  if (width === undefined || encode(value) === undefined) throw refusedField(layout, field, value, range);
  const message = `${layout.name}.${field.name} cannot be ${value} in ${width as number} bytes`;
  throw new BuildError("ERR_ZC_BUILD_FIELD", message, { layout: layout.name });
}

/** The most bytes that a name takes (RFC 1035 §2.3.4). */
const NAME_BYTES = 255;

function nameBytes({ name }: FieldLayout, value: unknown, layout: DefinedLayout): number[] {
  const bytes = typeof value === "string" ? encodeName(value) : undefined;
  if (bytes !== undefined) return bytes;
  const allowed = `a domain name, its labels of 1 to 63 bytes, all together at most ${NAME_BYTES}`;
  throw new FieldValueError(layout.name, name, value, [1, NAME_BYTES], allowed);
}

/** Not by spreading: there may be more bytes than a call takes arguments. */
function append(bytes: number[], more: readonly number[]): number[] {
  for (const byte of more) bytes.push(byte);
  return bytes;
}

function elementsBytes(
  Class: HeaderClass,
  items: readonly AnyFields[],
  member: string,
  around: Surroundings,
): number[] {
  const bytes: number[] = [];
  items.forEach((one, index) => {
    append(
      bytes,
      within(`${member}[${index}]`, () => structBytes(Class, one, around)),
    );
  });
  return bytes;
}

/** What a switch leads to, or a structure of no fixed length. */
function structureBytes(
  Class: HeaderClass | ListClass,
  value: unknown,
  member: string,
  around: Surroundings,
): number[] {
  if (!isListClass(Class)) return within(member, () => structBytes(Class, value as AnyFields, around));
  if (Array.isArray(value)) return listBytes(Class, value as AnyFields[], member);
  const { name } = Class.LAYOUT;
  const message = `${member} is a list of ${name}: it takes an array of elements, or bytes`;
  throw new BuildError("ERR_ZC_BUILD_FIELD", message, { layout: name });
}

function isListClass(Class: HeaderClass | ListClass): Class is ListClass {
  return Class.prototype instanceof List;
}

/** A structure by itself; it may depend on the one around it. */
function structBytes(Class: HeaderClass, fields: AnyFields, around: Surroundings): number[] {
  const { LAYOUT } = Class;
  if (typeof fields !== "object" || fields === null || "length" in fields) {
    const message = `${LAYOUT.name} takes its fields, not ${Array.isArray(fields) ? "an array" : typeof fields}`;
    throw new BuildError("ERR_ZC_BUILD_FIELD", message, { layout: LAYOUT.name });
  }
  const { bytes, told } = restFrom(Class, fields, around);
  const all = new Uint8Array(LAYOUT.minLength + bytes.length);
  const header = new Class(new DataView(all.buffer));
  if ("enclosing" in header) header.enclosing = asEnclosing(around);
  if (header.init(0, all.length) !== 0) Object.assign(header, { offset: 0, end: all.length });
  all.set(bytes, LAYOUT.minLength);
  const given = { ...told, ...fields };
  writeFields(header, given, "fixed");
  header.setLengths(all.length, 0);
  finish(header, all.length, given);
  return Array.from(all);
}

/** Wraps a header whose fixed part is written, and writes the fields that have a place only then. */
export function finish(header: Header, end: number, fields: AnyFields): number {
  const { offset } = header;
  const fault = header.wrap(offset, end);
  const { layout } = header;
  const { late } = planOf(layout);
  if (late.length === 0) return fault;
  const given = late.filter((one) => isGiven(one, fields));
  const absent = fault === 0 ? given.find(({ field }) => header.startOf(field) < 0) : undefined;
  if (absent !== undefined) {
    const message = `${layout.name}.${absent.field.name} is given, but its condition does not hold: it is absent`;
    throw new BuildError("ERR_ZC_BUILD_FIELD", message, { layout: layout.name });
  }
  if (fault === 0 && given.length > 0) writeFields(header, fields, "late");
  return fault;
}

/** Elements one after the other: `{ kind: 2, value: { mss: 1460 } }`, `{ kind: 2, asMss: ... }`, `{ kind: 2, value: [5, 180] }`. */
function listBytes(Class: ListClass, items: readonly AnyFields[], member: string): number[] {
  const { align = 1 } = Class.LAYOUT.list ?? {};
  const bytes: number[] = [];
  items.forEach((item, index) => {
    append(
      bytes,
      within(`${member}[${index}]`, () => elementBytes(Class, item)),
    );
    while (bytes.length % align !== 0) bytes.push(0);
  });
  return bytes;
}

function elementBytes(Class: ListClass, item: AnyFields): number[] {
  const { LAYOUT } = Class;
  const { list } = LAYOUT;
  if (list === undefined) return [];
  const given = Object.keys(item).find((key) => list.choice?.cases[key] !== undefined) ?? "value";
  const { [given]: value, ...head } = item;
  const content = [...elementContent(Class, given, value, head)];
  const { member, counts, unit, plus } = list.length;
  const counted = counts === "element" ? list.head : 0;
  while (counts !== "self" && (counted + content.length) % unit !== 0) content.push(0);
  const all = new Uint8Array(list.head + content.length);
  const cursor = new Class(new DataView(all.buffer));
  Object.assign(cursor, { offset: 0, valueOffset: list.head, valueEnd: all.length });
  all.set(content, list.head);
  writeFields(cursor, head);
  const isAlone = list.absent.includes(cursor.tag) || list.stop.includes(cursor.tag);
  if (isAlone && content.length === 0) return Array.from(all.subarray(0, tagBytes(Class)));
  const length = (counted + content.length) / unit - plus;
  if (counts !== "self" && head[member] === undefined) writeFields(cursor, { [member]: length });
  return Array.from(all);
}

/** An element's value: bytes, or the fields of what its tag leads to. */
function elementContent(Class: ListClass, given: string, value: unknown, head: AnyFields): readonly number[] {
  const { LAYOUT } = Class;
  const { choice } = LAYOUT.list ?? {};
  if (value === undefined) return [];
  if (given === "value" && (choice === undefined || isBytes(value))) {
    if (isBytes(value)) return Array.from(value as ArrayLike<number>);
    const message = `nobody described what ${LAYOUT.name} holds: its value takes bytes`;
    throw new BuildError("ERR_ZC_BUILD_FIELD", message, { layout: LAYOUT.name });
  }
  if (choice === undefined) return [];
  const known = { values: taggedAs(Class, head), layout: LAYOUT, around: undefined };
  const chosen = chosenBy(choice, known, "its value");
  if (given !== "value" && chosen.member !== given) throw contradiction(LAYOUT, given, chosen.member);
  return structureBytes(chosen.of, value, given, known);
}

/** The fields of an element with all of the tag as one number. */
function taggedAs(Class: ListClass, head: AnyFields): AnyFields {
  const cursor = new Class(new DataView(new ArrayBuffer(Class.LAYOUT.list?.head ?? 0)));
  cursor.offset = 0;
  writeFields(cursor, head);
  return { ...head, tag: head["tag"] ?? cursor.tag };
}

/** What an element has that is nothing but its tag. */
function tagBytes({ LAYOUT: { fields } }: ListClass): number {
  const first = fields.filter(({ slot }) => slot === undefined);
  return Math.ceil(first.reduce((sum, { bitWidth }) => sum + bitWidth, 0) / 8);
}
