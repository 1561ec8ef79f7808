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

/** `udp.dst_port == 53`; without an operator a name alone. */
export interface Relation extends Span {
  readonly kind: "relation";
  readonly path: readonly Token[];
  /** `ipv4[1]`, `ipv4[*]`. */
  readonly depth?: Token;
  readonly operator?: Operator;
  /** One, but for `in { ... }`. */
  readonly values: readonly Item[];
}

export interface Operator extends Span {
  readonly text: "==" | "!=" | "<" | "<=" | ">" | ">=" | "~" | "in" | "not in";
}

/** A value, or all from one to another. */
export interface Item extends Span {
  readonly from: Token;
  readonly to?: Token;
}
