import type { Span } from "./error.js";
import type { Token } from "./tokens.js";

/** An expression as it was written. */
export type Syntax = Both | Not | Relation;

/** Two or more expressions, all or one of which must hold. */
export interface Both extends Span {
  readonly kind: "and" | "or";
  readonly parts: readonly Syntax[];
}

export interface Not extends Span {
  readonly kind: "not";
  readonly of: Syntax;
}

/** What a name stands for. */
export interface OperandSyntax extends Span {
  readonly path: readonly Token[];
  /** `ipv4[1]`, `ipv4[*]`. */
  readonly depth?: Token;
  /** `tcp.flags & 0x12`. */
  readonly mask?: Token;
}

/** `udp.dst_port == 53`; without an operator a name alone. */
export interface Relation extends OperandSyntax {
  readonly kind: "relation";
  readonly operator?: Operator;
  /** One, but for `in { ... }`; none beside `other`. */
  readonly values: readonly Item[];
  /** What stands in a value's place: `udp.src_port == udp.dst_port`. */
  readonly other?: OperandSyntax;
}

export interface Operator extends Span {
  readonly text: "==" | "!=" | "<" | "<=" | ">" | ">=" | "~" | "in" | "not in";
}

/** A value, or all from one to another. */
export interface Item extends Span {
  readonly from: Token;
  readonly to?: Token;
}
