import { type Expression, fieldsOf } from "./expression.js";
import type { FieldModel } from "./layout.js";

/** What to write into a field so that an expression over it becomes a wanted value. */
export interface Assignment {
  readonly field: FieldModel;
  /** TypeScript over the name `value`. */
  readonly code: string;
}

/**
 * The fields that make an expression equal to `value`, or `undefined` where none, or more than one choice, would:
 * `ihl * 4` is undone by `ihl = value / 4`, `dscp * 4 + ecn` by `dscp = Math.floor(value / 4)` and `ecn = value % 4`.
 * A quotient that is not whole is left to the field's setter to refuse.
 */
export function invert(expression: Expression, value: string = "value"): Assignment[] | undefined {
  switch (expression.op) {
    case "field":
      return expression.isFlag ? undefined : [{ field: expression.field, code: value }];
    case "let":
      return invert(expression.value.value, value);
    case "binary":
      return invertBinary(expression, value);
    default:
      return undefined;
  }
}

type Binary = Extract<Expression, { op: "binary" }>;

function invertBinary({ operator, left, right }: Binary, value: string): Assignment[] | undefined {
  const [a, b] = [constantOf(left), constantOf(right)];
  switch (operator) {
    case "+":
      if (b !== undefined) return invert(left, minus(value, b));
      return a === undefined ? invertDigits(left, right, value) : invert(right, minus(value, a));
    case "|":
      return invertDigits(left, right, value);
    case "-":
      if (b !== undefined) return invert(left, minus(value, -b));
      return a === undefined ? undefined : invert(right, `(${a} - ${value})`);
    case "*":
    case "<<": {
      const factor = factorOf({ operator, left, right });
      return factor === undefined || factor.by <= 0
        ? undefined
        : invert(factor.of, `${value} / ${factor.by}`);
    }
    default:
      return undefined;
  }
}

/** `upper * c + lower` with `lower` in 0..c-1: a number of two digits, each of which is read off by itself. */
function invertDigits(left: Expression, right: Expression, value: string): Assignment[] | undefined {
  if ([...fieldsOf(left)].some((field) => fieldsOf(right).has(field))) return undefined;
  for (const [upper, lower] of [
    [left, right],
    [right, left],
  ] as const) {
    const factor = upper.op === "binary" ? factorOf(upper) : undefined;
    if (factor === undefined || lower.range.min < 0 || lower.range.max >= factor.by) continue;
    const first = invert(factor.of, `Math.floor(${value} / ${factor.by})`);
    const second = invert(lower, `${value} % ${factor.by}`);
    return first && second && [...first, ...second];
  }
  return undefined;
}

/** A product with a constant: `x * 4`, `4 * x`, `x << 2`. */
function factorOf({
  operator,
  left,
  right,
}: Pick<Binary, "operator" | "left" | "right">): { of: Expression; by: number } | undefined {
  const [a, b] = [constantOf(left), constantOf(right)];
  if (operator === "*" && b !== undefined) return { of: left, by: b };
  if (operator === "*" && a !== undefined) return { of: right, by: a };
  if (operator === "<<" && b !== undefined) return { of: left, by: 2 ** b };
  return undefined;
}

function constantOf(expression: Expression): number | undefined {
  return fieldsOf(expression).size === 0 && expression.range.min === expression.range.max
    ? expression.range.min
    : undefined;
}

function minus(value: string, amount: number): string {
  if (amount === 0) return value;
  return amount > 0 ? `(${value} - ${amount})` : `(${value} + ${-amount})`;
}
