// Relations of bytes and numbers in tcpdump's expressions, as relations of fields.
import type { FilterError, FilterErrorCode, Span } from "./error.js";
import { kindOf } from "./field-kind.js";
import {
  comparedWith,
  fieldsOf,
  nameOf,
  type FieldBits,
  type HeaderBits,
  type Relation,
} from "./tcpdump-bits.js";
import { LAYERS, NUMBERS } from "./tcpdump-names.js";
import type { Arithmetic, Related } from "./tcpdump-syntax.js";

/** What tcpdump calculates with: 32 bits without sign. */
const WORD_BITS = 32;

/** What an expression comes to: a number, the packet's length, or bits of a header. */
type Value = bigint | "length" | HeaderBits;

/** A translation, and the protocols of tcpdump's whose headers it looks at. */
export interface TranslatedRelation {
  readonly text: string;
  readonly protocols: readonly string[];
}

type Complain = (problem: string, span: Span, code: FilterErrorCode) => FilterError;

const SWAPPED: Readonly<Record<Relation, Relation>> = {
  "==": "==",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/** Translates relations: those of bits of fields with numbers, with the packet's length and with other fields. */
export class ArithmeticTranslator {
  private readonly text: string;
  private readonly complain: Complain;

  constructor(text: string, complain: Complain) {
    this.text = text;
    this.complain = complain;
  }

  /** @throws FilterError for what no fields of ours say. */
  translated({ left, relation, right }: Related): TranslatedRelation {
    const [one, other] = [this.value(left), this.value(right)];
    if (typeof other === "bigint") return this.withNumber(left, one, relation, other);
    if (typeof one === "bigint") return this.withNumber(right, other, SWAPPED[relation], one);
    const sides = [this.wholeField(left, one), this.wholeField(right, other)] as const;
    if (sides[0].kind !== sides[1].kind) {
      throw this.complain(`${sides[0].name} is not compared with ${sides[1].name}`, right, "ERR_FILTER_TYPE");
    }
    const text = `${sides[0].name} ${relation} ${sides[1].name}`;
    return { text, protocols: [...new Set([one, other].flatMap(protocolsOf))] };
  }

  private withNumber(
    syntax: Arithmetic,
    value: Value,
    relation: Relation,
    number: bigint,
  ): TranslatedRelation {
    if (typeof value === "bigint") {
      throw this.complain("both sides are numbers", syntax, "ERR_FILTER_TYPE");
    }
    if (value === "length") return { text: `original_length ${relation} ${number}`, protocols: [] };
    const text = comparedWith(this.fields(syntax, value), relation, number);
    if (text !== undefined) return { text, protocols: protocolsOf(value) };
    const never = relation === "==" ? "never" : "always another than";
    throw this.complain(`${this.written(syntax)} is ${never} ${number}`, syntax, "ERR_FILTER_RANGE");
  }

  /** What can be compared with another: one field, not moved, and of what kind it is. */
  private wholeField(syntax: Arithmetic, value: Value): { readonly name: string; readonly kind: string } {
    if (value === "length") return { name: "original_length", kind: "unsigned" };
    const [first, ...rest] = this.fields(syntax, value as HeaderBits) as [FieldBits, ...FieldBits[]];
    if (rest.length === 0 && first.low === 0) return { name: nameOf(first), kind: kindOf(first.field) };
    const problem = `${this.written(syntax)} is no field: compare it with a number`;
    throw this.complain(problem, syntax, "ERR_FILTER_TYPE");
  }

  private fields(syntax: Arithmetic, bits: HeaderBits): readonly FieldBits[] {
    if (bits.mask === 0n) {
      const problem = `nothing is left of ${this.written(syntax)}`;
      throw this.complain(problem, syntax, "ERR_FILTER_RANGE");
    }
    const found = fieldsOf(bits);
    if (found !== undefined) return found;
    const { name } = bits.layer.LAYOUT;
    const problem = `${this.written(syntax)} is not in fields of ${name} that have a fixed place`;
    throw this.complain(problem, syntax, "ERR_FILTER_TYPE");
  }

  private value(syntax: Arithmetic): Value {
    switch (syntax.kind) {
      case "number":
        return wordOf(BigInt(NUMBERS.get(syntax.text) ?? octal(syntax.text)));
      case "length":
        return "length";
      case "bytes":
        return this.bytes(syntax);
      case "calculated":
        return syntax.rest.reduce(
          (value, { operator, right }) => this.calculated(syntax, value, operator, right),
          this.value(syntax.first),
        );
    }
  }

  private bytes(syntax: Arithmetic & { readonly kind: "bytes" }): HeaderBits {
    const { protocol, offset, size } = syntax;
    const from = this.value(offset);
    if (typeof from !== "bigint") {
      throw this.complain("the place of bytes is a number here", offset, "ERR_FILTER_TYPE");
    }
    const bits = 8 * Number(size ?? 1);
    const layer = LAYERS.get(protocol);
    if (layer === undefined || ![8, 16, 32].includes(bits)) {
      throw this.complain("bytes are compared one, two or four at once", syntax, "ERR_FILTER_RANGE");
    }
    return { protocol, layer, at: 8 * Number(from) + bits - 1, mask: (1n << BigInt(bits)) - 1n };
  }

  private calculated(whole: Arithmetic, left: Value, operator: string, syntax: Arithmetic): Value {
    const right = this.value(syntax);
    if (typeof left === "bigint" && typeof right === "bigint") {
      return this.number(left, operator, right, syntax);
    }
    // Bits and a mask may stand either way.
    const [bits, number] = operator === "&" && typeof left === "bigint" ? [right, left] : [left, right];
    if (typeof bits === "object" && typeof number === "bigint") {
      const found =
        operator === "&" ? { ...bits, mask: bits.mask & number } : moved(bits, shiftOf(operator, number));
      if (found !== undefined) return found;
    }
    const problem = "bytes are combined with numbers here, by &, << and >>, * and / with powers of two";
    throw this.complain(problem, whole, "ERR_FILTER_TYPE");
  }

  private number(left: bigint, operator: string, right: bigint, syntax: Arithmetic): bigint {
    if (right === 0n && (operator === "/" || operator === "%")) {
      throw this.complain("a division by 0", syntax, "ERR_FILTER_RANGE");
    }
    return wordOf(calculate(left, operator, right));
  }

  private written({ start, end }: Span): string {
    return this.text.slice(start, end).trim();
  }
}

function calculate(left: bigint, operator: string, right: bigint): bigint {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left % right;
    case "&":
      return left & right;
    case "|":
      return left | right;
    case "^":
      return left ^ right;
    case "<<":
      return right < WORD_BITS ? left << right : 0n;
    default:
      return right < WORD_BITS ? left >> right : 0n;
  }
}

/** By how many bits to the left a number moves others; undefined for what moves none. */
function shiftOf(operator: string, number: bigint): number | undefined {
  if (operator === "<<" || operator === ">>") {
    const by = Number(number);
    return operator === "<<" ? by : -by;
  }
  const power = number.toString(2).length - 1;
  if ((operator !== "*" && operator !== "/") || number !== 1n << BigInt(power)) return undefined;
  return operator === "*" ? power : -power;
}

function moved(bits: HeaderBits, left: number | undefined): HeaderBits | undefined {
  if (left === undefined) return undefined;
  const isAway = Math.abs(left) >= WORD_BITS;
  const mask = isAway ? 0n : left < 0 ? bits.mask >> BigInt(-left) : wordOf(bits.mask << BigInt(left));
  return { ...bits, at: bits.at + left, mask };
}

function protocolsOf(value: Value): string[] {
  return typeof value === "object" ? [value.protocol] : [];
}

function wordOf(value: bigint): bigint {
  return BigInt.asUintN(WORD_BITS, value);
}

/** A number as C writes it: 017 is 15. */
function octal(text: string): string {
  return /^0[0-7]+$/.test(text) ? `0o${text.slice(1)}` : text;
}
