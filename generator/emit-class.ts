import type {
  ClassDeclarationStructure,
  MethodDeclarationStructure,
  OptionalKind,
  PropertyDeclarationStructure,
} from "ts-morph";
import { Scope, StructureKind } from "./ts-morph.js";
import { describe } from "./docs.js";
import { accessorsOf } from "./emit-accessors.js";
import { type AttachFacts, setLengthsMethod } from "./emit-build.js";
import type { CheckOptions } from "./emit-checks.js";
import { checksumMethods, fragmentGetter } from "./emit-checksum.js";
import { letAccessors } from "./emit-lets.js";
import { carryMethod, sumProperties } from "./emit-sums.js";
import { layoutFacts } from "./emit-layout.js";
import { initMethod } from "./emit-init.js";
import { keepsBodyEnd } from "./emit-end.js";
import { isListStruct, listClassOf } from "./emit-list.js";
import { validateMethod } from "./emit-rules.js";
import { placeNames } from "./emit-slots.js";
import {
  cursorProperty,
  depthProperty,
  enclosingProperty,
  isMadeLater,
  newCode,
  parkCode,
} from "./emit-recursion.js";
import { caseNameGetter, caseProperties, parkCases } from "./emit-switch.js";
import { lengthGetters, readHeaderLengthMethod, refuseMethod, wrapMethod } from "./emit-wrap.js";
import type { Held } from "./held.js";
import { type FieldModel, type FieldType, isFixedSize, type StructModel } from "./layout.js";
import { nestedMember } from "./members.js";
import { nameBase } from "./emit-names.js";

/** What the graph says of a class. */
export interface ClassFacts {
  /** What stands for it in the pseudo header of its checksum: 17 for UDP. */
  readonly pseudoHeaderNumber: number | undefined;
  /** Whom it follows. */
  readonly attach: readonly AttachFacts[];
}

/** One class: an accessor, or the cursor of a list. */
export function classOf(
  struct: StructModel,
  checks: CheckOptions,
  facts: ClassFacts,
  held: Held,
): ClassDeclarationStructure {
  if (isListStruct(struct)) return listClassOf(struct, checks, held);
  const accessors = struct.fields.map((field) => accessorsOf(field, struct, checks));
  const lets = struct.lets.map(letAccessors);
  const nested = struct.fields.filter((field) => nestedClass(field) !== undefined);
  const parked = [
    ...nested.map((field) => parkCode(nestedMember(field), isNestedLater(field, struct))),
    ...struct.fields.flatMap((field) => parkChosen(field, struct)),
  ];
  return {
    kind: StructureKind.Class,
    name: struct.className,
    isExported: true,
    extends: "Header",
    docs: [classDoc(struct)],
    properties: [
      ...statics(struct, facts, held),
      ...nameBase(struct),
      ...enclosingProperty(struct),
      ...state(struct),
      ...sumProperties(struct),
      ...depthProperty(struct),
      ...nested.map((field) => nestedProperty(field, struct)),
      ...struct.fields.flatMap((field) => chosenProperties(field, struct)),
    ],
    getAccessors: [
      ...accessors.flatMap(({ getters }) => getters),
      ...caseNameGetter(struct),
      ...lets.flatMap(({ getters }) => getters),
      ...lengthGetters(struct),
      ...fragmentGetter(struct),
    ],
    setAccessors: [...accessors.flatMap(({ setters }) => setters), ...lets.flatMap(({ setters }) => setters)],
    methods: [
      wrapMethod(struct),
      ...refuseMethod(struct),
      ...validateMethod(struct),
      initMethod(struct),
      ...setLengthsMethod(struct),
      ...accessors.flatMap(({ methods }) => methods),
      ...checksumMethods(struct, facts.pseudoHeaderNumber),
      ...carryMethod(struct),
      ...parkMethod(struct, parked),
      ...slotAtMethod(struct),
      ...(struct.headerLength === undefined ? [] : [readHeaderLengthMethod(struct.headerLength)]),
    ],
  };
}

function classDoc(struct: StructModel): string {
  const order = struct.endian === "host" ? "host order" : `${struct.endian}-endian`;
  const size = isFixedSize(struct) ? `${struct.size} bytes` : `${struct.size} bytes and more`;
  return `${describe(struct.name, struct)}\n\n${size}, ${order}.`;
}

function statics(
  struct: StructModel,
  { attach }: ClassFacts,
  held: Held,
): OptionalKind<PropertyDeclarationStructure>[] {
  return [
    {
      name: "MIN_LENGTH",
      isStatic: true,
      isReadonly: true,
      docs: ["Length of the fixed part, in bytes."],
      initializer: `${struct.size}`,
    },
    {
      name: "LAYOUT",
      isStatic: true,
      isReadonly: true,
      type: "DefinedLayout",
      docs: ["Every field with its place, for tools."],
      initializer: `/* @__PURE__ */ defineLayout(GENERATED, ${held.data(layoutFacts(struct, attach))})`,
    },
  ];
}

