import type { DiagnosticName } from "./diagnostic-table.js";
import { type Diagnostics, didYouMean } from "./diagnostics.js";
import { type Endian, type FieldRule, type FieldType, maxOf } from "./layout.js";
import { partSpan, type ScalarNode } from "./nodes.js";

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
const NOT_YET: ReadonlySet<string> = new Set(["dns_name", "varint", "varint.quic", "varint.leb128", "list"]);
/** Kinds of field that need a length, and so a map. */
const AS_MAP: Readonly<Record<string, string>> = {
  text: "{ text: ascii, size: 8 }",
};
const ENDIANS: Readonly<Record<string, Endian>> = { le: "little", be: "big", host: "host" };
const NUMBER = "-?(?:0x[0-9a-fA-F]+|[0-9]+)";
const RULE = new RegExp(
  `^(?:=\\s*(?<constant>${NUMBER})|in\\s+(?<min>${NUMBER})\\s*\\.\\.\\s*(?<max>${NUMBER})|(?<reserved>reserved))$`,
);

/** Reads the short form of a field. Tells what is wrong at the exact word, and gives `undefined` then. */
export function parseTypeWord(
  node: ScalarNode,
  endian: Endian,
  diagnostics: Diagnostics,
): TypeWord | undefined {
  const text = String(node.value);
  const word = /^\S+/.exec(text)?.[0] ?? "";
  const type = plainType(word, endian);
  if (type === undefined) {
    unknownType(word, node, diagnostics);
    return undefined;
  }
  const hasEndian = /(le|be|host)$/.test(word);
  const rest = text.slice(word.length).trim();
  if (rest === "") return { word, type, hasEndian };
  const rule = parseRule(rest, text.indexOf(rest, word.length), type, node, diagnostics);
  return rule && { word, type, hasEndian, rule };
}

function plainType(word: string, endian: Endian): PlainType | undefined {
  if (Object.hasOwn(ADDRESSES, word)) return ADDRESSES[word];
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
  ];
  const notes = didYouMean(word, known);
  const fallback = [
    {
      message: `types are u1..u64, i8..i64, f32, f64 (with le, be or host), ${Object.keys(ADDRESSES).join(", ")}`,
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
  if (groups === undefined && /^(max|min|multiple|until)\b/.test(rest)) {
    const message = `the rule ${JSON.stringify(rest.slice(0, 60))} is not in this version of the schema language`;
    diagnostics.error("rule-not-yet", span, message);
    return undefined;
  }
  if (groups === undefined) {
    const message = `${JSON.stringify(rest.slice(0, 60))} is no rule: write \`= 4\`, \`in 5..15\` or \`reserved\``;
    diagnostics.error("rule-form", span, message);
    return undefined;
  }
  if (groups["reserved"] !== undefined) return { kind: "reserved" };
  if (type.kind !== "uint" && type.kind !== "int") {
    diagnostics.error("rule-needs-number", span, "only whole numbers have a constant or a range");
    return undefined;
  }
  const rule = numericRule(groups);
  const complaint = ruleComplaint(rule, type.kind === "int", type.bits);
  if (complaint === undefined) return rule;
  diagnostics.error(complaint.name, span, complaint.message);
  return undefined;
}

function numericRule(groups: Record<string, string | undefined>): FieldRule {
  const { constant, min, max } = groups;
  if (constant !== undefined) return { kind: "constant", value: toNumber(constant) };
  return { kind: "range", min: toNumber(min ?? ""), max: toNumber(max ?? "") };
}

function toNumber(text: string): number {
  return text.startsWith("-") ? -Number(text.slice(1)) : Number(text);
}

function ruleComplaint(
  rule: FieldRule,
  signed: boolean,
  bits: number,
): { name: DiagnosticName; message: string } | undefined {
  const low = signed ? -(2 ** (bits - 1)) : 0;
  const high = signed ? maxOf(bits - 1) : maxOf(bits);
  const values = rule.kind === "constant" ? [rule.value] : rule.kind === "range" ? [rule.min, rule.max] : [];
  if (rule.kind === "range" && rule.min > rule.max) {
    return { name: "rule-empty", message: `the range ${rule.min}..${rule.max} is empty` };
  }
  if (values.some((value) => !Number.isSafeInteger(value))) {
    return { name: "rule-wide", message: "rules are for numbers below 2^53" };
  }
  const outside = values.find((value) => value < low || value > high);
  if (outside === undefined) return undefined;
  const message = `${outside} does not fit in ${bits} bits, which hold ${low}..${high}`;
  return { name: "rule-outside", message };
}
