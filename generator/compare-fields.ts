import { expressionText } from "./expression-text.js";
import { ruleWord, scaleText, sizeText, typeWord } from "./field-text.js";
import type { FieldModel, StructModel } from "./layout.js";
import { membersOf } from "./members.js";
import type { TellChange } from "./schema-change.js";
import { fieldPlace, fieldShape } from "./wire-shape.js";

/** Fields that came, went, moved, or are something else now. */
export function compareFields(before: StructModel, after: StructModel, tell: TellChange): void {
  const { pairs, gone, added } = paired(before.fields, after.fields);
  for (const [old, now] of pairs) compareField(old, now, tell);
  for (const field of gone) tellGone(field, after, tell);
  for (const field of added) tellAdded(field, before, tell);
  if (bitOrderMatters(before) && before.bitOrder !== after.bitOrder) {
    tell("wire", after.span, "", `bit order ${before.bitOrder} became ${after.bitOrder}`);
  }
  const moved = pairs.filter(([old, now]) => fieldPlace(old) !== fieldPlace(now));
  const [first] = moved;
  if (first === undefined) return;
  const names = moved.map(([, { name }]) => name).join(", ");
  tell(
    "wire",
    first[1].span,
    "",
    `${moved.length === 1 ? "a field lies" : "fields lie"} elsewhere: ${names}`,
  );
}

type Pair = readonly [old: FieldModel, now: FieldModel];

/**
 * By name; what is left over by place and shape, which is a new name for the same thing. Reserved bits are not paired:
 * they are room, whatever they are called.
 */
function paired(
  before: readonly FieldModel[],
  after: readonly FieldModel[],
): { pairs: Pair[]; gone: FieldModel[]; added: FieldModel[] } {
  const pairs: Pair[] = [];
  const rest = new Set(after);
  const pair = (old: FieldModel, isIt: (field: FieldModel) => boolean): boolean => {
    const now = isReserved(old) ? undefined : [...rest].find((field) => !isReserved(field) && isIt(field));
    if (now === undefined) return false;
    pairs.push([old, now]);
    return rest.delete(now);
  };
  const unnamed = before.filter((old) => !pair(old, ({ name }) => name === old.name));
  const gone = unnamed.filter((old) => !pair(old, (field) => isSamePlace(old, field)));
  return { pairs, gone, added: [...rest] };
}

function isSamePlace(a: FieldModel, b: FieldModel): boolean {
  return fieldPlace(a) === fieldPlace(b) && fieldShape(a) === fieldShape(b);
}

function isReserved({ rule }: FieldModel): boolean {
  return rule?.kind === "reserved";
}

function compareField(old: FieldModel, now: FieldModel, tell: TellChange): void {
  if (old.name !== now.name) tell("api", now.span, now.name, `was named ${old.name}`);
  const [was, is] = [describe(old), describe(now)];
  if (fieldShape(old) !== fieldShape(now)) tell("wire", now.span, now.name, `${was} became ${is}`);
  else if (typeWord(old) !== typeWord(now)) tell("api", now.span, now.name, `${was} became ${is}`);
  if (old.as !== now.as) tell("api", now.span, now.name, `is read as ${now.as}, was ${old.as}`);
  compareUnit(old, now, tell);
  compareScale(old, now, tell);
  compareRule(old, now, tell);
  compareEquals(old, now, tell);
  if (old.enum?.name !== now.enum?.name) {
    const names = [old.enum?.name ?? "no enum", now.enum?.name ?? "no enum"];
    const level = old.enum === undefined ? "compatible" : "api";
    tell(now.enum?.closed === true ? "wire" : level, now.span, now.name, `${names[0]} became ${names[1]}`);
  }
}

