import { describe, expect, it } from "vitest";
import { chartOf } from "../../bench/chart.js";
import { markdownOf, ratioText } from "../../bench/markdown.js";
import { spread } from "../../bench/measure.js";
import { ratioOf, type Result, type ResultRow } from "../../bench/result.js";

function row(id: string, ns: readonly number[], voidBecause?: string): ResultRow {
  return { id, title: id, isFloor: false, voidBecause, values: { ns }, spreads: { ns: spread(ns) } };
}

function result(rows: readonly ResultRow[]): Result {
  const columns = [{ id: "ns", title: "ns a packet", places: 1, isRatioed: true }];
  return { id: "decode", title: "A <table>", note: "three rounds", columns, rows };
}

function five(ns: number): number[] {
  return Array.from({ length: 5 }, () => ns);
}

describe("a ratio", () => {
  it("is taken round by round, so that what slows both down drops out", () => {
    const ratio = ratioOf(row("slow", [20, 200, 2000]), row("fast", [10, 100, 1000]), "ns");
    expect(ratio).toEqual({ low: 2, median: 2, high: 2 });
  });

  it("is told when its rounds agree", () => {
    expect(ratioText({ low: 1.9, median: 2, high: 2.2 }, 5)).toBe("2.00");
  });

  it("is not told when they are too few, though they agree", () => {
    expect(ratioText({ low: 1.9, median: 2, high: 2.2 }, 4)).toBe("hidden by noise: 1.90 to 2.20");
  });

  it("is not told when they do not", () => {
    expect(ratioText({ low: 0.8, median: 1.1, high: 2.2 }, 5)).toBe("hidden by noise: 0.80 to 2.20");
  });
});

describe("a table", () => {
  it("voids a row whose answer was wrong, and takes ratios to the first that is right", () => {
    const text = markdownOf(
      result([row("wrong", [1], "found 3 packets"), row("right", five(4)), row("other", five(8))]),
    );
    expect(text).toContain("| wrong | void: found 3 packets |");
    expect(text).toContain("| right | 4.0 (4.0 to 4.0) | 1.00 |");
    expect(text).toContain("| other | 8.0 (8.0 to 8.0) | 2.00 |");
  });
});

describe("a chart", () => {
  it("shows every row that is not void, and escapes its words", () => {
    const svg = chartOf(result([row("wrong", [1], "why"), row("a", [4]), row("b", [80])]), "ns");
    expect(svg.match(/<circle/g)).toHaveLength(2);
    expect(svg).toContain("A &lt;table>");
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
});
