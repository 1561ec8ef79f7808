import type { Header } from "./header.js";
import { type AnyFields, isLate, planOf } from "./build-plan.js";
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

/** Elements of a list, each with its tag. */
type Listed = readonly AnyFields[] | ArrayLike<number>;

/** What each case of a switch is written as. */
type FieldsOfEach<T> = T extends Header ? FieldsOf<T> : T extends List ? Listed : never;

/** What is given as more than its bytes: lists, arrays that a cursor walks, and what a switch leads to. */
type WalkedOf<T> = {
  [K in keyof T]: T[K] extends Elements<Header> | List | Header | undefined ? K : never;
}[keyof T];

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
  [
    K in Exclude<keyof T, keyof Header> as T[K] extends Header
      ? `set${Capitalize<K & string>}` extends keyof T
        ? never
        : K
      : never
  ]?: T[K] extends Header ? FieldsOf<T[K]> : never;
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
  ]?: T[K] extends Elements<infer E> ? readonly FieldsOf<E>[] | ArrayLike<number> : Listed;
} & {
  // What a switch leads to, and structures of no fixed length.
  [
    K in Exclude<keyof T, keyof Header> as T[K] extends Header | List | undefined
      ? `set${Capitalize<K & string>}` extends keyof T
        ? K
        : never
      : never
  ]?: FieldsOfEach<T[K]> | ArrayLike<number>;
} & {
  // How many bytes a number takes that says it itself.
  [
    K in Exclude<Settable<T>, keyof Header> as T[K] extends number | bigint
      ? Extract<`${K & string}Length`, keyof T>
      : never
  ]?: number;
} & {
  /** The header's bytes after its fixed part: options, and fields of no fixed length. Padded to what its length counts. */
  $rest?: ArrayLike<number>;
  /** Bytes between the end that this header declares and that of the one before: Ethernet's padding, say. */
  $trailing?: ArrayLike<number>;
};

/** The fields of a wrapped header, to build it again: those of its fixed part by member, what follows as `$rest`. */
export function fieldsOf<T extends Header>(header: T): FieldsOf<T> {
  const { view, offset, payloadOffset } = header;
  const fields = fixedFields(header);
  const restAt = offset + header.layout.minLength;
  if (payloadOffset > restAt) {
    fields["$rest"] = new Uint8Array(view.buffer, view.byteOffset + restAt, payloadOffset - restAt);
  } else if (planOf(header.layout).hasDefaults) fields["$rest"] = [];
  return fields as FieldsOf<T>;
}

function fixedFields(header: Header): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const field of header.layout.fields) {
    if (!isLate(field)) addField(header, field, fields);
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
