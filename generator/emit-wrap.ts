import type { GetAccessorDeclarationStructure, MethodDeclarationStructure, OptionalKind } from "ts-morph";
import { Scope } from "./ts-morph.js";
import { readCode } from "./access.js";
import { expressionCode, type Spelling, THROUGH_ACCESSORS } from "./emit-expression.js";
import { type Expression, fieldsOf } from "./expression.js";
import {
  believedTests,
  bodyEndCode,
  declaredMayBeShort,
  keptRules,
  lengthFields,
  lengthTests,
  totalLocal,
} from "./emit-fit.js";
import { OVERRIDE } from "./emit-override.js";
import { brokenRule, guardedFields, THROUGH_LOCALS } from "./emit-locals.js";
import { endStatements, keepsBodyEnd, looksAtEnd, measuresEnd } from "./emit-end.js";
import { parking, slotStatements } from "./emit-slots.js";
import { faultLiteral } from "./fault-codes.js";
import type { DeclaredLength, FieldModel, StructModel } from "./layout.js";
import { localName } from "./names.js";

/** `headerLength` is a value too, and known only after `wrap`: this spelling goes down to the fields. */
const THROUGH_FIELDS: Spelling = {
  end: THROUGH_ACCESSORS.end,
  field: ({ member }) => `this.${member}`,
  value: ({ value }) => `(${expressionCode(value, THROUGH_FIELDS)})`,
};

/** `wrap`: whether header and declared lengths fit, and where everything of no fixed length lies. */
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
      "this.offset = offset;",
      "this.end = end;",
      ...(findsPlaces(struct) ? variableStatements(struct) : fixedStatements(struct)),
    ],
  };
}

/** Whether some places are not known before `wrap` has looked. */
function findsPlaces(struct: StructModel): boolean {
  return struct.slots > 0 || looksAtEnd(struct);
}

/** All conditions at once: which one fails is worked out apart from here, where it takes no room in hot code. */
function fixedStatements(struct: StructModel): string[] {
  const rules = guardedFields(struct).filter((field) => brokenRule(field, "") !== undefined);
  const fields = [...rules, ...lengthFields(struct)];
  const tests = [...keptRules(rules), ...lengthTests(struct)];
  if (tests.length === 0) return [...roomStatements(struct), "return 0;"];
  return [
    "const room = end - offset;",
    `if (room >= ${struct.size}) {`,
    "const view = this.view;",
    ...[...new Set(fields)].map((field) => readLocal(field, struct)),
    ...headerLengthLocal(struct),
    ...(declaredMayBeShort(struct) || measuresEnd(struct) ? totalLocal(struct) : []),
    measuresEnd(struct)
      ? `if (${tests.join(" && ")}) {\nthis.bodyEnd = ${bodyEndCode(struct)};\nreturn 0;\n}`
      : `if (${tests.join(" && ")}) return 0;`,
    "}",
    "return this.refuse();",
  ];
}

function roomStatements({ size }: StructModel): string[] {
  return [`if (end - offset < ${size}) return this.fail(${faultLiteral("TRUNCATED")});`];
}

function variableStatements(struct: StructModel): string[] {
  const guarded = guardedFields(struct).filter(({ slot }) => slot === 0);
  return [
    ...roomStatements(struct),
    ...(guarded.length === 0 ? [] : ["const view = this.view;"]),
    ...guarded.flatMap((field) => localAndRule(field, struct)),
    ...headerLengthChecks(struct),
    ...declaredStatements(struct),
    ...(looksAtEnd(struct) ? parking(struct) : []),
    ...endStatements(struct),
    ...slotStatements(struct),
    "return 0;",
  ];
}

/** Why `wrap` said no: the same conditions one after the other, each with its fault. */
export function refuseMethod(struct: StructModel): OptionalKind<MethodDeclarationStructure>[] {
  if (findsPlaces(struct) || !fixedStatements(struct).includes("return this.refuse();")) return [];
  const fields = guardedFields(struct);
  return [
    {
      name: "refuse",
      scope: Scope.Private,
      docs: ["Why it does not fit."],
      returnType: "number",
      statements: [
        "const { view, offset, end } = this;",
        ...roomStatements(struct),
        ...fields.flatMap((field) => localAndRule(field, struct)),
        ...headerLengthChecks(struct),
        ...declaredStatements(struct),
        "return 0;",
      ],
    },
  ];
}

function localAndRule(field: FieldModel, struct: StructModel): string[] {
  const read = readLocal(field, struct);
  const broken = brokenRule(field, localName(field.name));
  if (broken === undefined) return [read];
  return [read, `if (${broken.test}) return this.fail(${faultLiteral(broken.code, field)});`];
}

function readLocal(field: FieldModel, { bitOrder }: StructModel): string {
  return `const ${localName(field.name)} = ${readCode(field, bitOrder, "offset")};`;
}

