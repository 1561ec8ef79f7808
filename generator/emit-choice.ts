// How a Stack goes on to the next header: straight from one hot method to the next, or by number when it walks.
import { type MethodDeclarationStructure, type OptionalKind, Scope } from "ts-morph";
import { decides, expressionCode, negationCode, type Spelling } from "./emit-expression.js";
import { THROUGH_LOCALS } from "./emit-locals.js";
import type { Expression } from "./expression.js";
import type { FieldModel, StructModel } from "./layout.js";
import { childMethodName, enterMethodName, pascalCase } from "./names.js";
import { type Choice, keyBits, type Layer, type StackPlan } from "./stack-plan.js";

/**
 * Of more kinds of children a header keeps only the most travelled in its method: V8 inlines 920 bytes of bytecode into
 * a loop, and a way down that it can inline takes half the time.
 */
const MAX_HOT = 2;

/** Where a hot method finds the header's values: in locals of its own, or through the cursor that was wrapped. */
export interface Place {
  readonly spelling: Spelling;
  /** Where what follows starts. */
  readonly start: string;
  /** Where it ends; a value that is known makes it simpler. */
  limit(key: FieldModel | undefined, values: readonly number[]): string;
}

/** The values are locals: those of the fields, `room` and `total`. */
export function placeOfLocals(struct: StructModel): Place {
  const { declared, headerLength, size } = struct;
  const header = headerLength === undefined ? `${size}` : "headerLength";
  return {
    spelling: THROUGH_LOCALS,
    start: `offset + ${header}`,
    limit: (key, values) => {
      if (declared === undefined || always(declared.when, key, values) === false) return "end";
      const when =
        declared.when === undefined ? "" : ` && (${expressionCode(declared.when, THROUGH_LOCALS)})`;
      return `total < room${when} ? offset + total : end`;
    },
  };
}

/** The values are read through `header`, which `wrap` has moved. */
export const PLACE_OF_HEADER: Place = {
  spelling: {
    field: ({ member }) => `header.${member}`,
    value: ({ member }) => `header.${member}`,
  },
  start: "header.payloadOffset",
  limit: () => "header.payloadEnd",
};

/** What a condition says when the key is one of these values; `undefined` when that does not settle it. */
function always(
  condition: Expression | undefined,
  key: FieldModel | undefined,
  values: readonly number[],
): boolean | undefined {
  if (condition === undefined) return undefined;
  const answers = new Set(values.map((value) => decides(condition, key, value)));
  return answers.size === 1 ? [...answers][0] : undefined;
}

/** Goes on to the header that the rules of `next` find, and returns what was found. */
export function hotStatements(layer: Layer, plan: StackPlan, place: Place): string[] {
  const earlier = layer.choices.slice(0, -1);
  const last = layer.choices.at(-1);
  const statements = earlier.map((choice) =>
    choice.table === undefined
      ? earlierSwitch(choice, layer, plan, place)
      : hotTable(choice, choice.table, layer, place),
  );
  if (last === undefined) return [`return ${hex(layer.presence)};`];
  if (last.table === undefined) return [...statements, ...hotSwitch(last, layer, plan, place)];
  return [...statements, hotTable(last, last.table, layer, place), `return ${hex(layer.presence)};`];
}

/** Fields that {@link hotStatements} names. */
export function hotFields({ choices }: Layer): { keys: FieldModel[]; conditions: Expression[] } {
  return {
    keys: choices.flatMap(({ rule }) => rule.fields),
    conditions: choices.flatMap(({ rule: { when, unless } }) =>
      [when, unless].flatMap((one) => (one === undefined ? [] : [one])),
    ),
  };
}