/** What `wrap` found out and keeps. */
function state(struct: StructModel): OptionalKind<PropertyDeclarationStructure>[] {
  const { slots, tail } = struct;
  const numbers = [...(slots === 0 || tail === "end" ? [] : ["headerBytes"])];
  const hidden = { scope: Scope.Private, type: "number" };
  return [
    ...numbers.map((name) => ({ name, ...hidden, initializer: "0" })),
    ...(keepsBodyEnd(struct) ? [bodyEnd(struct)] : []),
    ...placeNames(struct).map((name) => ({ name, ...hidden, initializer: "PARKED" })),
  ];
}

/** A Stack sets it where it does what `wrap` does. */
function bodyEnd(struct: StructModel): OptionalKind<PropertyDeclarationStructure> {
  const place = { name: "bodyEnd", type: "number", initializer: "PARKED" };
  return struct.trailer === undefined
    ? { ...place, docs: ["What `payloadEnd` gives. For generated code."] }
    : { ...place, scope: Scope.Private };
}

function nestedClass({ type }: FieldModel): string | undefined {
  if (type.kind === "struct") return type.struct.className;
  if (type.kind === "span") {
    if (type.content.kind === "list") return type.content.struct.className;
    if (type.content.kind === "sequence") return `Elements<${type.content.struct.className}>`;
    return type.content.kind === "array" ? structName(type.content.element) : undefined;
  }
  return type.kind === "array" ? structName(type.element) : undefined;
}

function structName(element: FieldType): string | undefined {
  return element.kind === "struct" ? element.struct.className : undefined;
}

/** Cursors of what a field may be, and why the last one did not fit. */
function chosenProperties(
  { type, member }: FieldModel,
  struct: StructModel,
): OptionalKind<PropertyDeclarationStructure>[] {
  if (type.kind !== "span" || type.content.kind !== "switch") return [];
  const docs = [`Why ${member} does not fit what was asked for last, or 0.`];
  const fault = { name: `${member}Fault`, docs, type: "number", isReadonly: false, initializer: "0" };
  return [fault, ...caseProperties(type.content.model, struct, member)];
}

function parkChosen({ type, member }: FieldModel, struct: StructModel): string[] {
  return type.kind === "span" && type.content.kind === "switch"
    ? parkCases(type.content.model, struct, member)
    : [];
}

function listOf({ type }: FieldModel): StructModel | undefined {
  return type.kind === "span" && type.content.kind === "list" ? type.content.struct : undefined;
}

function sequenceOf({ type }: FieldModel): StructModel | undefined {
  return type.kind === "span" && type.content.kind === "sequence" ? type.content.struct : undefined;
}

function isNestedLater(field: FieldModel, struct: StructModel): boolean {
  const list = listOf(field);
  return list !== undefined && isMadeLater(list, struct);
}

function nestedProperty(field: FieldModel, struct: StructModel): OptionalKind<PropertyDeclarationStructure> {
  const list = listOf(field);
  if (list !== undefined && isMadeLater(list, struct)) {
    return cursorProperty(nestedMember(field), list, struct);
  }
  const type = nestedClass(field) ?? "never";
  const walked = sequenceOf(field);
  const initializer = walked === undefined ? `new ${type}(this.view)` : `new Elements(${newCode(walked)})`;
  return { name: nestedMember(field), scope: Scope.Private, isReadonly: true, type, initializer };
}

/** A nested accessor that someone kept must not outlive the packet either, nor a place that was found out. */
function parkMethod(
  struct: StructModel,
  parked: readonly string[],
): OptionalKind<MethodDeclarationStructure>[] {
  const places = [...placeNames(struct), ...(keepsBodyEnd(struct) ? ["bodyEnd"] : [])];
  if (parked.length === 0 && places.length === 0) return [];
  const statements = ["super.park();", ...parked, ...places.map((slot) => `this.${slot} = PARKED;`)];
  return [{ name: "park", hasOverrideKeyword: true, returnType: "void", statements }];
}

/** For tools: the places by number. */
function slotAtMethod(struct: StructModel): OptionalKind<MethodDeclarationStructure>[] {
  const places = placeNames(struct);
  if (places.length === 0) return [];
  const cases = places.map((slot, index) => `  case ${index + 1}:\n    return this.${slot};\n`);
  return [
    {
      name: "slotAt",
      hasOverrideKeyword: true,
      scope: Scope.Protected,
      parameters: [{ name: "slot", type: "number" }],
      returnType: "number",
      statements: [`switch (slot) {\n${cases.join("")}  default:\n    return this.offset;\n}`],
    },
  ];
}
