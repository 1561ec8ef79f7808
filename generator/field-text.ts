// What a field is, in the words of the schema language, for diagrams, pages and comparisons.
import { contentsText } from "./contents.js";
import { expressionText } from "./expression-text.js";
import type {
  Attachment,
  FieldModel,
  FieldType,
  PrefixType,
  SpanContent,
  SpanSize,
  StructModel,
  SwitchModel,
} from "./layout.js";

/** `u16`, `ipv4_address`, `bytes`, `u16[4]`, `point[]`, `ascii text`. */
export function typeWord({ word, type }: FieldModel): string {
  switch (type.kind) {
    case "struct":
      return type.struct.name;
    case "array":
      return `${elementWord(type.element)}[${type.count}]`;
    case "text":
      return `${type.encoding} text`;
    case "span":
      return contentWord(type.content);
    default:
      return word;
  }
}

function contentWord(content: SpanContent): string {
  switch (content.kind) {
    case "array":
      return `${elementWord(content.element)}[]`;
    case "text":
      return `${content.encoding} text`;
    case "sequence":
      return `${content.struct.name}[]`;
    case "name":
      return "dns_name";
    case "varint":
      return `varint.${content.encoding}`;
    case "list":
      return `list of ${content.struct.name}`;
    case "switch":
      return [...new Set(structsOf(content.model).map(({ name }) => name))].join(" | ");
    default:
      return "bytes";
  }
}

/** The structures that a switch can hold. */
export function structsOf({ cases, otherwise }: SwitchModel): StructModel[] {
  return [...cases, ...(otherwise === undefined ? [] : [otherwise])].map(({ struct }) => struct);
}

function elementWord(type: FieldType): string {
  switch (type.kind) {
    case "struct":
      return type.struct.name;
    case "uint":
      return `u${type.bits}`;
    case "int":
      return `i${type.bits}`;
    case "float":
      return `f${type.bits}`;
    case "mac":
    case "ipv4":
    case "ipv6":
      return `${type.kind}_address`;
    default:
      return type.kind;
  }
}

/** How much room a field takes: `16 bits`, `8 bytes`, `words * 4 bytes`, `to the end`. */
export function sizeText({ type }: FieldModel): string {
  if (type.kind === "span") return spanSizeText(type.size);
  return type.bits % 8 === 0 && type.bits > 64 ? `${type.bits / 8} bytes` : plural(type.bits, "bit");
}

function spanSizeText(size: SpanSize): string {
  switch (size.by) {
    case "expression":
      return `${expressionText(size.value)} ${size.counts}`;
    case "prefix":
      return `as a ${prefixWord(size.prefix)} before it says${size.range === undefined ? "" : `, ${size.range.join("..")}`}`;
    case "rest":
      return size.until === "end" ? "to the end" : "to the header's end";
    case "stop":
      return `to the one with ${expressionText(size.value)}${size.isOpen ? ", or to the end" : ""}`;
    case "terminator":
      return `to ${terminatorText(size.bytes)}`;
    case "boundary":
      return `to a multiple of ${size.to} bytes`;
    case "self":
      return "as long as it says";
  }
}

function terminatorText(bytes: readonly number[]): string {
  const text = String.fromCharCode(...bytes);
  if (text === "\0") return "a zero byte";
  return /^[a-z0-9\x80-\xff]$/i.test(text) ? `the byte ${bytes[0]}` : JSON.stringify(text);
}

function prefixWord(prefix: PrefixType): string {
  return prefix.kind === "uint" ? `u${prefix.bits}` : contentWord(prefix);
}

/** What values the field may have: `= 4`, `5..15`, `reserved`; empty when any. */
export function ruleWord({ rule }: Pick<FieldModel, "rule">): string {
  switch (rule?.kind) {
    case "constant":
      return `= ${rule.value}`;
    case "contents":
      return `= ${contentsText(rule.bytes)}`;
    case "range":
      return `${rule.min}..${rule.max}${rule.multipleOf === undefined ? "" : ` multiple of ${rule.multipleOf}`}`;
    case "reserved":
      return "reserved";
    default:
      return "";
  }
}

/** What a number of parts comes to: `1/10000`, `seconds from 1970-01-01`; empty when it counts wholes. */
export function scaleText({ scale }: Pick<FieldModel, "scale">): string {
  if (scale === undefined) return "";
  const parts = scale.by === 1 ? "" : `1/${scale.by}`;
  if (scale.epoch === undefined) return parts;
  const day = new Date(scale.epoch * 1000).toISOString().slice(0, 10);
  const more = scale.fraction === undefined ? "" : ` and ${scale.fraction}`;
  return `${parts === "" ? "" : `${parts} `}seconds${more} from ${day}`;
}

/** The values that an attachment is for: one, a row of them, or those for which a condition holds. */
export function attachedText({ value, max, condition }: Attachment, show: (value: number) => string): string {
  if (condition !== undefined) return `any, when ${expressionText(condition.when)}`;
  return value === max ? show(value) : `${show(value)} to ${show(max)}`;
}

/** `1 bit`, `2 bits`. */
export function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}
