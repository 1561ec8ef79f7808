import {
  type GetAccessorDeclarationStructure,
  type MethodDeclarationStructure,
  type OptionalKind,
  Scope,
} from "ts-morph";
import { readCode } from "./access.js";
import { expressionCode, type Spelling, THROUGH_ACCESSORS } from "./emit-expression.js";
import { type Expression, fieldsOf } from "./expression.js";
import { brokenRule, guardedFields, THROUGH_LOCALS } from "./emit-locals.js";
import { slotStatements } from "./emit-slots.js";
import { faultLiteral } from "./fault-codes.js";
import type { DeclaredLength, FieldModel, StructModel } from "./layout.js";
import { localName } from "./names.js";

/** ts-morph 28 has no `override` for accessors; without documentation before it, the word may lead. */
const OVERRIDE = "override ";

/** `headerLength` is a value too, and known only after `wrap`: this spelling goes down to the fields. */
const THROUGH_FIELDS: Spelling = {
  field: ({ member }) => `this.${member}`,
  value: ({ value }) => `(${expressionCode(value, THROUGH_FIELDS)})`,
};

/** `wrap`: one length check for the fixed part, then what is needed to know where header and payload end. */
export function wrapMethod(struct: StructModel): OptionalKind<MethodDeclarationStructure> {
  return {
    name: "wrap",
    hasOverrideKeyword: true,
    docs: [
      "Moves to `offset`; bytes from `end` on are not this packet's. Returns 0, or why it does not fit.",
    ],
    parameters: [
      { name: "offset", type: "number" },
      { name: "end", type: "number" },
    ],
    returnType: "number",
    statements: [
      ...placeStatements(struct),
      `const room = end - offset;`,
      `if (room < ${struct.size}) return this.fail(${faultLiteral("TRUNCATED")});`,
      ...guardedFields(struct)
        .filter(({ slot }) => slot === 0)
        .flatMap((field) => localAndRule(field, struct)),
      ...headerLengthChecks(struct),
      ...declaredStatements(struct),
      ...slotStatements(struct),
      "return 0;",
    ],
  };
}

/** First: `fail` reads where it was asked to stand from here. */
function placeStatements({ declared }: StructModel): string[] {
  const captured = declared === undefined ? [] : ["this.captureEnd = end;"];
  return ["this.offset = offset;", "this.end = end;", ...captured];
}

function localAndRule(field: FieldModel, struct: StructModel): string[] {
  const local = localName(field.name);
  const read = `const ${local} = ${readCode(field, struct.bitOrder, "offset")};`;
  const broken = brokenRule(field, local);
  if (broken === undefined) return [read];
  return [read, `if (${broken.test}) return this.fail(${faultLiteral(broken.code, field)});`];
}

function headerLengthChecks({ headerLength, size }: StructModel): string[] {
  if (headerLength === undefined) return [];
  const short = `if (headerLength < ${size}) return this.fail(${faultLiteral("HEADER_LENGTH")});`;
  return [
    `const headerLength = ${expressionCode(headerLength, THROUGH_LOCALS)};`,
    ...(headerLength.range.min < size ? [short] : []),
    `if (room < headerLength) return this.fail(${faultLiteral("TRUNCATED_HEADER")});`,
    "this.headerBytes = headerLength;",
  ];
}

/** The end moves back where fewer bytes are declared than were captured: mostly they are as many, and one test tells. */
function declaredStatements(struct: StructModel): string[] {
  const { declared } = struct;
  if (declared === undefined) return [];
  const header = struct.headerLength === undefined ? `${struct.size}` : "headerLength";
  const from = expressionCode(declared.from, THROUGH_LOCALS);
  const total = declared.counts === "total" ? from : `${header} + (${from})`;
  const mayBeShort = declaredMayBeShort(struct);
  const name = total === from && declared.from.op === "field" ? from : "total";
  const tests = [`${name} < room`, ...believedTests(declared, THROUGH_LOCALS)];
  const fault = faultLiteral("DECLARED_LENGTH", blamedField(declared));
  const body = [
    ...(mayBeShort ? [`if (${name} < ${header}) return this.fail(${fault});`] : []),
    `this.end = offset + ${name};`,
  ];
  return [
    ...(name === "total" ? [`const total = ${total};`] : []),
    `if (${tests.join(" && ")}) {\n${body.join("\n")}\n}`,
  ];
}

/** Whether a declared total can be less than the header's own length. */
export function declaredMayBeShort({ declared, headerLength, size }: StructModel): boolean {
  return declared?.counts === "total" && declared.from.range.min < (headerLength?.range.max ?? size);
}

function blamedField({ from }: DeclaredLength): FieldModel | undefined {
  return [...fieldsOf(from)][0];
}

/** When the declared length counts at all; none: always. */
function believedTests(declared: DeclaredLength, spelling: Spelling): string[] {
  return [
    ...(declared.when === undefined ? [] : [`(${expressionCode(declared.when, spelling)})`]),
    ...(declared.zeroMeansCaptured ? [`(${expressionCode(declared.from, spelling)} !== 0)`] : []),
  ];
}

/** `payloadOffset`, and where lengths are declared: what they say, and where the capture ends. */
export function lengthGetters(struct: StructModel): OptionalKind<GetAccessorDeclarationStructure>[] {
  const { headerLength, declared, size, slots } = struct;
  const header = headerLength === undefined && slots === 0 ? `${size}` : "this.headerBytes";
  return [
    {
      name: "payloadOffset",
      leadingTrivia: OVERRIDE,
      returnType: "number",
      statements: [`return this.offset + ${header};`],
    },
    ...(declared === undefined ? [] : declaredGetters(declared, header)),
  ];
}

function declaredGetters(
  declared: DeclaredLength,
  header: string,
): OptionalKind<GetAccessorDeclarationStructure>[] {
  const from = expressionCode(declared.from, THROUGH_ACCESSORS);
  const total = declared.counts === "total" ? from : `${header} + (${from})`;
  const tests = believedTests(declared, THROUGH_ACCESSORS);
  const value =
    tests.length === 0 ? total : `${tests.join(" && ")} ? ${total} : this.captureEnd - this.offset`;
  return [
    {
      name: "capturedEnd",
      leadingTrivia: OVERRIDE,
      returnType: "number",
      statements: ["return this.captureEnd;"],
    },
    {
      name: "declaredLength",
      leadingTrivia: OVERRIDE,
      returnType: "number",
      statements: [`return ${value};`],
    },
  ];
}

/** For explanations: the header's length as the bytes claim it. */
export function readHeaderLengthMethod(headerLength: Expression): OptionalKind<MethodDeclarationStructure> {
  return {
    name: "readHeaderLength",
    hasOverrideKeyword: true,
    scope: Scope.Protected,
    returnType: "number",
    statements: [`return ${expressionCode(headerLength, THROUGH_FIELDS)};`],
  };
}
