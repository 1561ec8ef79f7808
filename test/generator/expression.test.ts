import { describe, expect, it } from "vitest";
import type { Header, HeaderClass } from "../../runtime/index.js";
import { runFiles } from "./support/modules.js";
import { checkTexts, emitTexts, header, problemsOf } from "./support/schemas.js";

const FIELDS =
  "n: u4 in 5..15\nm: u4\nword: u16\nbig: u64\nflags: flag\nrest: u7\nint: i8\nraw: { bytes: 2 }\nwide: u53\nfill: u3";
const withLet = (text: string): string =>
  header(FIELDS, `endian: big\nbit_order: msb\nlet:\n  value: ${JSON.stringify(text)}`);

function rangeOf(text: string): { min: number; max: number } {
  const { problems, model } = checkTexts(withLet(text));
  expect(problems).toEqual([]);
  const { min, max } = model.schemas[0]?.header?.lets[0]?.value.range ?? { min: NaN, max: NaN };
  return { min, max };
}

describe("the range of an expression", () => {
  it.each([
    ["n * 4", 20, 60],
    ["n - 5", 0, 10],
    ["n - m", -10, 15],
    ["-int", -127, 128],
    ["word / n", 0, 13107],
    ["int / n", -26, 25],
    ["word % n", 0, 14],
    ["m << 3", 0, 120],
    ["word >> 4", 0, 4095],
    ["word & 0x0ff0", 0, 0x0ff0],
    ["m | 16", 16, 31],
    ["flags ? n : 100", 5, 100],
    ["n < 3 || !flags", 0, 1],
    ["1_000 + 0x10", 1016, 1016],
  ])("%s is in %d..%d", (text, min, max) => {
    expect(rangeOf(text)).toEqual({ min, max });
  });
});

it("zero times a negative number is 0, not -0", () => {
  const Class = runFiles(emitTexts(withLet("m * int")))["probe.ts"]?.["Probe"] as HeaderClass<Header & { value: number; int: number; m: number }>; // prettier-ignore
  const bytes = new Uint8Array(40);
  const probe = new Class(new DataView(bytes.buffer));
  expect(probe.wrap(0, 40)).toBe(0);
  probe.int = -5;
  expect(probe.value).toBe(0);
  probe.m = 3;
  expect(probe.value).toBe(-15);
});

