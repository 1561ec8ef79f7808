import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as ranges from "../../generator/range.js";
import { type Range, residues } from "../../generator/range.js";

/** A range, and values that lie in it. */
const inRange = fc
  .record({ min: fc.integer({ min: -50, max: 50 }), step: fc.integer({ min: 1, max: 6 }), steps: fc.nat(8) })
  .map(({ min, step, steps }) => ({
    range: steps === 0 ? ranges.only(min) : ranges.span(min, min + step * steps, step),
    values: Array.from({ length: steps + 1 }, (_, i) => min + step * i),
  }));
const positive = inRange.map(({ range, values }) => {
  const shift = 1 - range.min;
  return {
    range: { ...range, min: 1, max: range.max + shift },
    values: values.map((value) => value + shift),
  };
});

function holds(range: Range, value: number): boolean {
  const onStep = range.step === 0 ? value === range.min : (value - range.min) % range.step === 0;
  return value >= range.min && value <= range.max && onStep;
}

describe("interval arithmetic", () => {
  const both = (
    [a, b]: [{ values: number[] }, { values: number[] }],
    compute: (x: number, y: number) => number,
    range: Range,
  ): void => {
    for (const x of a.values) for (const y of b.values) expect(holds(range, compute(x, y))).toBe(true);
  };

  it.each([
    ["add", ranges.add, (x: number, y: number) => x + y],
    ["multiply", ranges.multiply, (x: number, y: number) => x * y],
  ] as const)("%s covers every value and step", (_, combine, compute) => {
    fc.assert(fc.property(inRange, inRange, (a, b) => both([a, b], compute, combine(a.range, b.range))));
  });

  it("divide and remainder cover every value", () => {
    fc.assert(
      fc.property(inRange, positive, (a, b) => {
        both([a, b], (x, y) => Math.floor(x / y), ranges.divide(a.range, b.range));
      }),
    );
    fc.assert(
      fc.property(positive, positive, (a, b) =>
        both([a, b], (x, y) => x % y, ranges.remainder(a.range, b.range)),
      ),
    );
  });

  it("negate and union cover every value", () => {
    fc.assert(
      fc.property(inRange, inRange, (a, b) => {
        both([a, b], (x) => -x, ranges.negate(a.range));
        both([a, b], (x) => x, ranges.union(a.range, b.range));
        both([a, b], (_, y) => y, ranges.union(a.range, b.range));
      }),
    );
  });

  it("residues are those that values have, modulo a power of two", () => {
    fc.assert(
      fc.property(inRange, fc.constantFrom(1, 2, 4, 8), ({ range, values }, modulus) => {
        const found = residues(range, modulus);
        for (const value of values) expect(found).toContain(((value % modulus) + modulus) % modulus);
      }),
    );
    expect(residues(ranges.span(20, 60, 4), 8).sort()).toEqual([0, 4]);
    expect(residues(ranges.only(14), 8)).toEqual([6]);
  });

  it("a mask covers what it must, and is one less than a power of two", () => {
    expect([0, 1, 2, 255, 256].map((value) => ranges.maskCovering(value))).toEqual([0, 1, 3, 255, 511]);
  });
});
