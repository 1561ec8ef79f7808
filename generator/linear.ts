// Sums and differences that a condition compares: what `total >= header + 8` says of `total - header - 8`.
import type { Expression } from "./expression.js";
import { expressionText } from "./expression-text.js";

/** A constant, and how many times each part that is no sum counts, by its text. */
export interface Linear {
  readonly constant: number;
  readonly terms: ReadonlyMap<string, number>;
}

export function linearOf(expression: Expression): Linear {
  switch (expression.op) {
    case "number":
      return { constant: expression.value, terms: new Map() };
    case "let":
      return linearOf(expression.value.value);
    case "negate":
      return scaled(linearOf(expression.operand), -1);
    case "binary":
      return sumOf(expression) ?? atom(expression);
    default:
      return atom(expression);
  }
}

function sumOf({ operator, left, right }: Expression & { readonly op: "binary" }): Linear | undefined {
  const [a, b] = [linearOf(left), linearOf(right)];
  if (operator === "+") return plus(a, b);
  if (operator === "-") return plus(a, scaled(b, -1));
  if (operator !== "*") return undefined;
  if (b.terms.size === 0) return scaled(a, b.constant);
  return a.terms.size === 0 ? scaled(b, a.constant) : undefined;
}

function atom(expression: Expression): Linear {
  return { constant: 0, terms: new Map([[expressionText(expression), 1]]) };
}

export function plus(a: Linear, b: Linear): Linear {
  const terms = new Map(a.terms);
  for (const [text, times] of b.terms) {
    const sum = (terms.get(text) ?? 0) + times;
    if (sum === 0) terms.delete(text);
    else terms.set(text, sum);
  }
  return { constant: a.constant + b.constant, terms };
}

export function scaled({ constant, terms }: Linear, by: number): Linear {
  if (by === 0) return { constant: 0, terms: new Map() };
  return { constant: constant * by, terms: new Map([...terms].map(([text, times]) => [text, times * by])) };
}
