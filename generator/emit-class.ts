import {
  type ClassDeclarationStructure,
  type MethodDeclarationStructure,
  type OptionalKind,
  type PropertyDeclarationStructure,
  Scope,
  StructureKind,
} from "ts-morph";
import { describe } from "./docs.js";
import { accessorsOf } from "./emit-accessors.js";
import { type AttachFacts, setLengthsMethod } from "./emit-build.js";
import type { CheckOptions } from "./emit-checks.js";
import { checksumMethods, fragmentGetter } from "./emit-checksum.js";
import { letAccessors } from "./emit-lets.js";
import { layoutLiteral } from "./emit-layout.js";
import { initMethod } from "./emit-init.js";
import { validateMethod } from "./emit-rules.js";
import { slotNames } from "./emit-slots.js";
import { lengthGetters, readHeaderLengthMethod, refuseMethod, wrapMethod } from "./emit-wrap.js";
import type { FieldModel, FieldType, StructModel } from "./layout.js";
import { nestedMember } from "./members.js";

/** What the graph says of a class. */
export interface ClassFacts {
  /** What stands for it in the pseudo header of its checksum: 17 for UDP. */
  readonly pseudoHeaderNumber: number | undefined;
  /** Whom it follows. */
  readonly attach: readonly AttachFacts[];
}

/** One accessor class. */
export function classOf(
  struct: StructModel,
  checks: CheckOptions,
  facts: ClassFacts,
): ClassDeclarationStructure {
  const accessors = struct.fields.map((field) => accessorsOf(field, struct.bitOrder, checks));
  const lets = struct.lets.map(letAccessors);
  const nested = struct.fields.filter((field) => nestedClass(field) !== undefined);
  return {
    kind: StructureKind.Class,
    name: struct.className,
    isExported: true,
    extends: "Header",
    docs: [classDoc(struct)],
    properties: [...statics(struct, facts), ...state(struct), ...nested.map(nestedProperty)],
    getAccessors: [
      ...accessors.flatMap(({ getters }) => getters),
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
      ...parkMethod(struct, nested),
      ...slotAtMethod(struct),
      ...(struct.headerLength === undefined ? [] : [readHeaderLengthMethod(struct.headerLength)]),
    ],
  };
}

function classDoc(struct: StructModel): string {
  const order = struct.endian === "host" ? "host order" : `${struct.endian}-endian`;
  const isFixed = struct.headerLength === undefined && struct.slots === 0;
  const size = isFixed ? `${struct.size} bytes` : `${struct.size} bytes and more`;
  return `${describe(struct.name, struct)}\n\n${size}, ${order}.`;
}

function statics(struct: StructModel, { attach }: ClassFacts): OptionalKind<PropertyDeclarationStructure>[] {
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
      initializer: `/* @__PURE__ */ defineLayout(GENERATED, ${layoutLiteral(struct, attach)})`,
    },
  ];
}

/** What `wrap` found out and keeps. */
function state({ slots }: StructModel): OptionalKind<PropertyDeclarationStructure>[] {
  const numbers = slots === 0 ? [] : ["headerBytes"];
  const hidden = { scope: Scope.Private, type: "number" };
  return [
    ...numbers.map((name) => ({ name, ...hidden, initializer: "0" })),
    ...slotNames(slots).map((name) => ({ name, ...hidden, initializer: "PARKED" })),
  ];
}

function nestedClass({ type }: FieldModel): string | undefined {
  if (type.kind === "struct") return type.struct.className;
  if (type.kind === "span") {
    return type.content.kind === "array" ? structName(type.content.element) : undefined;
  }
  return type.kind === "array" ? structName(type.element) : undefined;
}

function structName(element: FieldType): string | undefined {
  return element.kind === "struct" ? element.struct.className : undefined;
}

function nestedProperty(field: FieldModel): OptionalKind<PropertyDeclarationStructure> {
  const type = nestedClass(field) ?? "never";
  const initializer = `new ${type}(this.view)`;
  return { name: nestedMember(field), scope: Scope.Private, isReadonly: true, type, initializer };
}

/** A nested accessor that someone kept must not outlive the packet either, nor a place that was found out. */
function parkMethod(
  { slots }: StructModel,
  nested: readonly FieldModel[],
): OptionalKind<MethodDeclarationStructure>[] {
  if (nested.length === 0 && slots === 0) return [];
  const statements = [
    "super.park();",
    ...nested.map((field) => `this.${nestedMember(field)}.park();`),
    ...slotNames(slots).map((slot) => `this.${slot} = PARKED;`),
  ];
  return [{ name: "park", hasOverrideKeyword: true, returnType: "void", statements }];
}

/** For tools: the places by number. */
function slotAtMethod({ slots }: StructModel): OptionalKind<MethodDeclarationStructure>[] {
  if (slots === 0) return [];
  const cases = slotNames(slots).map((slot, index) => `case ${index + 1}:\nreturn this.${slot};`);
  return [
    {
      name: "slotAt",
      hasOverrideKeyword: true,
      scope: Scope.Protected,
      parameters: [{ name: "slot", type: "number" }],
      returnType: "number",
      statements: [`switch (slot) {\n${cases.join("\n")}\ndefault:\nreturn this.offset;\n}`],
    },
  ];
}
