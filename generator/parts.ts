// What structures are made of.
import type { FieldType, StructModel } from "./layout.js";
import { allCases } from "./members.js";

/** The structures that a class makes accessors of. */
export function structsIn({ fields, list, quoted }: StructModel): StructModel[] {
  const values = list?.value === undefined ? [] : allCases(list.value);
  return [
    ...fields.flatMap(({ type }) => structsInType(type)),
    ...values.map(({ struct }) => struct),
    ...(quoted === undefined ? [] : [quoted]),
  ];
}

function structsInType(type: FieldType): StructModel[] {
  if (type.kind === "span" && type.content.kind === "switch") {
    return allCases(type.content.model).map(({ struct }) => struct);
  }
  return [structIn(type) ?? []].flat();
}

function structIn(type: FieldType): StructModel | undefined {
  if (type.kind === "struct") return type.struct;
  if (type.kind !== "span") return type.kind === "array" ? structIn(type.element) : undefined;
  const { content } = type;
  if (content.kind === "list" || content.kind === "sequence") return content.struct;
  return content.kind === "array" ? structIn(content.element) : undefined;
}

const reached = new WeakMap<StructModel, ReadonlySet<StructModel>>();

/** Whether what lies in `inner`, at any depth, holds `outer`: of the two each lies in the other then. */
export function leadsBack(inner: StructModel, outer: StructModel): boolean {
  const known = reached.get(inner) ?? reachedFrom(inner);
  reached.set(inner, known);
  return inner === outer || known.has(outer);
}

function reachedFrom(struct: StructModel): ReadonlySet<StructModel> {
  const found = new Set<StructModel>();
  const visit = (one: StructModel): void => {
    for (const part of structsIn(one)) {
      if (found.has(part)) continue;
      found.add(part);
      visit(part);
    }
  };
  visit(struct);
  return found;
}

/** Whether it can lie in itself, through lists. */
export function isRecursive(struct: StructModel): boolean {
  return structsIn(struct).some((part) => leadsBack(part, struct));
}
