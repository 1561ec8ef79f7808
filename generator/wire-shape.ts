// What of a field two programs must agree on, whatever they call it.
import { expressionText } from "./expression-text.js";
import type { FieldModel, FieldType, SpanContent, StructModel } from "./layout.js";
import { sizeText } from "./field-text.js";

/** The bits of a type and how a number lies in them; the same for a `u32` and an IPv4 address in big-endian order. */
export function wireShape(type: FieldType): string {
  switch (type.kind) {
    case "uint":
    case "int":
    case "float": {
      const order = type.bits > 8 ? ` ${type.endian}` : "";
      return `${type.kind} ${type.bits}${order}`;
    }
    case "flag":
      return "uint 1";
    case "mac":
    case "ipv4":
      return `uint ${type.bits} big`;
    case "ipv6":
    case "bytes":
    case "text":
      return `bytes ${type.bits / 8}`;
    case "array":
      return `${type.count} of ${wireShape(type.element)}`;
    case "struct":
      return structShape(type.struct);
    case "span":
      return contentShape(type.content);
  }
}

function contentShape(content: SpanContent): string {
  switch (content.kind) {
    case "array":
      return `run of ${wireShape(content.element)}`;
    case "sequence":
      return `run of ${content.struct.name}`;
    case "name":
      return "name";
    case "varint":
      return `varint ${content.encoding} ${content.maxBytes}`;
    case "list":
      return `list of ${content.struct.name}`;
    case "switch": {
      const { on, cases, otherwise } = content.model;
      const lines = cases.map(
        ({ values, struct }) => `${values.map((one) => one.join("..")).join(", ")}: ${struct.name}`,
      );
      return `switch on ${expressionText(on)} { ${lines.join(", ")}, else ${otherwise?.struct.name ?? "bytes"} }`;
    }
    default:
      return "run of bytes";
  }
}

/** A field's shape and the rules that decide whether and how long it is there. */
export function fieldShape(field: FieldModel): string {
  const { type, when } = field;
  const size = type.kind === "span" ? ` ${sizeText(field)}` : "";
  return `${wireShape(type)}${size}${when === undefined ? "" : ` if ${expressionText(when)}`}`;
}

/** Where it lies. */
export function fieldPlace({ slot, bitOffset, back }: FieldModel): string {
  if (back !== undefined) return `end - ${expressionText(back)}`;
  return `${slot}:${bitOffset}`;
}

function structShape({ fields }: StructModel): string {
  return `{ ${fields.map((field) => `${fieldPlace(field)} ${fieldShape(field)}`).join(", ")} }`;
}
