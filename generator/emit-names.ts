// Names in structures: how each learns where its message begins.
import type { OptionalKind, PropertyDeclarationStructure } from "ts-morph";
import type { StructModel } from "./layout.js";
import { hasNames, isMessage } from "./structure-names.js";

/** Whoever moves a structure with names in it says where their message begins; a header is the message. */
export function nameBase(struct: StructModel): OptionalKind<PropertyDeclarationStructure>[] {
  if (!hasNames(struct) || isMessage(struct)) return [];
  const docs = [
    "The first byte of the message, from which pointers in names count; negative: they lead nowhere.",
  ];
  return [{ name: "nameBase", docs, type: "number", initializer: "PARKED" }];
}

/** An expression for the first byte of the message that a structure is, or is part of. */
export function baseCode(struct: StructModel): string {
  return isMessage(struct) ? "this.offset" : "this.nameBase";
}

/** Statements that tell the cursor of a structure inside another where the message begins; none where it need not know. */
export function passBase(inner: StructModel, cursor: string, outer: StructModel): string[] {
  if (!hasNames(inner) || isMessage(inner)) return [];
  return [`${cursor}.nameBase = ${baseCode(outer)};`];
}
