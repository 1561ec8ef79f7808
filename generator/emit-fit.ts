// Whether a header of fixed length fits: what has to be read for it, and what has to hold. `wrap` asks, and so does a Stack.
import { opposite } from "./conditions.js";
import { readCode } from "./access.js";
import { expressionCode, type Spelling } from "./emit-expression.js";
import { brokenRule, THROUGH_LOCALS } from "./emit-locals.js";
import { fieldsOf } from "./expression.js";
import type { DeclaredLength, FieldModel, StructModel } from "./layout.js";
import { localName } from "./names.js";

/** Statements that read fields into locals of their names, once each. They stand where `view` and `offset` do. */
export function readStatements(fields: Iterable<FieldModel>, struct: StructModel): string[] {
  return groupsOf(fields, struct).flatMap((group) => groupStatements(group, struct));
}

/** Whether fields have these values, in one comparison; `undefined` when they are not read as one word. */
export function maskedTest(
  values: readonly { readonly field: FieldModel; readonly value: number }[],
  read: Iterable<FieldModel>,
  struct: StructModel,
): string | undefined {
  if (values.length < 2) return undefined;
  const group = groupsOf(read, struct).find(({ fields }) =>
    values.every(({ field }) => fields.includes(field)),
  );
  if (group === undefined) return undefined;
  const { word, first, bytes } = wordOf(group, struct);
  const shiftOf = ({ bitOffset, type }: FieldModel): number => (first + bytes) * 8 - bitOffset - type.bits;
  const mask = values.reduce((all, { field }) => all + (2 ** field.type.bits - 1) * 2 ** shiftOf(field), 0);
  const bits = values.reduce((all, { field, value }) => all + value * 2 ** shiftOf(field), 0);
  // Bitwise results are signed.
  if (mask >= 2 ** 31) return undefined;
  return `(${word} & 0x${mask.toString(16)}) === 0x${bits.toString(16)}`;
}

/** Fields that lie close enough for one read. */
interface Group {
  readonly fields: FieldModel[];
  readonly start: number;
}

const MAX_READ = 4;

function groupsOf(fields: Iterable<FieldModel>, struct: StructModel): Group[] {
  const sorted = [...new Set(fields)].sort((a, b) => a.bitOffset - b.bitOffset || a.index - b.index);
  const found: Group[] = [];
  for (const field of sorted) {
    const group = found.at(-1);
    if (group !== undefined && [field, ...group.fields].every((one) => canShare(one, struct))) {
      const end = Math.max(...[field, ...group.fields].map(lastByte)) + 1;
      if (end - group.start <= MAX_READ && struct.size >= MAX_READ) {
        group.fields.push(field);
        continue;
      }
    }
    found.push({ fields: [field], start: field.bitOffset >> 3 });
  }
  return found;
}

/** Plain numbers and flags, most significant bit first. */
function canShare({ type, bitOffset, as }: FieldModel, { bitOrder }: StructModel): boolean {
  if (type.kind === "flag") return bitOrder === "msb";
  if (type.kind !== "uint" || as !== "number" || type.bits >= 32) return false;
  const isWhole = bitOffset % 8 === 0 && type.bits % 8 === 0;
  return isWhole ? type.bits === 8 || type.endian === "big" : bitOrder === "msb";
}

function lastByte({ bitOffset, type }: FieldModel): number {
  return (bitOffset + type.bits - 1) >> 3;
}

function wordOf(
  { fields, start }: Group,
  struct: StructModel,
): { word: string; first: number; bytes: number } {
  const span = Math.max(...fields.map(lastByte)) + 1 - start;
  const bytes = span > 2 ? 4 : span;
  const first = Math.min(start, struct.size - bytes);
  return { word: `word${first}`, first, bytes };
}

function groupStatements(group: Group, struct: StructModel): string[] {
  const { fields } = group;
  const [only] = fields;
  if (fields.length === 1 && only !== undefined) {
    return [`const ${localName(only.name)} = ${readCode(only, struct.bitOrder, "offset")};`];
  }
  const { word, first, bytes } = wordOf(group, struct);
  const place = first === 0 ? "offset" : `offset + ${first}`;
  return [
    `const ${word} = view.getUint${bytes * 8}(${place});`,
    ...fields.map((field) => `const ${localName(field.name)} = ${bitsOfWord(field, word, first, bytes)};`),
  ];
}

