// What `wrap` reads once, into locals: the fields it needs, and the rules they must keep.
import { expressionCode, type Spelling } from "./emit-expression.js";
import { fieldsOf } from "./expression.js";
import type { FAULT_CODES } from "./fault-codes.js";
import type { FieldModel, StructModel } from "./layout.js";
import { localName } from "./names.js";
import { valueBits } from "./varint.js";

/** `wrap` reads a field once, into a local of its name. */
export const THROUGH_LOCALS: Spelling = {
  end: "(end - offset)",
  field: ({ name }) => localName(name),
  value: ({ value }) => `(${expressionCode(value, THROUGH_LOCALS)})`,
};

/** Fields that some expression believes: their rules hold once `wrap` has passed. */
export function guardedFields(struct: StructModel): FieldModel[] {
  const needed = [...neededFields(struct), ...endFields(struct)];
  const others = [
    ...struct.lets.map(({ value }) => value),
    ...struct.next.flatMap(({ when, unless }) => [when, unless]),
  ];
  const named = others.flatMap((one) => (one === undefined ? [] : [...fieldsOf(one)]));
  const believed = [...named, ...(struct.shared ?? [])]
    .filter(hasNumericRule)
    // Of what is counted from the end the rules are checked where it is read.
    .filter(({ back }) => back === undefined);
  return [...new Set([...needed, ...believed])].sort((a, b) => a.index - b.index);
}

/** Fields of the fixed part that places from the end depend on. */
function endFields({ endReads = [], trailer }: StructModel): FieldModel[] {
  const expressions = [trailer, ...endReads.flatMap(({ when, back }) => [when, back])];
  const found = expressions.flatMap((one) => (one === undefined ? [] : [...fieldsOf(one)]));
  return found.filter(({ slot }) => slot === 0);
}

/** Fields without which `wrap` does not know where the header or its payload end. */
function neededFields({ headerLength, declared, fields, endReads = [] }: StructModel): FieldModel[] {
  const inOrder = fields.slice(0, fields.length - endReads.length);
  const own = inOrder.flatMap(({ type, when }) => [
    when,
    type.kind === "span" && type.size.by === "expression" ? type.size.value : undefined,
    type.kind === "span" && type.size.by === "self" && type.content.kind === "switch"
      ? type.content.model.on
      : undefined,
  ]);
  const expressions = [headerLength, declared?.from, declared?.when, ...own];
  return expressions.flatMap((one) => (one === undefined ? [] : [...fieldsOf(one)]));
}

function hasNumericRule({ rule }: FieldModel): boolean {
  return rule?.kind === "constant" || rule?.kind === "range";
}

/** A rule as conditions: when a field breaks it, with the fault that tells so, and what holds when it is kept. */
export interface RuleTest {
  readonly test: string;
  readonly kept: readonly string[];
  readonly code: keyof typeof FAULT_CODES;
}

/** The rule of a field that has one; one that the field's width keeps anyway is none. */
export function brokenRule(field: FieldModel, value: string): RuleTest | undefined {
  const { rule, type } = field;
  if (rule?.kind === "constant") {
    const constant = literal(field, rule.value);
    return { test: `${value} !== ${constant}`, kept: [`${value} === ${constant}`], code: "CONSTANT" };
  }
  if (rule?.kind !== "range") return undefined;
  const bits = type.kind === "int" ? type.bits - 1 : valueBits(type);
  const low = type.kind === "int" ? -(2 ** bits) : 0;
  const bounds = [
    ...(rule.min > low ? [["<", ">=", literal(field, rule.min)]] : []),
    ...(rule.max < 2 ** bits - 1 ? [[">", "<=", literal(field, rule.max)]] : []),
    ...(rule.multipleOf === undefined ? [] : [multipleTest(field, rule.multipleOf)]),
  ];
  if (bounds.length === 0) return undefined;
  return {
    test: bounds.map(([beyond, , bound]) => `${value} ${beyond} ${bound}`).join(" || "),
    kept: bounds.map(([, within, bound]) => `${value} ${within} ${bound}`),
    code: "RANGE",
  };
}

/** What a multiple leaves is 0: `% 4 !== 0` when it is broken, `% 4 === 0` when it is kept. */
function multipleTest(field: FieldModel, multipleOf: number): [string, string, string] {
  const rest = `% ${literal(field, multipleOf)}`;
  return [`${rest} !==`, `${rest} ===`, literal(field, 0)];
}

function literal({ as }: FieldModel, value: number): string {
  return as === "bigint" ? `${value}n` : `${value}`;
}