/** The header's length over locals, where it has one of its own. */
export function headerLengthLocal({ headerLength }: StructModel): string[] {
  return headerLength === undefined
    ? []
    : [`const headerLength = ${expressionCode(headerLength, THROUGH_LOCALS)};`];
}

function headerLengthChecks(struct: StructModel): string[] {
  const { headerLength, size, slots } = struct;
  if (headerLength === undefined) return [];
  const short = `if (headerLength < ${size}) return this.fail(${faultLiteral("HEADER_LENGTH")});`;
  return [
    ...headerLengthLocal(struct),
    ...(headerLength.range.min < size ? [short] : []),
    `if (end - offset < headerLength) return this.fail(${faultLiteral("TRUNCATED_HEADER")});`,
    ...(slots === 0 ? [] : ["this.headerBytes = headerLength;"]),
  ];
}

/** A declared length that counts and ends within the header is a lie; `stop` is where it ends for what follows. */
function declaredStatements(struct: StructModel): string[] {
  const { declared, headerLength, size } = struct;
  if (declared === undefined) return [];
  const header = headerLength === undefined ? `${size}` : "headerLength";
  const from = expressionCode(declared.from, THROUGH_LOCALS);
  const total = declared.counts === "total" ? from : `${header} + (${from})`;
  const tests = [`(${total}) < end - offset`, ...believedTests(declared, THROUGH_LOCALS)];
  const fault = faultLiteral("DECLARED_LENGTH", blamedField(declared));
  const body = [
    ...(declaredMayBeShort(struct) ? [`if ((${total}) < ${header}) return this.fail(${fault});`] : []),
    ...(findsPlaces(struct) ? [`stop = offset + (${total});`] : []),
  ];
  if (body.length === 0) return [];
  return [
    ...(findsPlaces(struct) ? ["let stop = end;"] : []),
    `if (${tests.join(" && ")}) {\n${body.join("\n")}\n}`,
  ];
}

function blamedField({ from }: DeclaredLength): FieldModel | undefined {
  return [...fieldsOf(from)][0];
}

/** `payloadOffset`, and where lengths are declared: what they say, and where the payload ends for it. */
export function lengthGetters(struct: StructModel): OptionalKind<GetAccessorDeclarationStructure>[] {
  const { declared, tail } = struct;
  const header = headerCode(struct);
  const start = header === "0" ? "this.offset" : `this.offset + ${header}`;
  return [
    getter("payloadOffset", [`return ${tail === "end" ? "this.payloadEnd" : start};`]),
    ...(declared === undefined ? [] : declaredGetters(declared, struct)),
    ...(keepsBodyEnd(struct) ? [getter("payloadEnd", ["return this.bodyEnd;"])] : []),
  ];
}

/** What a header's own length is, in a getter. */
function headerCode({ headerLength, size, slots, tail }: StructModel): string {
  if (tail === "end") return "this.payloadEnd - this.offset";
  if (slots > 0) return "this.headerBytes";
  return headerLength === undefined ? `${size}` : `(${expressionCode(headerLength, THROUGH_FIELDS)})`;
}

function declaredGetters(
  declared: DeclaredLength,
  struct: StructModel,
): OptionalKind<GetAccessorDeclarationStructure>[] {
  const from = expressionCode(declared.from, THROUGH_ACCESSORS);
  const total = declared.counts === "total" ? from : `${headerCode(struct)} + (${from})`;
  const tests = believedTests(declared, THROUGH_ACCESSORS);
  const believed = tests.length === 0 ? total : `${tests.join(" && ")} ? ${total} : this.end - this.offset`;
  return [
    ...(keepsBodyEnd(struct) ? [] : [getter("payloadEnd", payloadEndStatements(declared, struct))]),
    getter("declaredLength", [`return ${believed};`]),
  ];
}

/** The declared end where it counts and the capture reaches beyond it. Each field is read once. */
function payloadEndStatements(declared: DeclaredLength, struct: StructModel): string[] {
  const fields = [
    ...fieldsOf(declared.from),
    ...(declared.when === undefined ? [] : fieldsOf(declared.when)),
  ];
  const locals = [...new Set(fields)].map(({ name, member }) => `const ${localName(name)} = this.${member};`);
  const from = expressionCode(declared.from, THROUGH_LOCALS);
  const total = declared.counts === "total" ? from : `${headerCode(struct)} + (${from})`;
  const believed = believedTests(declared, THROUGH_LOCALS);
  const ends = `(${total}) < this.end - this.offset`;
  // What is asked first settles it for most packets: a condition on a type does, a length of 0 does not.
  const tests = declared.when === undefined ? [ends, ...believed] : [...believed, ends];
  return [...locals, `return ${tests.join(" && ")} ? this.offset + (${total}) : this.end;`];
}

function getter(name: string, statements: string[]): OptionalKind<GetAccessorDeclarationStructure> {
  return { name, leadingTrivia: OVERRIDE, returnType: "number", statements };
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
