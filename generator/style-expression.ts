// Expressions as prettier writes them on one line. What is not listed here throws LEFT_TO_PRETTIER.
import { ts } from "./ts-morph.js";
import { LEFT_TO_PRETTIER } from "./style-width.js";

/** How tightly binary operators hold, and in which groups prettier sees them. */
const PRECEDENCE: Partial<Record<ts.SyntaxKind, number>> = {
  [ts.SyntaxKind.BarBarToken]: 1,
  [ts.SyntaxKind.AmpersandAmpersandToken]: 2,
  [ts.SyntaxKind.BarToken]: 3,
  [ts.SyntaxKind.CaretToken]: 4,
  [ts.SyntaxKind.AmpersandToken]: 5,
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: 6,
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: 6,
  [ts.SyntaxKind.LessThanToken]: 7,
  [ts.SyntaxKind.LessThanEqualsToken]: 7,
  [ts.SyntaxKind.GreaterThanToken]: 7,
  [ts.SyntaxKind.GreaterThanEqualsToken]: 7,
  [ts.SyntaxKind.LessThanLessThanToken]: 8,
  [ts.SyntaxKind.GreaterThanGreaterThanToken]: 8,
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken]: 8,
  [ts.SyntaxKind.PlusToken]: 9,
  [ts.SyntaxKind.MinusToken]: 9,
  [ts.SyntaxKind.AsteriskToken]: 10,
  [ts.SyntaxKind.SlashToken]: 10,
  [ts.SyntaxKind.PercentToken]: 10,
};
const LOGICAL = 2;
const EQUALITY = 6;
const SHIFT = 8;
const SUM = 9;
const PRODUCT = 10;

const KEYWORDS: Partial<Record<ts.SyntaxKind, string>> = {
  [ts.SyntaxKind.ThisKeyword]: "this",
  [ts.SyntaxKind.SuperKeyword]: "super",
  [ts.SyntaxKind.TrueKeyword]: "true",
  [ts.SyntaxKind.FalseKeyword]: "false",
  [ts.SyntaxKind.NullKeyword]: "null",
};

const PLAIN_NUMBER = /^(?:0x[0-9a-f]+|0|[1-9]\d*)n?$/;
/** No quotes inside, for prettier may choose the other ones then. */
const PLAIN_STRING = /^"(?:[^"\\]|\\[^"'\n])*"$/;
const PLAIN_TYPE = /^["\w$.]+(?:["\w$.<>[\],|]| (?! ))*$/;
/** A short comment such as `1 /* TRUNCATED *\/`, on the line of what it explains. */
const COMMENT_BEHIND = /[ \t]*(\/\*[^*\n]*\*\/)/y;

/** Expressions of one source file. */
export class ExpressionStyle {
  readonly source: ts.SourceFile;

  constructor(source: ts.SourceFile) {
    this.source = source;
  }

  /** The text as it stands in the source, without what is before it. */
  raw(node: ts.Node): string {
    return this.source.text.slice(node.getStart(this.source), node.end);
  }

  /** @throws LEFT_TO_PRETTIER */
  flat(node: ts.Expression): string {
    const keyword = KEYWORDS[node.kind];
    if (keyword !== undefined) return keyword;
    if (ts.isIdentifier(node)) return node.text;
    if (ts.isParenthesizedExpression(node)) return this.flat(node.expression);
    if (ts.isNumericLiteral(node) || ts.isBigIntLiteral(node)) return this.number(node);
    if (ts.isStringLiteral(node)) return this.plain(node, PLAIN_STRING);
    if (ts.isPropertyAccessExpression(node)) return this.member(node);
    if (ts.isElementAccessExpression(node)) {
      return `${this.tight(node.expression)}[${this.flat(node.argumentExpression)}]`;
    }
    if (ts.isCallExpression(node)) return this.call(node);
    if (ts.isNewExpression(node)) return this.construction(node);
    if (ts.isBinaryExpression(node)) return this.binary(node);
    if (ts.isPrefixUnaryExpression(node)) return this.prefix(node);
    if (ts.isTypeOfExpression(node)) return `typeof ${this.tight(node.expression)}`;
    if (ts.isConditionalExpression(node)) return this.conditional(node);
    if (ts.isAsExpression(node)) return `${this.castOperand(node.expression)} as ${this.type(node.type)}`;
    if (ts.isSpreadElement(node)) return `...${this.tight(node.expression)}`;
    if (ts.isArrowFunction(node)) return this.arrow(node);
    if (ts.isObjectLiteralExpression(node)) return this.object(node);
    if (ts.isArrayLiteralExpression(node)) return this.array(node);
    throw LEFT_TO_PRETTIER;
  }

  type(node: ts.TypeNode): string {
    return this.plain(node, PLAIN_TYPE);
  }

