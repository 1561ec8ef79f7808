// What is known of fields and values once a condition was worked out.
import type { Comparison, Expression, Operator } from "./expression.js";
import { expressionText } from "./expression-text.js";
import { type Linear, linearOf, plus, scaled } from "./linear.js";
import { type Range, span } from "./range.js";

/** The conditions that are known to hold once one does, or once it does not. */
export function told(test: Expression, holds: boolean): Expression[] {
  if (test.op === "not") return told(test.operand, !holds);
  const isSplit = test.op === "binary" && test.operator === (holds ? "&&" : "||");
  const parts = isSplit ? [test.left, test.right] : [];
  return [holds ? test : opposite(test), ...parts.flatMap((part) => told(part, holds))];
}

/** What is known where the right side of `&&` or `||` is worked out. */
export function toldBefore(operator: Operator, left: Expression): Expression[] {
  return operator === "&&" || operator === "||" ? told(left, operator === "&&") : [];
}

const OPPOSITES: ReadonlyMap<Operator, Comparison> = new Map([
  ["===", "!=="],
  ["!==", "==="],
  ["<", ">="],
  [">=", "<"],
  [">", "<="],
  ["<=", ">"],
]);

/** The condition that holds where another does not. */
export function opposite(test: Expression): Expression {
  const { range, size } = test;
  const operator = test.op === "binary" ? OPPOSITES.get(test.operator) : undefined;
  if (test.op === "binary" && operator !== undefined) return { ...test, operator };
  if (test.op === "not") return test.operand;
  return { op: "not", operand: test, range, isFlag: true, size: size + 1 };
}

/** Whether a condition must hold where others do: `n > 3` where `n > 3`, `n == 5`, or `n > 2` and `n != 3` do. */
export function follows(condition: Expression, held: readonly Expression[]): boolean {
  const text = expressionText(condition);
  if (held.some((one) => expressionText(one) === text)) return true;
  if (condition.op === "not" && OPPOSITES.has(operatorOf(condition.operand))) {
    return follows(opposite(condition.operand), held);
  }
  if (condition.op !== "binary") return false;
  const { operator, left, right } = condition;
  if (operator === "&&") return follows(left, held) && follows(right, held);
  if (operator === "||") return follows(left, held) || follows(right, held);
  const wanted = comparisonOf(condition);
  if (wanted === undefined) return false;
  const known = valuesOf(wanted.of, held);
  return (
    known.length > 0 && known.every(([min, max]) => valuesFor(wanted).some(([a, b]) => a <= min && max <= b))
  );
}

/** The values that an expression can have where conditions hold, each a comparison of it with a number, or about others. */
export function narrowed(expression: Expression, held: readonly Expression[]): Range {
  const { range, isFlag } = expression;
  if (isFlag || held.length === 0 || range.step === 0) return range;
  const values = valuesOf(expression, held);
  const [first, last] = [values[0], values.at(-1)];
  if (first === undefined || last === undefined) return range;
  const [least, most] = differenceBounds(expression, held);
  const steps = (distance: number): number => distance * range.step;
  const min = range.min + steps(Math.ceil((Math.max(first[0], least) - range.min) / range.step));
  const max = range.min + steps(Math.floor((Math.min(last[1], most) - range.min) / range.step));
  return min > max ? range : span(min, max, range.step);
}

/** What conditions that compare the parts of a sum say of it. */
function differenceBounds(expression: Expression, held: readonly Expression[]): Interval {
  let [least, most] = [-Infinity, Infinity];
  if (expression.op !== "binary" || !["+", "-"].includes(expression.operator)) return [least, most];
  const sum = linearOf(expression);
  for (const { known, atLeast } of held.flatMap(lowerBounds)) {
    const [above, below] = [plus(sum, scaled(known, -1)), plus(sum, known)];
    if (above.terms.size === 0) least = Math.max(least, atLeast + above.constant);
    if (below.terms.size === 0) most = Math.min(most, below.constant - atLeast);
  }
  return [least, most];
}

/** A comparison as what is known to be at least so much. */
function lowerBounds(condition: Expression): { known: Linear; atLeast: number }[] {
  if (condition.op !== "binary" || !OPPOSITES.has(condition.operator)) return [];
  const { operator, left, right } = condition;
  const difference = plus(linearOf(left), scaled(linearOf(right), -1));
  const more = { known: difference, atLeast: operator === ">" ? 1 : 0 };
  const less = { known: scaled(difference, -1), atLeast: operator === "<" ? 1 : 0 };
  if (operator === "===") return [more, less];
  if (operator === "!==") return [];
  return operator.startsWith(">") ? [more] : [less];
}

/** An expression beside a number. */
interface Compared {
  readonly of: Expression;
  readonly operator: Comparison;
  readonly number: number;
}

function comparisonOf(condition: Expression): Compared | undefined {
  if (condition.op !== "binary" || !OPPOSITES.has(condition.operator)) return undefined;
  const { left, right } = condition;
  const operator = condition.operator as Comparison;
  if (right.range.step === 0) return { of: left, operator, number: right.range.min };
  return left.range.step === 0
    ? { of: right, operator: MIRRORED[operator], number: left.range.min }
    : undefined;
}

const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  "===": "===",
  "!==": "!==",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

function operatorOf(expression: Expression): Operator {
  return expression.op === "binary" ? expression.operator : "&&";
}

type Interval = readonly [min: number, max: number];

/** The values that are left, in order. */
function valuesOf(expression: Expression, held: readonly Expression[]): Interval[] {
  const text = expressionText(expression);
  let values: Interval[] = [[expression.range.min, expression.range.max]];
  for (const condition of held) {
    const one = comparisonOf(condition);
    if (one === undefined || expressionText(one.of) !== text) continue;
    const allowed = valuesFor(one);
    values = values.flatMap(([min, max]) =>
      allowed.map(([a, b]): Interval => [Math.max(min, a), Math.min(max, b)]).filter(([a, b]) => a <= b),
    );
  }
  return values;
}

function valuesFor({ operator, number }: Compared): Interval[] {
  switch (operator) {
    case "===":
      return [[number, number]];
    case "!==":
      return [
        [-Infinity, number - 1],
        [number + 1, Infinity],
      ];
    case "<":
      return [[-Infinity, number - 1]];
    case "<=":
      return [[-Infinity, number]];
    case ">":
      return [[number + 1, Infinity]];
    case ">=":
      return [[number, Infinity]];
  }
}
