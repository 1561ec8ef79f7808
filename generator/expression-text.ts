import type { Expression } from "./expression.js";

const SPELT: Readonly<Record<string, string>> = { "===": "==", "!==": "!=" };

/** An expression as a schema would say it, with no more parentheses than its reader needs. */
export function expressionText(expression: Expression): string {
  switch (expression.op) {
    case "number":
      return String(expression.value);
    case "field":
      return expression.field.name;
    case "enclosing":
      return expression.name;
    case "let":
      return expression.value.name;
    case "sum":
      return `the sum of ${expressionText(expression.of)}`;
    case "end":
      return "end";
    case "not":
      return `!${operandText(expression.operand)}`;
    case "negate":
      return `-${operandText(expression.operand)}`;
    case "choose": {
      const { test, yes, no } = expression;
      return `${operandText(test)} ? ${operandText(yes)} : ${operandText(no)}`;
    }
    case "binary": {
      const { operator, left, right } = expression;
      return `${operandText(left)} ${SPELT[operator] ?? operator} ${operandText(right)}`;
    }
  }
}

function operandText(expression: Expression): string {
  const text = expressionText(expression);
  return expression.op === "binary" || expression.op === "choose" ? `(${text})` : text;
}