/** One expression: each `return` of its own would be longer bytecode, of which there is little to spend. */
function hotSwitch(choice: Choice, layer: Layer, plan: StackPlan, place: Place): string[] {
  const key = choice.rule.fields[0] as FieldModel;
  const name = place.spelling.field(key);
  const { hot, rest } = split(choice, layer, plan);
  // A condition that is true of every value that leads on needs no asking: they alone are compared.
  const tests = hot.every(({ values }) => holdsFor(choice, key, values))
    ? []
    : conditionTests(choice, place.spelling);
  const limits = new Set(hot.map(({ values }) => place.limit(key, values)));
  const [only = ""] = limits;
  const isSimple = limits.size === 1 && /^[\w.]+$/.test(only);
  const limit = isSimple ? only : "limit";
  const start = hot.length > 1 ? "start" : place.start;
  const none = rest.length > 0 ? `this.${restName(layer)}(${name})` : "0";
  const found = hot.reduceRight(
    (otherwise, one) =>
      `${isOneOf(name, one, choice)} ? ${enterCode(one.layer, layer, start, limit)} : ${otherwise}`,
    none,
  );
  const guarded = tests.length === 0 ? found : `${tests.join(" && ")} ? (${found}) : 0`;
  return [
    ...(hot.length > 1 ? [`const start = ${place.start};`] : []),
    ...(isSimple || hot.length === 0 ? [] : [`const limit = ${place.limit(undefined, [])};`]),
    `return (${guarded})${plus(layer)};`,
  ];
}

/** A rule that others follow: where it finds nothing they are asked. */
function earlierSwitch(choice: Choice, layer: Layer, plan: StackPlan, place: Place): string {
  const key = choice.rule.fields[0] as FieldModel;
  const body = byChild(choice, plan).map(
    (one) =>
      `if (${isOneOf(place.spelling.field(key), one, choice)}) return ${enterCode(one.layer, layer, place.start, place.limit(key, one.values))}${plus(layer)};`,
  );
  const tests = conditionTests(choice, place.spelling);
  return tests.length === 0 ? body.join("\n") : `if (${tests.join(" && ")}) {\n${body.join("\n")}\n}`;
}

/** Whether a rule counts for all of these values of its key. */
function holdsFor({ rule: { when, unless } }: Choice, key: FieldModel, values: readonly number[]): boolean {
  return unless === undefined && (when === undefined || always(when, key, values) === true);
}

function conditionTests({ rule: { when, unless } }: Choice, spelling: Spelling): string[] {
  return [
    ...(when === undefined ? [] : [`(${expressionCode(when, spelling)})`]),
    ...(unless === undefined ? [] : [negationCode(unless, spelling)]),
  ];
}

function enterCode(child: Layer, parent: Layer, start: string, limit: string): string {
  if (child.number <= parent.number || child.presence === 0) return "this.again()";
  return `this.${enterMethodName(child.struct.name)}(${start}, ${limit})`;
}

function plus({ presence }: Layer): string {
  return presence === 0 ? "" : ` | ${hex(presence)}`;
}

/** Bits, in hex where that is shorter to grasp. */
export function hex(value: number): string {
  return value < 10 ? `${value}` : `0x${value.toString(16)}`;
}

/** Values that lead to one child. */
interface Target {
  readonly layer: Layer;
  readonly values: readonly number[];
}

/**
 * By child: first the one that most kinds of headers stand on. A tag that its own siblings follow, as VLAN, is no place
 * that traffic comes to rest on.
 */
function byChild({ targets }: Choice, plan: StackPlan): Target[] {
  const children = new Map<Layer, number[]>();
  for (const { value, child } of targets) {
    const layer = plan.layerOf(child);
    children.set(layer, [...(children.get(layer) ?? []), value]);
  }
  const weight = (one: Layer): number => {
    const followers = new Set(one.choices.flatMap((choice) => choice.targets.map(({ child }) => child)));
    const siblings = [...children.keys()].filter(({ struct }) => followers.has(struct));
    return followers.size - 2 * siblings.length;
  };
  return [...children]
    .map(([layer, values]) => ({ layer, values }))
    .sort(
      (a, b) =>
        weight(b.layer) - weight(a.layer) ||
        b.layer.struct.next.length - a.layer.struct.next.length ||
        (a.values[0] ?? 0) - (b.values[0] ?? 0),
    );
}

/** What stays in the hot method, and what is left to one of its own. */
function split(choice: Choice, layer: Layer, plan: StackPlan): { hot: Target[]; rest: Target[] } {
  const targets = byChild(choice, plan);
  if (targets.length <= MAX_HOT) return { hot: targets, rest: [] };
  const hot = targets.filter((one) => one.layer.number > layer.number).slice(0, MAX_HOT);
  return { hot, rest: targets.filter((one) => !hot.includes(one)) };
}

