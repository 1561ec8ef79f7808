// Accessors of nested structures, and of the elements of arrays.
import type { GetAccessorDeclarationStructure, MethodDeclarationStructure, OptionalKind } from "ts-morph";
import { readType, writeType } from "./access.js";
import { describeField } from "./docs.js";
import { elementCheck } from "./emit-checks.js";
import type { FieldModel, FieldType } from "./layout.js";
import { start } from "./place.js";
import { isCountedByName, nestedMember, upper } from "./members.js";
import type { Accessors } from "./emit-accessor-parts.js";

export function arrayAccessors(field: FieldModel, element: FieldType, count: string): Accessors {
  const { member, name } = field;
  const counter = {
    name: `${member}Count`,
    returnType: "number",
    docs: [describeField(field, "How many elements there are.")],
    statements: [`return ${count};`],
  };
  const isNamed = isCountedByName(field);
  const limit = isNamed || /^\d+$/.test(count) ? count : `this.${member}Count`;
  const place = `${start(field)} + elementIndex(index, ${limit}) * ${element.bits / 8}`;
  return {
    getters: isNamed ? [] : [counter],
    setters: [],
    methods: elementMethods(field, element, place, name),
  };
}

export function structGetter(field: FieldModel): OptionalKind<GetAccessorDeclarationStructure> {
  const struct = field.type.kind === "struct" ? field.type.struct : undefined;
  return {
    name: field.member,
    returnType: struct?.className ?? "never",
    docs: [describeField(field, "One accessor, moved here by each call.")],
    statements: moveNested(field, start(field)),
  };
}

/** Statements that put the nested accessor at `offset` and return it. */
function moveNested(field: FieldModel, offset: string): string[] {
  const nested = nestedMember(field);
  return [`this.${nested}.offset = ${offset};`, `this.${nested}.end = this.end;`, `return this.${nested};`];
}

function elementMethods(
  field: FieldModel,
  element: FieldType,
  place: string,
  name: string,
): OptionalKind<MethodDeclarationStructure>[] {
  const { member } = field;
  const index = { name: "index", type: "number" };
  const doc = `An element of ${name}. @throws RangeError for an index that there is not.`;
  if (element.kind === "ipv6") return ipv6Elements(field, place);
  if (element.kind === "struct") {
    const docs = [`${doc} One accessor, moved by each call.`];
    const returnType = element.struct.className;
    return [
      { name: `${member}At`, docs, parameters: [index], returnType, statements: moveNested(field, place) },
    ];
  }
  const type = element.kind === "flag" ? "boolean" : "number";
  const local = `const at = ${place};`;
  return [
    {
      name: `${member}At`,
      docs: [doc],
      parameters: [index],
      returnType: type,
      statements: [local, `return ${readType(element, 0, "msb", "at")};`],
    },
    {
      name: `set${upper(member)}At`,
      docs: [`Writes an element of ${name}. @throws RangeError for an index that there is not.`],
      parameters: [index, { name: "value", type }],
      returnType: "void",
      statements: [
        ...elementCheck(element, field.index),
        local,
        ...writeType(element, 0, "msb", "number", "at"),
      ],
    },
  ];
}

function ipv6Elements(field: FieldModel, place: string): OptionalKind<MethodDeclarationStructure>[] {
  const { member, name } = field;
  const index = { name: "index", type: "number" };
  return [
    {
      name: `${member}At`,
      docs: [`A view on the sixteen bytes of an element of ${name}.`],
      parameters: [index],
      returnType: "Uint8Array",
      statements: [`return new Uint8Array(this.view.buffer, this.view.byteOffset + ${place}, 16);`],
    },
    {
      name: `set${upper(member)}At`,
      docs: [`Writes the sixteen bytes of an element of ${name}.`],
      parameters: [index, { name: "value", type: "ArrayLike<number>" }],
      returnType: "void",
      statements: [`writeBytes(this.view, ${place}, 16, value);`],
    },
  ];
}
