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

/** The error of a field's setter. */
export function refusedField(
  layout: Layout,
  field: FieldLayout,
  value: unknown,
  range: FieldValueError["range"],
): FieldValueError {
  return new FieldValueError(layout.name, field.name, value, range, allowedIn(field, value, range));
}

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