function bitsOfWord({ bitOffset, type }: FieldModel, word: string, first: number, bytes: number): string {
  const above = bitOffset - first * 8;
  const shift = bytes * 8 - above - type.bits;
  const mask = `0x${(2 ** type.bits - 1).toString(16)}`;
  if (type.kind === "flag") return `(${word} & 0x${(2 ** shift).toString(16)}) !== 0`;
  // The low half by shifts: a mask of 16 bits takes 4 bytes of bytecode more.
  if (shift === 0 && type.bits === 16 && bytes === 4) return `(${word} << 16) >>> 16`;
  const shifted = shift === 0 ? word : `${word} >>> ${shift}`;
  return above === 0 ? shifted : `(${shifted}) & ${mask}`;
}

/** The rules of fields as conditions that hold when they are kept. */
export function keptRules(fields: readonly FieldModel[]): string[] {
  return fields.flatMap((field) => brokenRule(field, localName(field.name))?.kept ?? []);
}

/** What the lengths must be: over locals of the fields, `headerLength` and `room`. */
export function lengthTests(struct: StructModel): string[] {
  const { headerLength, size, declared } = struct;
  const header = headerLength === undefined ? `${size}` : "headerLength";
  return [
    ...(headerLength !== undefined && headerLength.range.min < size ? [`headerLength >= ${size}`] : []),
    ...(headerLength === undefined ? [] : ["room >= headerLength"]),
    ...(declared !== undefined && declaredMayBeShort(struct) ? [declaredTest(declared, header)] : []),
  ];
}

/** Fields that {@link lengthTests} name. */
export function lengthFields(struct: StructModel): FieldModel[] {
  const { headerLength, declared } = struct;
  const expressions = [headerLength, ...(declaredMayBeShort(struct) ? [declared?.from, declared?.when] : [])];
  return expressions.flatMap((one) => (one === undefined ? [] : [...fieldsOf(one)]));
}

/** Whether a declared total can be less than the header's own length. */
export function declaredMayBeShort({ declared, headerLength, size }: StructModel): boolean {
  return declared?.counts === "total" && declared.from.range.min < (headerLength?.range.max ?? size);
}

/** A declared length that counts reaches at least to the header's end. */
function declaredTest(declared: DeclaredLength, header: string): string {
  const disbelieved =
    declared.when === undefined ? [] : [expressionCode(opposite(declared.when), THROUGH_LOCALS)];
  return `(${[`total >= ${header}`, ...disbelieved].join(" || ")})`;
}

/** What is declared, header included; what was captured, where 0 means that. */
export function totalLocal({ declared, headerLength, size }: StructModel): string[] {
  if (declared === undefined) return [];
  const from = expressionCode(declared.from, THROUGH_LOCALS);
  const zero = declared.zeroMeansCaptured;
  if (declared.counts === "total") return [`const total = ${from}${zero ? " || room" : ""};`];
  const total = `${headerLength === undefined ? `${size}` : "headerLength"} + (${from})`;
  return [`const total = ${zero ? `(${from}) === 0 ? room : ` : ""}${total};`];
}

/** Where the payload ends, over `total`, `room` and the locals of the fields. */
export function bodyEndCode({ declared }: StructModel): string {
  if (declared === undefined) return "end";
  const when = declared.when === undefined ? "" : ` && (${expressionCode(declared.when, THROUGH_LOCALS)})`;
  return `total < room${when} ? offset + total : end`;
}

/** When the declared length counts at all; none: always. */
export function believedTests(declared: DeclaredLength, spelling: Spelling): string[] {
  return [
    ...(declared.when === undefined ? [] : [`(${expressionCode(declared.when, spelling)})`]),
    ...(declared.zeroMeansCaptured ? [`(${expressionCode(declared.from, spelling)} !== 0)`] : []),
  ];
}
