// Statements and class members in lines, as prettier writes them. What is not listed throws LEFT_TO_PRETTIER.
import { ts } from "./ts-morph.js";
import { BrokenStyle, isLogical } from "./style-broken.js";
import { numberRows } from "./style-data.js";
import { bare, ExpressionStyle } from "./style-expression.js";
import { fits, fitting, LEFT_TO_PRETTIER } from "./style-width.js";

/** `A | B`, and what an enum's values are. */
const PLAIN_ALIAS = /^(?:\w+(?: \| \w+)*|\(typeof \w+\)\[keyof typeof \w+\])$/;

const PLAIN_PATTERN = /^\{ \w+(?:, \w+)* \}$/;

type Lines = string[];

/** Statements of one source file. */
export class StatementStyle {
  readonly expressions: ExpressionStyle;
  private readonly source: ts.SourceFile;
  private readonly broken: BrokenStyle;

  constructor(source: ts.SourceFile) {
    this.source = source;
    this.expressions = new ExpressionStyle(source);
    this.broken = new BrokenStyle(this.expressions);
  }

  /**
   * A statement or class member with the comments before it.
   *
   * @throws LEFT_TO_PRETTIER
   */
  lines(node: ts.Statement | ts.ClassElement, indent: string): Lines {
    const lines = [...this.comments(node, indent), ...this.code(node, indent)];
    if (essence(lines.join("")) === essence(this.source.text.slice(node.pos, node.end))) return lines;
    throw LEFT_TO_PRETTIER;
  }

  /** The comments before a node, each on lines of its own. */
  comments(node: ts.Node, indent: string): Lines {
    const { text } = this.source;
    const start = node.getStart(this.source);
    const found = ts.getLeadingCommentRanges(text, node.pos) ?? [];
    return found.flatMap(({ pos, end, kind }, index) => {
      const gap = text.slice(end, found[index + 1]?.pos ?? start);
      if (!/^[ \t]*\n[ \t]*$/.test(gap) || kind !== ts.SyntaxKind.MultiLineCommentTrivia) {
        throw LEFT_TO_PRETTIER;
      }
      return commentLines(text.slice(pos, end), indent);
    });
  }

  /** Whether an empty line follows in the source; prettier keeps one of them. */
  isFollowedByEmptyLine(node: ts.Node): boolean {
    return /^[,; \t]*\n[ \t]*\n/.test(this.source.text.slice(node.end, node.end + 80));
  }

  private code(node: ts.Node, indent: string): Lines {
    if (ts.isPropertyDeclaration(node)) return this.property(node, indent);
    if (ts.isMethodDeclaration(node) || ts.isAccessor(node) || ts.isConstructorDeclaration(node)) {
      return this.method(node, indent);
    }
    if (ts.isVariableStatement(node)) return this.variable(node, indent);
    if (ts.isExpressionStatement(node)) return this.expressionStatement(node, indent);
    if (ts.isReturnStatement(node)) return this.result(node, indent);
    if (ts.isThrowStatement(node)) return this.whole(indent, "throw ", node.expression);
    if (ts.isIfStatement(node)) return this.condition(node, indent);
    if (ts.isSwitchStatement(node)) return this.choice(node, indent);
    if (ts.isForStatement(node)) return this.loop(node, indent);
    if (ts.isWhileStatement(node)) {
      return this.body(`while (${this.expressions.flat(node.expression)}) `, node.statement, indent);
    }
    if (ts.isBlock(node)) return this.block("", node, indent);
    if (ts.isTypeAliasDeclaration(node)) return this.alias(node, indent);
    if (ts.isContinueStatement(node) && node.label === undefined) return [`${indent}continue;`];
    if (ts.isBreakStatement(node) && node.label === undefined) return [`${indent}break;`];
    throw LEFT_TO_PRETTIER;
  }

  private property(node: ts.PropertyDeclaration, indent: string): Lines {
    const type = node.type === undefined ? "" : `: ${this.expressions.type(node.type)}`;
    const head = `${this.modifiers(node)}${this.expressions.name(node.name)}${type}`;
    if (node.questionToken !== undefined || node.exclamationToken !== undefined) throw LEFT_TO_PRETTIER;
    if (node.initializer === undefined) return [fitting(`${indent}${head};`)];
    return this.initialized(indent, head, node.initializer);
  }

