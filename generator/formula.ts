// Expressions as data, for what is worked out without an accessor.
import type { Expression } from "./expression.js";

/** A number, a field's member, or an operator and what it is of, as the runtime evaluates it. */
export type Formula = number | string | readonly Formula[];

/** An expression over fields alone; `undefined` where it asks for something else, as the structure's end. */
export function formulaOf(expression: Expression): Formula | undefined {
  switch (expression.op) {
    case "number":
      return expression.value;
    case "field":
      return expression.field.member;
    case "enclosing":
      return `${expression.path}.${expression.field.member}`;
    case "let":
      return formulaOf(expression.value.value);
    case "not":
      return operation("!", expression.operand);
    case "negate":
      return operation("-", expression.operand);
    case "choose":
      return operation("?:", expression.test, expression.yes, expression.no);
    case "binary":
      return operation(expression.operator, expression.left, expression.right);
    case "end":
    case "sum":
      return undefined;
  }
}

function operation(operator: string, ...operands: readonly Expression[]): Formula | undefined {
  const parts = operands.map(formulaOf);
  return parts.every((one) => one !== undefined) ? [operator, ...parts] : undefined;
}
