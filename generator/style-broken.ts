// Operators and choices that do not fit on one line, as prettier breaks them.
import { ts } from "./ts-morph.js";
import { bare, type ExpressionStyle, isOneChain, operatorKind } from "./style-expression.js";
import { fits, fitting, LEFT_TO_PRETTIER } from "./style-width.js";

type Lines = string[];

/** Expressions of one source file, over several lines. */
export class BrokenStyle {
  private readonly expressions: ExpressionStyle;

  constructor(expressions: ExpressionStyle) {
    this.expressions = expressions;
  }

  /**
   * An operation that begins a line: on that line if it fits, otherwise each operand on its own.
   *
   * @throws LEFT_TO_PRETTIER
   */
  operation(node: ts.BinaryExpression, indent: string, tail: string): Lines {
    const line = this.oneLine(node, indent, tail);
    if (line !== undefined) return [line];
    const operator = node.operatorToken.kind;
    const left = bare(node.left);
    const isChain = isSameKind(operator, left) || isSameKind(operator, node.right);
    if (isChain) return this.chain(node, indent, tail);
    if (!ts.isConditionalExpression(left)) throw LEFT_TO_PRETTIER;
    const right = this.expressions.operand(node.right, operator, "right");
    return this.choice(left, indent, "(", `) ${this.expressions.raw(node.operatorToken)} ${right}${tail}`);
  }

  /** Operands of one rank, each on its line. */
  private chain(node: ts.BinaryExpression, indent: string, tail: string): Lines {
    const operator = node.operatorToken.kind;
    const word = this.expressions.raw(node.operatorToken);
    const left = bare(node.left);
    const isChain = ts.isBinaryExpression(left) && isOneChain(left.operatorToken.kind, operator);
    const first = isChain
      ? this.chain(left, indent, ` ${word}`)
      : [fitting(`${indent}${this.expressions.operand(left, operator, "left")} ${word}`)];
    return [...first, fitting(`${indent}${this.expressions.operand(node.right, operator, "right")}${tail}`)];
  }

  /** `head`, a condition and, on lines of their own, what it chooses from. */
  choice(node: ts.ConditionalExpression, indent: string, head: string, tail: string): Lines {
    const inner = `${indent}  `;
    const condition = bare(node.condition);
    if (ts.isConditionalExpression(condition)) throw LEFT_TO_PRETTIER;
    return [
      ...this.condition(condition, indent, head),
      ...this.branch(node.whenTrue, inner, "? ", ""),
      ...this.branch(node.whenFalse, inner, ": ", tail),
    ];
  }

  private condition(node: ts.Expression, indent: string, head: string): Lines {
    const line = `${indent}${head}${this.expressions.flat(node)}`;
    if (fits(line) || !ts.isBinaryExpression(node)) return [fitting(line)];
    const [first = "", ...others] = this.chain(node, indent, "");
    return [fitting(`${indent}${head}${first.trimStart()}`), ...others];
  }

  private branch(node: ts.Expression, indent: string, head: string, tail: string): Lines {
    const inner = bare(node);
    if (ts.isConditionalExpression(inner)) return this.choice(inner, indent, head, tail);
    if (ts.isAsExpression(inner) || ts.isArrowFunction(inner)) throw LEFT_TO_PRETTIER;
    return [fitting(`${indent}${head}${this.expressions.flat(inner)}${tail}`)];
  }

  private oneLine(node: ts.Expression, indent: string, tail: string): string | undefined {
    const line = `${indent}${this.expressions.flat(node)}${tail}`;
    return fits(line) ? line : undefined;
  }
}

/** Whether an operand is itself an operation of the same kind: prettier breaks before an operand only then. */
function isSameKind(operator: ts.SyntaxKind, operand: ts.Expression): boolean {
  const inner = bare(operand);
  return ts.isBinaryExpression(inner) && operatorKind(inner.operatorToken.kind) === operatorKind(operator);
}
