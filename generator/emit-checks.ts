import { splitCheck } from "./access.js";
import type { EnumModel, FieldModel, FieldType } from "./layout.js";

/** What a setter refuses. */
export interface CheckOptions {
  /** Also what breaks a rule: constants, ranges, reserved bits, values that a closed enum does not list. */
  readonly strict: boolean;
}

/**
 * Statements that throw before anything is written when `value` does not fit the field. The width is always checked: it
 * is a comparison, 0.25 ns a write (Node 20.20, x86-64), and a number that is cut off silently costs an evening.
 */
export function valueChecks(field: FieldModel, { strict }: CheckOptions): string[] {
  const width = widthCheck(field.type, field.as, field.index);
  return strict ? [...width, ...ruleChecks(field)] : width;
}

/**
 * The check of a field's width alone. `index` is the field's, in `LAYOUT.fields`, from which the error's range comes:
 * the fewer bytes of bytecode a setter has, the more setters V8 inlines into one function.
 */
function widthCheck(type: FieldType, as: FieldModel["as"], index: number): string[] {
  const limits = limitsOf(type, as);
  if (limits === undefined) return [];
  return [...(limits.before ?? []), `if (${limits.test}) throw this.valueError(${index}, value);`];
}

/** As {@link widthCheck}, for an element of an array, whose width its field's `LAYOUT` does not say. */
export function elementCheck(type: FieldType, index: number): string[] {
  const limits = limitsOf(type, "number");
  if (limits === undefined) return [];
  return [...(limits.before ?? []), refusal(limits.test, index, limits.min, limits.max)];
}

/** As {@link widthCheck}, for one of the two halves of a 64-bit field. */
export function halfCheck(index: number): string[] {
  return widthCheck({ kind: "uint", bits: 32, endian: "big" }, "number", index);
}

function refusal(test: string, index: number, min: string, max: string): string {
  return `if (${test}) throw this.valueError(${index}, value, ${min}, ${max});`;
}

interface Limits {
  /** Statements before the test. */
  readonly before?: readonly string[];
  readonly test: string;
  readonly min: string;
  readonly max: string;
}

function limitsOf(type: FieldType, as: FieldModel["as"]): Limits | undefined {
  switch (type.kind) {
    case "uint":
    case "mac":
    case "ipv4":
      return unsignedLimits(type.bits, as);
    case "int":
      return signedLimits(type.bits, as);
    case "float":
      return type.bits === 32 ? FLOAT_LIMITS : undefined;
    default:
      return undefined;
  }
}

const FLOAT_LIMITS: Limits = {
  test: "Number.isFinite(value) && !Number.isFinite(Math.fround(value))",
  min: "-3.4028234663852886e38",
  max: "3.4028234663852886e38",
};

function unsignedLimits(bits: number, as: FieldModel["as"]): Limits {
  const max = hex(2n ** BigInt(bits) - 1n);
  if (bits > 53 && as === "bigint") {
    return { test: `value !== BigInt.asUintN(${bits}, value)`, min: "0n", max: `${max}n` };
  }
  if (bits < 32) return { test: `value !== (value & ${max})`, min: "0", max };
  if (bits === 32) return { test: "value !== value >>> 0", min: "0", max };
  if (bits > 53) {
    return { test: "!Number.isSafeInteger(value) || value < 0", min: "0", max: "Number.MAX_SAFE_INTEGER" };
  }
  const { local, test } = splitCheck(bits);
  return { before: [local], test, min: "0", max };
}

function signedLimits(bits: number, as: FieldModel["as"]): Limits {
  const most = 2n ** BigInt(bits - 1) - 1n;
  const [min, max] = [`-${hex(most + 1n)}`, hex(most)];
  if (bits > 53) {
    return as === "bigint"
      ? { test: `value !== BigInt.asIntN(${bits}, value)`, min: `${min}n`, max: `${max}n` }
      : {
          test: "!Number.isSafeInteger(value)",
          min: "Number.MIN_SAFE_INTEGER",
          max: "Number.MAX_SAFE_INTEGER",
        };
  }
  if (bits === 32) return { test: "value !== (value | 0)", min, max };
  if (bits < 32) {
    const unused = 32 - bits;
    return { test: `value !== (value << ${unused}) >> ${unused}`, min, max };
  }
  return { test: `!Number.isInteger(value) || value < ${min} || value > ${max}`, min, max };
}

function ruleChecks(field: FieldModel): string[] {
  const { rule, index, enum: names } = field;
  const literal = (value: number): string => (field.as === "bigint" ? `${value}n` : `${value}`);
  if (field.as === "parts") return [];
  if (names?.closed === true) return [labelCheck(field, names)];
  switch (rule?.kind) {
    case "constant": {
      const only = literal(rule.value);
      return [refusal(`value !== ${only}`, index, only, only)];
    }
    case "range": {
      const [min, max] = [literal(rule.min), literal(rule.max)];
      const multiple = rule.multipleOf;
      const odd = multiple === undefined ? "" : ` || value % ${literal(multiple)} !== ${literal(0)}`;
      return [refusal(`value < ${min} || value > ${max}${odd}`, index, min, max)];
    }
    case "reserved":
      return isNumber(field.type) ? [refusal(`value !== ${literal(0)}`, index, literal(0), literal(0))] : [];
    default:
      return [];
  }
}

function isNumber({ kind }: FieldType): boolean {
  return kind === "uint" || kind === "int";
}

function labelCheck({ index }: FieldModel, names: EnumModel): string {
  const { labels, rows } = names;
  const cases = labels.map(({ value }) => `case ${value}:\n`).join("");
  const all = [...labels.map(({ value }) => value), ...rows.flatMap(({ min, max }) => [min, max])];
  const refused = `throw this.valueError(${index}, value, ${Math.min(...all)}, ${Math.max(...all)});`;
  const listed = cases === "" ? "" : `${cases}break;\n`;
  return `switch (value) {\n${listed}default:\n${notInRows(names, "value")}${refused}\n}`;
}

/** The condition under which no row of a closed enum has the value; nothing where there are no rows. */
export function notInRows({ rows }: EnumModel, value: string): string {
  if (rows.length === 0) return "";
  const tests = rows.map(({ min, max }) =>
    min === 0 ? `${value} > ${max}` : `(${value} < ${min} || ${value} > ${max})`,
  );
  return `if (${tests.join(" && ")}) `;
}

function hex(value: bigint): string {
  return value < 1000n ? `${value}` : `0x${value.toString(16)}`;
}
