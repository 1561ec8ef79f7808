// Grammar, in docs/filters.md with examples:
//   or       = and { "||" and }
//   and      = not { "&&" not }
//   not      = "!" not | "(" or ")" | relation
//   relation = operand [ comparison ( value | operand ) | [ "not" ] "in" ( set | item ) | "~" value ]
//   operand  = name [ "[" ( number | "*" ) "]" ] { "." name } [ "&" value ]
//   set      = "{" item { "," item } "}"
//   item     = value [ ".." value ]
import { FilterError, type Span } from "./error.js";
import type { Item, Operator, OperandSyntax, Relation, Syntax } from "./syntax.js";
import { tokens, type Token } from "./tokens.js";

/** How deep brackets and negations may nest: everything that walks expressions recurses. */
const MAX_DEPTH = 64;
/** How many relations an expression may have. */
const MAX_RELATIONS = 512;

const COMPARISONS: readonly string[] = ["==", "!=", "<", "<=", ">", ">=", "~"];

/** The syntax tree of an expression. @throws FilterError */
export function parse(text: string): Syntax {
  return new Parser(text).whole();
}

class Parser {
  private readonly text: string;
  private readonly tokens: readonly Token[];
  private at: number = 0;
  private depth: number = 0;
  private relations: number = 0;

  constructor(text: string) {
    this.text = text;
    this.tokens = tokens(text);
  }

  whole(): Syntax {
    const syntax = this.or();
    if (this.token.kind !== "end") throw this.error(`expected "&&", "||" or the end, not ${this.told()}`);
    return syntax;
  }

  private or(): Syntax {
    return this.chain("or", "||", () => this.chain("and", "&&", () => this.not()));
  }

  private chain(kind: "and" | "or", symbol: string, part: () => Syntax): Syntax {
    const first = part();
    const parts = [first];
    while (this.takes(symbol)) parts.push(part());
    return parts.length === 1 ? first : { kind, parts, ...spanOf(first, parts.at(-1) as Syntax) };
  }

  private not(): Syntax {
    const { start } = this.token;
    if (++this.depth > MAX_DEPTH) {
      throw this.error(`more than ${MAX_DEPTH} levels of brackets and negations`, "ERR_FILTER_TOO_LARGE");
    }
    const syntax = this.inner(start);
    this.depth--;
    return syntax;
  }

  private inner(start: number): Syntax {
    if (this.takes("!")) {
      const of = this.not();
      return { kind: "not", of, start, end: of.end };
    }
    if (!this.takes("(")) return this.relation();
    const syntax = this.or();
    this.expect(")");
    return syntax;
  }

  private relation(): Relation {
    if (++this.relations > MAX_RELATIONS) {
      throw this.error(`more than ${MAX_RELATIONS} comparisons`, "ERR_FILTER_TOO_LARGE");
    }
    const operand = this.operand();
    const operator = this.operator();
    const other = operator !== undefined && this.isOperand(operator) ? this.operand() : undefined;
    const values = operator === undefined || other !== undefined ? [] : this.values(operator);
    return {
      kind: "relation",
      ...operand,
      ...(operator === undefined ? {} : { operator }),
      ...(other === undefined ? {} : { other }),
      values,
      end: this.last.end,
    };
  }

  private operand(): OperandSyntax {
    const first = this.name();
    const depth = this.takes("[") ? this.depthIndex() : undefined;
    const path = [first];
    while (this.takes(".")) path.push(this.name());
    const mask = this.takes("&") ? this.value() : undefined;
    return {
      path,
      ...(depth === undefined ? {} : { depth }),
      ...(mask === undefined ? {} : { mask }),
      ...spanOf(first, this.last),
    };
  }

  /** A name with something behind it is no value; one alone may be a label. */
  private isOperand({ text }: Operator): boolean {
    const next = this.tokens[this.at + 1]?.text ?? "";
    const mayBe = ["==", "!=", "<", "<=", ">", ">="].includes(text);
    return mayBe && this.token.kind === "name" && [".", "[", "&"].includes(next);
  }

  private depthIndex(): Token {
    const { token } = this;
    if (token.kind !== "number" && token.text !== "*") {
      throw this.error(`expected a depth or "*", not ${this.told()}`);
    }
    this.at++;
    this.expect("]");
    return token;
  }

  private operator(): Operator | undefined {
    const { token } = this;
    const { start } = token;
    if (token.kind === "symbol" && COMPARISONS.includes(token.text)) {
      this.at++;
      return { text: token.text as Operator["text"], start, end: token.end };
    }
    const isNot = token.text === "!" && this.tokens[this.at + 1]?.text === "in";
    const word = isNot ? (this.tokens[this.at + 1] as Token) : token;
    if (word.kind !== "name" || word.text !== "in") return undefined;
    this.at += isNot ? 2 : 1;
    return { text: isNot ? "not in" : "in", start, end: word.end };
  }

  private values({ text }: Operator): Item[] {
    const isSet = text === "in" || text === "not in";
    if (!isSet || !this.takes("{")) return [this.item(isSet)];
    const items = [this.item(true)];
    while (this.takes(",")) items.push(this.item(true));
    this.expect("}");
    return items;
  }

  private item(mayBeRange: boolean): Item {
    const from = this.value();
    if (!mayBeRange || !this.takes("..")) return { from, start: from.start, end: from.end };
    const to = this.value();
    return { from, to, ...spanOf(from, to) };
  }

  private value(): Token {
    const { token } = this;
    if (token.kind === "symbol" || token.kind === "end") {
      throw this.error(`expected a value, not ${this.told()}`);
    }
    this.at++;
    return token;
  }

  private name(): Token {
    const { token } = this;
    if (token.kind !== "name") throw this.error(`expected the name of a layer or field, not ${this.told()}`);
    this.at++;
    return token;
  }

  private takes(symbol: string): boolean {
    const { kind, text } = this.token;
    if (kind !== "symbol" || text !== symbol) return false;
    this.at++;
    return true;
  }

  private expect(symbol: string): void {
    if (!this.takes(symbol)) throw this.error(`expected "${symbol}", not ${this.told()}`);
  }

  /** The word before. */
  private get last(): Token {
    return this.tokens[this.at - 1] as Token;
  }

  private get token(): Token {
    return this.tokens[this.at] as Token;
  }

  private told(): string {
    const { kind, text } = this.token;
    return kind === "end" ? text : JSON.stringify(text);
  }

  private error(
    problem: string,
    code: "ERR_FILTER_SYNTAX" | "ERR_FILTER_TOO_LARGE" = "ERR_FILTER_SYNTAX",
  ): FilterError {
    return new FilterError(code, problem, this.text, this.token);
  }
}

function spanOf({ start }: Span, { end }: Span): Span {
  return { start, end };
}
