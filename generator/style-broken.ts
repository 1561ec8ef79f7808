// Operators and choices that do not fit on one line, as prettier breaks them.
import { ts } from "./ts-morph.js";
import { bare, type ExpressionStyle, isOneChain, operatorKind } from "./style-expression.js";
import { fits, fitting, LEFT_TO_PRETTIER } from "./style-width.js";

type Lines = string[];

const LOGICAL = new Set([ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken]);

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
    if (isChain(node)) return this.chain(node, indent, tail);
    const chosen = bare(node.right);
    const word = this.expressions.raw(node.operatorToken);
    const first = `${indent}${this.expressions.operand(node.left, operator, "left")} ${word}`;
    const right = `${this.expressions.operand(node.right, operator, "right")}${tail}`;
    if (ts.isConditionalExpression(chosen)) {
      const rest = fits(`${indent}${right}`)
        ? [`${indent}${right}`]
        : this.choice(chosen, indent, "(", `)${tail}`);
      return [fitting(first), ...rest];
    }
    if (!ts.isConditionalExpression(left)) throw LEFT_TO_PRETTIER;
    if (fits(first)) return [first, fitting(`${indent}${right}`)];
    return this.choice(left, indent, "(", `) ${word} ${right}`);
  }

  /**
   * What a statement asks that is too long for its line: between its own parentheses, each `&&` and `||` ends a line.
   *
   * @throws LEFT_TO_PRETTIER
   */
  test(node: ts.BinaryExpression, indent: string, isDenied: boolean): Lines {
    if (isChain(node)) return this.chain(node, indent, "");
    const line = isDenied ? this.oneLine(node, indent, "") : undefined;
    if (line !== undefined) return [line];
    return isLogical(node) ? this.chain(node, indent, "") : this.operation(node, indent, "");
  }

  /** Operands of one rank, each on its line. */
  private chain(node: ts.BinaryExpression, indent: string, tail: string): Lines {
    const operator = node.operatorToken.kind;
    const word = this.expressions.raw(node.operatorToken);
    const left = bare(node.left);
    const goesOn = ts.isBinaryExpression(left) && isOneChain(left.operatorToken.kind, operator);
    const first = goesOn
      ? this.chain(left, indent, ` ${word}`)
      : [fitting(`${indent}${this.expressions.operand(left, operator, "left")} ${word}`)];
    const right = bare(node.right);
    // `a && (b && c)` is `a && b && c` to prettier.
    if (LOGICAL.has(operator) && ts.isBinaryExpression(right) && right.operatorToken.kind === operator) {
      return [...first, ...this.chain(right, indent, tail)];
    }
    return [...first, fitting(`${indent}${this.expressions.operand(right, operator, "right")}${tail}`)];
  }

  /** `head`, a condition and, on lines of their own, what it chooses from. */
  choice(node: ts.ConditionalExpression, indent: string, head: string, tail: string): Lines {
    const inner = `${indent}  `;
    const condition = bare(node.condition);
    if (ts.isConditionalExpression(condition) || ts.isAsExpression(condition)) throw LEFT_TO_PRETTIER;
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

/** Whether it is `&&` or `||`. */
export function isLogical(node: ts.Expression): boolean {
  return ts.isBinaryExpression(node) && LOGICAL.has(node.operatorToken.kind);
}

/** Whether one of the operands is an operation of the same kind: prettier breaks before an operand only then. */
function isChain({ left, operatorToken, right }: ts.BinaryExpression): boolean {
  return [left, right].map(bare).some((operand) => {
    return (
      ts.isBinaryExpression(operand) &&
      operatorKind(operand.operatorToken.kind) === operatorKind(operatorToken.kind)
    );
  });
}
