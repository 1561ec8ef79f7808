import { ts } from "./ts-morph.js";
import type { DiagnosticName } from "./diagnostic-table.js";
import { type Diagnostics, didYouMean, type Span } from "./diagnostics.js";
import { follows, narrowed, told, toldBefore } from "./conditions.js";
import type { Enclosing } from "./enclosing.js";
import { expressionText } from "./expression-text.js";
import type { FieldModel, LetModel } from "./layout.js";
import { boundsOf } from "./layout.js";
import { partSpan, type ScalarNode } from "./nodes.js";
import * as ranges from "./range.js";
import type { Range } from "./range.js";
import { varintMax, varintOf } from "./varint.js";

/** Longer expressions are refused before they are parsed. */
const MAX_LENGTH = 500;

/** No structure lies beyond what an offset can be. */
const MAX_END: number = 2 ** 30;

/** As many numbers, names and operators an expression may have, those of the values it uses included. */
const MAX_SIZE = 500;

/** A checked expression: its value is known to exist, and to lie in `range`. */
export type Expression = { readonly range: Range; readonly isFlag: boolean; readonly size: number } & (
  | { readonly op: "number"; readonly value: number }
  | { readonly op: "field"; readonly field: FieldModel }
  | { readonly op: "let"; readonly value: LetModel }
  /** A field of a structure around this one; `path`: how accessors get there. */
  | { readonly op: "enclosing"; readonly path: string; readonly field: FieldModel; readonly name: string }
  /** How many bytes the structure was given. */
  | { readonly op: "end" }
  /** Added up over the elements of an array so far; `member` is the accessor's. */
  | { readonly op: "sum"; readonly of: Expression; readonly member: string }
  | { readonly op: "not" | "negate"; readonly operand: Expression }
  | {
      readonly op: "binary";
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly op: "choose"; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
);

type Arithmetic = "+" | "-" | "*" | "/" | "%" | "<<" | ">>" | "&" | "|";
export type Comparison = "===" | "!==" | "<" | "<=" | ">" | ">=";
export type Operator = Arithmetic | Comparison | "&&" | "||";

/** What an expression may name. */
export interface Scope {
  readonly fields: ReadonlyMap<string, FieldModel>;
  readonly lets: ReadonlyMap<string, LetModel>;
  /** Values whose own expression was refused: naming one is not a second error. */
  readonly broken: ReadonlySet<string>;
  /** Where the structure ends may be asked: `end`, in bytes from its start. */
  readonly hasEnd?: boolean;
  /** Holds wherever the expression is worked out: the `when` of the field that it belongs to. */
  readonly held?: Expression;
  /** Set where the structure is described in place: what it may name of the one around it. */
  readonly enclosing?: Enclosing;
}

/** Parses and checks an expression; tells what is wrong and gives `undefined` when it is not sound. */
export function parseExpression(
  node: ScalarNode,
  scope: Scope,
  diagnostics: Diagnostics,
): Expression | undefined {
  const text = String(node.value);
  if (text.length > MAX_LENGTH) {
    diagnostics.error(
      "expression-long",
      node.span,
      `an expression may have ${MAX_LENGTH} characters, not ${text.length}`,
    );
    return undefined;
  }
  const source = parsed(text);
  const problem = (source as unknown as { parseDiagnostics: readonly ts.DiagnosticWithLocation[] })
    .parseDiagnostics[0];
  const statement = source.statements[0];
  if (
    problem !== undefined ||
    source.statements.length !== 1 ||
    !statement ||
    !ts.isExpressionStatement(statement)
  ) {
    const start = Math.min(Math.max(0, (problem?.start ?? 1) - 1), Math.max(0, text.length - 1));
    const why =
      problem === undefined
        ? "it is more than one"
        : ts.flattenDiagnosticMessageText(problem.messageText, " ");
    const name = problem === undefined ? "expression-many" : "expression-syntax";
    diagnostics.error(name, partSpan(node, start, start + 1), `this is no expression: ${why}`);
    return undefined;
  }
  if (
    !ts.isParenthesizedExpression(statement.expression) ||
    statement.expression.getEnd() < text.length + 2
  ) {
    diagnostics.error(
      "expression-parentheses",
      node.span,
      "this is no expression: its parentheses do not match",
    );
    return undefined;
  }
  return new Checker(node, source, scope, diagnostics).check(statement.expression);
}

/** Texts that were parsed before: pairs of byte orders have theirs twice, and so has every run under `--watch`. */
const known = new Map<string, ts.SourceFile>();

/** More are forgotten, all at once. */
const MOST_KNOWN = 5000;

function parsed(text: string): ts.SourceFile {
  let source = known.get(text);
  if (source === undefined) {
    if (known.size >= MOST_KNOWN) known.clear();
    const { ES2022 } = ts.ScriptTarget;
    source = ts.createSourceFile("expression.ts", `(${capitalized(text)})`, ES2022, false);
    known.set(text, source);
  }
  return source;
}

/** Names of the language have no capitals: with one each, none is a word that TypeScript reserves, as `class` is. */
function capitalized(text: string): string {
  return text.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
}

/** Raised inside the checker once a problem was told; the expression has no meaning then. */
class Unsound extends Error {}

class Checker {
  private readonly node: ScalarNode;
  private readonly source: ts.SourceFile;
  private readonly scope: Scope;
  private readonly diagnostics: Diagnostics;
  /** Conditions that hold where we are. */
  private held: readonly Expression[];

  constructor(node: ScalarNode, source: ts.SourceFile, scope: Scope, diagnostics: Diagnostics) {
    this.node = node;
    this.source = source;
    this.scope = scope;
    this.diagnostics = diagnostics;
    this.held = [
      ...(scope.held === undefined ? [] : told(scope.held, true)),
      ...(scope.enclosing?.held ?? []),
    ];
  }

  check(root: ts.Expression): Expression | undefined {
    try {
      return this.expression(root);
    } catch (error) {
      if (error instanceof Unsound) return undefined;
      throw error;
    }
  }

  private expression(node: ts.Expression): Expression {
    const expression = this.any(node);
    if (expression.size <= MAX_SIZE) {
      const range = narrowed(expression, this.held);
      return range === expression.range ? expression : { ...expression, range };
    }
    throw this.refuse(
      "expression-size",
      node,
      `has more than ${MAX_SIZE} parts, those of the values it uses included`,
    );
  }

  private any(node: ts.Expression): Expression {
    if (ts.isParenthesizedExpression(node)) return this.expression(node.expression);
    if (ts.isNumericLiteral(node)) return this.literal(node);
    if (ts.isIdentifier(node)) return this.identifier(node);
    if (ts.isPrefixUnaryExpression(node)) return this.prefix(node);
    if (ts.isBinaryExpression(node)) return this.binary(node);
    if (ts.isConditionalExpression(node)) return this.choose(node);
    throw this.refuse(
      "expression-kind",
      node,
      "has no place in an expression: numbers, fields, + - * / % << >> & | comparisons && || ! ?: do",
    );
  }

  private literal(node: ts.NumericLiteral): Expression {
    const value = Number(node.text);
    if (!Number.isSafeInteger(value)) {
      throw this.refuse("expression-literal", node, "is no whole number below 2^53");
    }
    return { op: "number", value, range: ranges.only(value), isFlag: false, size: 1 };
  }

  private identifier(node: ts.Identifier): Expression {
    const name = this.textOf(node);
    const value = this.scope.lets.get(name);
    if (value !== undefined) {
      const { range, isFlag, size } = value.value;
      return { op: "let", value, range, isFlag, size: size + 1 };
    }
    const field = this.scope.fields.get(name);
    if (field !== undefined) {
      this.requirePresent(node, field.when);
      return { op: "field", field, ...this.fieldFacts(node, field) };
    }
    if (name === "end" && this.scope.hasEnd === true) {
      return { op: "end", range: ranges.span(0, MAX_END), isFlag: false, size: 1 };
    }
    return this.around(node, name);
  }

  /** What the structure around this one has under that name. */
  private around(node: ts.Identifier, name: string): Expression {
    const { enclosing } = this.scope;
    const value = enclosing?.value(name);
    if (value !== undefined) return value;
    const found = enclosing?.field(name);
    if (found === undefined) throw this.unknown(node);
    const { field, path, when } = found;
    this.requirePresent(node, when);
    return { op: "enclosing", path, field, name, ...this.fieldFacts(node, field) };
  }

  private requirePresent(node: ts.Identifier, when: Expression | "unknown" | undefined): void {
    if (when === undefined || (when !== "unknown" && follows(when, this.held))) return;
    const remedy = when === "unknown" ? "" : `: \`${expressionText(when)} ? ${this.textOf(node)} : 0\``;
    throw this.refuse(
      "operand-absent",
      node,
      `may be absent, so nothing can be worked out from it but where it is there${remedy}`,
    );
  }

  private fieldFacts(node: ts.Identifier, field: FieldModel): Pick<Expression, "range" | "isFlag" | "size"> {
    const { kind } = field.type;
    if (kind === "flag") return { range: ranges.span(0, 1), isFlag: true, size: 1 };
    if (kind !== "uint" && kind !== "int" && varintOf(field.type) === undefined) {
      throw this.refuse("operand-not-number", node, `is ${field.word}, not a number`);
    }
    if (field.as !== "number") {
      throw this.refuse("operand-wide", node, "has more than 53 bits, which an expression cannot hold");
    }
    return { range: fieldRange(field), isFlag: false, size: 1 };
  }

  private unknown(node: ts.Identifier): Unsound {
    const name = this.textOf(node);
    const { broken, fields, lets, enclosing } = this.scope;
    if (broken.has(name) || enclosing?.isBroken(name) === true) return new Unsound();
    const names = [...fields.keys(), ...lets.keys(), ...(enclosing?.names ?? [])];
    const message = `${JSON.stringify(name)} is no field or value that is known here`;
    this.diagnostics.error("unknown-operand", this.spanOf(node), message, didYouMean(name, names));
    return new Unsound();
  }

  private prefix(node: ts.PrefixUnaryExpression): Expression {
    const operand = this.expression(node.operand);
    const size = operand.size + 1;
    if (node.operator === ts.SyntaxKind.ExclamationToken) {
      return {
        op: "not",
        operand: this.flag(operand, node.operand),
        range: ranges.span(0, 1),
        isFlag: true,
        size,
      };
    }
    if (node.operator !== ts.SyntaxKind.MinusToken) {
      throw this.refuse("operator-unary", node, "uses an operator that expressions do not have");
    }
    const range = ranges.negate(this.number(operand, node.operand).range);
    return { op: "negate", operand, range, isFlag: false, size };
  }

  private choose(node: ts.ConditionalExpression): Expression {
    const test = this.flag(this.expression(node.condition), node.condition);
    const yes = this.where(told(test, true), node.whenTrue);
    const no = this.where(told(test, false), node.whenFalse);
    if (yes.isFlag !== no.isFlag) {
      throw this.refuse("choice-mixed", node, "is a number in one case and a condition in the other");
    }
    const range = ranges.union(yes.range, no.range);
    return {
      op: "choose",
      test,
      yes,
      no,
      range,
      isFlag: yes.isFlag,
      size: test.size + yes.size + no.size + 1,
    };
  }

  /** Where conditions hold, fields are there that have one of them. */
  private where(conditions: readonly Expression[], node: ts.Expression): Expression {
    const before = this.held;
    this.held = [...before, ...conditions];
    const expression = this.expression(node);
    this.held = before;
    return expression;
  }

  private binary(node: ts.BinaryExpression): Expression {
    const operator = OPERATORS.get(node.operatorToken.kind);
    if (operator === undefined) {
      throw this.refuse("operator-binary", node.operatorToken, "is an operator that expressions do not have");
    }
    this.refuseLoose(operator, node);
    const left = this.expression(node.left);
    const right = this.where(toldBefore(operator, left), node.right);
    const common = { op: "binary", operator, left, right, size: left.size + right.size + 1 } as const;
    if (operator === "&&" || operator === "||") {
      this.flag(left, node.left);
      this.flag(right, node.right);
      return { ...common, range: ranges.span(0, 1), isFlag: true };
    }
    this.number(left, node.left);
    this.number(right, node.right);
    if (isComparison(operator)) {
      if (isTold(left) || isTold(right)) {
        return { ...common, range: ranges.span(0, 1), isFlag: true };
      }
      throw this.refuse("comparison-constant", node, "compares numbers that are always the same");
    }
    const range = this.arithmetic(operator, left.range, right.range, node);
    if (!ranges.isSafe(range)) {
      const shown = ranges.showRange(range);
      throw this.refuse("expression-range", node, `can be ${shown}, beyond the 53 bits that are exact`);
    }
    return { ...common, range, isFlag: false };
  }

  /** `flags & 4 != 0` is `flags & (4 != 0)`, as in C. */
  private refuseLoose(operator: Operator, { left, right }: ts.BinaryExpression): void {
    if ((operator !== "&" && operator !== "|") || !ts.isBinaryExpression(right)) return;
    const inner = OPERATORS.get(right.operatorToken.kind);
    if (inner === undefined || !isComparison(inner)) return;
    const [a, b, c] = [left, right.left, right.right].map((part) => this.textOf(part));
    const meant = `(${a} ${operator} ${b}) ${this.textOf(right.operatorToken)} ${c}`;
    throw this.refuse(
      "condition-for-number",
      right,
      `is compared before ${operator} is worked out: write \`${meant}\``,
    );
  }

  private arithmetic(operator: Arithmetic, left: Range, right: Range, node: ts.BinaryExpression): Range {
    switch (operator) {
      case "+":
        return ranges.add(left, right);
      case "-":
        return ranges.add(left, ranges.negate(right));
      case "*":
        return ranges.multiply(left, right);
      case "/":
      case "%":
        if (right.min <= 0) {
          const shown = ranges.showRange(right);
          throw this.refuse("divisor-zero", node.right, `divides, but can be ${shown}: 0 or less`);
        }
        if (operator === "/") return ranges.divide(left, right);
        if (left.min < 0) {
          const shown = ranges.showRange(left);
          throw this.refuse("modulo-negative", node.left, `is taken modulo, but can be negative: ${shown}`);
        }
        return ranges.remainder(left, right);
      default:
        return this.bitwise(operator, left, right, node);
    }
  }

  /** JavaScript's bit operators work on 32 bits, so the operands must fit in 31 and the result must too. */
  private bitwise(
    operator: "<<" | ">>" | "&" | "|",
    left: Range,
    right: Range,
    node: ts.BinaryExpression,
  ): Range {
    for (const [range, operand] of [
      [left, node.left],
      [right, node.right],
    ] as const) {
      if (range.min >= 0 && range.max < 2 ** 31) continue;
      throw this.refuse(
        "bits-operand",
        operand,
        `is an operand of ${operator}, but can be ${ranges.showRange(range)}: 0..2147483647 is possible`,
      );
    }
    if (operator === "&") return ranges.span(0, Math.min(left.max, right.max));
    if (operator === "|") {
      return ranges.span(Math.max(left.min, right.min), ranges.maskCovering(left.max, right.max));
    }
    if (right.max > 31) {
      throw this.refuse("shift-count", node.right, `shifts by ${ranges.showRange(right)}; 0..31 is possible`);
    }
    if (operator === ">>") {
      return ranges.span(Math.floor(left.min / 2 ** right.max), Math.floor(left.max / 2 ** right.min));
    }
    const range = ranges.multiply(left, ranges.span(2 ** right.min, 2 ** right.max));
    if (range.max >= 2 ** 31) {
      const shown = ranges.showRange(range);
      throw this.refuse("shift-range", node, `can be ${shown}; << ends at 2147483647, * does not`);
    }
    return range;
  }

  private flag(expression: Expression, node: ts.Node): Expression {
    if (expression.isFlag) return expression;
    throw this.refuse(
      "number-for-condition",
      node,
      "is a number where a condition is needed; compare it, as in `x != 0`",
    );
  }

  private number(expression: Expression, node: ts.Node): Expression {
    if (!expression.isFlag) return expression;
    throw this.refuse(
      "condition-for-number",
      node,
      "is a condition where a number is needed; write `x ? 1 : 0`",
    );
  }

  private refuse(name: DiagnosticName, node: ts.Node, why: string): Unsound {
    const text = this.textOf(node);
    const shown = text.length > 60 ? `${text.slice(0, 60)}...` : text;
    this.diagnostics.error(name, this.spanOf(node), `\`${shown}\` ${why}`);
    return new Unsound();
  }

  /** What stands in the schema, capitals and all. */
  private textOf(node: ts.Node): string {
    return String(this.node.value).slice(node.getStart(this.source) - 1, node.getEnd() - 1);
  }

  /** The text was parsed with one parenthesis before it. */
  private spanOf(node: ts.Node): Span {
    return partSpan(this.node, node.getStart(this.source) - 1, node.getEnd() - 1);
  }
}

/** The values a number field can have once `wrap` and `validate` have passed. */
export function fieldRange(field: FieldModel): Range {
  if (field.rule?.kind === "constant") return ranges.only(field.rule.value);
  if (field.rule?.kind === "range") {
    const { min, max, multipleOf: step = 1 } = field.rule;
    return ranges.span(Math.ceil(min / step) * step, Math.floor(max / step) * step, step);
  }
  const varint = varintOf(field.type);
  if (varint !== undefined) return ranges.span(0, varintMax(varint, "number"));
  return ranges.span(...boundsOf(field.type));
}

/** Every field of its own structure that an expression reads, through the values it uses as well; each once. */
export function fieldsOf(expression: Expression): Set<FieldModel> {
  switch (expression.op) {
    case "number":
    case "end":
    case "enclosing":
      return new Set();
    case "field":
      return new Set([expression.field]);
    case "let":
      return fieldsOf(expression.value.value);
    case "sum":
      return fieldsOf(expression.of);
    case "not":
    case "negate":
      return fieldsOf(expression.operand);
    case "binary":
      return new Set([...fieldsOf(expression.left), ...fieldsOf(expression.right)]);
    case "choose":
      return new Set([expression.test, expression.yes, expression.no].flatMap((part) => [...fieldsOf(part)]));
  }
}

/** Whether the packet tells the value, and not the schema alone. */
function isTold(expression: Expression): boolean {
  return hasPart(expression, ({ op }) => op === "field" || op === "enclosing" || op === "end");
}

/** Whether an expression asks where its structure ends. */
export function usesEnd(expression: Expression): boolean {
  return hasPart(expression, ({ op }) => op === "end");
}

/** Whether something holds of an expression, or of a part of it, through the values it uses as well. */
export function hasPart(expression: Expression, test: (part: Expression) => boolean): boolean {
  const within = (part: Expression): boolean => hasPart(part, test);
  if (test(expression)) return true;
  switch (expression.op) {
    case "let":
      return within(expression.value.value);
    case "sum":
      return within(expression.of);
    case "not":
    case "negate":
      return within(expression.operand);
    case "binary":
      return within(expression.left) || within(expression.right);
    case "choose":
      return [expression.test, expression.yes, expression.no].some(within);
    default:
      return false;
  }
}

function isComparison(operator: Operator): operator is Comparison {
  return ["===", "!==", "<", "<=", ">", ">="].includes(operator);
}

const OPERATORS: ReadonlyMap<ts.SyntaxKind, Operator> = new Map<ts.SyntaxKind, Operator>([
  [ts.SyntaxKind.PlusToken, "+"],
  [ts.SyntaxKind.MinusToken, "-"],
  [ts.SyntaxKind.AsteriskToken, "*"],
  [ts.SyntaxKind.SlashToken, "/"],
  [ts.SyntaxKind.PercentToken, "%"],
  [ts.SyntaxKind.LessThanLessThanToken, "<<"],
  [ts.SyntaxKind.GreaterThanGreaterThanToken, ">>"],
  [ts.SyntaxKind.AmpersandToken, "&"],
  [ts.SyntaxKind.BarToken, "|"],
  [ts.SyntaxKind.EqualsEqualsToken, "==="],
  [ts.SyntaxKind.ExclamationEqualsToken, "!=="],
  [ts.SyntaxKind.LessThanToken, "<"],
  [ts.SyntaxKind.LessThanEqualsToken, "<="],
  [ts.SyntaxKind.GreaterThanToken, ">"],
  [ts.SyntaxKind.GreaterThanEqualsToken, ">="],
  [ts.SyntaxKind.AmpersandAmpersandToken, "&&"],
  [ts.SyntaxKind.BarBarToken, "||"],
]);
