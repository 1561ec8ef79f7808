import type { DiagnosticName } from "./diagnostic-table.js";
import { type Diagnostics, didYouMean } from "./diagnostics.js";
import { type Endian, type FieldRule, type FieldType, maxOf } from "./layout.js";
import { partSpan, type ScalarNode } from "./nodes.js";
import { valueBits, varintOf, VARINTS } from "./varint.js";

/** A type that needs no other definition. */
export type PlainType = Exclude<FieldType, { kind: "bytes" | "struct" | "array" }>;

/** A short string taken apart: `u4 in 5..15`, `u16le = 4`, `u3 reserved`. */
export interface TypeWord {
  readonly word: string;
  readonly type: PlainType;
  readonly rule?: FieldRule;
  /** The byte order stands in the word itself. */
  readonly hasEndian: boolean;
}

const ADDRESSES: Readonly<Record<string, PlainType>> = {
  flag: { kind: "flag", bits: 1 },
  mac_address: { kind: "mac", bits: 48 },
  ipv4_address: { kind: "ipv4", bits: 32 },
  ipv6_address: { kind: "ipv6", bits: 128 },
};
const NOT_YET: ReadonlySet<string> = new Set(["list"]);
/** A name that may end in a pointer. */
const DNS_NAME = "dns_name";
/** Kinds of field that need a length, and so a map. */
const AS_MAP: Readonly<Record<string, string>> = {
  text: "{ text: ascii, size: 8 }",
};
const ENDIANS: Readonly<Record<string, Endian>> = { le: "little", be: "big", host: "host" };
const NUMBER = "-?(?:0x[0-9a-fA-F]+|[0-9]+)";
const MULTIPLE = "multiple\\s+of\\s+(?<step>[0-9]{1,10})";
const RULE = new RegExp(
  `^(?:=\\s*(?<constant>${NUMBER})|in\\s+(?<min>${NUMBER})\\s*\\.\\.\\s*(?<max>${NUMBER})(?:\\s+${MULTIPLE})?|(?<every>multiple)\\s+of\\s+(?<unit>[0-9]{1,10})|(?<reserved>reserved))$`,
);

/** Reads the short form of a field. Tells what is wrong at the exact word, and gives `undefined` then. */
export function parseTypeWord(
  node: ScalarNode,
  endian: Endian,
  diagnostics: Diagnostics,
): TypeWord | undefined {
  const text = String(node.value);
  const word = /^\S+/.exec(text)?.[0] ?? "";
  const known = plainType(word, endian);
  if (known === undefined) {
    unknownType(word, node, diagnostics);
    return undefined;
  }
  const hasEndian = /(le|be|host)$/.test(word);
  const bound = /^\s*max\b\s*(\S*)\s*bytes?\b/.exec(text.slice(word.length));
  const type = bound === null ? known : boundedType(known, bound, node, word.length, diagnostics);
  if (type === undefined) return undefined;
  const rest = text.slice(word.length + (bound?.[0].length ?? 0)).trim();
  if (rest === "") return { word, type, hasEndian };
  const rule = parseRule(rest, text.indexOf(rest, word.length), type, node, diagnostics);
  return rule && { word, type, hasEndian, rule };
}

/** Whether a text begins with a word that the language has for a type. */
export function isTypeWord(text: string): boolean {
  const word = /^\S+/.exec(text)?.[0] ?? "";
  return word === "bytes" || plainType(word, "big") !== undefined;
}

function plainType(word: string, endian: Endian): PlainType | undefined {
  if (Object.hasOwn(ADDRESSES, word)) return ADDRESSES[word];
  if (word === DNS_NAME) return { kind: "span", bits: 0, content: { kind: "name" }, size: { by: "self" } };
  const varint = Object.hasOwn(VARINTS, word) ? VARINTS[word] : undefined;
  if (varint !== undefined) return { kind: "span", bits: 0, content: varint, size: { by: "self" } };
  const match = /^(?<kind>[uif])(?<bits>[1-9][0-9]?)(?<endian>le|be|host)?$/.exec(word)?.groups;
  if (match === undefined) return undefined;
  const bits = Number(match["bits"]);
  const order = match["endian"] === undefined ? endian : (ENDIANS[match["endian"]] ?? endian);
  if (match["kind"] === "f") {
    return bits === 32 || bits === 64 ? { kind: "float", bits, endian: order } : undefined;
  }
  if (bits > 64) return undefined;
  return { kind: match["kind"] === "u" ? "uint" : "int", bits, endian: order };
}

/** `varint.leb128 max 4 bytes`. */
function boundedType(
  type: PlainType,
  bound: RegExpExecArray,
  node: ScalarNode,
  at: number,
  diagnostics: Diagnostics,
): PlainType | undefined {
  const maxBytes = /^\d+$/.test(bound[1] ?? "") ? Number(bound[1]) : 0;
  if (type.kind === "span" && type.content.kind === "varint" && type.content.encoding === "leb128") {
    if (maxBytes >= 1 && maxBytes <= type.content.maxBytes) {
      return { ...type, content: { ...type.content, maxBytes } };
    }
  }
  const message = "`max` goes with `varint.leb128`, which has 1 to 10 bytes: `varint.leb128 max 4 bytes`";
  diagnostics.error("varint-bytes", partSpan(node, at + 1, at + bound[0].length), message);
  return undefined;
}

