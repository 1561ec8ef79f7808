import type {
  GetAccessorDeclarationStructure,
  MethodDeclarationStructure,
  OptionalKind,
  SetAccessorDeclarationStructure,
} from "ts-morph";
import { baseOf, readCode, readHalf, readType, writeCode, writeHalf, writeType } from "./access.js";
import { describeField } from "./docs.js";
import { type CheckOptions, halfCheck, valueChecks, widthCheck } from "./emit-checks.js";
import type {
  BitOrder,
  FieldModel,
  FieldType,
  StructModel,
  SwitchModel,
  TextContent,
  VarintType,
} from "./layout.js";
import { scaleAccessors } from "./emit-scale.js";
import { start } from "./place.js";
import { baseCode, passBase } from "./emit-names.js";
import { isMessage } from "./structure-names.js";
import { readVarint } from "./varint.js";
import { cursorCode, overCode, passDepth } from "./emit-recursion.js";
import { caseGetters, valueGetter } from "./emit-switch.js";
import { isCountedByName, isToldByName, nestedMember, unitMember, upper } from "./members.js";

/** What one field adds to its class. */
export interface Accessors {
  readonly getters: OptionalKind<GetAccessorDeclarationStructure>[];
  readonly setters: OptionalKind<SetAccessorDeclarationStructure>[];
  readonly methods: OptionalKind<MethodDeclarationStructure>[];
}

/** The accessors of a field: reads and writes in place, text and copies on request. */
export function accessorsOf(field: FieldModel, struct: StructModel, checks: CheckOptions): Accessors {
  const accessors = valueAccessors(field, struct, checks);
  return field.when === undefined || isToldByName(field) ? accessors : join(accessors, presence(field));
}

/** Reading an absent field throws a RangeError: its slot is parked. */
function presence(field: FieldModel): Accessors {
  const getter = {
    name: `has${upper(field.member)}`,
    returnType: "boolean",
    docs: [`Whether ${field.name} is there. Reading it where it is not throws a RangeError.`],
    statements: [`return ${baseOf(field)} >= 0;`],
  };
  return { getters: [getter], setters: [], methods: [] };
}

function valueAccessors(field: FieldModel, struct: StructModel, checks: CheckOptions): Accessors {
  const { bitOrder } = struct;
  switch (field.type.kind) {
    case "bytes":
      return bytesAccessors(field, `${field.type.bits / 8}`);
    case "text":
      return join(bytesAccessors(field, `${field.type.bits / 8}`), textAccessor(field, field.type));
    case "span":
      return spanAccessors(field, field.type, struct, checks);
    case "struct":
      return { getters: [structGetter(field)], setters: [], methods: [] };
    case "array":
      return arrayAccessors(field, field.type.element, `${field.type.count}`);
    case "mac":
      return addressAccessors(field, bitOrder, checks, "Mac", "aa:bb:cc:00:11:22");
    case "ipv4":
      return addressAccessors(field, bitOrder, checks, "Ipv4", "192.0.2.1");
    case "ipv6":
      return ipv6Accessors(field);
    default:
      return join(numberAccessors(field, bitOrder, checks), scaledText(field, struct));
  }
}

function scaledText(field: FieldModel, struct: StructModel): Accessors {
  return field.scale === undefined ? NOTHING : scaleAccessors(field, field.scale, struct);
}

const NOTHING: Accessors = { getters: [], setters: [], methods: [] };

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

function numberAccessors(field: FieldModel, bitOrder: BitOrder, checks: CheckOptions): Accessors {
  if (field.as === "parts") {
    return join(
      property(
        `${field.member}High`,
        "number",
        describeField(field, "The upper 32 bits."),
        readHalf(field, bitOrder, "high"),
        [...halfCheck(field.index), ...writeHalf(field, bitOrder, "high")],
      ),
      property(
        `${field.member}Low`,
        "number",
        describeField(field, "The lower 32 bits."),
        readHalf(field, bitOrder, "low"),
        [...halfCheck(field.index), ...writeHalf(field, bitOrder, "low")],
      ),
    );
  }
  const main = property(
    field.member,
    valueType(field),
    describeField(field),
    readCode(field, bitOrder, baseOf(field)),
    [...valueChecks(field, checks), ...writeCode(field, bitOrder)],
  );
  return field.unit === undefined ? main : join(main, unitAccessors(field, field.unit));
}

function valueType({ type, as }: FieldModel): string {
  return type.kind === "flag" ? "boolean" : as === "bigint" ? "bigint" : "number";
}

