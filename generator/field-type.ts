import type { Diagnostics } from "./diagnostics.js";
import { type DeclaredType, elementType, structType, type TypeContext } from "./element-type.js";
import { type Entry, entryOf, keyText, type MapNode, type ScalarNode, valueOf } from "./nodes.js";
import { fixedText, isSpan, spanType } from "./span-type.js";
import { parseTypeWord } from "./type-word.js";

const KINDS = ["type", "bytes", "struct", "array", "text"];
/** Keys that say more of one kind of field, and of no other. */
const ONLY_WITH: Readonly<Record<string, readonly string[]>> = {
  count: ["array"],
  as: ["type"],
  enum: ["type"],
  unit: ["type"],
  checksum: ["type"],
  size: ["text"],
  pad: ["text"],
  until: ["array", "text"],
};

/** Reads a field's type from its short or long form. */
export function declaredType(entry: Entry, context: TypeContext): DeclaredType | undefined {
  const { value } = entry;
  if (value.kind === "scalar") return parseTypeWord(value, context.endian, context.diagnostics);
  if (value.kind !== "map") return undefined;
  // `bytes` says how long an array or a text is, and is a kind of its own when it stands alone.
  const kind = kindOf(entry, value, context.diagnostics);
  const node = kind === undefined ? undefined : valueOf(value, kind);
  if (kind === undefined || node?.kind !== "scalar") return undefined;
  if (kind !== "type" && kind !== "struct" && isSpan(value)) return spanType(entry, value, context);
  switch (kind) {
    case "type":
      return parseTypeWord(node, context.endian, context.diagnostics);
    case "text":
      return fixedText(entry, value, context.diagnostics);
    case "bytes":
      return { word: "bytes", type: { kind: "bytes", bits: Number(node.value) * 8 }, hasEndian: false };
    case "struct":
      return structType(node, context);
    default:
      return arrayType(entry, value, node, context);
  }
}

/** Exactly one key says what kind of field it is, and the others must go with it. */
function kindOf(entry: Entry, map: MapNode, diagnostics: Diagnostics): string | undefined {
  const kinds = map.entries.filter(({ key }) => KINDS.includes(String(key.value)));
  const sized = kinds.some(({ key }) => key.value === "array" || key.value === "text");
  const [first, second] = sized ? kinds.filter(({ key }) => key.value !== "bytes") : kinds;
  if (first === undefined || second !== undefined) {
    const message = `field ${JSON.stringify(keyText(entry))} needs exactly one of \`type\`, \`bytes\`, \`struct\`, \`array\`, \`text\``;
    diagnostics.error(
      second === undefined ? "field-no-kind" : "field-two-kinds",
      (second ?? entry).key.span,
      message,
    );
    return undefined;
  }
  const kind = keyText(first);
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