  parameters(parameters: readonly ts.ParameterDeclaration[]): string {
    return parameters.map((parameter) => this.parameter(parameter)).join(", ");
  }

  /** What stands before `(` in a call or construction: names and dots only, so that prettier makes no chain of it. */
  callee(node: ts.CallExpression | ts.NewExpression): string {
    if (node.typeArguments !== undefined) throw LEFT_TO_PRETTIER;
    if (ts.isNewExpression(node)) return `new ${this.tight(node.expression)}`;
    if (node.questionDotToken !== undefined) throw LEFT_TO_PRETTIER;
    return this.tight(node.expression);
  }

  name(node: ts.PropertyName): string {
    if (ts.isIdentifier(node)) return node.text;
    if (ts.isNumericLiteral(node)) return this.plain(node, PLAIN_NUMBER);
    throw LEFT_TO_PRETTIER;
  }

  /** Objects that were begun on a line of their own stay so. */
  startsOnNewLine(node: ts.ObjectLiteralExpression): boolean {
    const [first] = node.properties;
    const start = node.getStart(this.source);
    return first !== undefined && this.source.text.slice(start, first.getStart(this.source)).includes("\n");
  }

  commentBehind(node: ts.Expression): string | undefined {
    const { text } = this.source;
    if (!" \t/".includes(text.charAt(node.end))) return undefined;
    COMMENT_BEHIND.lastIndex = node.end;
    return COMMENT_BEHIND.exec(text)?.[1];
  }

  private plain(node: ts.Node, form: RegExp): string {
    const text = this.raw(node);
    if (form.test(text)) return text;
    throw LEFT_TO_PRETTIER;
  }

  private number(node: ts.Expression): string {
    const text = this.plain(node, PLAIN_NUMBER);
    const comment = this.commentBehind(node);
    return comment === undefined ? text : `${text} ${comment}`;
  }

  /** Something that a dot, a bracket or an operator follows or precedes directly. */
  private tight(node: ts.Expression): string {
    const inner = bare(node);
    const text = this.flat(inner);
    if (ts.isBinaryExpression(inner) || ts.isConditionalExpression(inner) || ts.isAsExpression(inner)) {
      return `(${text})`;
    }
    if (ts.isObjectLiteralExpression(inner) || ts.isArrowFunction(inner)) throw LEFT_TO_PRETTIER;
    return text;
  }

  private member(node: ts.PropertyAccessExpression): string {
    const inner = bare(node.expression);
    if (node.questionDotToken !== undefined || ts.isNumericLiteral(inner)) throw LEFT_TO_PRETTIER;
    if (ts.isPrefixUnaryExpression(inner) || ts.isTypeOfExpression(inner)) throw LEFT_TO_PRETTIER;
    return `${this.tight(inner)}.${node.name.text}`;
  }

  private call(node: ts.CallExpression): string {
    if (callsInChain(node) > 2) throw LEFT_TO_PRETTIER;
    return `${this.callee(node)}(${this.list(node.arguments)})`;
  }

  private construction(node: ts.NewExpression): string {
    if (!ts.isIdentifier(node.expression)) throw LEFT_TO_PRETTIER;
    return `${this.callee(node)}(${this.list(node.arguments ?? [])})`;
  }

  private list(nodes: readonly ts.Expression[]): string {
    return nodes.map((node) => this.flat(node)).join(", ");
  }

  private binary({ left, operatorToken, right }: ts.BinaryExpression): string {
    const operator = operatorToken.kind;
    const words = [this.operand(left, operator, "left"), this.operand(right, operator, "right")];
    return words.join(` ${this.raw(operatorToken)} `);
  }

  operand(node: ts.Expression, outer: ts.SyntaxKind, side: "left" | "right"): string {
    const inner = bare(node);
    const level = PRECEDENCE[outer];
    if (level === undefined || ts.isArrowFunction(inner)) throw LEFT_TO_PRETTIER;
    const text = this.flat(inner);
    const wrapped = ts.isBinaryExpression(inner)
      ? needsParentheses(inner.operatorToken.kind, outer, side)
      : ts.isConditionalExpression(inner) || ts.isAsExpression(inner);
    return wrapped ? `(${text})` : text;
  }

  private prefix({ operator, operand }: ts.PrefixUnaryExpression): string {
    const inner = bare(operand);
    if (ts.isPrefixUnaryExpression(inner)) throw LEFT_TO_PRETTIER;
    return `${ts.tokenToString(operator) ?? ""}${this.tight(inner)}`;
  }

  private conditional({ condition, whenTrue, whenFalse }: ts.ConditionalExpression): string {
    const [test, yes, no] = [condition, whenTrue, whenFalse].map((part) => {
      const inner = bare(part);
      if (ts.isArrowFunction(inner)) throw LEFT_TO_PRETTIER;
      const isChoice = ts.isConditionalExpression(inner) && part !== whenFalse;
      return isChoice || ts.isAsExpression(inner) ? `(${this.flat(inner)})` : this.flat(inner);
    });
    return `${test} ? ${yes} : ${no}`;
  }

