// Lists that can hold lists of their kind: their cursors are made when a walk first needs them, one a level.
import type { OptionalKind, PropertyDeclarationStructure } from "ts-morph";
import { Scope } from "./ts-morph.js";
import { Code } from "./literal.js";
import type { StructModel } from "./layout.js";
import { isRecursive, leadsBack } from "./parts.js";

/** Whether the cursor of `inner` in `outer` is made when it is asked for: else making one would never end. */
export function isMadeLater(inner: StructModel, outer: StructModel): boolean {
  return inner.list !== undefined && leadsBack(inner, outer);
}

/** An expression for a new cursor of a structure inside `this`. */
export function newCode({ className, enclosing }: StructModel): string {
  const cursor = `new ${className}(this.view)`;
  return enclosing === undefined ? cursor : `placed(${cursor}, this)`;
}

/** Of one that depends on the structure around it: which that is. */
export function enclosingProperty({ enclosing }: StructModel): OptionalKind<PropertyDeclarationStructure>[] {
  if (enclosing === undefined) return [];
  const docs = ["The structure it lies in, some of whose fields it depends on."];
  return [{ name: "enclosing", docs, type: enclosing, initializer: "unplaced()" }];
}

/** The property that holds the cursor of a structure inside another. */
export function cursorProperty(
  name: string,
  inner: StructModel,
  outer: StructModel,
): OptionalKind<PropertyDeclarationStructure> {
  const { className } = inner;
  return isMadeLater(inner, outer)
    ? { name, scope: Scope.Private, type: `${className} | undefined`, initializer: "undefined" }
    : { name, scope: Scope.Private, isReadonly: true, initializer: newCode(inner) };
}

/** An expression for that cursor. */
export function cursorCode(name: string, inner: StructModel, outer: StructModel): string {
  return isMadeLater(inner, outer) ? `(this.${name} ??= new ${inner.className}(this.view))` : `this.${name}`;
}

/** The statement that parks it. */
export function parkCode(name: string, isLater: boolean): string {
  return `this.${name}${isLater ? "?" : ""}.park();`;
}

/** An expression that puts a list's cursor on a region, in a structure that may be part of such a list itself. */
export function overCode(list: StructModel, cursor: string, region: string, outer: StructModel): string {
  return leadsBack(list, outer) ? `${cursor}.inside(this.depth + 1, ${region})` : `${cursor}.over(${region})`;
}

/** How deep a structure lies that is part of such a list; a list's cursor knows it anyway. */
export function depthProperty(struct: StructModel): OptionalKind<PropertyDeclarationStructure>[] {
  if (struct.list !== undefined || !isRecursive(struct)) return [];
  const docs = ["In how many lists it lies that can hold lists of their kind."];
  return [{ name: "depth", docs, type: "number", initializer: "0" }];
}

/** Statements that tell a structure in such a list how deep it lies. */
export function passDepth(inner: StructModel, cursor: string, outer: StructModel): string[] {
  return inner.list === undefined && leadsBack(inner, outer) ? [`${cursor}.depth = this.depth;`] : [];
}

/** A class as data: named later where it may stand further down. */
export function classCode(inner: StructModel, outer: StructModel): Code {
  return new Code(leadsBack(inner, outer) ? `() => ${inner.className}` : inner.className);
}
