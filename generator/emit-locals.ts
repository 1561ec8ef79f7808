// What `wrap` reads once, into locals: the fields it needs, and the rules they must keep.
import { expressionCode, type Spelling } from "./emit-expression.js";
import { fieldsOf } from "./expression.js";
import type { FAULT_CODES } from "./fault-codes.js";
import type { FieldModel, StructModel } from "./layout.js";
import { localName } from "./names.js";

/** `wrap` reads a field once, into a local of its name. */
export const THROUGH_LOCALS: Spelling = {
  field: ({ name }) => localName(name),
  value: ({ value }) => `(${expressionCode(value, THROUGH_LOCALS)})`,
};

/** Fields that some expression believes: their rules hold once `wrap` has passed. */
export function guardedFields(struct: StructModel): FieldModel[] {
  const needed = neededFields(struct);
  const others = [
    ...struct.lets.map(({ value }) => value),
    ...struct.next.flatMap(({ when, unless }) => [when, unless]),
  ];
  const believed = others
    .flatMap((one) => (one === undefined ? [] : [...fieldsOf(one)]))
    .filter(hasNumericRule);
  return [...new Set([...needed, ...believed])].sort((a, b) => a.index - b.index);
}

/** Fields without which `wrap` does not know where the header or its payload end. */
function neededFields({ headerLength, declared, fields }: StructModel): FieldModel[] {
  const own = fields.flatMap(({ type, when }) => [
    when,
    type.kind === "span" && type.size.by === "expression" ? type.size.value : undefined,
  ]);
  const expressions = [headerLength, declared?.from, declared?.when, ...own];
  return expressions.flatMap((one) => (one === undefined ? [] : [...fieldsOf(one)]));
}

function hasNumericRule({ rule }: FieldModel): boolean {
  return rule?.kind === "constant" || rule?.kind === "range";
}

/** The condition under which a field breaks its rule, and the fault that tells so. */
export function brokenRule(
  field: FieldModel,
  value: string,
): { test: string; code: keyof typeof FAULT_CODES } | undefined {
  const { rule, type } = field;
  if (rule?.kind === "constant") {
    return { test: `${value} !== ${literal(field, rule.value)}`, code: "CONSTANT" };
  }
  if (rule?.kind !== "range") return undefined;
  const bits = type.kind === "int" ? type.bits - 1 : type.bits;
  const low = type.kind === "int" ? -(2 ** bits) : 0;
  const tests = [
    ...(rule.min > low ? [`${value} < ${literal(field, rule.min)}`] : []),
    ...(rule.max < 2 ** bits - 1 ? [`${value} > ${literal(field, rule.max)}`] : []),
  ];
  return tests.length === 0 ? undefined : { test: tests.join(" || "), code: "RANGE" };
}

function literal({ as }: FieldModel, value: number): string {
  return as === "bigint" ? `${value}n` : `${value}`;
}
