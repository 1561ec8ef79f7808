import { RingConfigError } from "./errors.js";

/** The integers an option may have: from `min` to `max` in steps, counted from 0. */
export interface IntegerRange {
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  /** What the number counts or must be, for the message: "a multiple of the page size". */
  readonly why?: string;
}

/** The value, when it is legal. @throws RingConfigError that names the option and the nearest legal value. */
export function checkInteger(option: string, value: unknown, range: IntegerRange): number {
  const step = range.step ?? 1;
  const legal = Number.isInteger(value) && (value as number) % step === 0;
  if (legal && (value as number) >= range.min && (value as number) <= range.max) return value as number;
  const steps = step === 1 ? "an integer" : `a multiple of ${step}`;
  const because = range.why === undefined ? "" : ` (${range.why})`;
  const rule = `${steps} from ${range.min} to ${range.max}${because}`;
  throw configError(option, value, rule, typeof value === "number" ? nearest(value, range, step) : undefined);
}

function nearest(value: number, range: IntegerRange, step: number): number | undefined {
  if (Number.isNaN(value)) return undefined;
  const rounded = Math.round(Math.min(Math.max(value, range.min), range.max) / step) * step;
  if (rounded < range.min) return rounded + step;
  return rounded > range.max ? rounded - step : rounded;
}

/** The value, when it is a boolean. @throws RingConfigError */
export function checkBoolean(option: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw configError(option, value, "true or false");
}

/** The value, when it is one of `choices`. @throws RingConfigError */
export function checkChoice<T extends string>(option: string, value: unknown, choices: readonly T[]): T {
  if (choices.includes(value as T)) return value as T;
  throw configError(option, value, `one of ${choices.map((each) => JSON.stringify(each)).join(", ")}`);
}

/** The value, when it is a function or missing. @throws RingConfigError */
export function checkFunction<T>(option: string, value: T): T {
  if (value === undefined || typeof value === "function") return value;
  throw configError(option, value, "a function");
}

/** Refuses options that do not exist: a misspelt one would be ignored. @throws RingConfigError */
export function checkNames(options: object, known: readonly string[], prefix: string = ""): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new RingConfigError(`there is no option ${JSON.stringify(prefix + name)}`, {
      code: "ERR_RING_CONFIG",
      hint: `there are ${known.join(", ")}`,
    });
  }
}

/** The error for a wrong option. */
export function configError(option: string, value: unknown, rule: string, legal?: number): RingConfigError {
  const shown = typeof value === "string" ? JSON.stringify(value) : String(value);
  const hint = legal === undefined ? undefined : `the nearest legal value is ${legal}`;
  return new RingConfigError(`${option} is ${shown}, but must be ${rule}`, { code: "ERR_RING_CONFIG", hint });
}
