// Types that fields and the elements of arrays share: a type word, or the name of a structure.
import type { Diagnostics } from "./diagnostics.js";
import type { Scope } from "./expression.js";
import {
  type Endian,
  type FieldModel,
  type FieldRule,
  type FieldType,
  isFixedSize,
  type StructModel,
} from "./layout.js";
import type { ScalarNode } from "./nodes.js";
import type { Definitions, StructDefinition } from "./resolve.js";
import { parseTypeWord } from "./type-word.js";

/** What a field's own lines say of its type. */
export interface DeclaredType {
  readonly word: string;
  readonly type: FieldType;
  readonly rule?: FieldRule;
  readonly hasEndian: boolean;
}

/** What reading a type needs to know of the file around it. */
export interface TypeContext {
  readonly definitions: Definitions;
  /** The structure that is being built. */
  readonly definition: StructDefinition;
  readonly endian: Endian;
  readonly diagnostics: Diagnostics;
  /** What an expression may name: the fields before, as far as they are always there. */
  readonly scope: Scope;
  /** The list whose elements a type with a `tag` is. It may be built later: nothing but its name is known now. */
  list(definition: StructDefinition): StructModel;
  /**
   * Builds the structure another one contains; `undefined` when that failed and was told. `scope` is what one that is
   * described in place may name.
   */
  struct(definition: StructDefinition, from: ScalarNode, scope?: Scope): StructModel | undefined;
}

export function structType(name: ScalarNode, context: TypeContext): DeclaredType | undefined {
  const definition = context.definitions.struct(name, context.definition, context.diagnostics);
  const struct = definition && context.struct(definition, name, context.scope);
  if (struct === undefined) return undefined;
  if (struct.list !== undefined) {
    const message = `${struct.name} is the element of a list: say \`{ list: ${struct.name}, until: end }\``;
    context.diagnostics.error("list-alone", name.span, message);
    return undefined;
  }
  if (!isFixedSize(struct) || hasPayloadEnd(struct)) {
    const why = !hasPayloadEnd(struct)
      ? OWN_LENGTH
      : "says where its payload ends; what is part of another structure has no payload in this version";
    return refuse(struct.name, why, name, context.diagnostics);
  }
  return { word: "struct", type: { kind: "struct", bits: struct.size * 8, struct }, hasEndian: false };
}

function hasPayloadEnd({ declared, endReads, trailer }: StructModel): boolean {
  return declared !== undefined || endReads !== undefined || trailer !== undefined;
}

const OWN_LENGTH = "has a length of its own; the elements of an array are fixed in this version";

function refuse(what: string, why: string, element: ScalarNode, diagnostics: Diagnostics): undefined {
  diagnostics.error("struct-own-length", element.span, `${what} ${why}`);
  return undefined;
}

/**
 * The structure that an array of those would be walked over, as it has no fixed length, or `always`; none: its elements
 * are fixed, or it is no structure.
 */
export function variableElement(
  element: ScalarNode,
  context: TypeContext,
  always = false,
): StructModel | undefined {
  if (!isStructName(element, context)) return undefined;
  const definition = context.definitions.struct(element, context.definition, context.diagnostics);
  const struct = definition && context.struct(definition, element, context.scope);
  const isWalked = struct !== undefined && struct.list === undefined && (always || !isFixedSize(struct));
  return isWalked && !hasPayloadEnd(struct) ? struct : undefined;
}

/** How many bytes an element has at least; what says its own length takes one to say so. */
export function leastBytes({ fields: all, endReads = [], size, headerLength }: StructModel): number {
  const fields = all.slice(0, all.length - endReads.length);
  const more = fields.map((field) => (field.when === undefined ? leastSpan(field.type) : 0));
  return Math.max(
    size + more.reduce((sum, bytes) => sum + bytes, lateBytes(fields)),
    headerLength?.range.min ?? 0,
  );
}

/** Fixed fields after what has no fixed length. */
function lateBytes(fields: readonly FieldModel[]): number {
  const late = fields.filter(({ slot, when }) => slot > 0 && when === undefined);
  return late.reduce((sum, { type }) => sum + type.bits, 0) / 8;
}

function leastSpan(type: FieldType): number {
  if (type.kind !== "span") return 0;
  const { content, size } = type;
  switch (size.by) {
    case "prefix":
      return size.prefix.kind === "uint" ? size.prefix.bits / 8 : 1;
    case "terminator":
      return size.bytes.length;
    case "expression":
      return size.counts === "bytes" ? size.value.range.min : 0;
    case "self":
      return content.kind === "switch"
        ? content.model.otherwise !== undefined && content.model.cases.length === 0
          ? leastBytes(content.model.otherwise.struct)
          : 0
        : 1;
    case "stop":
      return content.kind === "sequence" && !size.isOpen ? leastBytes(content.struct) : 0;
    case "boundary":
    case "rest":
      return 0;
  }
}

/** An element is a type word, or the name of a structure: whole bytes, and no rule. */
export function elementType(element: ScalarNode, context: TypeContext): DeclaredType | undefined {
  const declared = namedType(element, context);
  if (declared === undefined) return undefined;
  const { type } = declared;
  if (type.kind === "span") {
    return refuse(declared.word, OWN_LENGTH, element, context.diagnostics);
  }
  const tooWide = (type.kind === "uint" || type.kind === "int") && type.bits > 53;
  const fault =
    type.bits % 8 !== 0
      ? "element-bits"
      : declared.rule !== undefined
        ? "element-rule"
        : tooWide
          ? "element-wide"
          : undefined;
  if (fault !== undefined) {
    const message = "the elements of an array are whole bytes, at most 53 bits, without a rule";
    context.diagnostics.error(fault, element.span, message);
    return undefined;
  }
  if ("endian" in type && type.endian === "host" && ![8, 16, 32, 64].includes(type.bits)) {
    const message = `${declared.word} is in host order, which only 8, 16, 32 and 64 bits have`;
    context.diagnostics.error("element-host-order", element.span, message);
    return undefined;
  }
  return declared;
}

/** Whether a word is the name of a type of this file, or of a schema's header. */
export function isStructName(element: ScalarNode, context: TypeContext): boolean {
  return context.definitions.schemas.some(
    ({ ref, header, types }) =>
      header?.name === element.value ||
      (ref.name === context.definition.schema.name && types.some(({ name }) => name === element.value)),
  );
}

function namedType(element: ScalarNode, context: TypeContext): DeclaredType | undefined {
  if (isStructName(element, context) || context.definitions.isBroken(String(element.value))) {
    return structType(element, context);
  }
  return parseTypeWord(element, context.endian, context.diagnostics);
}
