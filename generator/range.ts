// Interval arithmetic over whole numbers: what values an expression can take, worked out from its fields.

/** All multiples of `step` plus a constant, between two bounds: `{ min: 20, max: 60, step: 4 }`. */
export interface Range {
  readonly min: number;
  readonly max: number;
  /** Values differ from `min` by a multiple of this; 0 for a single value. */
  readonly step: number;
}

export function only(value: number): Range {
  return { min: value, max: value, step: 0 };
}

export function span(min: number, max: number, step: number = 1): Range {
  return min === max ? only(min) : { min, max, step };
}

/** Whether every value is a whole number that a JavaScript number holds exactly. */
export function isSafe({ min, max }: Range): boolean {
  return Number.isSafeInteger(min) && Number.isSafeInteger(max);
}

export function showRange({ min, max }: Range): string {
  return min === max ? `${min}` : `${min}..${max}`;
}

export function add(a: Range, b: Range): Range {
  return span(a.min + b.min, a.max + b.max, gcd(a.step, b.step));
}

export function negate(a: Range): Range {
  return span(-a.max, -a.min, a.step);
}

export function multiply(a: Range, b: Range): Range {
  const corners = [a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max];
  const step = a.step === 0 ? b.step * Math.abs(a.min) : b.step === 0 ? a.step * Math.abs(b.min) : 1;
  return span(Math.min(...corners), Math.max(...corners), step);
}

/** Whole-number division towards negative infinity; the divisor is proved positive. */
export function divide(a: Range, b: Range): Range {
  const corners = [a.min / b.min, a.min / b.max, a.max / b.min, a.max / b.max].map(Math.floor);
  return span(Math.min(...corners), Math.max(...corners));
}

/** The remainder of a value that is not negative; the divisor is proved positive. */
export function remainder(a: Range, b: Range): Range {
  return a.max < b.min ? a : span(0, Math.min(a.max, b.max - 1));
}

export function union(a: Range, b: Range): Range {
  return span(
    Math.min(a.min, b.min),
    Math.max(a.max, b.max),
    gcd(gcd(a.step, b.step), Math.abs(a.min - b.min)),
  );
}

/** The residues of the values modulo a power of two. */
export function residues({ min, step }: Range, modulus: number): number[] {
  const first = ((min % modulus) + modulus) % modulus;
  const stride = gcd(step, modulus) || modulus;
  return Array.from({ length: modulus / stride }, (_, i) => (first + i * stride) % modulus);
}

/** The smallest 2^n - 1 that is not below any of the values. */
export function maskCovering(...values: number[]): number {
  const largest = Math.max(...values);
  return largest <= 0 ? 0 : 2 ** (Math.floor(Math.log2(largest)) + 1) - 1;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
