import { caseEntries } from "./cases.js";
import { contentsType } from "./contents.js";
import type { Diagnostics } from "./diagnostics.js";
import {
  type DeclaredType,
  elementType,
  isStructName,
  structType,
  type TypeContext,
  variableElement,
} from "./element-type.js";
import { isFixedSize, type SpanSize } from "./layout.js";
import {
  type Entry,
  entryOf,
  impliedScalar,
  keyText,
  type MapNode,
  type Node,
  type ScalarNode,
  valueOf,
} from "./nodes.js";
import { endingSize, fixedText, isSpan, spanType } from "./span-type.js";
import { isTypeWord, parseTypeWord } from "./type-word.js";

const KINDS = ["type", "bytes", "struct", "array", "text", "list", "switch", "align"];
/** Keys that say more of one kind of field, and of no other. */
const ONLY_WITH: Readonly<Record<string, readonly string[]>> = {
  count: ["array"],
  stop: ["array"],
  as: ["type"],
  enum: ["type"],
  unit: ["type"],
  equals: ["type"],
  scale: ["type"],
  epoch: ["type"],
  fraction: ["type"],
  checksum: ["type"],
  size: ["text"],
  pad: ["text"],
  until: ["array", "text", "list", "struct", "switch", "type"],
};

/** Reads a field's type from its short or long form. */
export function declaredType(given: Entry, context: TypeContext): DeclaredType | undefined {
  const entry = withStruct(given, context);
  const { value } = entry;
  if (value.kind === "scalar" && value.value === "bytes") return plainBytes();
  if (value.kind === "scalar") return wordType(value, context);
  if (value.kind !== "map") return undefined;
  // `bytes` says how long an array or a text is, and is a kind of its own when it stands alone.
  const kind = kindOf(entry, value, context.diagnostics);
  const node = kind === undefined ? undefined : valueOf(value, kind);
  if (kind === undefined || node?.kind !== "scalar") return undefined;
  if (kind === "list" || kind === "switch" || (kind !== "type" && isSpan(value))) {
    return spanType(entry, value, context);
  }
  switch (kind) {
    case "type":
      if (node.value === "bytes") return plainBytes(valueOf(value, "until"));
      return refuseUntil(value, node, context.diagnostics) ? undefined : wordType(node, context);
    case "text":
      return fixedText(entry, value, context.diagnostics);
    case "bytes":
      return { word: "bytes", type: { kind: "bytes", bits: Number(node.value) * 8 }, hasEndian: false };
    case "align":
      return bytesOf({ by: "boundary", to: Number(node.value) });
    case "struct":
      return isVariable(node, context) ? spanType(entry, value, context) : structType(node, context);
    case "array":
      if (variableElement(node, context) !== undefined && valueOf(value, "count") !== undefined) {
        return spanType(entry, value, context);
      }
      return arrayType(entry, value, node, context);
    default:
      return arrayType(entry, value, node, context);
  }
}

/** `peer: my_peer` and `{ type: my_peer }` as `{ struct: my_peer }`. */
function withStruct({ key, value }: Entry, context: TypeContext): Entry {
  const isNamed = (node: Node): boolean =>
    node.kind === "scalar" && !isTypeWord(String(node.value)) && isStructName(node, context);
  const named = (one: Entry): Entry => ({ key: impliedScalar("struct", one.key.span), value: one.value });
  if (isNamed(value)) {
    return { key, value: { kind: "map", entries: [named({ key, value })], span: value.span } };
  }
  if (value.kind !== "map" || !value.entries.some((one) => isType(one) && isNamed(one.value))) {
    return { key, value };
  }
  return { key, value: { ...value, entries: value.entries.map((one) => (isType(one) ? named(one) : one)) } };
}

function isType(entry: Entry): boolean {
  return keyText(entry) === "type";
}