function isOneOf(name: string, { values }: Target, choice: Choice): string {
  return values.map((value) => `${name} === ${label(choice, value)}`).join(" || ");
}

function label({ rule }: Choice, value: number): string {
  return `0x${value.toString(16).padStart(keyBits(rule) > 8 ? 4 : 2, "0")}`;
}

function restName({ struct }: Layer): string {
  return `from${pascalCase(struct.name)}`;
}

/** The method for the children that are not in the hot one. */
export function restMethod(layer: Layer, plan: StackPlan): OptionalKind<MethodDeclarationStructure>[] {
  const choice = layer.choices.at(-1);
  const rest = choice === undefined || choice.table !== undefined ? [] : split(choice, layer, plan).rest;
  if (choice === undefined || rest.length === 0) return [];
  const tests = conditionTests(choice, PLACE_OF_HEADER.spelling);
  const cases = rest.map(
    ({ layer: child, values }) =>
      `${values.map((value) => `case ${label(choice, value)}:`).join("\n")}\nreturn ${enterCode(child, layer, "start", "limit")};`,
  );
  return [
    {
      name: restName(layer),
      scope: Scope.Private,
      parameters: [{ name: "key", type: "number" }],
      returnType: "number",
      statements: [
        `const header = this.${layer.member};`,
        ...(tests.length === 0 ? [] : [`if (!(${tests.join(" && ")})) return 0;`]),
        `const start = ${PLACE_OF_HEADER.start};`,
        `const limit = ${PLACE_OF_HEADER.limit(undefined, [])};`,
        `switch (key) {\n${cases.join("\n")}\ndefault:\nreturn 0;\n}`,
      ],
    },
  ];
}

function hotTable(choice: Choice, table: string, layer: Layer, place: Place): string {
  const enter = `if (next !== 0) return this.enter(next, ${layer.number}, ${place.start}, ${place.limit(undefined, [])})${plus(layer)};`;
  const body = [...lookup(choice, table, place.spelling), enter].join("\n");
  const tests = conditionTests(choice, place.spelling);
  return tests.length === 0 ? `{\n${body}\n}` : `if (${tests.join(" && ")}) {\n${body}\n}`;
}

/** Statements that leave in `next` the number of the layer that a table finds. */
function lookup({ rule: { fields } }: Choice, table: string, spelling: Spelling): string[] {
  const [first, second] = fields.map((field) => spelling.field(field));
  if (second === undefined) return [`const next = ${table}[${first}] as number;`];
  return [
    `const lower = ${table}[Math.min(${first}, ${second})] as number;`,
    `const next = lower !== 0 ? lower : (${table}[Math.max(${first}, ${second})] as number);`,
  ];
}

/** For a walk: the number of the layer that follows, or 0. */
export function childMethod(layer: Layer, plan: StackPlan): OptionalKind<MethodDeclarationStructure>[] {
  if (layer.choices.length === 0) return [];
  const { struct } = layer;
  return [
    {
      name: childMethodName(struct.name),
      scope: Scope.Private,
      parameters: [{ name: "header", type: struct.className }],
      returnType: "number",
      statements: [...layer.choices.map((choice) => childStatements(choice, plan)), "return 0;"],
    },
  ];
}

function childStatements(choice: Choice, plan: StackPlan): string {
  const { spelling } = PLACE_OF_HEADER;
  const body = choice.table === undefined ? childSwitch(choice, plan) : childLookup(choice, choice.table);
  const tests = conditionTests(choice, spelling);
  return tests.length === 0 ? `{\n${body}\n}` : `if (${tests.join(" && ")}) {\n${body}\n}`;
}

function childSwitch(choice: Choice, plan: StackPlan): string {
  const cases = byChild(choice, plan).map(
    ({ layer, values }) =>
      `${values.map((value) => `case ${label(choice, value)}:`).join("\n")}\nreturn ${layer.number}; // ${layer.struct.name}`,
  );
  return `switch (header.${choice.rule.fields[0]?.member}) {\n${cases.join("\n")}\n}`;
}

function childLookup(choice: Choice, table: string): string {
  return [...lookup(choice, table, PLACE_OF_HEADER.spelling), "if (next !== 0) return next;"].join("\n");
}
