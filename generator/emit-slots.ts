// Fields of no fixed length: `wrap` finds their places one after the other.
import { baseOf, readCode, readPrefix } from "./access.js";
import { byteLiteral } from "./contents.js";
import { expressionCode, type Spelling } from "./emit-expression.js";
import { hasSums } from "./emit-sums.js";
import { brokenRule, guardedFields, THROUGH_LOCALS } from "./emit-locals.js";
import { looksAtEnd } from "./emit-end.js";
import type { Expression } from "./expression.js";
import { faultLiteral } from "./fault-codes.js";
import { matches } from "./emit-switch.js";
import {
  type CaseModel,
  type FieldModel,
  type FieldType,
  maxOf,
  type SpanSize,
  type StructModel,
  tellsItsEnd,
  type SwitchModel,
  type VarintType,
} from "./layout.js";
import { cursorName, nestedMember } from "./members.js";
import { localName } from "./names.js";
import { start } from "./place.js";
import { readVarint, tooLarge, varintMax, varintOf, varintSize } from "./varint.js";

/** The place of everything after the first field of no fixed length, each compared with the end before it counts. */
export function slotStatements(struct: StructModel): string[] {
  const { slots, headerLength, size, tail } = struct;
  const keepsLength = headerLength === undefined && tail === undefined;
  if (slots === 0) return [];
  const isParked = looksAtEnd(struct);
  const guarded = new Set(guardedFields(struct));
  const end = endCode(struct);
  const limit = headerLength === undefined ? end : "offset + headerLength";
  return [
    ...(isParked ? [] : parking(struct)),
    `const limit = ${limit};`,
    ...(keepsLength ? ["this.headerBytes = limit - offset;"] : []),
    `let at = offset + ${size};`,
    ...runs(struct).flatMap((run) => runStatements(run, struct, guarded)),
    ...(keepsLength ? ["this.headerBytes = at - offset;"] : []),
  ];
}

/** Where the packet ends for `wrap`: captured, or declared and shorter. */
function endCode(struct: StructModel): string {
  return struct.declared === undefined && !looksAtEnd(struct) ? "end" : "stop";
}

/** Nothing found for the packet before is taken for this one's. */
export function parking({ slots }: StructModel): string[] {
  return Array.from({ length: slots }, (_, index) => `this.slot${index + 1} = PARKED;`);
}

/** The members that hold the places `wrap` found out. */
export function placeNames({ slots, endReads = [] }: StructModel): string[] {
  return Array.from({ length: slots + endReads.length }, (_, index) => `slot${index + 1}`);
}

/** Fields of one slot: those of fixed length, and the one of no fixed length that ends it. */
interface Run {
  readonly slot: number;
  readonly fixed: readonly FieldModel[];
  readonly last?: FieldModel;
}

function runs({ fields, slots }: StructModel): Run[] {
  return Array.from({ length: slots + 1 }, (_, slot) => {
    const members = fields.filter((field) => field.slot === slot);
    const last = members.find(({ type, when }) => type.kind === "span" || when !== undefined);
    return {
      slot,
      fixed: members.filter((field) => field !== last),
      ...(last === undefined ? {} : { last }),
    };
  });
}

function runStatements(
  { slot, fixed, last }: Run,
  struct: StructModel,
  guarded: ReadonlySet<FieldModel>,
): string[] {
  if (last?.when !== undefined) return conditionalStatements(last, last.when, struct, guarded.has(last));
  const bytes = fixed.reduce((sum, { type }) => sum + type.bits, 0) / 8;
  return [
    ...(slot === 0 || (last !== undefined && tellsItsEnd(last.type))
      ? []
      : slotPlace(slot, bytes, fixed[0] ?? last)),
    ...(slot === 0
      ? []
      : fixed.filter((field) => guarded.has(field)).flatMap((field) => lateLocal(field, struct))),
    ...(last?.type.kind === "span" && !(slot === struct.slots && struct.tail !== undefined)
      ? [
          ...spanStatements(last, last.type, endCode(struct)),
          ...(guarded.has(last) ? lateLocal(last, struct) : []),
        ]
      : []),
  ];
}

/** A field that may be absent, for expressions that ask first: it is 0 until it was read. */
function readWhereThere(field: FieldModel, struct: StructModel): [declaration: string[], read: string[]] {
  const [first = "", ...rule] = lateLocal(field, struct);
  return [[`let ${localName(field.name)} = 0;`], [first.replace(/^const /, ""), ...rule]];
}

