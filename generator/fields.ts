import type { DiagnosticName } from "./diagnostic-table.js";
import { fieldChecksum } from "./checksums.js";
import type { Diagnostics } from "./diagnostics.js";
import { addEarlyLets, type GrowingScope } from "./early-lets.js";
import type { Enclosing } from "./enclosing.js";
import { described, labelOutside } from "./enums.js";
import type { Expression } from "./expression.js";
import type { DeclaredType, TypeContext } from "./element-type.js";
import { declaredType } from "./field-type.js";
import { isListType } from "./cases.js";
import {
  type Alignment,
  type BitOrder,
  type Endian,
  type EnumModel,
  type FieldModel,
  type LetModel,
  boundsOf,
  tellsItsEnd,
} from "./layout.js";
import { MAX_STRUCT_BYTES } from "./limits.js";
import { membersOf } from "./members.js";
import { memberName } from "./names.js";
import { type Entry, keyText, type MapNode, type Node, textOf, valueOf } from "./nodes.js";
import type { StructDefinition } from "./resolve.js";
import { checkFractions, fieldScale } from "./scale.js";
import { parseWhen } from "./span-type.js";
import { varintMax, varintOf } from "./varint.js";

/** What laying out fields needs to know of the file around them. */
export interface LayoutContext extends TypeContext {
  readonly bitOrder: BitOrder | undefined;
  readonly align: Alignment;
  /** Set where the structure is described in place. */
  readonly enclosing?: Enclosing;
}

/** The fields of a structure in their places. */
export interface LaidOut {
  readonly fields: readonly FieldModel[];
  /** Length of the fixed part, in bytes. */
  readonly size: number;
  readonly slots: number;
  /** Values that some field could already use. */
  readonly lets: ReadonlyMap<string, LetModel>;
  /** Names of values that are not sound, which was told. */
  readonly broken: ReadonlySet<string>;
}

/** Where the next field goes. */
interface Place {
  slot: number;
  bitOffset: number;
  /** What the slot is the end of, or the place of: fixed fields that follow have one of their own. */
  after?: "span" | "optional";
}

/**
 * Gives every field its place. `undefined` when one of them has no type, which was told. Of a list's element the fields
 * after the first `headFields` may be missing: they have a slot of their own where these are whole bytes.
 */
export function buildFields(
  definition: StructDefinition,
  context: Omit<LayoutContext, "scope">,
  node: Node | undefined = valueOf(definition.node, "fields"),
  headFields?: number,
): LaidOut | undefined {
  if (node?.kind !== "map") return undefined;
  const fields: FieldModel[] = [];
  const known = new Map<string, FieldModel>();
  const scope: GrowingScope = {
    fields: known,
    lets: new Map(),
    broken: new Set(),
    hasEnd: !definition.isHeader,
    ...(context.enclosing === undefined ? {} : { enclosing: context.enclosing }),
  };
  const scoped: LayoutContext = { ...context, scope };
  const place: Place = { slot: 0, bitOffset: 0 };
  let complete = true;
  for (const entry of node.entries) {
    if (headFields !== undefined && fields.length === headFields && place.bitOffset % 8 === 0) {
      Object.assign(place, { slot: 1, bitOffset: 0 });
    }
    addEarlyLets(definition.node, scope, definition.isHeader, context.diagnostics);
    const field = nextField(entry, fields.length, place, scoped, complete);
    if (field === undefined) {
      complete = false;
      scope.broken.add(keyText(entry));
      continue;
    }
    fields.push(field);
    known.set(field.name, field);
    advance(place, field);
  }
  if (complete) checkFractions(fields, context.diagnostics);
  const fixed = fixedBits(fields);
  return complete && isWhole(definition, fixed, place, node, context)
    ? { fields, size: fixed / 8, slots: place.slot, lets: scope.lets, broken: scope.broken }
    : undefined;
}

/** Bits before the first field of no fixed length. */
function fixedBits(fields: readonly FieldModel[]): number {
  const fixed = fields.filter(({ slot, type }) => slot === 0 && type.kind !== "span");
  return fixed.reduce((sum, { type }) => sum + type.bits, 0);
}

function isVariable({ type, when }: FieldModel): boolean {
  return type.kind === "span" || when !== undefined;
}

