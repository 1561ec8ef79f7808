// Which structures hold domain names, and so have to know where their message begins.
import type { FieldType, StructModel } from "./layout.js";
import { allCases } from "./members.js";

const known = new WeakMap<StructModel, boolean>();

/** Whether the structure, or one inside it, has a name. Structures do not contain themselves, so this ends. */
export function hasNames(struct: StructModel): boolean {
  const answer = known.get(struct) ?? findsName(struct);
  known.set(struct, answer);
  return answer;
}

function findsName({ fields, list }: StructModel): boolean {
  const values = list?.value === undefined ? [] : allCases(list.value);
  return fields.some(({ type }) => typeHasNames(type)) || values.some(({ struct }) => hasNames(struct));
}

function typeHasNames(type: FieldType): boolean {
  if (type.kind !== "span") return false;
  const { content } = type;
  switch (content.kind) {
    case "name":
      return true;
    case "list":
    case "sequence":
      return hasNames(content.struct);
    case "switch":
      return allCases(content.model).some(({ struct }) => hasNames(struct));
    default:
      return false;
  }
}

/** Whether it is a header: pointers in its names count from its own first byte. */
export function isMessage({ name, schema }: StructModel): boolean {
  return name === schema.name;
}
