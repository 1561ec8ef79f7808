// Fields whose length the packet tells: bytes, text and arrays.
import { isListType } from "./cases.js";
import type { Diagnostics } from "./diagnostics.js";
import { parseExpression, type Expression, type Scope, usesEnd } from "./expression.js";
import {
  type DeclaredType,
  elementType,
  leastBytes,
  type TypeContext,
  variableElement,
} from "./element-type.js";
import type { FieldModel, SpanContent, SpanSize, StructModel, SwitchModel, TextContent } from "./layout.js";
import { allCases } from "./members.js";
import { type Entry, entryOf, keyText, type MapNode, type ScalarNode, valueOf } from "./nodes.js";
import { showRange } from "./range.js";
import { buildPlainValue, buildSwitch } from "./switch-type.js";
import { parseTypeWord } from "./type-word.js";
import { varintOf } from "./varint.js";

/** No length may lead beyond what an offset can be. */
const MAX_SPAN_BYTES = 2 ** 30;

/** Whether the number of bytes or elements is told by the packet. */
export function isSpan(map: MapNode): boolean {
  const sizes = ["bytes", "count"].map((key) => valueOf(map, key));
  return (
    valueOf(map, "until") !== undefined ||
    valueOf(map, "stop") !== undefined ||
    sizes.some((node) => node?.kind === "scalar" && typeof node.value === "string")
  );
}

/** A run of bytes of no fixed length. */
export function spanType(entry: Entry, map: MapNode, context: TypeContext): DeclaredType | undefined {
  const content = spanContent(map, context);
  const size = content && spanSize(entry, map, content, context);
  if (content === undefined || size === undefined) return undefined;
  if (content.kind === "sequence") {
    return { word: "array", type: { kind: "span", bits: 0, content, size }, hasEndian: true };
  }
  const word = content.kind === "switch" && valueOf(map, "struct") !== undefined ? "struct" : content.kind;
  return { word, type: { kind: "span", bits: 0, content, size }, hasEndian: true };
}

/** A text that always takes as many bytes. */
export function fixedText(entry: Entry, map: MapNode, diagnostics: Diagnostics): DeclaredType | undefined {
  const size = valueOf(map, "size");
  if (size?.kind !== "scalar") {
    const message = `text ${JSON.stringify(keyText(entry))} needs a \`size\`, \`bytes\` or \`until\``;
    diagnostics.error("text-no-length", entry.key.span, message);
    return undefined;
  }
  return {
    word: "text",
    type: { kind: "text", bits: Number(size.value) * 8, ...textContent(map) },
    hasEndian: true,
  };
}

function textContent(map: MapNode): TextContent {
  const encoding = valueOf(map, "text");
  const pad = valueOf(map, "pad");
  const name = encoding?.kind === "scalar" ? String(encoding.value) : "ascii";
  const code =
    pad?.kind !== "scalar"
      ? undefined
      : typeof pad.value === "number"
        ? pad.value
        : String(pad.value).charCodeAt(0);
  return { encoding: name as TextContent["encoding"], ...(code === undefined ? {} : { pad: code & 255 }) };
}

function spanContent(map: MapNode, context: TypeContext): SpanContent | undefined {
  if (valueOf(map, "text") !== undefined) return { kind: "text", ...textContent(map) };
  if (valueOf(map, "switch") !== undefined) {
    const model = buildSwitch(map, context.scope, context);
    return model && { kind: "switch", model };
  }
  const struct = valueOf(map, "struct");
  if (struct?.kind === "scalar") {
    const model = buildPlainValue(struct, context);
    return model && { kind: "switch", model };
  }
  const list = valueOf(map, "list");
  if (list?.kind === "scalar") return listContent(list, context);
  const array = valueOf(map, "array");
  if (array?.kind !== "scalar") return { kind: "bytes" };
  const walked = variableElement(array, context, valueOf(map, "stop") !== undefined);
  if (walked !== undefined) {
    return isWalkable(walked, array, context) ? { kind: "sequence", struct: walked } : undefined;
  }
  const element = elementType(array, context);
  return element && { kind: "array", element: element.type };
}

