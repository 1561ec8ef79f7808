import { contentsText } from "./contents.js";
import { naturalAlignment } from "./fields.js";
import { expressionText } from "./expression-text.js";
import { scaleText } from "./field-text.js";
import type { FieldModel } from "./layout.js";

const MAX_LINE = 100;

/** Line ends, and marks that show text in another order than it is read. */
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** A text that cannot leave a comment, nor become a tag in it. */
export function commentText(text: string): string {
  return text
    .replace(INVISIBLE, " ")
    .replace(/\*\//g, "*\\/")
    .replace(/(^|[^\w.])@/g, "$1\\@")
    .trim();
}

/** A safe text in lines of at most {@link MAX_LINE} characters where its words allow. */
function paragraph(text: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + word.length >= MAX_LINE) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}

/** What a class, enum or label is, with its source: `UDP header (RFC 768).` */
export function describe(name: string, { doc, source }: { doc?: string; source?: string }): string {
  const text = sentence(doc ?? name);
  return paragraph(source === undefined ? text : `${text} ${sourceText(source)}`);
}

/** A description as the comment before a declaration. */
export function docComment(text: string): string {
  const lines = text.split("\n");
  return lines.length === 1
    ? `/** ${text} */`
    : ["/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"].join("\n");
}

/** What a field means, then where it lies. */
export function describeField(field: FieldModel, more: string = ""): string {
  const { doc, source } = field;
  const where = `From field ${field.name}: ${typeText(field)}, ${placeText(field)}${field.aligned && naturalAlignment(field.type) > 1 ? ", aligned" : ""}.`;
  return paragraph(
    [doc && sentence(doc), ruleText(field), equalsText(field), where, source && sourceText(source), more]
      .filter(Boolean)
      .join(" "),
  );
}

function sourceText(source: string): string {
  return `Source: ${commentText(source)}.`;
}

function sentence(text: string): string {
  const trimmed = commentText(text);
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

function typeText({ word, type, enum: names }: FieldModel): string {
  const order = "endian" in type && type.bits > 8 && type.bits % 8 === 0 ? `, ${type.endian}-endian` : "";
  const hostOrder = order.replace("host-endian", "host order");
  const of = names === undefined ? "" : ` (${names.name})`;
  if (type.kind === "struct") return type.struct.name;
  if (type.kind === "array") {
    return `${type.count} times ${type.element.kind === "struct" ? type.element.struct.name : `${type.element.bits} bits`}`;
  }
  if (type.kind === "bytes") return `${type.bits / 8} bytes`;
  if (type.kind === "text") return `${type.bits / 8} bytes of ${type.encoding} text`;
  if (type.kind === "span" && type.content.kind === "list") return `list of ${type.content.struct.name}`;
  if (type.kind === "span") return type.content.kind === "text" ? `${type.content.encoding} text` : word;
  return `${/^[uif]\d+(le|be|host)$/.test(word) ? word.replace(/(le|be|host)$/, "") : word}${of}${hostOrder}`;
}

function placeText({ slot, bitOffset, type, when, back }: FieldModel): string {
  if (back !== undefined) return `${expressionText(back)} bytes before the end`;
  if (when !== undefined) return "where it is there";
  if (slot > 0 || type.kind === "span") {
    return bitOffset === 0 && slot > 0 ? "after what has no fixed length" : `${bitOffset >> 3} bytes on`;
  }
  const first = bitOffset % 8;
  if (first === 0 && type.bits % 8 === 0) return `at ${bitOffset >> 3}`;
  const last = (bitOffset + type.bits - 1) % 8;
  const until = (bitOffset + type.bits - 1) >> 3;
  if (bitOffset >> 3 !== until) return `at ${bitOffset >> 3}, bit ${first}, to ${until}, bit ${last}`;
  return first === last ? `at ${until}, bit ${first}` : `at ${until}, bits ${first} to ${last}`;
}

function equalsText({ equals }: FieldModel): string {
  return equals === undefined ? "" : `The same as {@link ${equals.member}}.`;
}

function ruleText({ rule, unit, scale }: FieldModel): string {
  const unitText =
    unit !== undefined
      ? `In units of ${unit.scale} ${unit.of}.`
      : scale !== undefined
        ? `In ${scaleText({ scale })}.`
        : "";
  switch (rule?.kind) {
    case "constant":
      return `Always ${rule.value}. ${unitText}`.trim();
    case "contents":
      return `Always ${contentsText(rule.bytes)}.`;
    case "range":
      return `${rule.min} to ${rule.max}${rule.multipleOf === undefined ? "" : `, a multiple of ${rule.multipleOf}`}. ${unitText}`.trim();
    case "reserved":
      return "Reserved: sent as zero, ignored on receipt.";
    default:
      return unitText;
  }
}