function describe(field: FieldModel): string {
  const size = field.type.kind === "span" ? ` (${sizeText(field)})` : "";
  const endian = "endian" in field.type && field.type.bits > 8 ? ` ${field.type.endian}` : "";
  const when = field.when === undefined ? "" : ` if ${expressionText(field.when)}`;
  const bytes = field.type.kind === "bytes" || field.type.kind === "text" ? ` (${sizeText(field)})` : "";
  return `${typeWord(field)}${endian}${size}${bytes}${when}`;
}

function compareUnit(old: FieldModel, now: FieldModel, tell: TellChange): void {
  const [was, is] = [old, now].map(({ unit }) =>
    unit === undefined ? "no unit" : `${unit.scale} ${unit.of}`,
  );
  if (was === is) return;
  tell(old.unit === undefined ? "compatible" : "api", now.span, now.name, `unit: ${was} became ${is}`);
}

function compareScale(old: FieldModel, now: FieldModel, tell: TellChange): void {
  const [was, is] = [scaleText(old), scaleText(now)];
  if (was === is) return;
  const level = old.scale === undefined ? "compatible" : "api";
  tell(level, now.span, now.name, `scale: ${was || "none"} became ${is || "none"}`);
}

/** What was accepted and is refused now breaks the wire; what is accepted now and was refused does not. */
function compareRule(old: FieldModel, now: FieldModel, tell: TellChange): void {
  const [was, is] = [ruleWord(old), ruleWord(now)];
  if (was === is) return;
  const [a, b] = [allowed(old), allowed(now)];
  const isWider = b === undefined || (a !== undefined && b.min <= a.min && a.max <= b.max && areIn(a, b));
  const text = `${was || "any value"} became ${is || "any value"}`;
  tell(isWider ? "compatible" : "wire", now.span, now.name, text);
}

function compareEquals(
  { equals: old }: FieldModel,
  { equals, span, name }: FieldModel,
  tell: TellChange,
): void {
  if (old?.name === equals?.name) return;
  const text = equals === undefined ? `no longer has to equal ${old?.name}` : `has to equal ${equals.name}`;
  tell(equals === undefined ? "compatible" : "wire", span, name, text);
}

/** Whether what was a multiple of one number is one of another. */
function areIn(old: Allowed, { multipleOf: step = 1 }: Allowed): boolean {
  return (old.min === old.max ? old.min : (old.multipleOf ?? 1)) % step === 0;
}

interface Allowed {
  readonly min: number;
  readonly max: number;
  readonly multipleOf?: number;
}

function allowed({ rule }: FieldModel): Allowed | undefined {
  if (rule?.kind === "constant") return { min: rule.value, max: rule.value };
  return rule?.kind === "range" ? rule : undefined;
}

function tellGone(field: FieldModel, after: StructModel, tell: TellChange): void {
  if (isReserved(field)) {
    if (!isCovered(field, after.fields)) tell("wire", field.span, field.name, "is gone");
    return;
  }
  const text = `is gone, and with it ${membersOf(field).join(", ")}`;
  if (!isCovered(field, after.fields.filter(isReserved))) tell("wire", field.span, field.name, text);
  else tell("api", field.span, field.name, `${text}; its bits are reserved`);
}

function tellAdded(field: FieldModel, before: StructModel, tell: TellChange): void {
  if (isReserved(field) && isCovered(field, before.fields)) return;
  if (!isReserved(field) && isCovered(field, before.fields.filter(isReserved))) {
    tell("compatible", field.span, field.name, "is new, in bits that were reserved");
  } else tell("wire", field.span, field.name, `is new: ${describe(field)}`);
}

/** Whether each bit of the field is one of theirs. */
function isCovered(field: FieldModel, others: readonly FieldModel[]): boolean {
  const end = field.bitOffset + field.type.bits;
  let at = field.bitOffset;
  for (const { slot, bitOffset, type } of others) {
    if (slot === field.slot && bitOffset <= at) at = Math.max(at, bitOffset + type.bits);
  }
  return field.type.bits > 0 && at >= end;
}

function bitOrderMatters({ fields }: StructModel): boolean {
  return fields.some(({ type }) => type.bits % 8 !== 0);
}
