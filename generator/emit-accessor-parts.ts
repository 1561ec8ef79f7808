// What the accessors of fields are put together from.
import type {
  GetAccessorDeclarationStructure,
  MethodDeclarationStructure,
  OptionalKind,
  SetAccessorDeclarationStructure,
} from "ts-morph";
import { describeField } from "./docs.js";
import type { FieldModel, TextContent } from "./layout.js";
import { start } from "./place.js";
import { upper, lengthMember } from "./members.js";

/** What one field adds to its class. */
export interface Accessors {
  readonly getters: OptionalKind<GetAccessorDeclarationStructure>[];
  readonly setters: OptionalKind<SetAccessorDeclarationStructure>[];
  readonly methods: OptionalKind<MethodDeclarationStructure>[];
}

export const NOTHING: Accessors = { getters: [], setters: [], methods: [] };

export function property(name: string, type: string, doc: string, read: string, write: string[]): Accessors {
  return {
    getters: [{ name, returnType: type, docs: [doc], statements: [`return ${read};`] }],
    setters: [{ name, parameters: [{ name: "value", type }], statements: write }],
    methods: [],
  };
}

export function join(...parts: Accessors[]): Accessors {
  return {
    getters: parts.flatMap(({ getters }) => getters),
    setters: parts.flatMap(({ setters }) => setters),
    methods: parts.flatMap(({ methods }) => methods),
  };
}

export function valueType({ type, as }: FieldModel): string {
  return type.kind === "flag" ? "boolean" : as === "bigint" ? "bigint" : "number";
}

/** How many bytes a field has: a number, or the member that tells. */
function sizeOf(field: FieldModel): string {
  return field.type.kind === "span" ? `this.${lengthMember(field)}` : `${field.type.bits / 8}`;
}

export function bytesMethod(field: FieldModel): OptionalKind<MethodDeclarationStructure> {
  return {
    name: `${field.member}Bytes`,
    docs: [
      `A view on the bytes of ${field.name}. It is not parked with the accessor: use it before the packet is released.`,
    ],
    returnType: "Uint8Array",
    statements: [
      `return new Uint8Array(this.view.buffer, this.view.byteOffset + ${start(field)}, ${sizeOf(field)});`,
    ],
  };
}

export function setMethod(field: FieldModel): OptionalKind<MethodDeclarationStructure> {
  return {
    name: `set${upper(field.member)}`,
    docs: [`Writes the bytes of ${field.name}. @throws RangeError for another number of bytes.`],
    parameters: [{ name: "bytes", type: "ArrayLike<number>" }],
    returnType: "void",
    statements: [`writeBytes(this.view, ${start(field)}, ${sizeOf(field)}, bytes);`],
  };
}

export function bytesAccessors(field: FieldModel, length: string): Accessors {
  return {
    getters: placeGetters(field, length),
    setters: [],
    methods: [bytesMethod(field), setMethod(field)],
  };
}

export function placeGetters(
  field: FieldModel,
  length: string,
): OptionalKind<GetAccessorDeclarationStructure>[] {
  const { member, name } = field;
  return [
    {
      name: `${member}Offset`,
      returnType: "number",
      docs: [describeField(field, "Where it begins in `view`.")],
      statements: [`return ${start(field)};`],
    },
    {
      name: lengthMember(field),
      returnType: "number",
      docs: [`How many bytes ${name} has.`],
      statements: [`return ${length};`],
    },
  ];
}

export function textAccessor(field: FieldModel, { encoding, pad }: TextContent): Accessors {
  const { member, name } = field;
  const more = pad === undefined ? "" : `, ${pad}`;
  const getter = {
    name: `${member}Text`,
    returnType: "string",
    docs: [`The text of ${name}, from ${encoding}. Makes a string: ask when it is needed.`],
    statements: [`return decodeText(this.view, ${start(field)}, ${sizeOf(field)}, "${encoding}"${more});`],
  };
  return { getters: [getter], setters: [], methods: [] };
}
