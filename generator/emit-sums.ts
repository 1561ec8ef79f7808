// Values that add up from one element of an array to the next: CoAP's option numbers.
import type { MethodDeclarationStructure, OptionalKind, PropertyDeclarationStructure } from "ts-morph";
import { Scope } from "./ts-morph.js";
import type { StructModel } from "./layout.js";
import { sumMember } from "./members.js";

/** Whether an element needs to know of those before it. */
export function hasSums({ lets }: Pick<StructModel, "lets">): boolean {
  return lets.some(({ value }) => value.op === "sum");
}

/** What the elements before this one came to. */
export function sumProperties({ lets }: StructModel): OptionalKind<PropertyDeclarationStructure>[] {
  return lets.flatMap(({ member, value }) =>
    value.op === "sum"
      ? [{ name: sumMember(member), scope: Scope.Private, type: "number", initializer: "0" }]
      : [],
  );
}

/** Between two elements, and before the first. */
export function carryMethod(struct: StructModel): OptionalKind<MethodDeclarationStructure>[] {
  if (!hasSums(struct)) return [];
  const sums = struct.lets.filter(({ value }) => value.op === "sum");
  return [
    {
      name: "carry",
      hasOverrideKeyword: true,
      parameters: [{ name: "isNext", type: "boolean" }],
      returnType: "void",
      statements: sums.map(({ member }) => `this.${sumMember(member)} = isNext ? this.${member} : 0;`),
    },
  ];
}