  private method(
    node: ts.MethodDeclaration | ts.AccessorDeclaration | ts.ConstructorDeclaration,
    indent: string,
  ): Lines {
    if (node.typeParameters !== undefined || node.asteriskToken !== undefined) throw LEFT_TO_PRETTIER;
    const word = ts.isGetAccessor(node) ? "get " : ts.isSetAccessor(node) ? "set " : "";
    const name = ts.isConstructorDeclaration(node) ? "constructor" : this.expressions.name(node.name);
    const type = node.type === undefined ? "" : `: ${this.expressions.type(node.type)}`;
    const parameters = this.expressions.parameters(node.parameters);
    const head = `${this.modifiers(node)}${word}${name}(${parameters})`;
    if (node.body === undefined) return [fitting(`${indent}${head}${type};`)];
    if (fits(`${indent}${head}${type} {`)) return this.block(`${head}${type} `, node.body, indent);
    return this.openUnion(indent, head, node, node.body);
  }

  /** The types that are returned on a line of their own, or each on one. */
  private openUnion(
    indent: string,
    head: string,
    { type, parameters }: ts.SignatureDeclaration,
    body: ts.Block,
  ): Lines {
    if (type === undefined || !ts.isUnionTypeNode(type) || parameters.length > 0) throw LEFT_TO_PRETTIER;
    if (type.types.length < 3 || body.statements.length === 0) throw LEFT_TO_PRETTIER;
    const inner = `${indent}  `;
    const types = type.types.map((one) => this.expressions.type(one));
    const together = types.join(" | ");
    if (fits(`${inner}${together} {`)) {
      return [`${indent}${head}:`, ...this.block(`${together} `, body, indent, inner)];
    }
    const lines = types.map((one) => `| ${one}`);
    const last = lines.pop() ?? "";
    const others = lines.map((line) => fitting(`${inner}${line}`));
    return [`${indent}${head}:`, ...others, ...this.block(`${last} `, body, indent, inner)];
  }

  private variable(node: ts.VariableStatement, indent: string): Lines {
    const { declarations, flags } = node.declarationList;
    const [declaration] = declarations;
    if (declarations.length !== 1 || declaration?.initializer === undefined) throw LEFT_TO_PRETTIER;
    const { name, type, initializer } = declaration;
    if (type !== undefined && ts.isTypeLiteralNode(type)) {
      const head = `${indent}${this.modifiers(node)}${declarationWord(flags)} ${this.bound(name)}: {`;
      const members = type.members.flatMap((member) => this.signature(member, `${indent}  `));
      return [head, ...members, ...this.value(indent, "} = ", initializer, ";")];
    }
    return this.initialized(
      indent,
      `${this.modifiers(node)}${this.binding(declaration, flags)}`,
      initializer,
    );
  }

  private signature(node: ts.TypeElement, indent: string): Lines {
    const comments = this.comments(node, indent);
    if (ts.isPropertySignature(node) && node.type !== undefined && node.questionToken === undefined) {
      const head = `${this.modifiers(node)}${this.expressions.name(node.name)}`;
      return [...comments, fitting(`${indent}${head}: ${this.expressions.type(node.type)};`)];
    }
    if (!ts.isMethodSignature(node) || node.type === undefined || node.typeParameters !== undefined) {
      throw LEFT_TO_PRETTIER;
    }
    const head = `${this.expressions.name(node.name)}(${this.expressions.parameters(node.parameters)})`;
    return [...comments, fitting(`${indent}${head}: ${this.expressions.type(node.type)};`)];
  }

  /** `const name: type`. */
  private binding({ name, type }: ts.VariableDeclaration, flags: ts.NodeFlags): string {
    return `${declarationWord(flags)} ${this.bound(name)}${type === undefined ? "" : `: ${this.expressions.type(type)}`}`;
  }

