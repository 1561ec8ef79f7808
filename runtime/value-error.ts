import type { FieldLayout, Layout } from "./layout.js";

/** A value that a field cannot hold, or may not: thrown by setters, before anything was written. */
export class FieldValueError extends RangeError {
  override readonly name = "FieldValueError";
  readonly code = "ERR_ZC_VALUE";
  /** The schema's name of the layout: `ipv4`. */
  readonly layout: string;
  /** The schema's name of the field, or of the value that is worked out: `ihl`, `header_length`. */
  readonly field: string;
  /** Of a value inside others that a packet was to be built of, the way to it: `answers[0].rdata.preference`. */
  path: string | undefined = undefined;
  /** What was to be written. */
  readonly value: unknown;
  /** The smallest and the largest value it takes. */
  readonly range: readonly [min: number | bigint, max: number | bigint];

  constructor(
    layout: string,
    field: string,
    value: unknown,
    range: FieldValueError["range"],
    allowed: string,
  ) {
    super(`${layout}.${field} must be ${allowed}, not ${shown(value)}`);
    this.layout = layout;
    this.field = field;
    this.value = value;
    this.range = range;
  }
}

/** The error of a field's setter. `range` is that of the field's bits, unless something narrower was broken. */
export function refusedField(
  layout: Layout,
  field: FieldLayout,
  value: unknown,
  range: FieldValueError["range"] = widthRange(field),
): FieldValueError {
  return new FieldValueError(layout.name, field.name, value, range, allowedIn(field, value, range));
}

/** As {@link refusedField}, for the accessors: `fieldIndex` is the field's, in `layout.fields`. */
export function refusedValue(
  layout: Layout,
  fieldIndex: number,
  value: unknown,
  min: number | bigint | undefined,
  max: number | bigint | undefined,
): FieldValueError {
  const field = layout.fields[fieldIndex] as FieldLayout;
  return refusedField(layout, field, value, min === undefined || max === undefined ? undefined : [min, max]);
}

/** The smallest and largest number that a field's bits can hold, as its setter takes it. */
export function widthRange({ type, bitWidth, as }: FieldLayout): FieldValueError["range"] {
  if (type.startsWith("f")) return [-MAX_FLOAT_32, MAX_FLOAT_32];
  if (as === "parts") return [0, 2 ** 32 - 1];
  const isSigned = /^i\d/.test(type);
  if (as === "safe") return [isSigned ? Number.MIN_SAFE_INTEGER : 0, Number.MAX_SAFE_INTEGER];
  if (as === "bigint") {
    const most = 2n ** BigInt(isSigned ? bitWidth - 1 : bitWidth) - 1n;
    return [isSigned ? -most - 1n : 0n, most];
  }
  const most = 2 ** (isSigned ? bitWidth - 1 : bitWidth) - 1;
  return [isSigned ? -most - 1 : 0, most];
}

/** The largest finite number of 32 bits: (2 - 2^-23) * 2^127 (IEEE 754 §3.4). */
const MAX_FLOAT_32 = 3.4028234663852886e38;

/** In words: `a whole number in 0..255`, `4`, `a value of ip_protocol`. */
function allowedIn(field: FieldLayout, value: unknown, [min, max]: FieldValueError["range"]): string {
  const isInside = Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
  if (field.enum?.closed === true && isInside) return `a value of ${field.enum.name}`;
  if (min === max) return `${min}`;
  return `${/^f\d/.test(field.type) ? "a number" : "a whole number"} in ${min}..${max}${field.multipleOf === undefined ? "" : `, a multiple of ${field.multipleOf}`}`;
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 60)) : String(value);
}