function unitAccessors(field: FieldModel, unit: { scale: number; of: string }): Accessors {
  const doc = `{@link ${field.member}} in ${unit.of}: times ${unit.scale}.`;
  const write = [`this.${field.member} = value / ${unit.scale};`];
  return property(unitMember(field), "number", doc, `this.${field.member} * ${unit.scale}`, write);
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
  checks: CheckOptions,
  kind: "Mac" | "Ipv4",
  example: string,
): Accessors {
  const { member } = field;
  const bits = kind === "Mac" ? "48-bit" : "unsigned 32-bit";
  const doc = describeField(field, `As ${bits} number; see {@link ${member}Text}.`);
  const number = property(member, "number", doc, readCode(field, bitOrder, baseOf(field)), [
    ...valueChecks(field, checks),
    ...writeCode(field, bitOrder),
  ]);
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

/** How many bytes a field has: a number, or the member that tells. */
function sizeOf({ type, member }: FieldModel): string {
  return type.kind === "span" ? `this.${member}Length` : `${type.bits / 8}`;
}

function bytesMethod(field: FieldModel): OptionalKind<MethodDeclarationStructure> {
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

function setMethod(field: FieldModel): OptionalKind<MethodDeclarationStructure> {
  return {
    name: `set${upper(field.member)}`,
    docs: [`Writes the bytes of ${field.name}. @throws RangeError for another number of bytes.`],
    parameters: [{ name: "bytes", type: "ArrayLike<number>" }],
    returnType: "void",
    statements: [`writeBytes(this.view, ${start(field)}, ${sizeOf(field)}, bytes);`],
  };
}

function bytesAccessors(field: FieldModel, length: string): Accessors {
  return {
    getters: placeGetters(field, length),
    setters: [],
    methods: [bytesMethod(field), setMethod(field)],
  };
}

function placeGetters(field: FieldModel, length: string): OptionalKind<GetAccessorDeclarationStructure>[] {
  const { member, name } = field;
  return [
    {
      name: `${member}Offset`,
      returnType: "number",
      docs: [describeField(field, "Where it begins in `view`.")],
      statements: [`return ${start(field)};`],
    },
    {
      name: `${member}Length`,
      returnType: "number",
      docs: [`How many bytes ${name} has.`],
      statements: [`return ${length};`],
    },
  ];
}

function textAccessor(field: FieldModel, { encoding, pad }: TextContent): Accessors {
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

type SpanType = Extract<FieldType, { kind: "span" }>;

/** A span ends where the next slot begins; the header's last one may end with the header, which needs no slot. */
function spanEnd({ slot }: FieldModel, { slots }: StructModel): string {
  return slot < slots ? `this.slot${slot + 1}` : "this.payloadOffset";
}

function spanAccessors(
  field: FieldModel,
  type: SpanType,
  struct: StructModel,
  checks: CheckOptions,
): Accessors {
  const { content, size } = type;
  const terminator = size.by === "terminator" ? " - 1" : "";
  const from = start(field);
  const found = `${spanEnd(field, struct)} - ${from.includes(" ") ? `(${from})` : from}${terminator}`;
  const length = field.when === undefined ? found : `${baseOf(field)} < 0 ? 0 : ${found}`;
  if (content.kind === "list") {
    return join(bytesAccessors(field, length), listAccessors(field, type, content.struct, struct));
  }
  if (content.kind === "bytes") return bytesAccessors(field, length);
  if (content.kind === "sequence") {
    return join(bytesAccessors(field, length), sequenceAccessors(field, content.struct, struct));
  }
  if (content.kind === "name") return join(bytesAccessors(field, length), nameAccessors(field, struct));
  if (content.kind === "varint") return varintAccessors(field, content, length, checks);
  if (content.kind === "text") return join(bytesAccessors(field, length), textAccessor(field, content));
  if (content.kind === "switch") {
    return join(bytesAccessors(field, length), chosenAccessors(field, type, content.model, struct));
  }
  const bytes = content.element.bits / 8;
  const count =
    bytes === 1 ? `this.${field.member}Length` : `Math.floor(this.${field.member}Length / ${bytes})`;
  const places = { getters: placeGetters(field, length), setters: [], methods: [] };
  return join(places, arrayAccessors(field, content.element, count));
}

/** Written in place, in as many bytes as it has. */
function varintAccessors(
  field: FieldModel,
  varint: VarintType,
  length: string,
  checks: CheckOptions,
): Accessors {
  const { member, index, as } = field;
  const write = varint.encoding === "quic" ? "writeQuic" : "writeLeb128";
  const doc = describeField(field, "Setting keeps how many bytes it has.");
  const value = property(member, valueType(field), doc, readVarint(varint, start(field), as), [
    ...valueChecks(field, checks),
    `const most = ${write}(this.view, ${start(field)}, this.${member}Length, value);`,
    `if (most >= 0) throw this.valueError(${index}, value, 0, most);`,
  ]);
  return join(value, { getters: placeGetters(field, length), setters: [], methods: [] });
}

/** The structure that the bytes are, or one of several. */
function chosenAccessors(
  field: FieldModel,
  { size }: SpanType,
  model: SwitchModel,
  struct: StructModel,
): Accessors {
  const { member } = field;
  const region = { start: start(field), end: spanEnd(field, struct) };
  const chosen = { model, member, ...region, outer: struct, isSure: size.by === "self" };
  const getters = [
    valueGetter(chosen, describeField(field, "Moved here by each call.")),
    ...caseGetters(chosen),
  ];
  return { getters, setters: [], methods: [] };
}

function listAccessors(field: FieldModel, type: SpanType, list: StructModel, struct: StructModel): Accessors {
  const { member, name } = field;
  const { className } = list;
  const cut = cutCode(type, struct);
  const region = `${start(field)}, ${spanEnd(field, struct)}${cut === undefined ? "" : `, ${cut}`}`;
  const getter = {
    name: member,
    returnType: className,
    docs: [describeField(field, "One cursor; each call puts it before the first element.")],
    statements: [`return this.${member}On(${cursorCode(nestedMember(field), list, struct)});`],
  };
  const method: OptionalKind<MethodDeclarationStructure> = {
    name: `${member}On`,
    docs: [`Puts a cursor of your own on ${name}, before the first element.`],
    parameters: [{ name: "cursor", type: className }],
    returnType: className,
    statements: [...passBase(list, "cursor", struct), `return ${overCode(list, "cursor", region, struct)};`],
  };
  return { getters: [getter], setters: [], methods: [method] };
}

/** Where the array is cut, the cursor walks up to the element that is. */
function sequenceAccessors(field: FieldModel, element: StructModel, struct: StructModel): Accessors {
  const { member, name, slot } = field;
  const end = spanEnd(field, struct);
  const region = `${start(field)}, ${slot < struct.slots ? `${end} < 0 ? this.end : ${end}` : end}`;
  const type = `Elements<${element.className}>`;
  const getter = {
    name: member,
    returnType: type,
    docs: [describeField(field, "One cursor; each call puts it before the first element.")],
    statements: [`return this.${member}On(this.${nestedMember(field)});`],
  };
  const method: OptionalKind<MethodDeclarationStructure> = {
    name: `${member}On`,
    docs: [`Puts a cursor of your own on ${name}, before the first element.`],
    parameters: [{ name: "cursor", type }],
    returnType: type,
    statements: [
      ...passBase(element, "cursor.element", struct),
      ...passDepth(element, "cursor.element", struct),
      `return cursor.over(${region});`,
    ],
  };
  return { getters: [getter], setters: [], methods: [method] };
}

function nameAccessors(field: FieldModel, struct: StructModel): Accessors {
  const { member, name } = field;
  const place = `this.view, ${start(field)}, ${baseCode(struct)}, ${isMessage(struct) ? "this.payloadEnd" : "this.end"}`;
  const text = {
    name: `${member}Text`,
    returnType: "string | undefined",
    docs: [
      `${name} as text, \`example.com\`; \`undefined\` where a pointer leads nowhere. Makes a string: ask when it is needed.`,
    ],
    statements: [`return nameText(${place});`],
  };
  const equals: OptionalKind<MethodDeclarationStructure> = {
    name: `${member}Equals`,
    docs: [`Whether ${name} is that name, capitals or not. Makes nothing.`],
    parameters: [{ name: "text", type: "string" }],
    returnType: "boolean",
    statements: [`return nameEquals(${place}, text);`],
  };
  return { getters: [text], setters: [], methods: [equals] };
}

/** Whether more bytes could mend an element that runs past the end; none: they could not. */
function cutCode({ size }: SpanType, { declared, headerLength }: StructModel): string | undefined {
  const isOpen = size.by === "rest" && (size.until === "end" || headerLength === undefined);
  if (!isOpen) return undefined;
  return declared === undefined ? "true" : "this.truncated > 0";
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

function arrayAccessors(field: FieldModel, element: FieldType, count: string): Accessors {
  const { member, name } = field;
  const counter = {
    name: `${member}Count`,
    returnType: "number",
    docs: [describeField(field, "How many elements there are.")],
    statements: [`return ${count};`],
  };
  const isNamed = isCountedByName(field);
  const limit = isNamed || /^\d+$/.test(count) ? count : `this.${member}Count`;
  const place = `${start(field)} + elementIndex(index, ${limit}) * ${element.bits / 8}`;
  return {
    getters: isNamed ? [] : [counter],
    setters: [],
    methods: elementMethods(field, element, place, name),
  };
}

function elementMethods(
  field: FieldModel,
  element: FieldType,
  place: string,
  name: string,
): OptionalKind<MethodDeclarationStructure>[] {
  const { member } = field;
  const index = { name: "index", type: "number" };
  const doc = `An element of ${name}. @throws RangeError for an index that there is not.`;
  if (element.kind === "ipv6") return ipv6Elements(field, place);
  if (element.kind === "struct") {
    const docs = [`${doc} One accessor, moved by each call.`];
    const returnType = element.struct.className;
    return [
      { name: `${member}At`, docs, parameters: [index], returnType, statements: moveNested(field, place) },
    ];
  }
  const type = element.kind === "flag" ? "boolean" : "number";
  const local = `const at = ${place};`;
  return [
    {
      name: `${member}At`,
      docs: [doc],
      parameters: [index],
      returnType: type,
      statements: [local, `return ${readType(element, 0, "msb", "at")};`],
    },
    {
      name: `set${upper(member)}At`,
      docs: [`Writes an element of ${name}. @throws RangeError for an index that there is not.`],
      parameters: [index, { name: "value", type }],
      returnType: "void",
      statements: [
        ...widthCheck(element, "number", field.index),
        local,
        ...writeType(element, 0, "msb", "number", "at"),
      ],
    },
  ];
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