  private castOperand(node: ts.Expression): string {
    const inner = bare(node);
    if (ts.isAsExpression(inner) || ts.isArrowFunction(inner)) throw LEFT_TO_PRETTIER;
    const text = this.flat(inner);
    return ts.isBinaryExpression(inner) || ts.isConditionalExpression(inner) ? `(${text})` : text;
  }

  private arrow(node: ts.ArrowFunction): string {
    const body = ts.isBlock(node.body) ? undefined : bare(node.body);
    if (body === undefined || node.modifiers !== undefined || node.typeParameters !== undefined) {
      throw LEFT_TO_PRETTIER;
    }
    if (ts.isConditionalExpression(body) || ts.isObjectLiteralExpression(body) || ts.isArrowFunction(body)) {
      throw LEFT_TO_PRETTIER;
    }
    const result = node.type === undefined ? "" : `: ${this.type(node.type)}`;
    return `(${this.parameters(node.parameters)})${result} => ${this.flat(body)}`;
  }

  private parameter(node: ts.ParameterDeclaration): string {
    if (node.modifiers !== undefined || node.dotDotDotToken !== undefined || !ts.isIdentifier(node.name)) {
      throw LEFT_TO_PRETTIER;
    }
    const mark = node.questionToken === undefined ? "" : "?";
    const type = node.type === undefined ? "" : `: ${this.type(node.type)}`;
    const value = node.initializer === undefined ? "" : ` = ${this.flat(node.initializer)}`;
    return `${node.name.text}${mark}${type}${value}`;
  }

  private object(node: ts.ObjectLiteralExpression): string {
    if (this.startsOnNewLine(node)) throw LEFT_TO_PRETTIER;
    if (node.properties.length === 0) return "{}";
    const properties = node.properties.map((property) => {
      if (ts.isShorthandPropertyAssignment(property)) return property.name.text;
      if (!ts.isPropertyAssignment(property)) throw LEFT_TO_PRETTIER;
      return `${this.name(property.name)}: ${this.flat(property.initializer)}`;
    });
    return `{ ${properties.join(", ")} }`;
  }

  private array({ elements }: ts.ArrayLiteralExpression): string {
    if (isMatrix(elements)) throw LEFT_TO_PRETTIER;
    return `[${this.list(elements)}]`;
  }
}

/** Prettier treats operations on truth apart from others. */
export function operatorKind(operator: ts.SyntaxKind): "logical" | "other" {
  return (PRECEDENCE[operator] ?? 0) <= LOGICAL ? "logical" : "other";
}

/** Parentheses are prettier's business: it takes all away and sets those it wants. */
export function bare(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) ? bare(node.expression) : node;
}

/** Several objects, or several arrays, of more than one entry each: never on one line. */
export function isMatrix(elements: readonly ts.Expression[]): boolean {
  if (elements.length < 2) return false;
  return (
    elements.every((one) => ts.isObjectLiteralExpression(one) && one.properties.length > 1) ||
    elements.every((one) => ts.isArrayLiteralExpression(one) && one.elements.length > 1)
  );
}

/** Prettier's rule, with the parentheses that it sets for the reader's sake. */
function needsParentheses(inner: ts.SyntaxKind, outer: ts.SyntaxKind, side: "left" | "right"): boolean {
  const innerLevel = PRECEDENCE[inner] ?? 0;
  const outerLevel = PRECEDENCE[outer] ?? 0;
  if (innerLevel <= LOGICAL && outerLevel <= LOGICAL) return inner !== outer;
  if (innerLevel < outerLevel) return true;
  if (innerLevel === outerLevel) return side === "right" || !isOneChain(inner, outer);
  if (inner === ts.SyntaxKind.PercentToken && outerLevel === SUM) return true;
  return (outerLevel > LOGICAL && outerLevel < EQUALITY) || outerLevel === SHIFT;
}

/** Whether `a inner b outer c` needs no parentheses, and is broken at both operators when it is at one. */
export function isOneChain(inner: ts.SyntaxKind, outer: ts.SyntaxKind): boolean {
  const level = PRECEDENCE[inner];
  if (level !== PRECEDENCE[outer] || level === EQUALITY || level === SHIFT) return false;
  return level !== PRODUCT || (inner === outer && inner !== ts.SyntaxKind.PercentToken);
}

/** How many calls follow each other in `a().b().c()`. */
function callsInChain(node: ts.Expression): number {
  const inner = bare(node);
  if (ts.isCallExpression(inner)) return 1 + callsInChain(inner.expression);
  if (ts.isPropertyAccessExpression(inner) || ts.isElementAccessExpression(inner)) {
    return callsInChain(inner.expression);
  }
  return 0;
}