/** A walk must get on with each element, and each must say where the next begins. */
function isWalkable(struct: StructModel, element: ScalarNode, { diagnostics }: TypeContext): boolean {
  const last = struct.fields.at(-1)?.type;
  const takesAll = last?.kind === "span" && last.size.by === "rest" && struct.headerLength === undefined;
  if (takesAll || struct.fields.some(asksForEnd)) {
    const message = `${struct.name} takes all that is left, so nothing can follow it in an array`;
    diagnostics.error("element-takes-all", element.span, message);
    return false;
  }
  if (leastBytes(struct) > 0) return true;
  const message = `${struct.name} can have no bytes at all, so that an array of them might never end`;
  diagnostics.error("element-empty", element.span, message);
  return false;
}

function listContent(name: ScalarNode, context: TypeContext): SpanContent | undefined {
  const definition = context.definitions.struct(name, context.definition, context.diagnostics);
  if (definition === undefined) return undefined;
  if (isListType(definition.node)) return { kind: "list", struct: context.list(definition) };
  const message = `${definition.name} is no element of a list: its type has no \`tag\``;
  context.diagnostics.error("not-a-list", name.span, message, [
    { message: "the type is here", span: definition.span },
  ]);
  return undefined;
}

function spanSize(
  entry: Entry,
  map: MapNode,
  content: SpanContent,
  context: TypeContext,
): SpanSize | undefined {
  const stop = valueOf(map, "stop");
  if (stop?.kind === "scalar") return stopSize(entry, map, stop, content, context);
  const keys = ["bytes", "count", "until", "size"].filter((key) => valueOf(map, key) !== undefined);
  const [key, second] = keys;
  if (key === undefined && content.kind === "switch") {
    return selfSize(entry, content.model, context.diagnostics);
  }
  const node = key === undefined ? undefined : valueOf(map, key);
  if (second !== undefined || node?.kind !== "scalar") {
    const message = `field ${JSON.stringify(keyText(entry))} needs exactly one of \`bytes\`, \`count\`, \`until\` to say where it ends`;
    context.diagnostics.error("two-lengths", entry.key.span, message);
    return undefined;
  }
  if (key === "until") return untilSize(node, content, context.diagnostics);
  if (key === "bytes") {
    const prefix = prefixSize(node, context);
    if (prefix !== "none") return prefix;
  }
  return expressionSize(node, key === "count", context);
}

/** `stop: next == 0`: over the fields of the element that was read last. */
function stopSize(
  entry: Entry,
  map: MapNode,
  node: ScalarNode,
  content: SpanContent,
  { diagnostics }: TypeContext,
): SpanSize | undefined {
  const name = JSON.stringify(keyText(entry));
  if (content.kind !== "sequence") {
    const message = `${name} has elements without fields, so that none of them can say that it is the last`;
    diagnostics.error("stop-element", entryOf(map, "stop")?.key.span ?? node.span, message);
    return undefined;
  }
  const until = valueOf(map, "until");
  const isOpen = until?.kind === "scalar" && until.value === "end";
  const other = ["bytes", "count", "until"].find((key) => valueOf(map, key) !== undefined);
  if (other !== undefined && !isOpen) {
    const message = `${name} ends where \`stop\` says, or at the end with \`until: end\`; \`${other}\` would say something else`;
    diagnostics.error("two-lengths", entry.key.span, message);
    return undefined;
  }
  const { fields, lets } = content.struct;
  const scope: Scope = {
    fields: new Map(fields.map((field) => [field.name, field])),
    lets: new Map(lets.map((one) => [one.name, one])),
    broken: new Set(),
  };
  const value = parseExpression(node, scope, diagnostics);
  if (value === undefined || value.isFlag) return value && { by: "stop", value, isOpen };
  diagnostics.error("when-condition", node.span, "`stop` needs a condition, as in `next_type == 0`");
  return undefined;
}

