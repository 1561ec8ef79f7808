import { BuildError } from "./build-error.js";
import type { Header } from "./header.js";
import { fieldBytes, fieldValue } from "./json.js";
import type { Elements } from "./elements.js";
import type { FieldLayout } from "./layout.js";
import type { List } from "./list.js";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Members that have a setter. */
type Settable<T> = {
  [K in keyof T]-?: Same<{ [Q in K]: T[K] }, { -readonly [Q in K]: T[K] }> extends true ? K : never;
}[keyof T];

/** What `setX(bytes)` and `setXAt(index, value)` write, by the field's name. */
type Name<K> = K extends `set${infer N}` ? Uncapitalize<N> : never;
type ElementName<K> = K extends `set${infer N}At` ? Uncapitalize<N> : never;

/** Lists, and arrays that a cursor walks. */
type WalkedOf<T> = { [K in keyof T]: T[K] extends Elements<Header> | List ? K : never }[keyof T];

/** Everything of a class that can be written, by member: numbers, flags, text forms, bytes, arrays, nested structures. */
export type FieldsOf<T extends Header> = {
  [K in Exclude<Settable<T>, keyof Header> as T[K] extends (...args: never) => unknown ? never : K]?: T[K];
} & {
  [
    K in Exclude<keyof T, keyof Header> as T[K] extends (bytes: ArrayLike<number>) => void
      ? Exclude<Name<K>, WalkedOf<T>>
      : never
  ]?: ArrayLike<number> | undefined;
} & {
  [
    K in Exclude<keyof T, keyof Header> as T[K] extends (index: number, value: never) => void
      ? ElementName<K>
      : never
  ]?: T[K] extends (index: number, value: infer V) => void ? readonly V[] : never;
} & {
  [K in Exclude<keyof T, keyof Header> as T[K] extends Header ? K : never]?: T[K] extends Header
    ? FieldsOf<T[K]>
    : never;
} & {
  [
    K in Exclude<keyof T, keyof Header> as T[K] extends (index: number) => Header
      ? K extends `${infer N}At`
        ? N
        : never
      : never
  ]?: T[K] extends (index: number) => infer E ? (E extends Header ? readonly FieldsOf<E>[] : never) : never;
} & {
  [
    K in Exclude<keyof T, keyof Header> as T[K] extends (bytes: ArrayLike<number>) => void
      ? Extract<`${Name<K>}Text`, keyof T>
      : never
  ]?: string;
} & {
  [
    K in Exclude<keyof T, keyof Header> as T[K] extends Elements<Header> | List ? K : never
  ]?: T[K] extends Elements<infer E>
    ? readonly FieldsOf<E>[] | ArrayLike<number>
    : readonly AnyFields[] | ArrayLike<number>;
} & {
  /** The header's bytes after its fixed part: options, and fields of no fixed length. Padded to what its length counts. */
  $rest?: ArrayLike<number>;
  /** Bytes between the end that this header declares and that of the one before: Ethernet's padding, say. */
  $trailing?: ArrayLike<number>;
};

/** Fields whose names are not known before. */
export type AnyFields = Readonly<Record<string, unknown>>;

const BUILDER_KEYS: ReadonlySet<string> = new Set(["$rest", "$trailing"]);

/** Writes fields by their members, each through its setter. @throws BuildError for a name that the class does not have. */
export function writeFields(
  header: Header | List,
  fields: AnyFields,
  isWanted: (field: FieldLayout) => boolean = () => true,
): void {
  for (const [member, value] of Object.entries(fields)) {
    if (value === undefined || BUILDER_KEYS.has(member)) continue;
    const field = header.layout.fields.find((one) => one.member === member || `${one.member}Text` === member);
    if (field === undefined || isWanted(field)) writeField(header, member, value);
  }
}

function writeField(header: Header | List, member: string, value: unknown): void {
  const members = header as unknown as Record<string, unknown>;
  const name = member.charAt(0).toUpperCase() + member.slice(1);
  const [set, setAt, at] = [members[`set${name}`], members[`set${name}At`], members[`${member}At`]];
  const nested = nestedIn(members, member);
  if (nested !== undefined) writeFields(nested, value as AnyFields);
  else if (hasSetter(header, member)) members[member] = value;
  else if (typeof set === "function") set.call(header, value);
  else if (typeof setAt === "function") {
    (value as readonly unknown[]).forEach((element, index) => void setAt.call(header, index, element));
  } else if (typeof at === "function") {
    (value as readonly AnyFields[]).forEach((one, index) =>
      writeFields(at.call(header, index) as Header, one),
    );
  } else throw unknownField(header, member);
}

function nestedIn(members: Record<string, unknown>, member: string): Header | undefined {
  const isField = typeof members[`${member}Cursor`] === "object";
  return isField && typeof members[`${member}At`] !== "function" ? (members[member] as Header) : undefined;
}

function hasSetter(header: Header | List, member: string): boolean {
  for (
    let level: object | null = header;
    level !== null;
    level = Object.getPrototypeOf(level) as object | null
  ) {
    const property = Object.getOwnPropertyDescriptor(level, member);
    if (property !== undefined) return property.set !== undefined;
  }
  return false;
}

function unknownField({ layout }: Header | List, member: string): BuildError {
  const names = layout.fields.map((field) => field.member).join(", ");
  return new BuildError(
    "ERR_ZC_BUILD_FIELD",
    `${layout.name} has no field ${member} to write; it has ${names}`,
    {
      layout: layout.name,
    },
  );
}

/** The fields of a wrapped header, to build it again: those of its fixed part by member, what follows as `$rest`. */
export function fieldsOf<T extends Header>(header: T): FieldsOf<T> {
  const { view, offset, payloadOffset } = header;
  const fields = fixedFields(header);
  const restAt = offset + header.layout.minLength;
  if (payloadOffset > restAt) {
    fields["$rest"] = new Uint8Array(view.buffer, view.byteOffset + restAt, payloadOffset - restAt);
  }
  return fields as FieldsOf<T>;
}

function fixedFields(header: Header): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const field of header.layout.fields) {
    if (field.slot === undefined && field.variable !== true) addField(header, field, fields);
  }
  return fields;
}

function addField(header: Header, field: FieldLayout, fields: Record<string, unknown>): void {
  const members = header as unknown as Record<string, unknown>;
  const { member } = field;
  if (field.as === "parts") {
    fields[`${member}High`] = members[`${member}High`];
    fields[`${member}Low`] = members[`${member}Low`];
  } else if (field.type === "struct") fields[member] = fixedFields(members[member] as Header);
  else if (field.type === "array") fields[member] = elementsOf(header, field);
  else if (field.type === "text") fields[member] = fieldBytes(header, field);
  else fields[member] = fieldValue(header, field);
}

function elementsOf(header: Header, { member, count = 0 }: FieldLayout): unknown[] {
  const at = (header as unknown as Record<string, (index: number) => unknown>)[`${member}At`];
  return Array.from({ length: count }, (_, index) => {
    const element = at?.call(header, index);
    return typeof element === "object" && element !== null && "layout" in element
      ? fixedFields(element as Header)
      : element;
  });
}
