import {
  type ClassDeclarationStructure,
  type GetAccessorDeclarationStructure,
  type MethodDeclarationStructure,
  type OptionalKind,
  type PropertyDeclarationStructure,
  Scope,
  StructureKind,
} from "ts-morph";
import { describe } from "./docs.js";
import { accessorsOf, nestedMember } from "./emit-accessors.js";
import { expressionCode, THROUGH_ACCESSORS } from "./emit-expression.js";
import { layoutLiteral } from "./emit-layout.js";
import { brokenRule, guardedFields, lengthGetters, readHeaderLengthMethod, wrapMethod } from "./emit-wrap.js";
import type { FieldModel, LetModel, StructModel } from "./layout.js";

/** One accessor class. */
export function classOf(struct: StructModel): ClassDeclarationStructure {
  const accessors = struct.fields.map((field) => accessorsOf(field, struct.bitOrder));
  const nested = struct.fields.filter((field) => nestedClass(field) !== undefined);
  return {
    kind: StructureKind.Class,
    name: struct.className,
    isExported: true,
    extends: "Header",
    docs: [classDoc(struct)],
    properties: [...statics(struct), ...state(struct), ...nested.map(nestedProperty)],
    ctors: nested.length === 0 ? [] : [constructorOf(nested)],
    getAccessors: [
      ...accessors.flatMap(({ getters }) => getters),
      ...struct.lets.flatMap(letGetter),
      ...lengthGetters(struct),
    ],
    setAccessors: accessors.flatMap(({ setters }) => setters),
    methods: [
      wrapMethod(struct),
      ...validateMethod(struct),
      initMethod(struct),
      ...accessors.flatMap(({ methods }) => methods),
      ...parkMethod(nested),
      ...(struct.headerLength === undefined ? [] : [readHeaderLengthMethod(struct.headerLength)]),
    ],
  };
}

function classDoc(struct: StructModel): string {
  const order = struct.endian === "host" ? "host order" : `${struct.endian}-endian`;
  const size = struct.headerLength === undefined ? `${struct.size} bytes` : `${struct.size} bytes and more`;
  return `${describe(struct.name, struct)}\n\n${size}, ${order}.`;
}

function statics(struct: StructModel): OptionalKind<PropertyDeclarationStructure>[] {
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
      initializer: `/* @__PURE__ */ defineLayout(GENERATED, ${layoutLiteral(struct)})`,
    },
  ];
}

/** What `wrap` found out and keeps: read once from the packet, so that it cannot change under the reader. */
function state({ headerLength, declared }: StructModel): OptionalKind<PropertyDeclarationStructure>[] {
  return [
    ...(headerLength === undefined ? [] : ["headerBytes"]),
    ...(declared === undefined ? [] : ["captureEnd"]),
  ].map((name) => ({ name, scope: Scope.Private, type: "number", initializer: "0" }));
}

function nestedClass({ type }: FieldModel): string | undefined {
  if (type.kind === "struct") return type.struct.className;
  return type.kind === "array" && type.element.kind === "struct" ? type.element.struct.className : undefined;
}

function nestedProperty(field: FieldModel): OptionalKind<PropertyDeclarationStructure> {
  return {
    name: nestedMember(field),
    scope: Scope.Private,
    isReadonly: true,
    type: nestedClass(field) ?? "never",
  };
}

function constructorOf(
  nested: readonly FieldModel[],
): ClassDeclarationStructure["ctors"] extends (infer C)[] | undefined ? C : never {
  return {
    parameters: [{ name: "view", type: "DataView" }],
    statements: [
      "super(view);",
      ...nested.map((field) => `this.${nestedMember(field)} = new ${nestedClass(field)}(view);`),
    ],
  };
}

