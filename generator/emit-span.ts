// Accessors of fields of no fixed length.
import type { MethodDeclarationStructure, OptionalKind } from "ts-morph";
import { baseOf } from "./access.js";
import { describeField } from "./docs.js";
import { type CheckOptions, valueChecks } from "./emit-checks.js";
import type { FieldModel, FieldType, StructModel, SwitchModel, VarintType } from "./layout.js";
import { start } from "./place.js";
import { baseCode, passBase } from "./emit-names.js";
import { isMessage } from "./structure-names.js";
import { readVarint } from "./varint.js";
import { cursorCode, overCode, passDepth } from "./emit-recursion.js";
import { caseGetters, valueGetter } from "./emit-switch.js";
import { lengthMember, nestedMember } from "./members.js";
import {
  type Accessors,
  property,
  join,
  valueType,
  bytesAccessors,
  placeGetters,
  textAccessor,
} from "./emit-accessor-parts.js";
import { arrayAccessors } from "./emit-elements.js";

type SpanType = Extract<FieldType, { kind: "span" }>;

export function spanAccessors(
  field: FieldModel,
  type: SpanType,
  struct: StructModel,
  checks: CheckOptions,
): Accessors {
  const { content, size } = type;
  const terminator = size.by === "terminator" ? ` - ${size.bytes.length}` : "";
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
    bytes === 1 ? `this.${lengthMember(field)}` : `Math.floor(this.${lengthMember(field)} / ${bytes})`;
  const places = { getters: placeGetters(field, length), setters: [], methods: [] };
  return join(places, arrayAccessors(field, content.element, count));
}

/** A span ends where the next slot begins; the header's last one may end with the header, which needs no slot. */
function spanEnd({ slot }: FieldModel, { slots }: StructModel): string {
  return slot < slots ? `this.slot${slot + 1}` : "this.payloadOffset";
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
      ...(element.enclosing === undefined ? [] : ["cursor.element.enclosing = this;"]),
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
