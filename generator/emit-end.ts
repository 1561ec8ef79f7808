// What `wrap` finds from a header's end: trailers, and where they leave the payload.
import { readCode } from "./access.js";
import { expressionCode } from "./emit-expression.js";
import { brokenRule, THROUGH_LOCALS } from "./emit-locals.js";
import { faultLiteral } from "./fault-codes.js";
import { fieldsOf } from "./expression.js";
import type { EndRead, StructModel } from "./layout.js";
import { localName } from "./names.js";

/** Whether the header has anything that is counted from its end. */
export function looksAtEnd({ endReads, trailer }: StructModel): boolean {
  return endReads !== undefined || trailer !== undefined;
}

/** Whether the header is measured by its bytes, and says how long it is with all that it carries. */
export function measuresEnd(struct: StructModel): boolean {
  const { declared, headerLength, slots } = struct;
  return declared !== undefined && headerLength !== undefined && slots === 0 && !looksAtEnd(struct);
}

/** Whether where the payload ends is kept from `wrap` on. */
export function keepsBodyEnd(struct: StructModel): boolean {
  return struct.trailer !== undefined || measuresEnd(struct);
}

/** Each is compared with the header's end before it counts; `stop` is then where the payload ends. */
export function endStatements(struct: StructModel): string[] {
  if (!looksAtEnd(struct)) return [];
  const { endReads = [], trailer, headerLength, size, slots, declared, tail } = struct;
  const header = headerLength === undefined ? `${size}` : "headerLength";
  return [
    ...(declared === undefined ? [`${trailer === undefined ? "const" : "let"} stop = end;`] : []),
    ...endReads.map(({ slot }) => `this.slot${slot} = PARKED;`),
    ...(trailer === undefined ? [] : ["this.bodyEnd = stop;"]),
    ...(slots > 0 && headerLength === undefined && tail === undefined ? [`this.headerBytes = ${size};`] : []),
    `const room = stop - offset - ${header};`,
    ...endReads.flatMap((read) => readStatements(read, struct)),
    ...(trailer === undefined ? [] : trailerStatements(trailer, endReads)),
  ];
}

function readStatements(field: EndRead, struct: StructModel): string[] {
  const { back } = field;
  const { bitOrder } = struct;
  const local = localName(field.name);
  const place = `this.slot${field.slot}`;
  const broken = brokenRule(field, local);
  const found = [
    `const back${field.slot} = ${expressionCode(back, THROUGH_LOCALS)};`,
    `if (room < back${field.slot}) return ${faultLiteral("TRUNCATED_HEADER", field)};`,
    `${place} = stop - back${field.slot};`,
  ];
  const rule =
    broken === undefined ? [] : [`if (${broken.test}) return ${faultLiteral(broken.code, field)};`];
  const read = readCode(field, bitOrder, place);
  if (field.when === undefined) {
    return rule.length > 0 || isNamed(field, struct)
      ? [...found, `const ${local} = ${read};`, ...rule]
      : found;
  }
  if (rule.length === 0 && !isNamed(field, struct)) {
    return [`if (${expressionCode(field.when, THROUGH_LOCALS)}) {\n${found.join("\n")}\n}`];
  }
  const body = [...found, `${local} = ${read};`, ...rule];
  return [`let ${local} = 0;`, `if (${expressionCode(field.when, THROUGH_LOCALS)}) {\n${body.join("\n")}\n}`];
}

/** Whether a place further on depends on the value. */
function isNamed({ name }: EndRead, { endReads = [], trailer }: StructModel): boolean {
  const expressions = [trailer, ...endReads.flatMap(({ when, back }) => [when, back])];
  return expressions.some(
    (one) => one !== undefined && [...fieldsOf(one)].some((field) => field.name === name),
  );
}

function trailerStatements(
  trailer: NonNullable<StructModel["trailer"]>,
  reads: readonly EndRead[],
): string[] {
  const names = new Set([...fieldsOf(trailer)].map(({ name }) => name));
  const blamed = reads.find(({ name }) => names.has(name)) ?? [...fieldsOf(trailer)][0];
  return [
    `const trailer = ${expressionCode(trailer, THROUGH_LOCALS)};`,
    `if (room < trailer) return ${faultLiteral("DECLARED_LENGTH", blamed)};`,
    "stop -= trailer;",
    "this.bodyEnd = stop;",
  ];
}