describe("expressions that are not sound", () => {
  it.each([
    ["wide * 2", 1, "can be 0..18014398509481982, beyond the 53 bits that are exact", "wide / 2"],
    ["word / m", 8, "divides, but can be 0..15: 0 or less", "word / (m + 1)"],
    ["int % n", 1, "is taken modulo, but can be negative: -128..127", "(int + 128) % n"],
    [
      "wide & 1",
      1,
      "is an operand of &, but can be 0..9007199254740991: 0..2147483647 is possible",
      "word & 1",
    ],
    ["1 << word", 6, "shifts by 0..65535; 0..31 is possible", "1 << m"],
    ["word << 20", 1, "can be 0..68718428160; << ends at 2147483647, * does not", "word << 15"],
    ["big + 1", 1, "has more than 53 bits, which an expression cannot hold", "wide - 1"],
    ["raw + 1", 1, "is bytes, not a number", "word + 1"],
    ["flags + 1", 1, "is a condition where a number is needed; write `x ? 1 : 0`", "(flags ? 1 : 0) + 1"],
    [
      "n && flags",
      1,
      "is a number where a condition is needed; compare it, as in `x != 0`",
      "n != 0 && flags",
    ],
    ["flags ? n : n > 5", 1, "is a number in one case and a condition in the other", "flags ? n : 5"],
    ["n ** 2", 3, "is an operator that expressions do not have", "n * n"],
    ["n === 5", 3, "is an operator that expressions do not have", "n == 5"],
    ["1 == 2", 1, "compares numbers that are always the same", "n == 2"],
    ["n & 4 != 0", 5, "is compared before & is worked out: write `(n & 4) != 0`", "n & 4"],
    ["n, m", 2, "is an operator that expressions do not have", "n"],
    ["1.5 * n", 1, "is no whole number below 2^53", "1 * n"],
    [
      "f(n)",
      1,
      "has no place in an expression: numbers, fields, + - * / % << >> & | comparisons && || ! ?: do",
      "(n)",
    ],
    [
      "n.m",
      1,
      "has no place in an expression: numbers, fields, + - * / % << >> & | comparisons && || ! ?: do",
      "n",
    ],
    [
      "`${n}`",
      1,
      "has no place in an expression: numbers, fields, + - * / % << >> & | comparisons && || ! ?: do",
      "n",
    ],
    ["n = 5", 3, "is an operator that expressions do not have", "n"],
    ["++n", 1, "uses an operator that expressions do not have", "-n"],
    [
      "n!",
      1,
      "has no place in an expression: numbers, fields, + - * / % << >> & | comparisons && || ! ?: do",
      "n",
    ],
  ])("rejects %s", (text, column, why, twin) => {
    const [problem, ...others] = problemsOf(withLet(text));
    expect(others).toEqual([]);
    expect(problem).toMatch(/^a\.yaml:6:\d+ expression: `/);
    expect(problem?.slice(problem.indexOf("` ") + 2)).toBe(why);
    expect(problemOfPlain(text)).toBe(`a.yaml:6:${9 + column}`);
    expect(problemsOf(withLet(twin))).toEqual([]);
  });

  /** Unquoted, the very word is pointed at. */
  function problemOfPlain(text: string): string | undefined {
    if (text.startsWith("`")) return `a.yaml:6:${9 + 1}`;
    const plain = header(FIELDS, `endian: big\nbit_order: msb\nlet:\n  value: ${text}`);
    return problemsOf(plain)[0]?.split(" ")[0];
  }

  it.each([
    "",
    "n +",
    "n n",
    "n; m",
    "a) + (b",
    ") (",
    "(n",
    "n)",
    "n // x",
    "n /* x",
    "{",
    "}",
    "010",
    "0x",
    "'",
  ])("rejects %j, which is none", (text) => {
    expect(problemsOf(withLet(text))).toEqual([
      expect.stringMatching(/^a\.yaml:6:1\d expression: this is no expression: /),
    ]);
  });

  it.each(["class", "default", "if", "new", "this", "true", "null", "typeof", "in"])(
    "takes a field named %s for a field, though TypeScript reserves the word",
    (word) => {
      const schema = (name: string): string =>
        header(`${word}: u8`, `endian: big\nlet: { value: ${name} * 2 }`);
      expect(problemsOf(schema(word))).toEqual([]);
      const capital = word.charAt(0).toUpperCase() + word.slice(1);
      expect(problemsOf(schema(capital))).toEqual([
        expect.stringContaining(`"${capital}" is no field or value`),
      ]);
    },
  );

  it("rejects a name that is not there, and says which was meant", () => {
    expect(problemsOf(header("word: u8", "endian: big\nlet: { value: wrd * 2 }"))).toEqual([
      'a.yaml:4:15 unknown-name: "wrd" is no field or value that is known here | did you mean "word"?',
    ]);
    expect(problemsOf(header("word: u8", "endian: big\nlet: { value: word * 2 }"))).toEqual([]);
  });

  it("rejects a value that uses a later one, and accepts the other order", () => {
    expect(problemsOf(header("a: u8", "endian: big\nlet: { x: y + 1, y: a }"))).toEqual([
      'a.yaml:4:11 unknown-name: "y" is no field or value that is known here',
    ]);
    expect(problemsOf(header("a: u8", "endian: big\nlet: { y: a, x: y + 1 }"))).toEqual([]);
  });

  it("does not call a second time on a value whose own expression was refused", () => {
    const more =
      "endian: big\nlet: { header_length: a ** 2, more: header_length + 1 }\nlength: { header: header_length }";
    expect(problemsOf(header("a: u8", more))).toHaveLength(1);
  });

  it("rejects an expression of more than 500 characters, and accepts a long one", () => {
    const sum = (count: number): string => Array(count).fill("a").join("+");
    const value = (text: string): string => header("a: u8", `endian: big\nlet: { value: ${text} }`);
    expect(problemsOf(value(sum(251)))).toEqual([
      "a.yaml:4:15 expression: an expression may have 500 characters, not 501",
    ]);
    expect(problemsOf(value(sum(200)))).toEqual([]);
  });

  it("rejects values that double what they are made of, long before it is expensive", () => {
    const lets = Array.from({ length: 60 }, (_, i) => `  v${i + 1}: v${i} & v${i}`).join("\n");
    const schema = header("v0: u8", `endian: big\nlet:\n${lets}\nlength: { header: 1 + v8 }`);
    expect(problemsOf(schema)).toEqual([
      "a.yaml:12:7 expression: `v7 & v7` has more than 500 parts, those of the values it uses included",
    ]);
  });
});