function nextField(
  entry: Entry,
  index: number,
  place: Place,
  context: LayoutContext,
  complete: boolean,
): FieldModel | undefined {
  const condition = conditionOf(entry, context);
  if (condition === "wrong") return undefined;
  const scope = condition === undefined ? context.scope : { ...context.scope, held: condition };
  const declared = declaredType(entry, { ...context, scope });
  if (declared === undefined) return undefined;
  if (condition !== undefined && !beginsByte(entry, declared, place, context)) return undefined;
  const isAtom = tellsItsEnd(declared.type);
  if (isAtom && place.bitOffset % 8 !== 0) {
    const why = insideByte(declared.word, place.bitOffset);
    const message = `field ${JSON.stringify(keyText(entry))} ${why}`;
    context.diagnostics.error("begins-inside-byte", entry.key.span, message);
    return undefined;
  }
  const isAlone = condition !== undefined || isAtom;
  const at = startOf(place, isAlone, declared.type.kind === "span");
  const field = buildField(entry, declared, index, at, condition, context);
  if (field !== undefined && complete) checkPlace(field, declared, context);
  return field;
}

function conditionOf(entry: Entry, context: LayoutContext): Expression | undefined | "wrong" {
  const when = entry.value.kind === "map" ? valueOf(entry.value, "when") : undefined;
  if (when?.kind !== "scalar") return undefined;
  return parseWhen(when, context.scope, context.diagnostics) ?? "wrong";
}

/** What may be missing is whole bytes, so that nothing else moves by bits. */
function beginsByte(
  entry: Entry,
  { type, word }: DeclaredType,
  place: Place,
  { diagnostics }: LayoutContext,
): boolean {
  if (place.bitOffset % 8 === 0 && type.bits % 8 === 0) return true;
  const message = `field ${JSON.stringify(keyText(entry))} (${word}) has a \`when\`, and so must be whole bytes and begin a byte`;
  diagnostics.error("when-bits", entry.key.span, message);
  return false;
}

/** A span can begin where the one before it ends; anything else after it has a slot that is set only if it fits. */
function startOf({ slot, bitOffset, after }: Place, isAlone: boolean, isSpan: boolean): Place {
  const sharesSlot = !isAlone && (after === undefined || (after === "span" && isSpan));
  return sharesSlot ? { slot, bitOffset } : { slot: slot + 1, bitOffset: 0 };
}

/** A field of no fixed length has what comes after it counted from another slot. */
function advance(place: Place, field: FieldModel): void {
  const isSpan = field.type.kind === "span";
  place.slot = field.slot + (isSpan ? 1 : 0);
  place.bitOffset = isVariable(field) ? 0 : field.bitOffset + field.type.bits;
  if (isVariable(field)) place.after = isSpan ? "span" : "optional";
  else delete place.after;
}

function isWhole(
  definition: StructDefinition,
  fixed: number,
  { bitOffset }: Place,
  node: MapNode,
  { diagnostics }: Omit<LayoutContext, "scope">,
): boolean {
  if (fixed > MAX_STRUCT_BYTES * 8) {
    const message = `${definition.name} has ${Math.ceil(fixed / 8)} bytes; a structure may have ${MAX_STRUCT_BYTES}`;
    diagnostics.error("struct-bytes", definition.span, message);
    return false;
  }
  if (bitOffset % 8 === 0) return true;
  const missing = 8 - (bitOffset % 8);
  const message = `${definition.name} has ${bitOffset} bits, which are no whole bytes; ${missing} more are needed`;
  diagnostics.error("not-whole-bytes", node.entries.at(-1)?.key.span ?? node.span, message, [
    { message: `a field \`reserved_bits: u${missing} reserved\` would fill the byte` },
  ]);
  return false;
}