  /** `name`, or `{ name, other }`. */
  private bound(name: ts.BindingName): string {
    if (ts.isIdentifier(name)) return name.text;
    const text = this.expressions.raw(name);
    if (PLAIN_PATTERN.test(text)) return text;
    throw LEFT_TO_PRETTIER;
  }

  private initialized(indent: string, head: string, value: ts.Expression): Lines {
    const comment = this.source.text.slice(value.pos, value.getStart(this.source)).trim();
    if (comment !== "" && comment !== "/* @__PURE__ */") throw LEFT_TO_PRETTIER;
    return this.value(indent, `${head} = ${comment === "" ? "" : `${comment} `}`, value, ";");
  }

  private alias(node: ts.TypeAliasDeclaration, indent: string): Lines {
    const type = this.expressions.raw(node.type);
    if (node.typeParameters !== undefined || !PLAIN_ALIAS.test(type)) throw LEFT_TO_PRETTIER;
    return [fitting(`${indent}${this.modifiers(node)}type ${node.name.text} = ${type};`)];
  }

  private modifiers(node: ts.HasModifiers): string {
    const words = (node.modifiers ?? []).map((modifier) => this.expressions.raw(modifier));
    return words.map((word) => `${word} `).join("");
  }

  private expressionStatement({ expression }: ts.ExpressionStatement, indent: string): Lines {
    if (!ts.isBinaryExpression(expression)) return this.whole(indent, "", expression);
    const operator = expression.operatorToken;
    if (operator.kind < ts.SyntaxKind.FirstAssignment || operator.kind > ts.SyntaxKind.LastAssignment) {
      throw LEFT_TO_PRETTIER;
    }
    const head = `${this.expressions.flat(expression.left)} ${this.expressions.raw(operator)} `;
    const value = bare(expression.right);
    const isLongCall =
      ts.isCallExpression(value) && value.arguments.length > 1 && value.arguments.every(isPlainArgument);
    if (isLongCall && !fits(`${indent}${head}${this.expressions.flat(value)};`)) {
      return this.openCall(indent, head, value);
    }
    return this.value(indent, head, expression.right, ";");
  }

  private result({ expression }: ts.ReturnStatement, indent: string): Lines {
    if (expression === undefined) return [`${indent}return;`];
    const comment = ts.isNumericLiteral(expression) ? this.expressions.commentBehind(expression) : undefined;
    // Prettier moves the comment of a bare number behind the semicolon.
    if (comment !== undefined) {
      return [fitting(`${indent}return ${this.expressions.raw(expression)}; ${comment}`)];
    }
    return this.whole(indent, "return ", expression);
  }

  /** A call too long for its line has each argument on one of its own. */
  private whole(indent: string, head: string, expression: ts.Expression): Lines {
    const line = `${indent}${head}${this.expressions.flat(expression)};`;
    if (fits(line)) return [line];
    const value = bare(expression);
    if (ts.isCallExpression(value) || ts.isNewExpression(value)) return this.openCall(indent, head, value);
    if (head !== "return ") throw LEFT_TO_PRETTIER;
    if (ts.isConditionalExpression(value)) return this.broken.choice(value, indent, head, ";");
    if (!ts.isBinaryExpression(value)) throw LEFT_TO_PRETTIER;
    return [`${indent}return (`, ...this.broken.operation(value, `${indent}  `, ""), `${indent});`];
  }

  private openCall(indent: string, head: string, call: ts.CallExpression | ts.NewExpression): Lines {
    const { arguments: values = [] } = call;
    if (!isDotted(call.expression) || !values.every(isPlainArgument)) throw LEFT_TO_PRETTIER;
    return [
      fitting(`${indent}${head}${this.expressions.callee(call)}(`),
      ...values.map((one) => fitting(`${indent}  ${this.expressions.flat(one)},`)),
      `${indent});`,
    ];
  }

