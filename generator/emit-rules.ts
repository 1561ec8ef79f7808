import type { MethodDeclarationStructure, OptionalKind } from "ts-morph";
import { byteLiteral } from "./contents.js";
import { notInRows } from "./emit-checks.js";
import { start } from "./place.js";
import { brokenRule, guardedFields } from "./emit-locals.js";
import { faultLiteral } from "./fault-codes.js";
import type { FieldModel, StructModel } from "./layout.js";
import { nestedMember, upper } from "./members.js";

/** Rules that `wrap` did not check: they tell a wrong packet, not a short one. */
export function validateMethod(struct: StructModel): OptionalKind<MethodDeclarationStructure>[] {
  const guarded = new Set(guardedFields(struct));
  const statements = struct.fields.flatMap((field) =>
    whereThere(field, [
      ...(guarded.has(field) || field.back !== undefined ? [] : valueStatements(field)),
      ...equalsStatements(field),
      ...enumStatements(field),
      ...nestedStatements(field),
    ]),
  );
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

/** A field that is absent breaks no rule. */
function whereThere({ when, member }: FieldModel, statements: string[]): string[] {
  if (when === undefined || statements.length === 0) return statements;
  return [`if (this.has${upper(member)}) {\n${statements.join("\n")}\n}`];
}

const known = new WeakMap<StructModel, boolean>();

/** Whether `validate` has anything to check. */
export function hasRules(struct: StructModel): boolean {
  const answer = known.get(struct) ?? validateMethod(struct).length > 0;
  known.set(struct, answer);
  return answer;
}

/** Whether the rules are of plain numbers in the fixed part, and no others: a Stack can then ask them itself. */
export function hasOnlyPlainRules({ fields }: StructModel): boolean {
  return fields.every((field) => {
    const { rule, when, as, type, slot, equals } = field;
    if (equals !== undefined) return false;
    if (rule?.kind === "contents") return false;
    if (rule?.kind === "constant" || rule?.kind === "range") {
      return when === undefined && slot === 0 && (as === "number" || as === "safe") && type.bits <= 53;
    }
    const nested = whereThere(field, [...enumStatements(field), ...nestedStatements(field)]);
    return nested.length === 0 && (as !== "safe" || type.bits <= 53);
  });
}

function valueStatements(field: FieldModel): string[] {
  const { member, as, rule } = field;
  if (rule?.kind === "contents") {
    const test = `!textStands(this.view, ${start(field)}, ${byteLiteral(rule.bytes)})`;
    return [`if (${test}) return ${faultLiteral("CONSTANT", field)};`];
  }
  const value = as === "parts" ? `(this.${member}High * 0x100000000 + this.${member}Low)` : `this.${member}`;
  const broken = brokenRule(field, value);
  if (broken !== undefined) return [`if (${broken.test}) return ${faultLiteral(broken.code, field)};`];
  if (as !== "safe") return [];
  return [`if (!Number.isSafeInteger(this.${member})) return ${faultLiteral("UNSAFE_INTEGER", field)};`];
}

function equalsStatements(field: FieldModel): string[] {
  const { equals, member } = field;
  if (equals === undefined) return [];
  return [`if (this.${member} !== this.${equals.member}) return ${faultLiteral("CONSTANT", field)};`];
}

function enumStatements(field: FieldModel): string[] {
  const { enum: names, member } = field;
  if (names?.closed !== true) return [];
  const cases = names.labels.map(({ value }) => `case ${value}:`).join("\n");
  const refusal = `${notInRows(names, `this.${member}`)}return ${faultLiteral("ENUM", field)};`;
  const listed = cases === "" ? "" : `${cases}\nbreak;\n`;
  return [`switch (this.${member}) {\n${listed}default:\n${refusal}\n}`];
}

/** The rules of what a field contains: those that its `wrap` checks, and those that its `validate` does. */
function nestedStatements(field: FieldModel): string[] {
  const { type } = field;
  if (type.kind === "struct") return nestedCheck(field, type.struct, "");
  if (type.kind !== "array" || type.element.kind !== "struct") return [];
  const { struct } = type.element;
  const each = nestedCheck(field, struct, ` + index * ${struct.size}`);
  return each.length === 0
    ? []
    : [`for (let index = 0; index < ${type.count}; index++) {\n${each.join("\n")}\n}`];
}

function nestedCheck(field: FieldModel, struct: StructModel, moreOffset: string): string[] {
  if (!hasRules(struct) && guardedFields(struct).length === 0) return [];
  const nested = `this.${nestedMember(field)}`;
  const wrap = `${nested}.wrap(${start(field)}${moreOffset}, this.end)`;
  const fault = hasRules(struct) ? `${wrap} || ${nested}.validate()` : wrap;
  const code = [
    `const fault = ${fault};`,
    `if (fault !== 0) return fieldFault(faultCode(fault), ${field.index});`,
  ];
  return [["{", ...code, "}"].join("\n")];
}