function unknownType(word: string, node: ScalarNode, diagnostics: Diagnostics): void {
  const span = partSpan(node, 0, word.length);
  const shown = JSON.stringify(word.slice(0, 40));
  if (NOT_YET.has(word)) {
    diagnostics.error(
      "type-not-yet",
      span,
      `the type ${shown} is not in this version of the schema language`,
    );
    return;
  }
  if (Object.hasOwn(AS_MAP, word)) {
    const message = `${shown} needs a length, and so a map: write it like \`${AS_MAP[word]}\``;
    diagnostics.error("type-needs-map", span, message);
    return;
  }
  const known = [
    ...Object.keys(ADDRESSES),
    "u8",
    "u16",
    "u24",
    "u32",
    "u64",
    "i8",
    "i16",
    "i32",
    "i64",
    "f32",
    "f64",
    "u16le",
    ...Object.keys(VARINTS),
    DNS_NAME,
  ];
  const notes = didYouMean(word, known);
  const fallback = [
    {
      message: `types are u1..u64, i8..i64, f32, f64 (with le, be or host), ${[...Object.keys(ADDRESSES), ...Object.keys(VARINTS), DNS_NAME].join(", ")}`,
    },
  ];
  diagnostics.error("unknown-type", span, `unknown type ${shown}`, notes.length > 0 ? notes : fallback);
}

function parseRule(
  rest: string,
  at: number,
  type: PlainType,
  node: ScalarNode,
  diagnostics: Diagnostics,
): FieldRule | undefined {
  const span = partSpan(node, at, at + rest.length);
  const groups = RULE.exec(rest)?.groups;
  if (groups === undefined && /^(min|max|until)\b/.test(rest)) {
    const message = `the rule ${JSON.stringify(rest.slice(0, 60))} is not in this version of the schema language`;
    diagnostics.error("rule-not-yet", span, message);
    return undefined;
  }
  if (groups === undefined) {
    const message = `${JSON.stringify(rest.slice(0, 60))} is no rule: write \`= 4\`, \`in 5..15\`, \`multiple of 4\` or \`reserved\``;
    diagnostics.error("rule-form", span, message);
    return undefined;
  }
  const isNumber = type.kind === "uint" || type.kind === "int";
  const isVarint = varintOf(type) !== undefined;
  if (groups["reserved"] !== undefined && type.kind !== "span") return { kind: "reserved" };
  if (groups["reserved"] !== undefined || (!isNumber && !isVarint)) {
    diagnostics.error("rule-needs-number", span, "only whole numbers have a constant or a range");
    return undefined;
  }
  const isSigned = type.kind === "int";
  const bits = isVarint ? Math.min(53, valueBits(type)) : type.bits;
  const rule = numericRule(groups, isSigned, bits);
  const complaint = ruleComplaint(rule, isSigned, bits);
  if (complaint === undefined) return rule;
  diagnostics.error(complaint.name, span, complaint.message);
  return undefined;
}

function numericRule(groups: Record<string, string | undefined>, signed: boolean, bits: number): FieldRule {
  const { constant, min, max, every, unit, step } = groups;
  if (constant !== undefined) return { kind: "constant", value: toNumber(constant) };
  if (every !== undefined) return { kind: "range", ...limitsOf(signed, bits), multipleOf: Number(unit) };
  const range = { kind: "range", min: toNumber(min ?? ""), max: toNumber(max ?? "") } as const;
  return step === undefined ? range : { ...range, multipleOf: Number(step) };
}

/** What so many bits hold. */
function limitsOf(signed: boolean, bits: number): { min: number; max: number } {
  return signed ? { min: -(2 ** (bits - 1)), max: maxOf(bits - 1) } : { min: 0, max: maxOf(bits) };
}

function toNumber(text: string): number {
  return text.startsWith("-") ? -Number(text.slice(1)) : Number(text);
}

function ruleComplaint(
  rule: FieldRule,
  signed: boolean,
  bits: number,
): { name: DiagnosticName; message: string } | undefined {
  const { min: low, max: high } = limitsOf(signed, bits);
  const values = rule.kind === "constant" ? [rule.value] : rule.kind === "range" ? [rule.min, rule.max] : [];
  if (rule.kind === "range" && rule.min > rule.max) {
    return { name: "rule-empty", message: `the range ${rule.min}..${rule.max} is empty` };
  }
  if (rule.kind === "range" && rule.multipleOf !== undefined) {
    const { min, max, multipleOf } = rule;
    if (multipleOf < 2 || Math.floor(max / multipleOf) * multipleOf < min) {
      return { name: "rule-multiple", message: `${min}..${max} has no multiples of ${multipleOf} alone` };
    }
  }
  if (values.some((value) => !Number.isSafeInteger(value))) {
    return { name: "rule-wide", message: "rules are for numbers below 2^53" };
  }
  const outside = values.find((value) => value < low || value > high);
  if (outside === undefined) return undefined;
  const message = `${outside} does not fit in ${bits} bits, which hold ${low}..${high}`;
  return { name: "rule-outside", message };
}