  private condition({ expression, thenStatement, elseStatement }: ts.IfStatement, indent: string): Lines {
    const lines = this.conditional(expression, thenStatement, indent);
    if (elseStatement === undefined) return lines;
    if (!ts.isBlock(thenStatement)) throw LEFT_TO_PRETTIER;
    const other = ts.isIfStatement(elseStatement)
      ? this.condition(elseStatement, indent)
      : this.body("", elseStatement, indent);
    return [...lines.slice(0, -1), `${indent}} else ${(other[0] ?? "").trimStart()}`, ...other.slice(1)];
  }

  private conditional(condition: ts.Expression, then: ts.Statement, indent: string): Lines {
    const head = `if (${this.expressions.flat(condition)}) `;
    const test = bare(condition);
    const isDenied = ts.isPrefixUnaryExpression(test) && test.operator === ts.SyntaxKind.ExclamationToken;
    const denied = isDenied ? bare(test.operand) : test;
    if (isDenied && !isLogical(denied)) return this.body(head, then, indent);
    if (fits(`${indent}${head}${ts.isBlock(then) ? "{" : ""}`.trimEnd()) || !ts.isBinaryExpression(denied)) {
      return this.body(head, then, indent);
    }
    const [open, close] = isDenied ? ["(!(", "))"] : ["(", ")"];
    const lines = [`${indent}if ${open}`, ...this.broken.test(denied, `${indent}  `, isDenied)];
    if (ts.isBlock(then)) return [...lines, ...this.block(`${close} `, then, indent)];
    return [...lines, `${indent}${close}`, ...this.code(then, `${indent}  `)];
  }

  /** A block, or one statement on the line of its condition, or on the next where it does not fit. */
  private body(head: string, node: ts.Statement, indent: string): Lines {
    if (ts.isBlock(node)) return this.block(head, node, indent);
    const [line, more] = this.code(node, `${indent}  `);
    if (line === undefined || more !== undefined) throw LEFT_TO_PRETTIER;
    const both = `${indent}${head}${line.trimStart()}`;
    return fits(both) ? [both] : [fitting(`${indent}${head.trimEnd()}`), line];
  }

  private block(head: string, { statements }: ts.Block, indent: string, first: string = indent): Lines {
    if (statements.length === 0) return [fitting(`${first}${head}{}`)];
    return [fitting(`${first}${head}{`), ...this.sequence(statements, `${indent}  `), `${indent}}`];
  }

  private sequence(nodes: readonly ts.Statement[], indent: string): Lines {
    return nodes.flatMap((node, index) => {
      const lines = [...this.comments(node, indent), ...this.code(node, indent)];
      const apart = index < nodes.length - 1 && this.isFollowedByEmptyLine(node);
      return apart ? [...lines, ""] : lines;
    });
  }

  private choice({ expression, caseBlock }: ts.SwitchStatement, indent: string): Lines {
    const inner = `${indent}  `;
    const clauses = caseBlock.clauses.flatMap((clause, index) => {
      const label = ts.isCaseClause(clause)
        ? `case ${this.expressions.flat(clause.expression)}:`
        : "default:";
      const [only] = clause.statements;
      if (only !== undefined && clause.statements.length === 1 && ts.isBlock(only)) throw LEFT_TO_PRETTIER;
      const lines = [fitting(`${inner}${label}`), ...this.sequence(clause.statements, `${inner}  `)];
      const apart = index < caseBlock.clauses.length - 1 && this.isFollowedByEmptyLine(clause);
      return apart ? [...lines, ""] : lines;
    });
    return [fitting(`${indent}switch (${this.expressions.flat(expression)}) {`), ...clauses, `${indent}}`];
  }

  private loop({ initializer, condition, incrementor, statement }: ts.ForStatement, indent: string): Lines {
    if (condition === undefined || incrementor === undefined) throw LEFT_TO_PRETTIER;
    if (initializer === undefined || !ts.isVariableDeclarationList(initializer)) throw LEFT_TO_PRETTIER;
    const [declaration] = initializer.declarations;
    if (initializer.declarations.length !== 1 || declaration?.initializer === undefined) {
      throw LEFT_TO_PRETTIER;
    }
    const start = `${this.binding(declaration, initializer.flags)} = ${this.expressions.flat(declaration.initializer)}`;
    const head = `for (${start}; ${this.expressions.flat(condition)}; ${this.step(incrementor)}) `;
    return this.body(head, statement, indent);
  }

