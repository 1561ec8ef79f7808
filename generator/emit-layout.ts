import type { AttachFacts } from "./emit-build.js";
import type { Expression } from "./expression.js";
import type { FieldModel, ListModel, SpanContent, StructModel, SwitchModel } from "./layout.js";
import { classCode } from "./emit-recursion.js";
import { formulaOf } from "./formula.js";
import { Code } from "./literal.js";
import { allCases, chosenMember } from "./members.js";
import { enumFactsName } from "./names.js";
import { varintMax, varintOf } from "./varint.js";

/** What `defineLayout` is given. */
export function layoutFacts(struct: StructModel, attach: readonly AttachFacts[] = []): object {
  return {
    name: struct.name,
    className: struct.className,
    doc: struct.doc,
    source: struct.source,
    bitOrder: struct.bitOrder,
    minLength: struct.size,
    align: { to: struct.align.to, at: struct.align.at },
    fields: struct.fields.map((field) => fieldFacts(field, struct)),
    headerStep: stepOf(struct),
    attach: attach.length === 0 ? undefined : attach,
    quotes: struct.quotes,
    quoted: struct.quoted && new Code(struct.quoted.className),
    list: struct.list && listFacts(struct.list, struct),
  };
}

function stepOf({ headerLength }: StructModel): number | undefined {
  const step = headerLength?.range.step ?? 0;
  return step > 1 ? step : undefined;
}

function fieldFacts(field: FieldModel, struct: StructModel): Record<string, unknown> {
  const { rule, type } = field;
  const [list, elements] = [listOf(type), sequenceOf(type)];
  return {
    name: field.name,
    member: field.member,
    type: layoutType(field),
    slot: field.slot === 0 ? undefined : field.slot,
    bitOffset: field.bitOffset,
    bitWidth: type.bits,
    variable: type.kind === "span" ? true : undefined,
    optional: field.when === undefined ? undefined : true,
    present: field.when && formulaOf(field.when),
    fromEnd: field.back === undefined ? undefined : true,
    size: sizeFacts(type),
    latin1: type.kind === "span" && isLatin1(type.content) ? true : undefined,
    each: type.kind === "span" && type.content.kind === "array" ? type.content.element.bits / 8 : undefined,
    endian: "endian" in type && type.bits > 8 && type.bits % 8 === 0 ? type.endian : undefined,
    doc: field.doc,
    source: field.source,
    as: field.as === "number" ? undefined : field.as,
    contents: rule?.kind === "contents" ? rule.bytes : undefined,
    constant: rule?.kind === "constant" ? rule.value : undefined,
    range: rule?.kind === "range" ? [rule.min, rule.max] : spanRange(field),
    equals: field.equals?.name,
    multipleOf: rule?.kind === "range" ? rule.multipleOf : undefined,
    reserved: rule?.kind === "reserved" ? true : undefined,
    enum: field.enum && new Code(enumFactsName(field.enum.className)),
    unit: field.unit,
    scale: field.scale,
    checksum: field.checksum && {
      algorithm: field.checksum.algorithm,
      over: field.checksum.over,
      pseudoHeader: field.checksum.usesPseudoHeader ? true : undefined,
      zeroMeansNone: field.checksum.zeroMeansNone ? true : undefined,
    },
    element: elementOf(type),
    elements: elements && classCode(elements, struct),
    list: list && classCode(list, struct),
    choice: choiceOf(field, struct),
    count: type.kind === "array" ? type.count : undefined,
    aligned: field.aligned,
  };
}

function listFacts(list: ListModel, struct: StructModel): Record<string, unknown> {
  const { field, counts, unit, plus } = list.length;
  return {
    head: struct.size,
    length: { member: field.member, counts, unit, plus },
    absent: list.absent,
    stop: list.stop,
    align: list.align,
    choice: list.value && choiceFacts(list.value, struct),
    tags: list.tag.enum && new Code(enumFactsName(list.tag.enum.className)),
  };
}

/** What a builder has to write beside the bytes of a field. */
function sizeFacts(type: FieldModel["type"]): Record<string, unknown> | undefined {
  if (type.kind !== "span") return undefined;
  const { size } = type;
  switch (size.by) {
    case "prefix": {
      const { prefix } = size;
      if (prefix.kind === "varint") return { prefix: prefix.encoding };
      return { prefix: prefix.bits / 8, little: prefix.endian === "little" ? true : undefined };
    }
    case "terminator":
      return { until: size.bytes };
    case "boundary":
      return { align: size.to };
    case "expression": {
      const count = countOf(size.value);
      const elements = size.counts === "elements" ? true : undefined;
      return count && { from: count.member, per: count.per === 1 ? undefined : count.per, elements };
    }
    default:
      return undefined;
  }
}

/** A field, or a field times a number. */
function countOf(value: Expression): { member: string; per: number } | undefined {
  if (value.op === "let") return countOf(value.value.value);
  if (value.op === "field") return { member: value.field.member, per: 1 };
  if (value.op !== "binary" || value.operator !== "*") return undefined;
  const { left, right } = value;
  return left.op === "field" && right.op === "number"
    ? { member: left.field.member, per: right.value }
    : undefined;
}

function isLatin1(content: SpanContent): boolean {
  return content.kind === "text" && content.encoding === "latin1";
}

function choiceOf({ type, member }: FieldModel, outer: StructModel): Record<string, unknown> | undefined {
  return type.kind === "span" && type.content.kind === "switch"
    ? choiceFacts(type.content.model, outer, member)
    : undefined;
}

/** What is always the same has no accessor of its own: it is what the field is, or the element's value. */
function choiceFacts(value: SwitchModel, outer: StructModel, member?: string): Record<string, unknown> {
  const isOnly = value.cases.length === 0;
  const cases = allCases(value).map((one) => {
    const { values, struct } = one;
    const facts = { of: classCode(struct, outer), values: values.length === 0 ? undefined : values };
    return [isOnly ? (member ?? "value") : chosenMember(one, member), facts] as const;
  });
  return { on: isOnly ? undefined : formulaOf(value.on), cases: Object.fromEntries(cases) };
}

function layoutType({ word, type }: FieldModel): string {
  return type.kind === "uint" || type.kind === "int" || type.kind === "float"
    ? word.replace(/(le|be|host)$/, "")
    : word;
}

/** What the number before a span may say, or one that says its own size. */
function spanRange({ type, as }: FieldModel): readonly [number, number] | undefined {
  const varint = varintOf(type);
  if (varint !== undefined) return [0, varintMax(varint, as)];
  return type.kind === "span" && type.size.by === "prefix" ? type.size.range : undefined;
}

function listOf(type: FieldModel["type"]): StructModel | undefined {
  return type.kind === "span" && type.content.kind === "list" ? type.content.struct : undefined;
}

function sequenceOf(type: FieldModel["type"]): StructModel | undefined {
  return type.kind === "span" && type.content.kind === "sequence" ? type.content.struct : undefined;
}

function elementOf(type: FieldModel["type"]): string | undefined {
  const list = listOf(type) ?? sequenceOf(type);
  if (list !== undefined) return list.name;
  if (type.kind === "array") return elementType(type.element.kind);
  return type.kind === "span" && type.content.kind === "array"
    ? elementType(type.content.element.kind)
    : undefined;
}

function elementType(kind: string): string {
  const words: Record<string, string> = { mac: "mac_address", ipv4: "ipv4_address", ipv6: "ipv6_address" };
  return words[kind] ?? kind;
}
