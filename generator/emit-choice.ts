// How a Stack goes on to the next header: straight from one hot method to the next, or by number when it walks.
import type { MethodDeclarationStructure, OptionalKind } from "ts-morph";
import { opposite } from "./conditions.js";
import { Scope } from "./ts-morph.js";
import { measuresEnd } from "./emit-end.js";
import { bodyEndCode } from "./emit-fit.js";
import { decides, expressionCode, type Spelling } from "./emit-expression.js";
import { THROUGH_LOCALS } from "./emit-locals.js";
import type { Expression } from "./expression.js";
import { type FieldModel, maxOf, type NextRule, type StructModel } from "./layout.js";
import { childMethodName, enterMethodName, pascalCase } from "./names.js";
import { type Choice, type ChoiceTarget, hasKey, keyBits, type Layer, type StackPlan } from "./stack-plan.js";

/**
 * A header with more kinds of children keeps only the most travelled in its method: V8 inlines 920 bytes of bytecode into
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
      if (measuresEnd(struct)) return "bodyEnd";
      return always(declared?.when, key, values) === false ? "end" : bodyEndCode(struct);
    },
  };
}

/** The values are read through `header`, which `wrap` has moved. */
export const PLACE_OF_HEADER: Place = {
  spelling: {
    end: "(header.end - header.offset)",
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

/** How a hot method goes on once the header is known to fit. */
export interface Onward {
  readonly before: readonly string[];
  /** What is found, bit of the header itself apart. */
  readonly found: string;
  /** The header that most packets go on to, and what is found where they do not. */
  readonly straight?: Straight;
}

export interface Straight {
  readonly layer: Layer;
  /** All of these hold when it follows; `same` has those that compare a field with a value. */
  readonly tests: readonly string[];
  readonly same: readonly { readonly field: FieldModel; readonly value: number }[];
  readonly start: string;
  readonly limit: string;
  readonly otherwise: string;
}

/** Goes on to the header that the rules of `next` find. */
export function onward(layer: Layer, plan: StackPlan, place: Place): Onward {
  const [first] = layer.choices;
  if (first === undefined) return { before: [], found: "0" };
  const { hot, hasRest } = split(layer, plan);
  if (hot.length > 0) return hotSwitch(first, hot, hasRest, layer, place);
  const rest = `this.${restName(layer)}()`;
  const { leading } = layer;
  if (leading === undefined) return { before: [], found: rest };
  const tests = leading.fields.map((field) => `(leads[${place.spelling.field(field)}] as number)`);
  return {
    before: [`const leads = ${leading.table};`, `const mayLead = ${tests.join(" | ")};`],
    found: `(mayLead && ${rest})`,
  };
}

/** Fields that {@link onward} names. */
export function hotFields(
  layer: Layer,
  plan: StackPlan,
): { keys: readonly FieldModel[]; conditions: readonly Expression[] } {
  const [first] = layer.choices;
  if (first === undefined) return { keys: [], conditions: [] };
  if (split(layer, plan).hot.length === 0) return { keys: layer.leading?.fields ?? [], conditions: [] };
  return { keys: first.rule.fields, conditions: [...first.when, ...first.unless] };
}

/** What stays in the hot method, all of it by the first choice, and whether anything is left to a method of its own. */
function split(layer: Layer, plan: StackPlan): { hot: readonly Target[]; hasRest: boolean } {
  const [first] = layer.choices;
  if (first === undefined) return { hot: [], hasRest: false };
  const targets = byChild(first, plan);
  if (layer.choices.length === 1 && first.table === undefined && targets.length <= MAX_HOT) {
    return { hot: targets, hasRest: false };
  }
  const isPort = layer.choices.some(({ rule }) => rule.fields.length > 1);
  if (first.rule.fields.length !== 1 || isPort) return { hot: [], hasRest: true };
  const hot = targets
    .filter(({ layer: child, isRow }) => !isRow && child !== undefined && child.number > layer.number)
    .filter(({ layer: child }) => child?.presence !== 0)
    .slice(0, MAX_HOT);
  return { hot, hasRest: true };
}

/** One expression: each `return` of its own would be longer bytecode, of which there is little to spend. */
function hotSwitch(
  choice: Choice,
  hot: readonly Target[],
  hasRest: boolean,
  layer: Layer,
  place: Place,
): Onward {
  const key = keyOf(choice, place);
  // A condition that is true of every value that leads on needs no asking: they alone are compared.
  const tests = hot.every((target) => holdsFor(choice, target)) ? [] : conditionTests(choice, place.spelling);
  const peeks = choice.rule.peek !== undefined;
  const limits = new Set(hot.map((target) => limitFor(choice, target, place)));
  const [limitOfAll = ""] = limits;
  const isSimple = !peeks && limits.size === 1 && /^[\w.]+$/.test(limitOfAll);
  const limit = isSimple ? limitOfAll : "limit";
  const start = peeks || hot.length > 1 ? "start" : place.start;
  const rest = hasRest ? `this.${restName(layer)}()` : "0";
  const without = layer.choices.length > 1 ? rest : "0";
  const foundOf = (targets: readonly Target[]): string => {
    const found = targets.reduceRight((otherwise, one) => {
      const code = enterCode(one.layer, layer, start, limit);
      const test = isOneOf(key.name, one, choice);
      return test === ALWAYS ? code : `${test} ? ${code} : ${otherwise}`;
    }, rest);
    return tests.length === 0 ? `(${found})` : `(${tests.join(" && ")} ? (${found}) : ${without})`;
  };
  const found = foundOf(hot);
  const constants = [
    ...(start === "start" ? [`const start = ${place.start};`] : []),
    ...(isSimple ? [] : [`const limit = ${place.limit(undefined, [])};`]),
  ];
  const before = usedOnly(constants, [...key.statements, found]).slice(0, -1);
  const [straight] = hot;
  if (straight?.layer === undefined || straight.isRow || !isDownward(straight.layer, layer)) {
    return { before, found };
  }
  const test = isOneOf(key.name, straight, choice);
  return {
    before,
    found,
    straight: {
      layer: straight.layer,
      tests: [...tests, ...(test === ALWAYS ? [] : [test.includes(" || ") ? `(${test})` : test])],
      same: sameValues(choice, straight, tests.length),
      start: place.start,
      limit: limitFor(choice, straight, place),
      otherwise: hasRest ? rest : foundOf(hot.slice(1)),
    },
  };
}

/** What the tests of a target compare, when all of them compare a field with a value. */
function sameValues(choice: Choice, { rows }: Target, conditions: number): Straight["same"] {
  const [key] = choice.rule.fields;
  const [only, second] = rows;
  if (key === undefined || only === undefined || second !== undefined) return [];
  const asked =
    conditions === 0 ? [] : [...choice.when.map(sameValue("===")), ...choice.unless.map(sameValue("!=="))];
  const known = asked.flatMap((one) => one ?? []);
  return known.length < asked.length ? [] : [...known, { field: key, value: only.min }];
}

function sameValue(operator: "===" | "!==") {
  return (condition: Expression): Straight["same"][number] | undefined => {
    if (condition.op !== "binary" || condition.operator !== operator) return undefined;
    const { left, right } = condition;
    return left.op === "field" && right.op === "number"
      ? { field: left.field, value: right.value }
      : undefined;
  };
}

/** The value that chooses: a field's, or one peeked at what follows, which may be too short; then none is like it. */
function keyOf({ rule }: Choice, place: Place): { name: string; statements: string[] } {
  const { peek, mask, fields } = rule;
  if (peek === undefined) {
    return { name: fields[0] === undefined ? "" : place.spelling.field(fields[0]), statements: [] };
  }
  const bits = peek <= 8 ? 8 : peek <= 16 ? 16 : 32;
  const shift = bits === peek ? "" : ` >>> ${bits - peek}`;
  const shifted = `this.view.getUint${bits}(start)${shift}`;
  const read = mask === undefined || mask === maxOf(peek) ? shifted : `((${shifted}) & ${mask}) >>> 0`;
  return { name: "key", statements: [`const key = limit - start >= ${bits / 8} ? ${read} : -1;`] };
}

/** Whether a rule counts for all values of a target. */
function holdsFor({ rule, when, unless }: Choice, target: Target): boolean {
  const [key] = rule.fields;
  if (unless.length > 0 || (when.length > 0 && (key === undefined || target.isRow))) return false;
  return when.every((one) => always(one, key, valuesOf(target)) === true);
}

function limitFor({ rule }: Choice, target: Target, place: Place): string {
  return target.isRow ? place.limit(undefined, []) : place.limit(rule.fields[0], valuesOf(target));
}

function valuesOf({ rows }: Target): number[] {
  return rows.map(({ min }) => min);
}

function conditionTests({ when, unless }: Pick<Choice, "when" | "unless">, spelling: Spelling): string[] {
  return [
    ...when.map((one) => `(${expressionCode(one, spelling)})`),
    ...unless.map((one) => expressionCode(opposite(one), spelling)),
  ];
}

function enterCode(child: Layer | undefined, parent: Layer, start: string, limit: string): string {
  if (child === undefined) return "0";
  if (!isDownward(child, parent)) return "this.again()";
  return `this.${enterMethodName(child.struct.name)}(${start}, ${limit})`;
}

/** Whether a hot method can go on to a child: it has a bit, and cannot lead back to where it came from. */
function isDownward(child: Layer, parent: Layer): boolean {
  return child.number > parent.number && child.presence !== 0;
}

/** Bits, in hex where that is shorter to grasp. */
export function hex(value: number): string {
  return value < 10 ? `${value}` : `0x${value.toString(16)}`;
}

/** Values that lead to one child: single ones, or one row of them. */
interface Target {
  readonly layer: Layer | undefined;
  readonly rows: readonly { readonly min: number; readonly max: number }[];
  readonly isRow: boolean;
}

/**
 * By child: first what is said to be common, then the one that most kinds of headers stand on. A tag that its own siblings
 * follow, as VLAN, is no place that traffic comes to rest on. Rows of values come after single ones, the narrower first.
 */
function byChild(choice: Choice, plan: StackPlan): Target[] {
  const children = new Map<Layer | undefined, ChoiceTarget[]>();
  const layerOf = (child: StructModel | undefined): Layer | undefined => child && plan.layerOf(child);
  const isSingle = ({ min, max }: ChoiceTarget): boolean => min === max;
  for (const target of choice.targets.filter(isSingle)) {
    const layer = layerOf(target.child);
    children.set(layer, [...(children.get(layer) ?? []), target]);
  }
  const weightOf = (one: Layer | undefined): number => {
    const followers = new Set(one?.choices.flatMap(({ targets }) => targets.map(({ child }) => child)));
    const siblings = [...children.keys()].filter(
      (layer) => layer !== undefined && followers.has(layer.struct),
    );
    return followers.size - 2 * siblings.length;
  };
  const weights = new Map([...children.keys()].map((layer) => [layer, weightOf(layer)]));
  const weight = (one: Layer | undefined): number => weights.get(one) ?? 0;
  const isCommon = (one: Layer | undefined): boolean => one?.struct.isCommon === true;
  const rules = (one: Layer | undefined): number => one?.struct.next.length ?? 0;
  const singles = [...children]
    .map(([layer, rows]) => ({ layer, rows, isRow: false }))
    .sort(
      (a, b) =>
        Number(isCommon(b.layer)) - Number(isCommon(a.layer)) ||
        weight(b.layer) - weight(a.layer) ||
        rules(b.layer) - rules(a.layer) ||
        (a.rows[0]?.min ?? 0) - (b.rows[0]?.min ?? 0),
    );
  const rows = choice.targets
    .filter((target) => !isSingle(target))
    .map((target) => ({ layer: layerOf(target.child), rows: [target], isRow: true }));
  return [...singles, ...rows];
}

/** The test that is always true. */
const ALWAYS = "true";

function isOneOf(name: string, { rows, isRow }: Target, choice: Choice): string {
  if (!hasKey(choice)) return ALWAYS;
  if (!isRow) return rows.map(({ min }) => `${name} === ${label(choice, min)}`).join(" || ");
  const [{ min, max }] = rows as [{ min: number; max: number }];
  const least = choice.rule.peek === undefined && min === 0 ? [] : [`${name} >= ${label(choice, min)}`];
  const most = max === 2 ** keyBits(choice.rule) - 1 ? [] : [`${name} <= ${label(choice, max)}`];
  return [...least, ...most].join(" && ") || ALWAYS;
}

function label({ rule }: Choice, value: number): string {
  return `0x${value.toString(16).padStart(keyBits(rule) > 8 ? 4 : 2, "0")}`;
}

function restName({ struct }: Layer): string {
  return `from${pascalCase(struct.name)}`;
}

/** The method for what is not in the hot one: every rule in its turn. */
export function restMethod(layer: Layer, plan: StackPlan): OptionalKind<MethodDeclarationStructure>[] {
  if (!split(layer, plan).hasRest) return [];
  const statements = layer.choices.map((choice) =>
    choice.table === undefined
      ? restSwitch(choice, layer, plan)
      : tableStatements(choice, choice.table, layer, plan),
  );
  return [restOf(layer, [...statements, "return 0;"])];
}

function restSwitch(choice: Choice, layer: Layer, plan: StackPlan): string {
  const key = keyOf(choice, PLACE_OF_HEADER);
  const bounds = [
    `const start = ${PLACE_OF_HEADER.start};`,
    `const limit = ${PLACE_OF_HEADER.limit(undefined, [])};`,
  ];
  const code = (target: Target): string => enterCode(target.layer, layer, "start", "limit");
  const body = hasKey(choice)
    ? switchCode(key.name, choice, byChild(choice, plan), code)
    : byChild(choice, plan)
        .map((target) => `return ${code(target)};`)
        .join("\n");
  const statements = usedOnly(bounds, [...key.statements, body]).join("\n");
  const tests = conditionTests(choice, PLACE_OF_HEADER.spelling);
  return tests.length === 0 ? `{\n${statements}\n}` : `if (${tests.join(" && ")}) {\n${statements}\n}`;
}

function restOf(layer: Layer, statements: readonly string[]): OptionalKind<MethodDeclarationStructure> {
  return {
    name: restName(layer),
    scope: Scope.Private,
    returnType: "number",
    statements: usedOnly([`const header = this.${layer.member};`], statements),
  };
}

/** Constants before the statements that use them, without those that nothing uses. */
function usedOnly(constants: readonly string[], statements: readonly string[]): string[] {
  return constants.reduceRight<string[]>(
    (after, constant) => {
      const name = /^const (\w+)/.exec(constant)?.[1] ?? "";
      return after.some((code) => new RegExp(`\\b${name}\\b`).test(code)) ? [constant, ...after] : after;
    },
    [...statements],
  );
}

/** A switch over single values, then the rows; falls through where nothing is found. */
function switchCode(
  key: string,
  choice: Choice,
  targets: readonly Target[],
  code: (target: Target) => string,
): string {
  const singles = targets.filter(({ isRow }) => !isRow);
  const cases = singles.map(
    (target) =>
      `${valuesOf(target)
        .map((value) => `case ${label(choice, value)}:`)
        .join("\n")}\nreturn ${code(target)};`,
  );
  const rows = targets
    .filter(({ isRow }) => isRow)
    .map((target) => {
      const test = isOneOf(key, target, choice);
      return test === ALWAYS ? `return ${code(target)};` : `if (${test}) return ${code(target)};`;
    });
  return [...(cases.length === 0 ? [] : [`switch (${key}) {\n${cases.join("\n")}\n}`]), ...rows].join("\n");
}

function tableStatements(choice: Choice, table: string, layer: Layer, plan: StackPlan): string {
  const { spelling } = PLACE_OF_HEADER;
  const [key] = choice.rule.fields;
  const bounds = "header.payloadOffset, header.payloadEnd";
  // The first is what most packets go on to without coming here.
  const second = choice === layer.choices[0] && key !== undefined ? split(layer, plan).hot.slice(1) : [];
  const known = second.map((target) => {
    const code = enterCode(target.layer, layer, "header.payloadOffset", "header.payloadEnd");
    return `if (${isOneOf(key === undefined ? "" : spelling.field(key), target, choice)}) return ${code};`;
  });
  // A datagram may be empty, and a segment often is: that is no header cut short.
  const some = choice.rule.fields.length > 1 ? " && header.payloadOffset < header.payloadEnd" : "";
  const enter = `if (next !== 0${some}) return this.enter(next, ${layer.number}, ${bounds});`;
  const body = [...known, ...lookup(choice, table, spelling), enter].join("\n");
  const tests = conditionTests(choice, spelling);
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
  const { struct } = layer;
  if (struct.next.length === 0) return [];
  const statements = [
    ...struct.next.filter(({ fields }) => fields.length > 0).map((rule) => boundStatement(rule, struct)),
    ...layer.choices.map((choice) => childStatements(choice, plan)),
    "return 0;",
  ];
  const isUsed = statements.some((code) => /\bheader\b/.test(code));
  return [
    {
      name: childMethodName(struct.name),
      scope: Scope.Private,
      parameters: [{ name: isUsed ? "header" : "_header", type: struct.className }],
      returnType: "number",
      statements,
    },
  ];
}

/** What was bound at run time goes before the schemas. */
function boundStatement({ key, fields, when, unless }: NextRule, { name }: StructModel): string {
  const values = fields.map((field) => PLACE_OF_HEADER.spelling.field(field)).join(", ");
  const body = `const next = this.bound("${name}.${key}", ${values});\nif (next !== 0) return next;`;
  const conditions = { when: when === undefined ? [] : [when], unless: unless === undefined ? [] : [unless] };
  const tests = conditionTests(conditions, PLACE_OF_HEADER.spelling);
  return tests.length === 0 ? `{\n${body}\n}` : `if (${tests.join(" && ")}) {\n${body}\n}`;
}

function childStatements(choice: Choice, plan: StackPlan): string {
  const body = choice.table === undefined ? childSwitch(choice, plan) : childLookup(choice, choice.table);
  const tests = conditionTests(choice, PLACE_OF_HEADER.spelling);
  return tests.length === 0 ? `{\n${body}\n}` : `if (${tests.join(" && ")}) {\n${body}\n}`;
}

function childSwitch(choice: Choice, plan: StackPlan): string {
  const targets = byChild(choice, plan);
  const number = ({ layer }: Target): string => `${layer?.number ?? 0}`;
  if (!hasKey(choice)) return `return ${targets.map(number).join("")};`;
  const key = keyOf(choice, PLACE_OF_HEADER);
  const bounds =
    choice.rule.peek === undefined
      ? []
      : [`const start = ${PLACE_OF_HEADER.start};`, `const limit = ${PLACE_OF_HEADER.limit(undefined, [])};`];
  return [...bounds, ...key.statements, switchCode(key.name, choice, targets, number)].join("\n");
}

function childLookup(choice: Choice, table: string): string {
  const { start, spelling } = PLACE_OF_HEADER;
  const limit = PLACE_OF_HEADER.limit(undefined, []);
  const some = choice.rule.fields.length > 1 ? ` && ${start} < ${limit}` : "";
  return [...lookup(choice, table, spelling), `if (next !== 0${some}) return next;`].join("\n");
}