  private step(node: ts.Expression): string {
    if (!ts.isPostfixUnaryExpression(node)) throw LEFT_TO_PRETTIER;
    return `${this.expressions.flat(node.operand)}${ts.tokenToString(node.operator) ?? ""}`;
  }

  /** `head`, a value and `tail`: on one line, or an object or array opened up. */
  private value(indent: string, head: string, expression: ts.Expression, tail: string): Lines {
    const node = bare(expression);
    const line = this.oneLine(node, (text) => `${indent}${head}${text}${tail}`);
    if (line !== undefined) return [line];
    if (ts.isObjectLiteralExpression(node)) return this.openObject(indent, head, node, tail);
    if (ts.isArrayLiteralExpression(node)) return this.openArray(indent, head, node, tail);
    if (ts.isAsExpression(node)) {
      if (!ts.isObjectLiteralExpression(node.expression) && !ts.isArrayLiteralExpression(node.expression)) {
        throw LEFT_TO_PRETTIER;
      }
      return this.value(indent, head, node.expression, ` as ${this.expressions.type(node.type)}${tail}`);
    }
    if (ts.isCallExpression(node)) return this.openArguments(indent, head, node, tail);
    if (ts.isNewExpression(node) && tail === ";") return this.made(indent, head, node);
    if (!head.endsWith(" = ") || tail !== ";") throw LEFT_TO_PRETTIER;
    if (ts.isConditionalExpression(node)) {
      if (!ts.isBinaryExpression(bare(node.condition))) throw LEFT_TO_PRETTIER;
      const inner = `${indent}  `;
      const alone = this.oneLine(node, (text) => `${inner}${text}${tail}`);
      const lines = alone === undefined ? this.broken.choice(node, inner, "", tail) : [alone];
      return [`${indent}${head.trimEnd()}`, ...lines];
    }
    if (ts.isBinaryExpression(node)) {
      return [`${indent}${head.trimEnd()}`, ...this.broken.operation(node, `${indent}  `, tail)];
    }
    throw LEFT_TO_PRETTIER;
  }

  /** Where not even what it is made of fits behind a name without a type, it goes to the next line whole. */
  private made(indent: string, head: string, node: ts.NewExpression): Lines {
    const isTooLong = !fits(`${indent}${head}${this.expressions.callee(node)}(`);
    if (!isTooLong || head.includes(": ")) return this.openCall(indent, head, node);
    return [`${indent}${head.trimEnd()}`, fitting(`${indent}  ${this.expressions.flat(node)};`)];
  }

  private oneLine(node: ts.Expression, around: (text: string) => string): string | undefined {
    try {
      const line = around(this.expressions.flat(node));
      return fits(line) ? line : undefined;
    } catch (error) {
      if (error === LEFT_TO_PRETTIER) return undefined;
      throw error;
    }
  }

  private openObject(indent: string, head: string, node: ts.ObjectLiteralExpression, tail: string): Lines {
    if (node.properties.length === 0) throw LEFT_TO_PRETTIER;
    const inner = `${indent}  `;
    const properties = node.properties.flatMap((property) => {
      if (this.isFollowedByEmptyLine(property)) throw LEFT_TO_PRETTIER;
      return [...this.comments(property, inner), ...this.entry(property, inner)];
    });
    return [fitting(`${indent}${head}{`), ...properties, fitting(`${indent}}${tail}`)];
  }

  private entry(property: ts.ObjectLiteralElementLike, indent: string): Lines {
    if (ts.isShorthandPropertyAssignment(property)) return [fitting(`${indent}${property.name.text},`)];
    if (ts.isMethodDeclaration(property)) {
      const lines = this.method(property, indent);
      return [...lines.slice(0, -1), `${lines.at(-1)},`];
    }
    if (!ts.isPropertyAssignment(property)) throw LEFT_TO_PRETTIER;
    const head = `${this.expressions.name(property.name)}: `;
    const { initializer } = property;
    // A text is never put on a line of its own.
    if (ts.isStringLiteral(initializer)) return [`${indent}${head}${this.expressions.flat(initializer)},`];
    return this.value(indent, head, initializer, ",");
  }