function wordType(node: ScalarNode, { endian, diagnostics }: TypeContext): DeclaredType | undefined {
  const contents = contentsType(node, diagnostics);
  return contents === "none" ? parseTypeWord(node, endian, diagnostics) : contents;
}

/** Whether a structure takes as many bytes as the packet says. */
function isVariable(name: ScalarNode, context: TypeContext): boolean {
  const definition = context.definitions.struct(name, context.definition, context.diagnostics);
  const struct = definition && context.struct(definition, name, context.scope);
  return struct !== undefined && struct.list === undefined && !isFixedSize(struct);
}

/** `data: bytes`: all that is left, or as `until` says. */
function plainBytes(until?: Node): DeclaredType {
  const size: SpanSize = until?.kind === "scalar" ? endingSize(until.value) : { by: "rest", until: "end" };
  return bytesOf(size);
}

function bytesOf(size: SpanSize): DeclaredType {
  return {
    word: "bytes",
    type: { kind: "span", bits: 0, content: { kind: "bytes" }, size },
    hasEndian: true,
  };
}

function refuseUntil(map: MapNode, type: ScalarNode, diagnostics: Diagnostics): boolean {
  const until = entryOf(map, "until");
  if (until === undefined) return false;
  const message = `\`until\` does not go with \`${String(type.value).slice(0, 40)}\`, which has a length; it goes with \`bytes\``;
  diagnostics.error("stray-key", until.key.span, message);
  return true;
}

/** Exactly one key says what kind of field it is, and the others must go with it. */
function kindOf(entry: Entry, map: MapNode, diagnostics: Diagnostics): string | undefined {
  const kinds = map.entries.filter(({ key }) => KINDS.includes(String(key.value)));
  const sized = kinds.some(({ key }) =>
    ["array", "text", "list", "struct", "switch"].includes(String(key.value)),
  );
  const [first, second] = sized ? kinds.filter(({ key }) => key.value !== "bytes") : kinds;
  if (first === undefined || second !== undefined) {
    const message = `field ${JSON.stringify(keyText(entry))} needs exactly one of \`type\`, \`bytes\`, \`struct\`, \`array\`, \`text\`, \`list\`, \`switch\`, \`align\``;
    diagnostics.error(
      second === undefined ? "field-no-kind" : "field-two-kinds",
      (second ?? entry).key.span,
      message,
    );
    return undefined;
  }
  const kind = keyText(first);
  const caseEntry = kind === "switch" ? undefined : caseEntries(map)[0];
  if (caseEntry !== undefined) {
    diagnostics.error(
      "stray-key",
      caseEntry.key.span,
      `the case \`${keyText(caseEntry)}\` goes with \`switch\``,
    );
    return undefined;
  }
  const stray = map.entries.find(({ key }) => ONLY_WITH[String(key.value)]?.includes(kind) === false);
  if (stray === undefined) return kind;
  const goesWith = ONLY_WITH[keyText(stray)] ?? [];
  const message = `\`${keyText(stray)}\` does not go with \`${kind}\`; it goes with \`${goesWith.join("`, `")}\``;
  diagnostics.error("stray-key", stray.key.span, message);
  return undefined;
}

function arrayType(
  entry: Entry,
  map: MapNode,
  element: ScalarNode,
  context: TypeContext,
): DeclaredType | undefined {
  const count = valueOf(map, "count");
  if (count?.kind !== "scalar") {
    const message = `array ${JSON.stringify(keyText(entry))} needs a \`count\`, \`bytes\` or \`until\` to say where it ends`;
    context.diagnostics.error("array-no-length", entryOf(map, "array")?.key.span ?? entry.key.span, message);
    return undefined;
  }
  const declared = elementType(element, context);
  if (declared === undefined) return undefined;
  const { type } = declared;
  const bits = type.bits * Number(count.value);
  return {
    word: "array",
    type: { kind: "array", bits, element: type, count: Number(count.value) },
    hasEndian: declared.hasEndian,
  };
}