/** A field in its place, with all that its lines say of it. */
export function buildField(
  entry: Entry,
  declared: DeclaredType,
  index: number,
  { slot, bitOffset }: Pick<Place, "slot" | "bitOffset">,
  when: Expression | undefined,
  context: LayoutContext,
): FieldModel | undefined {
  const map = entry.value.kind === "map" ? entry.value : undefined;
  const name = keyText(entry);
  const as = fieldAs(entry, map, declared, context.diagnostics);
  const enumModel = fieldEnum(map, declared, context);
  if (as === undefined || enumModel === null) return undefined;
  const { word, type, rule } = declared;
  const field = {
    name,
    member: name,
    word,
    type,
    index,
    slot,
    bitOffset,
    ...(when === undefined ? {} : { when }),
    ...(rule === undefined ? {} : { rule }),
    as,
    ...(enumModel === undefined ? {} : { enum: enumModel }),
    ...fieldEquals(map, declared, as, context),
    ...fieldUnit(entry, map, declared, context.diagnostics),
    ...fieldScale(entry, map, declared, context.diagnostics),
    ...fieldChecksum(entry, map, declared, { slot, bitOffset }, context.diagnostics),
    ...(map === undefined ? {} : described(map)),
    c: (map && textOf(map, "c")) ?? name,
    aligned: slot === 0 && isAligned(declared, bitOffset, context.align),
    span: entry.key.span,
  };
  const members = (member: string): string[] => membersOf({ ...field, member });
  return { ...field, member: memberName(name, members, isListType(context.definition.node)) };
}

/** Numbers up to 53 bits are numbers; wider ones are what the field says, or BigInt. */
function fieldAs(
  entry: Entry,
  map: MapNode | undefined,
  { type }: DeclaredType,
  diagnostics: Diagnostics,
): FieldModel["as"] | undefined {
  const as = map && textOf(map, "as");
  const isWide = (type.kind === "uint" || type.kind === "int") && type.bits > 53;
  if (as === undefined) return isWide ? "bigint" : "number";
  if (as === "bigint" && varintOf(type) !== undefined) return as;
  if (isWide && !(as === "parts" && (type.kind === "int" || type.bits !== 64))) return as as FieldModel["as"];
  const message = isWide
    ? "`as: parts` is for u64: two unsigned 32-bit halves"
    : "`as` is for whole numbers of more than 53 bits; a varint can be `bigint`";
  const span = (map && valueOf(map, "as")?.span) ?? entry.key.span;
  diagnostics.error(isWide ? "as-parts" : "as-narrow", span, message);
  return undefined;
}

/** The earlier field that this one repeats. */
function fieldEquals(
  map: MapNode | undefined,
  { type }: DeclaredType,
  as: FieldModel["as"],
  { scope, diagnostics }: LayoutContext,
): { equals?: FieldModel } {
  const node = map && valueOf(map, "equals");
  if (node?.kind !== "scalar") return {};
  const isNumber = (one: FieldModel["type"]): boolean =>
    one.kind === "uint" || one.kind === "int" || varintOf(one) !== undefined;
  const equals = scope.fields.get(String(node.value));
  const isSound = equals !== undefined && equals.when === undefined && isNumber(equals.type);
  if (isSound && isNumber(type) && equals.as === as && as !== "parts") return { equals };
  const message = `a field repeats one before it that is always there, both of them numbers; ${JSON.stringify(String(node.value))} is none`;
  diagnostics.error("equals-field", node.span, message);
  return {};
}

/** The field's enum; `null` when it names one that does not exist or does not fit. */
function fieldEnum(
  map: MapNode | undefined,
  { type, word }: DeclaredType,
  context: LayoutContext,
): EnumModel | undefined | null {
  const name = map && valueOf(map, "enum");
  if (name?.kind !== "scalar") return undefined;
  const model = context.definitions.enum(name, context.definition.schema, context.diagnostics);
  if (model === undefined) return null;
  const varint = varintOf(type);
  if (varint === undefined && ((type.kind !== "uint" && type.kind !== "int") || type.bits > 53)) {
    context.diagnostics.error(
      "enum-type",
      name.span,
      `an enum goes with a whole number of at most 53 bits, not with ${word}`,
    );
    return null;
  }
  const outside = labelOutside(
    model,
    varint === undefined ? boundsOf(type) : [0, varintMax(varint, "number")],
  );
  if (outside === undefined) return model;
  const message = `${model.name}.${outside.label} is ${outside.value}, which ${word} cannot hold`;
  context.diagnostics.error("enum-too-large", name.span, message, [
    { message: "the enum is here", span: model.span },
  ]);
  return null;
}

