import type {
  GetAccessorDeclarationStructure,
  MethodDeclarationStructure,
  OptionalKind,
  SetAccessorDeclarationStructure,
} from "ts-morph";
import { readCode, readHalf, readType, writeCode, writeHalf, writeType } from "./access.js";
import { describeField } from "./docs.js";
import type { BitOrder, FieldModel, FieldType } from "./layout.js";
import { nestedMember, unitMember } from "./members.js";

/** What one field adds to its class. */
export interface Accessors {
  readonly getters: OptionalKind<GetAccessorDeclarationStructure>[];
  readonly setters: OptionalKind<SetAccessorDeclarationStructure>[];
  readonly methods: OptionalKind<MethodDeclarationStructure>[];
}

/** The accessors of a field: reads and writes in place, text and copies on request. */
export function accessorsOf(field: FieldModel, bitOrder: BitOrder): Accessors {
  switch (field.type.kind) {
    case "bytes":
      return bytesAccessors(field);
    case "struct":
      return { getters: [structGetter(field)], setters: [], methods: [] };
    case "array":
      return arrayAccessors(field, field.type);
    case "mac":
      return addressAccessors(field, bitOrder, "Mac", "aa:bb:cc:00:11:22");
    case "ipv4":
      return addressAccessors(field, bitOrder, "Ipv4", "192.0.2.1");
    case "ipv6":
      return ipv6Accessors(field);
    default:
      return numberAccessors(field, bitOrder);
  }
}

function property(name: string, type: string, doc: string, read: string, write: string[]): Accessors {
  return {
    getters: [{ name, returnType: type, docs: [doc], statements: [`return ${read};`] }],
    setters: [{ name, parameters: [{ name: "value", type }], statements: write }],
    methods: [],
  };
}

function join(...parts: Accessors[]): Accessors {
  return {
    getters: parts.flatMap(({ getters }) => getters),
    setters: parts.flatMap(({ setters }) => setters),
    methods: parts.flatMap(({ methods }) => methods),
  };
}

function numberAccessors(field: FieldModel, bitOrder: BitOrder): Accessors {
  if (field.as === "parts") {
    return join(
      property(
        `${field.member}High`,
        "number",
        describeField(field, "The upper 32 bits."),
        readHalf(field, bitOrder, "high"),
        writeHalf(field, bitOrder, "high"),
      ),
      property(
        `${field.member}Low`,
        "number",
        describeField(field, "The lower 32 bits."),
        readHalf(field, bitOrder, "low"),
        writeHalf(field, bitOrder, "low"),
      ),
    );
  }
  const main = property(
    field.member,
    valueType(field),
    describeField(field),
    readCode(field, bitOrder, "this.offset"),
    writeCode(field, bitOrder),
  );
  return field.unit === undefined ? main : join(main, unitAccessors(field, field.unit));
}

function valueType({ type, as }: FieldModel): string {
  return type.kind === "flag" ? "boolean" : as === "bigint" ? "bigint" : "number";
}

function unitAccessors(field: FieldModel, unit: { scale: number; of: string }): Accessors {
  const doc = `{@link ${field.member}} in ${unit.of}: times ${unit.scale}.`;
  const write = [`this.${field.member} = Math.floor(value / ${unit.scale});`];
  return property(unitMember(field), "number", doc, `this.${field.member} * ${unit.scale}`, write);
}

function upper(member: string): string {
  return member.charAt(0).toUpperCase() + member.slice(1);
}

/** `this.offset` plus the field's place. */
export function start({ bitOffset }: FieldModel): string {
  return bitOffset === 0 ? "this.offset" : `this.offset + ${bitOffset >> 3}`;
}