/** What tells its own length cannot ask how long it is. */
function selfSize(entry: Entry, model: SwitchModel, diagnostics: Diagnostics): SpanSize | undefined {
  const asking = allCases(model).find(({ struct }) => struct.fields.some(asksForEnd))?.struct;
  if (asking === undefined) return { by: "self" };
  const message = `${asking.name} asks for its \`end\`, so ${JSON.stringify(keyText(entry))} needs a \`bytes\` or \`until\``;
  diagnostics.error("self-end", entry.key.span, message);
  return undefined;
}

/** Whether a field's place or size depends on how many bytes its type was given. */
export function asksForEnd({ type, when }: FieldModel): boolean {
  const size = type.kind === "span" && type.size.by === "expression" ? type.size.value : undefined;
  return [when, size].some((one) => one !== undefined && usesEnd(one));
}

function untilSize(node: ScalarNode, content: SpanContent, diagnostics: Diagnostics): SpanSize | undefined {
  const size = endingSize(node.value);
  if (size.by === "rest" || content.kind === "text") return size;
  diagnostics.error(
    "terminator-content",
    node.span,
    "only a text, or bytes, end before a byte of some value",
  );
  return undefined;
}

/** `end`, `header_end`, or the bytes that stand after a field: one by its number, or characters. */
export function endingSize(until: ScalarNode["value"]): SpanSize {
  if (until === "end" || until === "header_end") return { by: "rest", until };
  const bytes = typeof until === "number" ? [until] : Array.from(String(until), (one) => one.charCodeAt(0));
  return { by: "terminator", bytes };
}

/** `bytes: u16 in 0..512`: a type word where an expression could stand. */
function prefixSize(node: ScalarNode, context: TypeContext): SpanSize | undefined | "none" {
  if (!/^(u\d+(le|be)?|varint\.\S+)(\s+(in|max)\b.*)?$/.test(String(node.value))) return "none";
  const word = parseTypeWord(node, context.endian, context.diagnostics);
  if (word === undefined) return undefined;
  const { type, rule } = word;
  const range = rule?.kind === "range" ? { range: [rule.min, rule.max] as const } : {};
  const varint = varintOf(type);
  if (varint !== undefined) return { by: "prefix", prefix: varint, ...range };
  if (type.kind !== "uint" || ![8, 16, 24, 32].includes(type.bits)) {
    context.diagnostics.error(
      "prefix-type",
      node.span,
      "a length before bytes is u8, u16, u24, u32 or a varint",
    );
    return undefined;
  }
  const { bits, endian } = type;
  return { by: "prefix", prefix: { kind: "uint", bits, endian }, ...range };
}

function expressionSize(node: ScalarNode, counts: boolean, context: TypeContext): SpanSize | undefined {
  const value = parseExpression(node, context.scope, context.diagnostics);
  if (value === undefined || !isLength(value, node, context.diagnostics)) return undefined;
  return { by: "expression", value, counts: counts ? "elements" : "bytes" };
}

function isLength(value: Expression, node: ScalarNode, diagnostics: Diagnostics): boolean {
  if (!value.isFlag && value.range.min >= 0 && value.range.max <= MAX_SPAN_BYTES) return true;
  const message = value.isFlag
    ? "a length is a number, not a condition"
    : `a length of ${showRange(value.range)} is possible; it must lie in 0..${MAX_SPAN_BYTES}`;
  diagnostics.error(value.isFlag ? "span-condition" : "span-range", node.span, message);
  return false;
}

/** The condition under which a field is there. */
export function parseWhen(node: ScalarNode, scope: Scope, diagnostics: Diagnostics): Expression | undefined {
  const value = parseExpression(node, scope, diagnostics);
  if (value === undefined || value.isFlag) return value;
  diagnostics.error("when-condition", node.span, "`when` needs a condition, as in `flags != 0`");
  return undefined;
}