function fieldUnit(
  entry: Entry,
  map: MapNode | undefined,
  { type, word }: DeclaredType,
  diagnostics: Diagnostics,
): { unit?: { scale: number; of: string } } {
  const text = map && textOf(map, "unit");
  if (text === undefined) return {};
  const [scale = "1", ...words] = text.split(" ");
  if ((type.kind === "uint" || type.kind === "int") && type.bits + Math.log2(Number(scale)) <= 53) {
    return { unit: { scale: Number(scale), of: words.join(" ") } };
  }
  const isNumber = type.kind === "uint" || type.kind === "int";
  diagnostics.error(
    isNumber ? "unit-too-large" : "unit-no-number",
    (map && valueOf(map, "unit")?.span) ?? entry.key.span,
    `a unit goes with a number that stays below 2^53 when scaled, not with ${word}`,
  );
  return {};
}

/** The size an aligned read of the field would have, in bytes; 1 for what is read byte by byte. */
export function naturalAlignment(type: FieldModel["type"]): number {
  switch (type.kind) {
    case "uint":
    case "int":
    case "float":
      return [8, 16, 32, 64].includes(type.bits) ? type.bits / 8 : 1;
    case "struct":
      return type.struct.natural;
    case "array":
      return naturalAlignment(type.element);
    default:
      return 1;
  }
}

function isAligned({ type }: DeclaredType, bitOffset: number, align: Alignment): boolean {
  const natural = naturalAlignment(type);
  return bitOffset % 8 === 0 && natural <= align.to && (align.at + bitOffset / 8) % natural === 0;
}

function checkPlace(field: FieldModel, declared: DeclaredType, context: LayoutContext): void {
  const complaint = placeComplaint(field, declared, context);
  if (complaint === undefined) return;
  context.diagnostics.error(
    complaint.name,
    field.span,
    `field ${JSON.stringify(field.name)} ${complaint.why}`,
  );
}

interface PlaceComplaint {
  readonly name: DiagnosticName;
  readonly why: string;
}

function placeComplaint(
  { type, word, bitOffset }: FieldModel,
  { hasEndian }: DeclaredType,
  { bitOrder, endian }: LayoutContext,
): PlaceComplaint | undefined {
  const isNumber = type.kind === "uint" || type.kind === "int" || type.kind === "flag";
  const startsByte = bitOffset % 8 === 0;
  if (!startsByte && (!isNumber || hasEndian)) {
    return { name: "begins-inside-byte", why: insideByte(word, bitOffset) };
  }
  if (isNumber && startsByte && type.bits % 8 === 0) {
    return hostOnlyWhole(type.kind === "flag" ? endian : type.endian, type.bits, word);
  }
  if (!isNumber) return undefined;
  if (hasEndian) {
    return {
      name: "bits-own-order",
      why: `(${word}) has a byte order of its own, which only whole bytes have`,
    };
  }
  return bitFieldComplaint(bitOffset, type.bits, bitOrder, endian);
}

function insideByte(word: string, bitOffset: number): string {
  return `(${word}) begins at bit ${bitOffset % 8} of byte ${bitOffset >> 3}; it must begin a byte`;
}

function hostOnlyWhole(endian: Endian, bits: number, word: string): PlaceComplaint | undefined {
  if (endian !== "host" || [8, 16, 32, 64].includes(bits)) return undefined;
  return {
    name: "host-order-width",
    why: `(${word}) is in host order, which only 8, 16, 32 and 64 bits have`,
  };
}

function bitFieldComplaint(
  bitOffset: number,
  bits: number,
  bitOrder: BitOrder | undefined,
  endian: Endian,
): PlaceComplaint | undefined {
  if (bitOrder === undefined) {
    return {
      name: "no-bit-order",
      why: "shares a byte with others, so the schema must state `bit_order: msb` (as RFCs draw bits) or `lsb`",
    };
  }
  const crosses = bitOffset >> 3 !== (bitOffset + bits - 1) >> 3;
  const matches = (bitOrder === "msb" && endian === "big") || (bitOrder === "lsb" && endian === "little");
  if (!crosses || matches) return undefined;
  return {
    name: "bits-ambiguous",
    why: `crosses a byte, which \`endian: ${endian}\` with \`bit_order: ${bitOrder}\` leaves ambiguous; big goes with msb, little with lsb`,
  };
}