  private openArray(
    indent: string,
    head: string,
    { elements }: ts.ArrayLiteralExpression,
    tail: string,
  ): Lines {
    if (elements.length === 0) throw LEFT_TO_PRETTIER;
    const isRunOfNumbers = elements.length > 1 && elements.every((one) => ts.isNumericLiteral(one));
    const lines = isRunOfNumbers
      ? numberRows(
          elements.map((one) => this.expressions.flat(one)),
          `${indent}  `,
        )
      : elements.flatMap((one) => this.value(`${indent}  `, "", one, ","));
    return [fitting(`${indent}${head}[`), ...lines, fitting(`${indent}]${tail}`)];
  }

  /** `f(a, {` or `f(a, [`, and what the object or list holds on lines of their own; or each argument on its own. */
  private openArguments(indent: string, head: string, node: ts.CallExpression, tail: string): Lines {
    const last = node.arguments.at(-1);
    const others = node.arguments.slice(0, -1);
    if (last === undefined || !isDotted(node.expression)) throw LEFT_TO_PRETTIER;
    if (
      others.length > 0 &&
      node.arguments.every((one) => ts.isArrayLiteralExpression(one) || ts.isNumericLiteral(one))
    ) {
      const lines = node.arguments.flatMap((one) => this.value(`${indent}  `, "", one, ","));
      return [fitting(`${indent}${head}${this.expressions.callee(node)}(`), ...lines, `${indent})${tail}`];
    }
    if (!others.every((one) => ts.isIdentifier(one) || ts.isNumericLiteral(one))) throw LEFT_TO_PRETTIER;
    const before = others.map((one) => `${this.expressions.flat(one)}, `).join("");
    const opened = `${head}${this.expressions.callee(node)}(${before}`;
    if (ts.isObjectLiteralExpression(last)) return this.openObject(indent, opened, last, `)${tail}`);
    if (ts.isArrayLiteralExpression(last)) return this.openArray(indent, opened, last, `)${tail}`);
    throw LEFT_TO_PRETTIER;
  }
}

function declarationWord(flags: ts.NodeFlags): string {
  if ((flags & ts.NodeFlags.Const) !== 0) return "const";
  if ((flags & ts.NodeFlags.Let) !== 0) return "let";
  throw LEFT_TO_PRETTIER;
}

/** Names and dots. */
function isDotted(node: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(node)) return isDotted(node.expression);
  return (
    ts.isIdentifier(node) ||
    node.kind === ts.SyntaxKind.ThisKeyword ||
    node.kind === ts.SyntaxKind.SuperKeyword
  );
}

/** An argument that does not tempt prettier to leave it on the line of the call. */
function isPlainArgument(node: ts.Expression): boolean {
  const inner = bare(node);
  return (
    ts.isIdentifier(inner) ||
    ts.isNumericLiteral(inner) ||
    inner.kind === ts.SyntaxKind.TrueKeyword ||
    inner.kind === ts.SyntaxKind.FalseKeyword ||
    ts.isBinaryExpression(inner) ||
    ts.isConditionalExpression(inner) ||
    ts.isPropertyAccessExpression(inner) ||
    ts.isNewExpression(inner) ||
    ts.isCallExpression(inner)
  );
}

/** A comment moved to `indent`, the stars of its lines below each other. */
function commentLines(text: string, indent: string): Lines {
  const lines = text.split("\n");
  if (!lines.slice(1).every((line) => line.trimStart().startsWith("*"))) throw LEFT_TO_PRETTIER;
  return lines.map((line, index) =>
    index === 0 ? `${indent}${line.trimEnd()}` : `${indent} ${line.trim()}`,
  );
}

/** All but what formatting may change: equal essences mean that no word was lost on the way. */
function essence(text: string): string {
  return text.replace(/[\s(),;]+/g, "").replaceAll(":|", ":");
}
