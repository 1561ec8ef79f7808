import { enumLabel, parseIpv4, parseIpv6, parseMac, type FieldLayout } from "../runtime/index.js";
import { didYouMean, FilterError, type FilterErrorCode, type Span } from "./error.js";
import { kindOf, widthOf } from "./field-kind.js";
import type { Range } from "./ranges.js";
import type { Item } from "./syntax.js";
import type { Token } from "./tokens.js";

/** More names than that are not told all. */
export const MAX_TOLD = 40;

type Complain = (
  code: FilterErrorCode,
  problem: string,
  span: Span,
  notes?: readonly string[],
) => FilterError;

/** Reads the values of an expression as those that a field can have. */
export class Values {
  private readonly text: string;
  private readonly isStrict: boolean;

  /** Where it is not strict, numbers may be such as a field has no room for. */
  constructor(text: string, isStrict: boolean = true) {
    this.text = text;
    this.isStrict = isStrict;
  }

  /** One value, or all from one to another. @throws FilterError */
  range(field: FieldLayout, item: Item): Range {
    const first = this.one(field, item.from);
    if (item.to === undefined) return first;
    const last = this.one(field, item.to);
    if (first.min <= last.max) return { min: first.min, max: last.max };
    throw this.error("ERR_FILTER_RANGE", "a range goes from the smaller to the larger value", item);
  }

  /** The bits of a field that count: a number, or an address like those that are compared. @throws FilterError */
  mask(field: FieldLayout, token: Token): bigint {
    const kind = kindOf(field);
    if (kind !== "unsigned" && kind !== "mac" && kind !== "ipv4" && kind !== "ipv6") {
      throw this.error("ERR_FILTER_TYPE", `${field.name} has no bits to mask`, token);
    }
    const { min: mask, max } = this.one(field, token.kind === "name" ? this.noName(token) : token);
    if (mask !== max) throw this.error("ERR_FILTER_TYPE", "a mask has no prefix", token);
    if (mask === 0n) throw this.error("ERR_FILTER_RANGE", "a mask of 0 leaves nothing to compare", token);
    return mask & limits(field)[1];
  }

  /** A range of values that are left by a mask. @throws FilterError */
  masked(field: FieldLayout, item: Item, mask: bigint): Range {
    const range = this.range(field, item);
    const isOne = range.min === range.max;
    if (!this.isStrict || (range.min <= mask && (!isOne || (range.min & ~mask) === 0n))) return range;
    throw this.error("ERR_FILTER_RANGE", `no value is this behind a mask of 0x${mask.toString(16)}`, item);
  }

  private noName(token: Token): never {
    throw this.error("ERR_FILTER_TYPE", `a mask is a number, or an address, not ${token.text}`, token);
  }

  /** Bytes: pairs with colons, or text. @throws FilterError */
  bytes(field: FieldLayout, token: Token): Uint8Array {
    if (token.kind === "string") return new TextEncoder().encode(token.text);
    const isBytes = kindOf(field) === "bytes";
    const pairs = token.text.replace(/^0x/, "").replace(/[^:]{2}(?=[^:])/g, "$&:");
    const isWritten = token.kind === "address" || token.text.startsWith("0x");
    if (isBytes && isWritten && /^[0-9a-f]{2}(:[0-9a-f]{2})*$/i.test(pairs)) {
      return Uint8Array.from(pairs.split(":"), (pair) => Number.parseInt(pair, 16));
    }
    const wanted = isBytes
      ? 'bytes, like 02:1f:a0 or 0x021fa0, or text, like "abc"'
      : 'text, like "example.com"';
    throw this.error("ERR_FILTER_TYPE", `${field.name} is compared with ${wanted}`, token);
  }

  private one(field: FieldLayout, token: Token): Range {
    switch (kindOf(field)) {
      case "ipv4":
      case "ipv6":
        return this.address(field, token);
      case "mac":
        return this.mac(token);
      case "flag":
        return this.flag(field, token);
      default:
        return token.kind === "name" ? this.label(field, token) : this.number(field, token);
    }
  }