function copyMethod(field: FieldModel): OptionalKind<MethodDeclarationStructure> {
  const size = field.type.bits / 8;
  return {
    name: `copy${upper(field.member)}`,
    docs: [
      `Copies the ${size} bytes of ${field.name} to \`target\` from \`at\` on. Returns ${size}. @throws RangeError when they do not fit.`,
    ],
    parameters: [
      { name: "target", type: "Uint8Array" },
      { name: "at", type: "number", initializer: "0" },
    ],
    returnType: "number",
    statements: [`return copyBytes(this.view, ${start(field)}, ${size}, target, at);`],
  };
}

function addressAccessors(
  field: FieldModel,
  bitOrder: BitOrder,
  kind: "Mac" | "Ipv4",
  example: string,
): Accessors {
  const { member } = field;
  const bits = kind === "Mac" ? "48-bit" : "unsigned 32-bit";
  const doc = describeField(field, `As ${bits} number; see {@link ${member}Text}.`);
  const number = property(
    member,
    "number",
    doc,
    readCode(field, bitOrder, "this.offset"),
    writeCode(field, bitOrder),
  );
  const text = property(
    `${member}Text`,
    "string",
    `{@link ${member}} as text: \`${example}\`. Setting throws TypeError when the text is no address.`,
    `format${kind}(this.${member})`,
    [`this.${member} = parse${kind}(value);`],
  );
  const equals: OptionalKind<MethodDeclarationStructure> = {
    name: `${member}Equals`,
    docs: [`Whether ${field.name} is that address, a number or text.`],
    parameters: [{ name: "address", type: "number | string" }],
    returnType: "boolean",
    statements: [
      `return this.${member} === (typeof address === "string" ? parse${kind}(address) : address);`,
    ],
  };
  return join(number, text, { getters: [], setters: [], methods: [equals, copyMethod(field)] });
}

function ipv6Accessors(field: FieldModel): Accessors {
  const { member } = field;
  const text = property(
    `${member}Text`,
    "string",
    describeField(field, "As RFC 5952 text; setting throws TypeError when the text is no address."),
    `formatIpv6(this.${member}Bytes())`,
    [`this.set${upper(member)}(parseIpv6(value));`],
  );
  const word: OptionalKind<MethodDeclarationStructure> = {
    name: `${member}Word`,
    docs: [
      `One of the four unsigned 32-bit words of ${field.name}, the most significant first. @throws RangeError for an index outside 0..3.`,
    ],
    parameters: [{ name: "index", type: "number" }],
    returnType: "number",
    statements: [`return this.view.getUint32(${start(field)} + elementIndex(index, 4) * 4, false);`],
  };
  const equals: OptionalKind<MethodDeclarationStructure> = {
    name: `${member}Equals`,
    docs: [`Whether ${field.name} is that address, sixteen bytes or text.`],
    parameters: [{ name: "address", type: "ArrayLike<number> | string" }],
    returnType: "boolean",
    statements: [
      `return bytesEqual(this.view, ${start(field)}, 16, typeof address === "string" ? parseIpv6(address) : address);`,
    ],
  };
  return join(text, {
    getters: [],
    setters: [],
    methods: [word, bytesMethod(field), equals, copyMethod(field), setMethod(field)],
  });
}

function bytesMethod(field: FieldModel): OptionalKind<MethodDeclarationStructure> {
  const size = field.type.bits / 8;
  return {
    name: `${field.member}Bytes`,
    docs: [
      `A view on the ${size} bytes of ${field.name}. It is not parked with the accessor: use it before the packet is released.`,
    ],
    returnType: "Uint8Array",
    statements: [`return new Uint8Array(this.view.buffer, this.view.byteOffset + ${start(field)}, ${size});`],
  };
}

function setMethod(field: FieldModel): OptionalKind<MethodDeclarationStructure> {
  const size = field.type.bits / 8;
  return {
    name: `set${upper(field.member)}`,
    docs: [`Writes the ${size} bytes of ${field.name}. @throws RangeError for another number of bytes.`],
    parameters: [{ name: "bytes", type: "ArrayLike<number>" }],
    returnType: "void",
    statements: [`writeBytes(this.view, ${start(field)}, ${size}, bytes);`],
  };
}

