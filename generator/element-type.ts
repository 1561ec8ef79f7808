// Types that fields and the elements of arrays share: a type word, or the name of a structure.
import type { Diagnostics } from "./diagnostics.js";
import type { Scope } from "./expression.js";
import { type Endian, type FieldRule, type FieldType, isFixedSize, type StructModel } from "./layout.js";
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
  /** Builds the structure another one contains; `undefined` when that failed and was told. */
  struct(definition: StructDefinition, from: ScalarNode): StructModel | undefined;
}

export function structType(name: ScalarNode, context: TypeContext): DeclaredType | undefined {
  const definition = context.definitions.struct(name, context.definition, context.diagnostics);
  const struct = definition && context.struct(definition, name);
  if (struct === undefined) return undefined;
  if (struct.list !== undefined) {
    const message = `${struct.name} is the element of a list: say \`{ list: ${struct.name}, until: end }\``;
    context.diagnostics.error("list-alone", name.span, message);
    return undefined;
  }
  if (!isFixedSize(struct) || struct.declared !== undefined) {
    const why =
      struct.declared === undefined
        ? OWN_LENGTH
        : "says where its payload ends; what is part of another structure has no payload in this version";
    return refuse(struct.name, why, name, context.diagnostics);
  }
  return { word: "struct", type: { kind: "struct", bits: struct.size * 8, struct }, hasEndian: false };
}

const OWN_LENGTH = "has a length of its own; the elements of an array are fixed in this version";

function refuse(what: string, why: string, element: ScalarNode, diagnostics: Diagnostics): undefined {
  diagnostics.error("struct-own-length", element.span, `${what} ${why}`);
  return undefined;
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

function namedType(element: ScalarNode, context: TypeContext): DeclaredType | undefined {
  const isStruct = context.definitions.schemas.some(
    ({ ref, header, types }) =>
      header?.name === element.value ||
      (ref.name === context.definition.schema.name && types.some(({ name }) => name === element.value)),
  );
  if (isStruct || context.definitions.isBroken(String(element.value))) return structType(element, context);
  return parseTypeWord(element, context.endian, context.diagnostics);
}