/** A nested accessor that someone kept must not outlive the packet either. */
function parkMethod(nested: readonly FieldModel[]): OptionalKind<MethodDeclarationStructure>[] {
  if (nested.length === 0) return [];
  const statements = ["super.park();", ...nested.map((field) => `this.${nestedMember(field)}.park();`)];
  return [{ name: "park", hasOverrideKeyword: true, returnType: "void", statements }];
}

function letGetter({
  name,
  member,
  value,
  doc,
  source,
}: LetModel): OptionalKind<GetAccessorDeclarationStructure>[] {
  if (member === "headerLength") return [];
  const text = describe(`Worked out: ${name}`, {
    ...(doc === undefined ? {} : { doc }),
    ...(source === undefined ? {} : { source }),
  });
  const statements = [`return ${expressionCode(value, THROUGH_ACCESSORS)};`];
  return [{ name: member, returnType: value.isFlag ? "boolean" : "number", docs: [text], statements }];
}

/** Rules that `wrap` did not check: they tell a wrong packet, not a short one. */
function validateMethod(struct: StructModel): OptionalKind<MethodDeclarationStructure>[] {
  const guarded = new Set(guardedFields(struct));
  const statements = struct.fields.filter((field) => !guarded.has(field)).flatMap(ruleStatements);
  if (statements.length === 0) return [];
  return [
    {
      name: "validate",
      hasOverrideKeyword: true,
      returnType: "number",
      statements: [...statements, "return 0;"],
    },
  ];
}

function ruleStatements(field: FieldModel): string[] {
  const { member, index, type } = field;
  const broken = field.as === "parts" ? undefined : brokenRule(field, `this.${member}`);
  if (broken !== undefined) return [`if (${broken.test}) return fieldFault(Fault.${broken.code}, ${index});`];
  if (field.as === "safe") {
    return [`if (!Number.isSafeInteger(this.${member})) return fieldFault(Fault.UNSAFE_INTEGER, ${index});`];
  }
  if (type.kind === "struct" && hasRules(type.struct)) {
    return [
      `const ${nestedMember(field)} = this.${member}.validate();`,
      `if (${nestedMember(field)} !== 0) return fieldFault(faultCode(${nestedMember(field)}), ${index});`,
    ];
  }
  if (field.enum?.closed !== true) return [];
  const cases = field.enum.labels.map(({ value }) => `case ${value}:`).join("\n");
  return [
    `switch (this.${member}) {\n${cases}\nbreak;\ndefault:\nreturn fieldFault(Fault.ENUM, ${index});\n}`,
  ];
}

/** Whether `validate` has anything to check. */
export function hasRules(struct: StructModel): boolean {
  return validateMethod(struct).length > 0;
}

/** A header to write: zeros, constants, and the least value where 0 is out of range. */
function initMethod(struct: StructModel): OptionalKind<MethodDeclarationStructure> {
  const values = struct.fields.flatMap((field) => {
    const value = initialValue(field);
    return value === undefined
      ? []
      : [`this.${field.member} = ${field.as === "bigint" ? `${value}n` : value};`];
  });
  return {
    name: "init",
    docs: [
      "Makes a new header at `offset`: zeros, constants, and the least legal value where 0 is none; then wraps it.\n" +
        "Returns 0, or the fault of a target that is too short.",
    ],
    parameters: [
      { name: "offset", type: "number" },
      { name: "end", type: "number" },
    ],
    returnType: "number",
    statements: [
      `if (end - offset < ${struct.size}) return this.fail(Fault.TRUNCATED, offset, end);`,
      `this.clear(offset, ${struct.size});`,
      ...values,
      "return this.wrap(offset, end);",
    ],
  };
}

function initialValue({ rule, as, type }: FieldModel): number | undefined {
  if (as === "parts" || type.kind === "struct" || type.kind === "array") return undefined;
  if (rule?.kind === "constant" && rule.value !== 0) return rule.value;
  if (rule?.kind === "range" && (rule.min > 0 || rule.max < 0)) return rule.min;
  return undefined;
}
