// The hot methods of a Stack: each moves one cursor, sees that the header fits, and calls the next header's method.
import { type MethodDeclarationStructure, type OptionalKind, Scope } from "ts-morph";
import { hotFields, hotStatements, PLACE_OF_HEADER, placeOfLocals } from "./emit-choice.js";
import { keptRules, lengthFields, lengthTests, readStatements, totalLocal } from "./emit-fit.js";
import { brokenRule } from "./emit-locals.js";
import { hasOnlyPlainRules, hasRules } from "./emit-rules.js";
import { headerLengthLocal } from "./emit-wrap.js";
import { fieldsOf } from "./expression.js";
import type { StructModel } from "./layout.js";
import { enterMethodName } from "./names.js";
import type { Layer, StackPlan } from "./stack-plan.js";

/** `enterUdp`. What it returns is the presence of its layer and of all that follow. */
export function enterMethod(layer: Layer, plan: StackPlan): OptionalKind<MethodDeclarationStructure> {
  return {
    name: enterMethodName(layer.struct.name),
    scope: Scope.Private,
    parameters: ["offset", "end"].map((name) => ({ name, type: "number" })),
    returnType: "number",
    statements: canBeFused(layer) ? fusedStatements(layer, plan) : wrappedStatements(layer, plan),
  };
}

/** Whether all that `wrap` and `validate` ask can be asked here, of values that are read once for everything. */
function canBeFused(layer: Layer): boolean {
  const { keys, conditions } = hotFields(layer);
  const fields = [...keys, ...conditions.flatMap((one) => [...fieldsOf(one)])];
  return (
    layer.struct.slots === 0 && hasOnlyPlainRules(layer.struct) && fields.every(({ slot }) => slot === 0)
  );
}

function fusedStatements(layer: Layer, plan: StackPlan): string[] {
  const { struct, member } = layer;
  const ruled = struct.fields.filter((field) => brokenRule(field, "") !== undefined);
  const { keys, conditions } = hotFields(layer);
  const inside = hotStatements(layer, plan, placeOfLocals(struct));
  const declared = inside.some((code) => /\btotal\b/.test(code)) ? declaredFields(struct) : [];
  const fields = [
    ...ruled,
    ...lengthFields(struct),
    ...keys,
    ...conditions.flatMap((one) => [...fieldsOf(one)]),
    ...declared,
  ];
  const tests = [...keptRules(ruled), ...lengthTests(struct)];
  const uses = (name: RegExp): boolean => [...tests, ...inside].some((code) => name.test(code));
  const total = uses(/\btotal\b/) ? totalLocal(struct) : [];
  const usesRoom = uses(/\broom\b/) || total.length > 0;
  return [
    `const header = this.${member};`,
    "header.offset = offset;",
    "header.end = end;",
    ...(usesRoom ? ["const room = end - offset;"] : []),
    `if (${usesRoom ? "room" : "end - offset"} >= ${struct.size}) {`,
    ...(fields.length === 0 ? [] : ["const view = this.view;"]),
    ...readStatements(fields, struct),
    ...headerLengthLocal(struct),
    ...total,
    ...(tests.length === 0 ? inside : [`if (${tests.join(" && ")}) {\n${inside.join("\n")}\n}`]),
    "}",
    `return this.refuse(header);`,
  ];
}

/** Fields that say where the payload ends. */
function declaredFields({ declared }: StructModel): ReturnType<typeof lengthFields> {
  if (declared === undefined) return [];
  return [declared.from, declared.when].flatMap((one) => (one === undefined ? [] : [...fieldsOf(one)]));
}

function wrappedStatements(layer: Layer, plan: StackPlan): string[] {
  const { struct, member } = layer;
  const rules = hasRules(struct) ? " && header.validate() === 0" : "";
  const inside = hotStatements(layer, plan, PLACE_OF_HEADER);
  return [
    `const header = this.${member};`,
    `if (header.wrap(offset, end) === 0${rules}) {\n${inside.join("\n")}\n}`,
    "header.offset = offset;",
    "header.end = end;",
    `return this.refuse(header);`,
  ];
}