/** A rule that an expression relies on; what comes before stays readable. */
function lateLocal(field: FieldModel, struct: StructModel): string[] {
  const local = localName(field.name);
  const broken = brokenRule(field, local);
  const varint = varintOf(field.type);
  const read =
    varint === undefined
      ? readCode(field, struct.bitOrder, baseOf(field))
      : readVarint(varint, start(field), field.as);
  return [
    `const ${local} = ${read};`,
    ...(broken === undefined ? [] : [`if (${broken.test}) return ${faultLiteral(broken.code, field)};`]),
  ];
}

function slotPlace(slot: number, bytes: number, first: FieldModel | undefined): string[] {
  if (bytes === 0) return [`this.slot${slot} = at;`];
  return [...room(`${bytes}`, first), `this.slot${slot} = at;`, `at += ${bytes};`];
}

/** What runs past the end is a fault of its own field; what comes before stays readable. */
function room(bytes: string, field: FieldModel | undefined): string[] {
  return [`if (limit - at < ${bytes}) return ${faultLiteral("TRUNCATED_HEADER", field)};`];
}

function conditionalStatements(
  field: FieldModel,
  when: Expression,
  struct: StructModel,
  isRead: boolean,
): string[] {
  const [declaration, read] = isRead ? readWhereThere(field, struct) : [[], []];
  if (field.type.kind === "span") {
    const isTail = field.slot === struct.slots && struct.tail !== undefined;
    const found = isTail ? [] : spanStatements(field, field.type, endCode(struct));
    const place = [...(tellsItsEnd(field.type) ? [] : [`this.slot${field.slot} = at;`]), ...found];
    const body = [...place, ...read].join("\n");
    return [...declaration, `if (${expressionCode(when, THROUGH_LOCALS)}) {\n${body}\n}`];
  }
  const bytes = `${field.type.bits / 8}`;
  const body = [...room(bytes, field), `this.slot${field.slot} = at;`, `at += ${bytes};`, ...read];
  return [...declaration, `if (${expressionCode(when, THROUGH_LOCALS)}) {\n${body.join("\n")}\n}`];
}

function spanStatements(
  field: FieldModel,
  { content, size }: Extract<FieldType, { kind: "span" }>,
  end: string,
): string[] {
  switch (size.by) {
    case "rest":
      return [`at = ${size.until === "end" ? end : "limit"};`];
    case "self":
      return content.kind === "switch"
        ? inBlock(selfStatements(field, content.model))
        : content.kind === "varint"
          ? inBlock(varintStatements(field, content))
          : content.kind === "name"
            ? inBlock(nameStatements(field))
            : [];
    case "terminator":
      return inBlock([
        `const found = ${terminatorCode(size.bytes)};`,
        `if (found < 0) return ${faultLiteral("TRUNCATED_HEADER", field)};`,
        `at = found + ${size.bytes.length};`,
      ]);
    case "boundary":
      return inBlock([`const size = ${paddingCode(size.to)};`, ...room("size", field), "at += size;"]);
    case "stop":
      return content.kind === "sequence" ? inBlock(stopStatements(field, content.struct, size)) : [];
    case "prefix":
      return inBlock([
        ...prefixStatements(size, field),
        ...(size.prefix.kind === "varint" ? [`this.slot${field.slot} = at - prefix;`] : []),
        ...room("size", field),
        "at += size;",
      ]);
    case "expression": {
      if (content.kind === "sequence" && size.counts === "elements") {
        return inBlock(sequenceStatements(field, content.struct, expressionCode(size.value, THROUGH_LOCALS)));
      }
      const each =
        content.kind === "array" && size.counts === "elements" ? ` * ${content.element.bits / 8}` : "";
      return inBlock([
        `const size = (${expressionCode(size.value, THROUGH_LOCALS)})${each};`,
        ...room("size", field),
        "at += size;",
      ]);
    }
  }
}

function terminatorCode(bytes: readonly number[]): string {
  return bytes.length === 1
    ? `findByte(this.view, at, limit, ${bytes[0]})`
    : `findText(this.view, at, limit, ${byteLiteral(bytes)})`;
}

/** How many bytes there are up to the next multiple. */
function paddingCode(to: number): string {
  const isPower = (to & (to - 1)) === 0;
  return isPower ? `(offset - at) & ${to - 1}` : `(${to} - ((at - offset) % ${to})) % ${to}`;
}

