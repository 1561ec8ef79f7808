// The hot methods of a Stack: each moves one cursor, sees that the header fits, and calls the next header's method.
import type { MethodDeclarationStructure, OptionalKind } from "ts-morph";
import { Scope } from "./ts-morph.js";
import { looksAtEnd, measuresEnd } from "./emit-end.js";
import { hex, hotFields, onward, type Onward, PLACE_OF_HEADER, placeOfLocals } from "./emit-choice.js";
import { bodyEndCode, keptRules, lengthFields, lengthTests, readStatements, totalLocal } from "./emit-fit.js";
import { brokenRule } from "./emit-locals.js";
import { hasOnlyPlainRules, hasRules } from "./emit-rules.js";
import { headerLengthLocal } from "./emit-wrap.js";
import { fieldsOf } from "./expression.js";
import type { FieldModel, StructModel } from "./layout.js";
import { enterMethodName } from "./names.js";
import type { Layer, StackPlan } from "./stack-plan.js";

/** `enterUdp`. What it returns is the presence of its layer and of all that follow. */
export function enterMethod(layer: Layer, plan: StackPlan): OptionalKind<MethodDeclarationStructure> {
  return {
    name: enterMethodName(layer.struct.name),
    scope: Scope.Private,
    parameters: ["offset", "end"].map((name) => ({ name, type: "number" })),
    returnType: "number",
    statements: canBeFused(layer, plan) ? fusedStatements(layer, plan) : wrappedStatements(layer, plan),
  };
}

/** Whether all that `wrap` and `validate` ask can be asked here, of values that are read once for everything. */
export function canBeFused(layer: Layer, plan: StackPlan): boolean {
  const { keys, conditions } = hotFields(layer, plan);
  const fields = [...keys, ...conditions.flatMap((one) => [...fieldsOf(one)])];
  return (
    layer.struct.slots === 0 &&
    !looksAtEnd(layer.struct) &&
    hasOnlyPlainRules(layer.struct) &&
    fields.every(({ slot }) => slot === 0)
  );
}

/** A header's method in its parts, from moving the cursor to what follows. */
export interface Fused {
  readonly move: readonly string[];
  /** The bytes there are. */
  readonly size: string;
  readonly read: readonly string[];
  readonly fields: readonly FieldModel[];
  /** What has to hold of what was read. */
  readonly tests: readonly string[];
  readonly on: Onward;
}

export function fuse(layer: Layer, plan: StackPlan): Fused {
  const { struct, member } = layer;
  const ruled = struct.fields.filter((field) => brokenRule(field, "") !== undefined);
  const { keys, conditions } = hotFields(layer, plan);
  const found = onward(layer, plan, placeOfLocals(struct));
  const on = { ...found, before: [...bodyEndStatements(struct), ...found.before] };
  const tests = [...keptRules(ruled), ...lengthTests(struct)];
  const after = [...on.before, on.found];
  const declared = after.some((code) => /\btotal\b/.test(code)) ? declaredFields(struct) : [];
  const fields = [
    ...ruled,
    ...lengthFields(struct),
    ...keys,
    ...conditions.flatMap((one) => [...fieldsOf(one)]),
    ...declared,
  ];
  const uses = (name: RegExp): boolean => [...tests, ...after].some((code) => name.test(code));
  const total = uses(/\btotal\b/) ? totalLocal(struct) : [];
  const usesRoom = uses(/\broom\b/) || total.length > 0;
  return {
    move: [
      `const header = this.${member};`,
      "header.offset = offset;",
      "header.end = end;",
      ...(usesRoom ? ["const room = end - offset;"] : []),
    ],
    size: usesRoom ? "room" : "end - offset",
    read: [
      ...(fields.length === 0 ? [] : ["const view = this.view;"]),
      ...readStatements(fields, struct),
      ...headerLengthLocal(struct),
      ...total,
    ],
    fields,
    tests,
    on,
  };
}

/** What `wrap` keeps. */
function bodyEndStatements(struct: StructModel): string[] {
  if (!measuresEnd(struct)) return [];
  return [`const bodyEnd = ${bodyEndCode(struct)};`, "header.bodyEnd = bodyEnd;"];
}

function fusedStatements(layer: Layer, plan: StackPlan): string[] {
  const { move, size, read, tests, on } = fuse(layer, plan);
  const inside = [...on.before, `return ${withPresence(on.found, layer.presence)};`];
  return [
    ...move,
    `if (${size} >= ${layer.struct.size}) {`,
    ...read,
    ...(tests.length === 0 ? inside : [`if (${tests.join(" && ")}) {`, ...inside, "}"]),
    "}",
    "return this.refuse(header);",
  ];
}

export function withPresence(found: string, presence: number): string {
  if (found === "0") return hex(presence);
  return presence === 0 ? found : `${found} | ${hex(presence)}`;
}

/** Fields that say where the payload ends. */
function declaredFields({ declared }: StructModel): ReturnType<typeof lengthFields> {
  if (declared === undefined) return [];
  return [declared.from, declared.when].flatMap((one) => (one === undefined ? [] : [...fieldsOf(one)]));
}

function wrappedStatements(layer: Layer, plan: StackPlan): string[] {
  const { struct, member } = layer;
  const rules = hasRules(struct) ? " && header.validate() === 0" : "";
  const { before, found } = onward(layer, plan, PLACE_OF_HEADER);
  return [
    `const header = this.${member};`,
    `if (header.wrap(offset, end) === 0${rules}) {`,
    ...before,
    `return ${withPresence(found, layer.presence)};`,
    "}",
    "header.offset = offset;",
    "header.end = end;",
    "return this.refuse(header);",
  ];
}