function bytesAccessors(field: FieldModel): Accessors {
  const { member, name, type } = field;
  const getters = [
    {
      name: `${member}Offset`,
      returnType: "number",
      docs: [describeField(field, "Where they begin in `view`.")],
      statements: [`return ${start(field)};`],
    },
    {
      name: `${member}Length`,
      returnType: "number",
      docs: [`How many bytes ${name} has: ${type.bits / 8}.`],
      statements: [`return ${type.bits / 8};`],
    },
  ];
  return { getters, setters: [], methods: [bytesMethod(field), setMethod(field)] };
}

function structGetter(field: FieldModel): OptionalKind<GetAccessorDeclarationStructure> {
  const struct = field.type.kind === "struct" ? field.type.struct : undefined;
  return {
    name: field.member,
    returnType: struct?.className ?? "never",
    docs: [describeField(field, "One accessor, moved here by each call.")],
    statements: moveNested(field, start(field)),
  };
}

/** Statements that put the nested accessor at `offset` and return it. */
function moveNested(field: FieldModel, offset: string): string[] {
  const nested = nestedMember(field);
  return [`this.${nested}.offset = ${offset};`, `this.${nested}.end = this.end;`, `return this.${nested};`];
}

function arrayAccessors(field: FieldModel, type: Extract<FieldType, { kind: "array" }>): Accessors {
  const { member, name } = field;
  const { element, count } = type;
  const count_ = {
    name: `${member}Count`,
    returnType: "number",
    docs: [describeField(field, "How many elements there are.")],
    statements: [`return ${count};`],
  };
  const index = { name: "index", type: "number" };
  const place = `${start(field)} + elementIndex(index, ${count}) * ${element.bits / 8}`;
  const atDoc = `An element of ${name}. @throws RangeError for an index outside 0..${count - 1}.`;
  if (element.kind === "struct") {
    const at = {
      name: `${member}At`,
      docs: [`${atDoc} One accessor, moved by each call.`],
      parameters: [index],
      returnType: element.struct.className,
      statements: moveNested(field, place),
    };
    return { getters: [count_], setters: [], methods: [at] };
  }
  const local = `const at = ${place};`;
  if (element.kind === "ipv6") return { getters: [count_], setters: [], methods: ipv6Elements(field, place) };
  const valueType_ = element.kind === "flag" ? "boolean" : "number";
  return {
    getters: [count_],
    setters: [],
    methods: [
      {
        name: `${member}At`,
        docs: [atDoc],
        parameters: [index],
        returnType: valueType_,
        statements: [local, `return ${readType(element, 0, "msb", "at")};`],
      },
      {
        name: `set${upper(member)}At`,
        docs: [`Writes an element of ${name}. @throws RangeError for an index outside 0..${count - 1}.`],
        parameters: [index, { name: "value", type: valueType_ }],
        returnType: "void",
        statements: [local, ...writeType(element, 0, "msb", "number", "at")],
      },
    ],
  };
}

function ipv6Elements(field: FieldModel, place: string): OptionalKind<MethodDeclarationStructure>[] {
  const { member, name } = field;
  const index = { name: "index", type: "number" };
  return [
    {
      name: `${member}At`,
      docs: [`A view on the sixteen bytes of an element of ${name}.`],
      parameters: [index],
      returnType: "Uint8Array",
      statements: [`return new Uint8Array(this.view.buffer, this.view.byteOffset + ${place}, 16);`],
    },
    {
      name: `set${upper(member)}At`,
      docs: [`Writes the sixteen bytes of an element of ${name}.`],
      parameters: [index, { name: "value", type: "ArrayLike<number>" }],
      returnType: "void",
      statements: [`writeBytes(this.view, ${place}, 16, value);`],
    },
  ];
}
