// How a Stack's method goes on to the next header: a switch, a table, and what is left out of the hot path.
import { type MethodDeclarationStructure, type OptionalKind, Scope } from "ts-morph";
import { expressionCode, negationCode, type Spelling } from "./emit-expression.js";
import type { FieldModel } from "./layout.js";
import { enterMethodName, pascalCase } from "./names.js";
import { type Choice, keyBits, type Layer, type StackPlan } from "./stack-plan.js";

/**
 * A header with more kinds of children keeps only the most travelled one in its method, so that V8 inlines more of the
 * way down: about 1 ns of 29 a packet, and fewer runs of 34 (Node 20.20, x86-64).
 */
const MAX_HOT = 3;

const PAYLOAD = "header.payloadOffset, header.payloadEnd";

/** Goes on to the header that one rule of `next` finds; falls through where it finds none. */
export function choiceStatements(choice: Choice, layer: Layer, plan: StackPlan): string {
  const { when, unless, fields } = choice.rule;
  const spelling = throughHeader(choice.table === undefined ? fields[0] : undefined);
  const body = choice.table === undefined ? switchBody(choice, layer, plan) : tableBody(choice, choice.table);
  const tests = [
    ...(when === undefined ? [] : [`(${expressionCode(when, spelling)})`]),
    ...(unless === undefined ? [] : [negationCode(unless, spelling)]),
  ];
  const guarded = tests.length === 0 ? body : `if (${tests.join(" && ")}) {\n${body}\n}`;
  if (choice.table === undefined) return `{\nconst key = header.${fields[0]?.member};\n${guarded}\n}`;
  return tests.length === 0 ? `{\n${body}\n}` : guarded;
}

/** The method for the children that are not in the hot one. */
export function restMethod(layer: Layer, plan: StackPlan): OptionalKind<MethodDeclarationStructure>[] {
  const choice = layer.choices.find((one) => hotChild(one, layer, plan) !== undefined);
  if (choice === undefined) return [];
  const hot = hotChild(choice, layer, plan);
  const cases = casesOf(choice, plan).filter((one) => one.layer !== hot);
  return [
    {
      name: restName(layer),
      scope: Scope.Private,
      parameters: ["key", "offset", "end"].map((name) => ({ name, type: "number" })),
      returnType: "number",
      statements: [`switch (key) {\n${casesCode(cases, "offset, end")}\ndefault:\nreturn 0;\n}`],
    },
  ];
}

/** Of the header's values, the one that chooses is read once. */
function throughHeader(key: FieldModel | undefined): Spelling {
  return {
    field: (field) => (field === key ? "key" : `header.${field.member}`),
    value: ({ member }) => `header.${member}`,
  };
}

function switchBody(choice: Choice, layer: Layer, plan: StackPlan): string {
  const cases = casesOf(choice, plan);
  const hot = hotChild(choice, layer, plan);
  if (hot === undefined) {
    const bounds = "const start = header.payloadOffset;\nconst limit = header.payloadEnd;";
    return `${bounds}\nswitch (key) {\n${casesCode(cases, "start, limit")}\n}`;
  }
  const tests = cases.filter((one) => one.layer === hot).map(({ label }) => `key === ${label}`);
  return [
    `if (${tests.join(" || ")}) return this.${enterMethodName(hot.struct.name)}(${PAYLOAD});`,
    `return this.${restName(layer)}(key, ${PAYLOAD});`,
  ].join("\n");
}

/** The child that most other headers stand on, where only one is to stay hot. An earlier rule must fall through. */
function hotChild(choice: Choice, layer: Layer, plan: StackPlan): Layer | undefined {
  const children = [...new Set(casesOf(choice, plan).map((one) => one.layer))];
  const isLast = choice === layer.choices.at(-1);
  if (choice.table !== undefined || !isLast || children.length <= MAX_HOT) return undefined;
  const kinds = (one: Layer): number =>
    new Set(one.choices.flatMap(({ targets }) => targets.map(({ child }) => child))).size;
  return children.filter(({ repeats }) => !repeats).sort((a, b) => kinds(b) - kinds(a))[0];
}

function restName({ struct }: Layer): string {
  return `from${pascalCase(struct.name)}`;
}

interface Case {
  readonly label: string;
  readonly layer: Layer;
}

function casesOf({ rule, targets }: Choice, plan: StackPlan): Case[] {
  const digits = keyBits(rule) > 8 ? 4 : 2;
  const hex = (value: number): string => `0x${value.toString(16).padStart(digits, "0")}`;
  return targets.map(({ value, child }) => ({ label: hex(value), layer: plan.layerOf(child) }));
}

/** The cases of a switch; those that lead to the same header stand together. */
export function casesCode(cases: readonly Case[], bounds: string): string {
  const labels = new Map<Layer, string[]>();
  for (const { label, layer } of cases) labels.set(layer, [...(labels.get(layer) ?? []), `case ${label}:`]);
  return [...labels]
    .map(([{ struct }, all]) => `${all.join("\n")}\nreturn this.${enterMethodName(struct.name)}(${bounds});`)
    .join("\n");
}

function tableBody({ rule: { fields } }: Choice, table: string): string {
  const [first, second] = fields.map(({ member }) => `header.${member}`);
  const enter = `if (next !== 0) return this.enter(next as number, ${PAYLOAD});`;
  if (second === undefined) return `const next = ${table}[${first}];\n${enter}`;
  return [
    `const lower = ${table}[Math.min(${first}, ${second})];`,
    `const next = lower !== 0 ? lower : ${table}[Math.max(${first}, ${second})];`,
    enter,
  ].join("\n");
}
