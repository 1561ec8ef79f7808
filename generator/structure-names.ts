// Which structures hold domain names, and so have to know where their message begins.
import type { StructModel } from "./layout.js";
import { structsIn } from "./parts.js";

const known = new WeakMap<StructModel, boolean>();

/** Whether the structure, or one inside it, has a name. */
export function hasNames(struct: StructModel): boolean {
  const answer = known.get(struct) ?? findsName(struct, new Set());
  known.set(struct, answer);
  return answer;
}

/** Lists can hold themselves: what was `seen` is not looked at again. */
function findsName(struct: StructModel, seen: Set<StructModel>): boolean {
  if (seen.has(struct)) return false;
  seen.add(struct);
  const isName = struct.fields.some(({ type }) => type.kind === "span" && type.content.kind === "name");
  return isName || structsIn(struct).some((part) => part !== struct.quoted && findsName(part, seen));
}

/** Whether it is a header: pointers in its names count from its own first byte. */
export function isMessage({ name, schema }: StructModel): boolean {
  return name === schema.name;
}
