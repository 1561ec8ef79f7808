import { type Expression, fieldsOf, hasPart, type Operator } from "./expression.js";
import type { FieldModel, LetModel } from "./layout.js";
import { sumMember } from "./members.js";

/** How an expression's names are spelled where it is emitted. */
export interface Spelling {
  /** How many bytes there are from the structure's start. */
  readonly end: string;
  field(field: FieldModel): string;
  value(value: LetModel): string;
}

/** In a getter every name is an accessor of `this`. */
export const THROUGH_ACCESSORS: Spelling = {
  end: "(this.end - this.offset)",
  field: ({ member }) => `this.${member}`,
  value: ({ member }) => `this.${member}`,
};

/** An expression as TypeScript. Prettier takes away the parentheses that are not needed. */
export function expressionCode(expression: Expression, spelling: Spelling): string {
  const code = (part: Expression): string => expressionCode(part, spelling);
  switch (expression.op) {
    case "number":
      return `${expression.value}`;
    case "end":
      return spelling.end;
    case "sum":
      return `(this.${sumMember(expression.member)} + ${code(expression.of)})`;
    case "field":
      return spelling.field(expression.field);
    case "enclosing":
      return `this.${expression.path}.${expression.field.member}`;
    case "let":
      return spelling.value(expression.value);
    case "not":
      return `!(${code(expression.operand)})`;
    case "negate":
      return negativeCode(expression.operand, code);
    case "choose":
      return `(${code(expression.test)} ? ${code(expression.yes)} : ${code(expression.no)})`;
    case "binary":
      if (expression.operator === "/") {
        return `Math.floor((${code(expression.left)}) / (${code(expression.right)}))`;
      }
      return makesNegativeZero(expression)
        ? `((${code(expression.left)} * ${code(expression.right)}) + 0)`
        : `(${code(expression.left)} ${expression.operator} ${code(expression.right)})`;
  }
}

/** 0 times a negative number is -0, which `+ 0` makes 0 again. */
function makesNegativeZero({ operator, left, right }: Expression & { readonly op: "binary" }): boolean {
  const canBeZero = ({ range }: Expression): boolean => range.min <= 0 && range.max >= 0;
  const canBeNegative = ({ range }: Expression): boolean => range.min < 0;
  return (
    operator === "*" &&
    ((canBeZero(left) && canBeNegative(right)) || (canBeNegative(left) && canBeZero(right)))
  );
}

/** `-x` would make a -0 of 0. */
function negativeCode(operand: Expression, code: (part: Expression) => string): string {
  return operand.op === "number" && operand.value > 0 ? `-${operand.value}` : `(0 - (${code(operand)}))`;
}

/** What a condition is when `field`, and no other, is known; `undefined` when that does not settle it. */
export function decides(
  condition: Expression,
  field: FieldModel | undefined,
  value: number,
): boolean | undefined {
  if (hasPart(condition, ({ op }) => op === "end" || op === "enclosing")) return undefined;
  if ([...fieldsOf(condition)].some((one) => one !== field)) return undefined;
  return evaluate(condition, value) !== 0;
}

/** An expression over one field, worked out; conditions are 1 and 0. */
function evaluate(expression: Expression, field: number): number {
  const of = (part: Expression): number => evaluate(part, field);
  switch (expression.op) {
    case "number":
      return expression.value;
    case "field":
      return field;
    case "let":
      return of(expression.value.value);
    case "not":
      return of(expression.operand) === 0 ? 1 : 0;
    case "negate":
      return 0 - of(expression.operand);
    case "choose":
      return of(expression.test) === 0 ? of(expression.no) : of(expression.yes);
    case "binary":
      return calculate(expression.operator, of(expression.left), of(expression.right));
    case "end":
    case "sum":
    case "enclosing":
      return Number.NaN;
  }
}

function calculate(operator: Operator, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return Math.floor(left / right);
    case "%":
      return left % right;
    case "<<":
      return left << right;
    case ">>":
      return left >> right;
    case "&":
      return left & right;
    case "|":
      return left | right;
    case "===":
      return Number(left === right);
    case "!==":
      return Number(left !== right);
    case "<":
      return Number(left < right);
    case "<=":
      return Number(left <= right);
    case ">":
      return Number(left > right);
    case ">=":
      return Number(left >= right);
    case "&&":
      return Number(left !== 0 && right !== 0);
    case "||":
      return Number(left !== 0 || right !== 0);
  }
}
