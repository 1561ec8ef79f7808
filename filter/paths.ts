// Which fields a path of names means: of structures, of elements of arrays and lists, and of what elements and switches hold.
import type { FieldLayout, HeaderClass } from "../runtime/index.js";
import { Header } from "../runtime/index.js";
import { fieldNamed, fieldNames } from "./catalog.js";
import type { FieldAt, LayerAt, Through } from "./typed.js";

/** What an element of a list holds, as `toJSON` calls it: not there where that has no bytes. */
export const VALUE: FieldLayout = {
  name: "value",
  member: "value",
  type: "switch",
  bitOffset: 0,
  bitWidth: 0,
  variable: true,
  aligned: false,
};

/**
 * The fields that names lead to from a layer; none where there is no such path. Several, where several of the things that an
 * element or a switch can hold have a field of that name. `value` may be left out: `tcp.options.mss`.
 */
export function fieldsAt(
  at: LayerAt,
  names: readonly string[],
  through: readonly Through[] = [],
): readonly FieldAt[] {
  const owner = through.at(-1)?.inner ?? at.layer;
  const [name = "", ...rest] = withoutFlags(owner, names);
  const field = fieldNamed(owner, name) ?? (isValue(owner, name) ? VALUE : undefined);
  if (field === undefined) return behind(at, names, through, VALUE);
  return rest.length === 0 ? [{ ...at, through, owner, field }] : behind(at, rest, through, field);
}

function behind(
  at: LayerAt,
  names: readonly string[],
  through: readonly Through[],
  field: FieldLayout,
): readonly FieldAt[] {
  const owner = through.at(-1)?.inner ?? at.layer;
  return classesIn(owner, field).flatMap((inner) => fieldsAt(at, names, [...through, { field, inner }]));
}

/** `tcp.flags.syn` says the same as `tcp.syn`. */
function withoutFlags(owner: HeaderClass, names: readonly string[]): readonly string[] {
  const [name, next] = names;
  return name === "flags" && next !== undefined && fieldNamed(owner, next)?.type === "flag"
    ? names.slice(1)
    : names;
}

function isValue({ LAYOUT: { list } }: HeaderClass, name: string): boolean {
  return list !== undefined && name === VALUE.name;
}

/** The classes of what can stand in a field: a structure, elements of an array or list, a switch's cases; each once. */
function classesIn(owner: HeaderClass, field: FieldLayout): readonly HeaderClass[] {
  const choice = field === VALUE ? owner.LAYOUT.list?.choice : field.choice;
  if (choice !== undefined) return distinct(...Object.values(choice.cases).map((one) => one.of));
  return distinct(field.elements, field.list, structIn(owner, field));
}

function distinct(...classes: readonly unknown[]): readonly HeaderClass[] {
  return [...new Set(classes.filter((one) => one !== undefined))] as HeaderClass[];
}

function structIn(owner: HeaderClass, field: FieldLayout): HeaderClass | undefined {
  if (field.type !== "struct") return undefined;
  const header = new owner(new DataView(new ArrayBuffer(0))) as unknown as Record<string, unknown>;
  const inner = header[field.member];
  return inner instanceof Header ? (inner.constructor as HeaderClass) : undefined;
}

/** What can be named behind a path, `value` and what it stands for included; none where nothing is there to name. */
export function namesBehind(at: LayerAt, names: readonly string[]): readonly string[] {
  const owners =
    names.length === 0
      ? [at.layer]
      : fieldsAt(at, names).flatMap(({ owner, field }) => classesIn(owner, field));
  return [...new Set(owners.flatMap(namesIn))];
}

function namesIn(owner: HeaderClass): readonly string[] {
  const held = classesIn(owner, VALUE);
  if (held.length === 0) return fieldNames(owner);
  return [...fieldNames(owner), VALUE.name, ...held.flatMap(namesIn)];
}
