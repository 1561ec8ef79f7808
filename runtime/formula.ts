/**
 * A number worked out of fields, as data: a number, a field's member, or a list of an operator and what it is of. `?:` is of three,
 * `!` of one, `-` of one or two; `/` rounds down, and conditions are 1 and 0.
 */
export type Formula = number | string | readonly Formula[];

/** What a formula comes to, where `of` gives a field's value by its member. */
export function evaluate(formula: Formula, of: (member: string) => number): number {
  if (typeof formula === "number") return formula;
  if (typeof formula === "string") return of(formula);
  const [operator, ...operands] = formula;
  const [first = 0, second = 0, third = 0] = operands.map((one) => evaluate(one, of));
  switch (operator) {
    case "?:":
      return first === 0 ? third : second;
    case "!":
      return Number(first === 0);
    case "-":
      return operands.length === 1 ? 0 - first : first - second;
    default:
      return OPERATIONS[String(operator)]?.(first, second) ?? Number.NaN;
  }
}

const OPERATIONS: Readonly<Record<string, (left: number, right: number) => number>> = {
  "+": (left, right) => left + right,
  "*": (left, right) => left * right,
  "/": (left, right) => Math.floor(left / right),
  "%": (left, right) => left % right,
  "<<": (left, right) => left << right,
  ">>": (left, right) => left >> right,
  "&": (left, right) => left & right,
  "|": (left, right) => left | right,
  "===": (left, right) => Number(left === right),
  "!==": (left, right) => Number(left !== right),
  "<": (left, right) => Number(left < right),
  "<=": (left, right) => Number(left <= right),
  ">": (left, right) => Number(left > right),
  ">=": (left, right) => Number(left >= right),
  "&&": (left, right) => Number(left !== 0 && right !== 0),
  "||": (left, right) => Number(left !== 0 || right !== 0),
};
