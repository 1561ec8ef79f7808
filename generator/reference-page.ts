// The reference page of a protocol, in Markdown: everything its schema says, for people who have no schema.
import { drawAscii } from "./draw-ascii.js";
import { expressionText } from "./expression-text.js";
import { attachedText, plural, ruleWord, scaleText, sizeText, typeWord } from "./field-text.js";
import {
  type Attachment,
  type EnumModel,
  type FieldModel,
  isFixedSize,
  type Model,
  type SchemaModel,
  type StructModel,
} from "./layout.js";

/** The page of one schema; ends with a line break. */
export function referencePage(schema: SchemaModel, structs: readonly StructModel[], model: Model): string {
  const [first] = structs;
  const parts =
    first === undefined
      ? schema.enums.flatMap((one) => enumSection(one, "#"))
      : [
          ...structSection(first, "#"),
          ...lengthSection(first),
          ...attachSection(first, model.attachments),
          ...structs.slice(1).flatMap((struct) => structSection(struct, "##")),
          ...enumsOf(structs).flatMap((one) => enumSection(one, "##")),
        ];
  return `${parts.join("\n\n")}\n`;
}

function structSection(struct: StructModel, mark: string): string[] {
  const { name, endian, fields, lets } = struct;
  const order = endian === "host" ? "the machine's own byte order" : `${endian}-endian`;
  const size = isFixedSize(struct)
    ? `${plural(struct.size, "byte")}`
    : `at least ${plural(struct.size, "byte")}`;
  return [
    `${mark} ${name}`,
    [textOf(struct.doc), `${capital(size)}, ${order}.`, sourceText(struct.source)].filter(Boolean).join(" "),
    `\`\`\`text\n${drawAscii(struct)}\`\`\``,
    table(
      ["field", "at", "size", "type", "values", "meaning"],
      fields.map((field) => [
        `\`${field.name}\``,
        placeText(field),
        cell(sizeText(field)),
        code(typeWord(field)),
        valuesText(field),
        cell([textOf(field.doc), conditionText(field), sourceText(field.source)].filter(Boolean).join(" ")),
      ]),
    ),
    ...(lets.length === 0
      ? []
      : [
          "Worked out, not on the wire:",
          table(
            ["value", "is", "meaning"],
            lets.map(({ name: let_, value, doc }) => [
              `\`${let_}\``,
              code(expressionText(value)),
              cell(textOf(doc)),
            ]),
          ),
        ]),
  ];
}

/** Byte, and bit where it begins inside one. */
function placeText({ slot, bitOffset, when, type, back }: FieldModel): string {
  if (back !== undefined) return code(`end - ${expressionText(back)}`);
  if (when !== undefined || slot > 0) return slot > 0 && bitOffset > 0 ? `+${bitOffset / 8}` : "then";
  const bit = bitOffset % 8;
  return bit === 0 && type.bits % 8 === 0 ? String(bitOffset / 8) : `${bitOffset >> 3}, bit ${bit}`;
}

function valuesText(field: FieldModel): string {
  const { enum: labels, unit } = field;
  const words = [
    ruleWord(field),
    labels === undefined ? "" : `[${labels.name}](#${labels.name})`,
    unit === undefined ? "" : `in ${unit.scale} ${unit.of}`,
    scaleText(field),
    field.equals === undefined ? "" : `as \`${field.equals.name}\``,
  ];
  return words.filter(Boolean).join("; ");
}

function conditionText({ when }: FieldModel): string {
  return when === undefined ? "" : `Only if ${code(expressionText(when))}.`;
}

function lengthSection({ headerLength, declared }: StructModel): string[] {
  if (headerLength === undefined && declared === undefined) return [];
  const lines = [
    ...(headerLength === undefined ? [] : [`- header: ${code(expressionText(headerLength))} bytes`]),
    ...(declared === undefined
      ? []
      : [
          `- ${declared.counts === "total" ? "header and payload" : "payload"}: ` +
            `${code(expressionText(declared.from))} bytes` +
            (declared.zeroMeansCaptured ? "; 0 means as much as was captured" : "") +
            (declared.when === undefined ? "" : `, only if ${code(expressionText(declared.when))}`),
        ]),
  ];
  return ["## Lengths", lines.join("\n")];
}

function attachSection(struct: StructModel, attachments: readonly Attachment[]): string[] {
  const before = attachments.filter(({ child }) => child === struct);
  const after = attachments.filter(({ parent }) => parent === struct);
  return [
    ...(before.length === 0
      ? []
      : [
          "## Follows",
          table(
            ["after", "value"],
            before.map((one) => [placeOf(one), attachedText(one, numberText)]),
          ),
        ]),
    ...(after.length === 0
      ? []
      : [
          "## Is followed by",
          table(
            ["header", "by", "value"],
            after.map((one) => [
              one.child?.name ?? "nothing",
              `\`${one.key}\``,
              attachedText(one, numberText),
            ]),
          ),
        ]),
  ];
}

function placeOf({ parent, key }: Attachment): string {
  return parent === undefined ? "link type" : `\`${parent.name}.${key}\``;
}

function numberText(value: number): string {
  return value < 10 ? String(value) : `${value} (0x${value.toString(16)})`;
}

function enumsOf(structs: readonly StructModel[]): EnumModel[] {
  return [...new Set(structs.flatMap(({ fields }) => fields.flatMap((field) => field.enum ?? [])))];
}

function enumSection(one: EnumModel, mark: string): string[] {
  const about = [textOf(one.doc), one.closed ? "Other values are invalid." : "Other values are possible."];
  return [
    `${mark} ${one.name}`,
    [...about, sourceText(one.source)].filter(Boolean).join(" "),
    table(
      ["value", "label", "meaning"],
      [
        ...one.labels.map(({ value, label, doc }) => [numberText(value), `\`${label}\``, cell(textOf(doc))]),
        ...one.rows.map(({ min, max, label, doc }) => [
          `${numberText(min)} to ${numberText(max)}`,
          `\`${label}\``,
          cell(textOf(doc)),
        ]),
      ],
    ),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Text of a schema is a stranger's: in a page it stays text. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function code(text: string): string {
  return `\`${cell(text)}\``;
}

function textOf(doc: string | undefined): string {
  if (doc === undefined) return "";
  const line = doc
    .trim()
    .replace(/\s+/g, " ")
    .replace(/[<>]/g, (sign) => (sign === "<" ? "&lt;" : "&gt;"));
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

function sourceText(source: string | undefined): string {
  return source === undefined ? "" : `Source: ${textOf(source)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