/** What says its own length is asked for it; a fault of it is one of the field. */
function selfStatements(field: FieldModel, model: SwitchModel): string[] {
  const { cases, otherwise } = model;
  const asked = (one: CaseModel): string => {
    const cursor = `this.${cursorName(one.struct, field.member)}`;
    return one.struct.list === undefined
      ? `fault = ${cursor}.wrap(at, limit);\nsize = ${cursor}.headerLength;`
      : "size = limit - at;";
  };
  const chain = cases.map((one) => `if (${matches(one, model, THROUGH_LOCALS)}) {\n${asked(one)}\n}`);
  const rest =
    otherwise === undefined ? [] : [cases.length === 0 ? asked(otherwise) : `{\n${asked(otherwise)}\n}`];
  return [
    "let fault = 0;",
    "let size = 0;",
    [...chain, ...rest].join(" else "),
    `if (fault !== 0) return fieldFault(faultCode(fault), ${field.index});`,
    "at += size;",
  ];
}

type Prefixed = Extract<SpanSize, { by: "prefix" }>;

/** Reads `size`, and goes to what it is the size of. */
function prefixStatements(size: Prefixed, field: FieldModel): string[] {
  const { prefix } = size;
  if (prefix.kind === "uint") {
    return [
      ...room(`${prefix.bits / 8}`, field),
      `const size = ${readPrefix(prefix)};`,
      ...prefixRule(size, field),
      `at += ${prefix.bits / 8};`,
    ];
  }
  return [
    `const prefix = ${varintSize(prefix)};`,
    `if (prefix === 0) return ${faultLiteral("TRUNCATED_HEADER", field)};`,
    ...(prefix.encoding === "leb128" ? [`if (prefix < 0) return ${faultLiteral("RANGE", field)};`] : []),
    `const size = ${readVarint(prefix, "at")};`,
    ...prefixRule(size, field),
    "at += prefix;",
  ];
}

/** Each element is asked for its end; a fault of one is one of the field. It has a byte at least, so this ends. */
function sequenceStatements(field: FieldModel, struct: StructModel, count: string): string[] {
  const head = `for (let left = ${count}; left > 0; left--) {`;
  return walkStatements(field, struct, head, []);
}

/** As far as the element that says so; the end is the bound. */
function stopStatements(
  field: FieldModel,
  struct: StructModel,
  { value, isOpen }: Extract<SpanSize, { by: "stop" }>,
): string[] {
  const head = isOpen ? "while (at < limit) {" : "for (;;) {";
  return walkStatements(field, struct, head, [`if (${expressionCode(value, OF_ELEMENT)}) break;`]);
}

/** The fields of the element that was read last. */
const OF_ELEMENT: Spelling = {
  end: "limit",
  field: ({ member }) => `element.${member}`,
  value: ({ member }) => `element.${member}`,
};

function walkStatements(
  field: FieldModel,
  struct: StructModel,
  head: string,
  then: readonly string[],
): string[] {
  const carries = hasSums(struct);
  return [
    `const { element } = this.${nestedMember(field)};`,
    ...(carries ? ["element.carry(false);"] : []),
    [
      head,
      "const fault = element.wrap(at, limit);",
      `if (fault !== 0) return fieldFault(faultCode(fault), ${field.index});`,
      "at += element.headerLength;",
      ...then,
      ...(carries ? ["element.carry(true);"] : []),
      "}",
    ].join("\n"),
  ];
}

/** The bytes of a name up to its end or its pointer. */
function nameStatements(field: FieldModel): string[] {
  return [
    "const size = nameSize(this.view, at, limit);",
    `if (size === 0) return ${faultLiteral("TRUNCATED_HEADER", field)};`,
    `if (size < 0) return ${faultLiteral("NAME", field)};`,
    `this.slot${field.slot} = at;`,
    "at += size;",
  ];
}

/** A number that says its own size, compared with the end before its value is read. */
function varintStatements(field: FieldModel, varint: VarintType): string[] {
  const tests = tooLarge(varint, field.as);
  return [
    `const size = ${varintSize(varint)};`,
    `if (size === 0) return ${faultLiteral("TRUNCATED_HEADER", field)};`,
    ...(tests.length === 0 ? [] : [`if (${tests.join(" || ")}) return ${faultLiteral("RANGE", field)};`]),
    `this.slot${field.slot} = at;`,
    "at += size;",
  ];
}

function prefixRule({ range, prefix }: Prefixed, field: FieldModel): string[] {
  if (range === undefined) return [];
  const tests = [
    ...(range[0] > 0 ? [`size < ${range[0]}`] : []),
    ...(range[1] < (prefix.kind === "uint" ? maxOf(prefix.bits) : varintMax(prefix, "number"))
      ? [`size > ${range[1]}`]
      : []),
  ];
  return tests.length === 0 ? [] : [`if (${tests.join(" || ")}) return ${faultLiteral("RANGE", field)};`];
}

/** Names of one field's own, out of the way of other fields'. */
function inBlock(statements: readonly string[]): string[] {
  return [`{\n${statements.join("\n")}\n}`];
}