  private number(field: FieldLayout, token: Token): Range {
    if (token.kind !== "number") throw this.wrongKind(field, "a number", token);
    const negative = token.text.startsWith("-");
    const value = BigInt(negative ? token.text.slice(1) : token.text) * (negative ? -1n : 1n);
    const [min, max] = limits(field);
    if (!this.isStrict || (value >= min && value <= max)) return { min: value, max: value };
    const problem = `${field.name} has values from ${min} to ${max}, not ${token.text}`;
    throw this.error("ERR_FILTER_RANGE", problem, token);
  }

  private label(field: FieldLayout, token: Token): Range {
    const { enum: names } = field;
    if (names === undefined) throw this.wrongKind(field, "a number", token);
    for (const [value, label] of Object.entries(names.labels)) {
      if (label === token.text) return { min: BigInt(value), max: BigInt(value) };
    }
    for (const row of names.rows ?? []) {
      if (row.label === token.text) return { min: BigInt(row.min), max: BigInt(row.max) };
    }
    const labels = [...Object.values(names.labels), ...(names.rows ?? []).map(({ label }) => label)];
    const near = didYouMean(token.text, labels);
    const notes = near.length > 0 || labels.length > MAX_TOLD ? near : [`it has ${labels.join(", ")}`];
    throw this.error("ERR_FILTER_UNKNOWN_NAME", `${names.name} has no value ${token.text}`, token, notes);
  }

  private flag(field: FieldLayout, token: Token): Range {
    if (token.text === "true" || token.text === "1") return { min: 1n, max: 1n };
    if (token.text === "false" || token.text === "0") return { min: 0n, max: 0n };
    throw this.wrongKind(field, "true or false", token);
  }

  private mac(token: Token): Range {
    const value = BigInt(this.parsed(token, token.text, parseMac));
    return { min: value, max: value };
  }

  private address(field: FieldLayout, token: Token): Range {
    const [text = "", prefix] = token.text.split("/");
    const isV4 = kindOf(field) === "ipv4";
    if (token.kind !== "address") throw this.wrongKind(field, isV4 ? "192.0.2.1" : "2001:db8::1", token);
    const bits = isV4 ? 32 : 128;
    const value = isV4
      ? BigInt(this.parsed(token, text, parseIpv4))
      : bigOf(this.parsed(token, text, parseIpv6));
    if (prefix === undefined) return { min: value, max: value };
    if (Number(prefix) > bits) {
      throw this.error("ERR_FILTER_RANGE", `a prefix has at most ${bits} bits, not ${prefix}`, token);
    }
    const host = (1n << BigInt(bits - Number(prefix))) - 1n;
    if ((value & host) === 0n) return { min: value, max: value | host };
    throw this.error("ERR_FILTER_RANGE", `${token.text} has bits set behind its prefix`, token);
  }

  private parsed<T>(token: Token, text: string, parse: (text: string) => T): T {
    try {
      return parse(text);
    } catch (error) {
      throw this.error("ERR_FILTER_TYPE", (error as Error).message, token);
    }
  }

  private wrongKind(field: FieldLayout, wanted: string, token: Token): FilterError {
    return this.error(
      "ERR_FILTER_TYPE",
      `${field.name} is compared with ${wanted}, not ${token.text}`,
      token,
    );
  }

  private readonly error: Complain = (code, problem, span, notes) =>
    new FilterError(code, problem, this.text, span, notes);
}

/** The smallest and largest number that a field has room for. */
export function limits(field: FieldLayout): readonly [min: bigint, max: bigint] {
  const bits = BigInt(widthOf(field));
  if (kindOf(field) === "signed") return [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n];
  return [0n, (1n << bits) - 1n];
}

/** What a value is called: for what is printed. */
export function valueName(field: FieldLayout, value: bigint): string | undefined {
  return field.enum === undefined ? undefined : enumLabel(field.enum, Number(value));
}

function bigOf(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
