import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { ts } from "ts-morph";
import { describe, expect, it } from "vitest";
import type { EmittedFile } from "../../generator/emit.js";
import { format } from "../../generator/format.js";
import { settledProperty } from "../../generator/settled-members.js";
import { isSettled } from "../../generator/style-settled.js";
import { modulePieces } from "../../generator/style-module.js";
import { randomSchema } from "./support/random-schema.js";
import { bundledSchemas, emitFiles } from "./support/schemas.js";

// What we write in its final form ourselves must be what prettier makes of the emitted text, to the letter.

const GOLDEN = fileURLToPath(new URL("../golden", import.meta.url));
const goldens = readdirSync(GOLDEN).filter((name) => name.endsWith(".yaml"));

async function expectPrettier({ path, text, pieces }: EmittedFile): Promise<void> {
  const ours = await format({ path, text, ...(pieces && { pieces }) });
  const wanted = await format({ path, text });
  expect(ours.text).toBe(wanted.text);
}

async function expectPrettierForAll(files: readonly EmittedFile[]): Promise<void> {
  for (const file of files) await expectPrettier(file);
}

describe("the form that generated code is given", () => {
  it("is prettier's for the bundled schemas", { timeout: 60_000 }, async () => {
    await expectPrettierForAll(emitFiles(bundledSchemas()));
  });

  it.each(goldens)("is prettier's for %s", { timeout: 60_000 }, async (name) => {
    await expectPrettierForAll(emitFiles({ [name]: readFileSync(join(GOLDEN, name), "utf8") }));
  });

  it("is prettier's for any fields", { timeout: 120_000 }, async () => {
    const property = fc.asyncProperty(randomSchema, async (make) => {
      await expectPrettierForAll(emitFiles(make("probe").text));
    });
    await fc.assert(property, { numRuns: 40 });
  });

  it("needs prettier for a hundredth of the bundled schemas' code", () => {
    const pieces = emitFiles(bundledSchemas()).flatMap((file) => file.pieces ?? []);
    const rough = pieces.filter((piece) => piece.rough !== undefined);
    const lengthOf = (all: typeof pieces): number => all.reduce((sum, { text }) => sum + text.length, 0);
    expect(lengthOf(rough) / lengthOf(pieces)).toBeLessThan(0.01);
  });
});

describe("code in its final form", () => {
  it.each([
    ["a long call", `f(${"argument + 1, ".repeat(9)}2);`],
    ["a long call of a call", `f().g(${"argument + 1, ".repeat(9)}2);`],
    [
      "a long construction",
      `const f = () => 1;\nfunction g() { return new F(${"argument + 1, ".repeat(9)}2); }`,
    ],
    ["a long call that is assigned", `this.x = f(this.view, ${"argument + 1, ".repeat(9)}2);`],
    ["a long call of one argument that is assigned", `this.x = f(this.view.${"member.".repeat(18)}last);`],
    ["a long construction that is assigned", `this.x = new F(${"argument + 1, ".repeat(9)}2);`],
    [
      "a short call under a long condition",
      `if (${"condition && ".repeat(7)}last) throw this.f(1, 2, 3, 4);`,
    ],
    [
      "texts as types",
      'class A { get case(): "b" { return "b"; }\nf(a: "b" | "c" = "b"): "d" | E { return a; } }',
    ],
    [
      "a union on its own line",
      `class A { get b(): ${["One", "Two", "Three"].map((one) => one.repeat(8)).join(" | ")} { f(); } }`,
    ],
    [
      "a long union",
      `class A { get b(): ${["One", "Two", "Three"].map((one) => one.repeat(11)).join(" | ")} { f(); } }`,
    ],
    [
      "a long union of two",
      `class A { get b(): ${["One", "Two"].map((one) => one.repeat(20)).join(" | ")} { f(); } }`,
    ],
    [
      "a long union and parameters",
      `class A { b(c: D): ${["One", "Two", "Three"].map((one) => one.repeat(11)).join(" | ")} { f(); } }`,
    ],
    ["while loops", "while (a) if (b) f();\nwhile (a) { f(); }"],
    ["a long while loop", `while (${"condition && ".repeat(7)}last) if (b) fffffffff(ggggggggg);`],
    ["a long call with an object", `const x: X = f(a, { ${"key: 12345, ".repeat(12)} });`],
    ["a long call with a list", `const x = /* @__PURE__ */ f([${"SomeName, ".repeat(20)}]);`],
    ["a long call with several lists", `const x = f([a, b], [${"SomeName, ".repeat(20)}]);`],
    [
      "a table of numbers",
      `const x = f(16, { ${[...Array(40).keys()].map((key) => `${key}: 1`).join(", ")} });`,
    ],
    ["several objects in a list", "const x = [{ a: 1, b: 2 }, { a: 3, b: 4 }];"],
    ["one object in a list", "const x = [{ a: 1, b: 2 }];"],
    ["a long list of numbers", `const x = [${"12345, ".repeat(30)}];`],
    ["a long list of words", `const x = [${"someWord, ".repeat(30)}];`],
    ["a long text", `const x = { a: "${"word ".repeat(30)}", b: [1, 2] };`],
    ["quotes in a text", String.raw`const x = "a \"word\" or two";`],
    ["a comment before a number", "f(/* first */ 1, 2);"],
    ["a comment behind a number", "f(1 /* ONE */, 2 /* TWO */);"],
    ["a comment behind what is returned", "function f() { return 0x10 /* SIXTEEN */; }"],
    ["a comment at the end of a line", "f(1); // one\ng(2);"],
    ["a comment at the end of a member", "class A { b = 1; // one\nc = 2; }"],
    ["a comment at the end", "class A { b = 1;\n/* last */ }\nf();\n// end\n"],
    ["a comment nobody expects", "f(a /* why */ + b);\nif (a /* why */) f();"],
    ["empty lines", "f();\n\n\ng();\n{\n\nf();\n\n}\n"],
    ["if and else", "if (a) { f(); } else if (b) g(); else { h(); }"],
    ["if and else without braces", "if (a) f(); else g();"],
    ["a condition of many parts", `if (${"someCondition && ".repeat(9)}last) f();`],
    ["a condition of two parts", `if (condition && ${"a + ".repeat(30)}last > 3) f();`],
    ["a long denial", `if (!(${"someCondition || ".repeat(9)}last)) return undefined;\nf();`],
    ["a long denial of a block", `if (!(${"someCondition || ".repeat(9)}last)) { f(); }`],
    ["a long choice that is named", `const x = a > ${"b + ".repeat(20)}1 ? 1 : c === 2 ? 3 : 4;`],
    ["a long sum with a choice", `function f() { return a + (b === ${"c + ".repeat(30)}1 ? 1 : 2); }`],
    [
      "long names of what is made",
      `class A { private readonly ${"a".repeat(60)} = new ${"B".repeat(60)}(this.view); }`,
    ],
    [
      "what is made of what is made",
      `class A { private readonly b: C<D> = new ${"B".repeat(60)}(new ${"D".repeat(20)}(this.view)); }`,
    ],
    ["a switch", "switch (a) { case 1: case 2: f(); break;\n\ndefault: { g(); } }"],
    ["what is thrown", `if (a) throw f(1);\nthrow this.f(${"argument, ".repeat(12)}1);`],
    ["several names at once", "const { a, b } = this;\nconst { c: d } = a;"],
    ["a loop", "for (let i = 0; i < 3; i++) { f(i); continue; }"],
    ["unusual letters", `const x = { a: "${"漢".repeat(50)}", b: 1 };`],
    ["a chain of calls", "a.b().c().d().e();"],
    ["assertions", "const x = (a as B).c + (d as number) * 2;"],
    ["arrows", "f(() => a + 1, (b: number): C => new D(b), (e) => (e ? 1 : 2));"],
    ["what is empty", "class A {}\nclass B { f(): void {} }\nconst x = {}, y = [];\nf();"],
    [
      "a class with more",
      "abstract class A<T> extends B<T> implements C { #d = 1; e?: number; static { f(); } }",
    ],
  ])("is prettier's: %s", async (_, text) => {
    await expectPrettier(emitted(text));
  });

  it("is prettier's for any expression", { timeout: 60_000 }, async () => {
    const property = fc.asyncProperty(expression, async (text) => {
      await expectPrettier(emitted(`const x = ${text};`));
      await expectPrettier(emitted(`if (${text}) f(${text});`));
      await expectPrettier(emitted(`class A { b() { if (${text}) { this.c = ${text}; } return ${text}; } }`));
    });
    await fc.assert(property, { numRuns: 400 });
  });

  it.each([
    "(f(c)) && ((a) && (!(a)))",
    "(a) || (((b) || (c)) || ((d) || (g)))",
    "(a && b) && (c && (d && g))",
  ])("is prettier's where an operand is a chain of its own: %s", async (text) => {
    const long = text.replaceAll(/\b[abcdfg]\b/g, (name) => name.repeat(25));
    await expectPrettier(emitted(`const x = ${long};`));
    await expectPrettier(emitted(`class A { b() { if (${long}) { this.c = ${long}; } return ${long}; } }`));
  });

  it("is prettier's for any expression of long names", { timeout: 60_000 }, async () => {
    const property = fc.asyncProperty(expression, async (text) => {
      const long = text.replaceAll(/\b[abcdfg]\b/g, (name) => name.repeat(25));
      await expectPrettier(emitted(`const x = ${long};`));
      await expectPrettier(
        emitted(
          `class A { b() { if (${long}) { this.c = ${long}; } if (!(${long})) return; return ${long}; } }`,
        ),
      );
    });
    await fc.assert(property, { numRuns: 400 });
  });

  it("is prettier's for any statement that is not parsed", { timeout: 60_000 }, async () => {
    const found = [...fc.sample(statement, 60_000), ...fc.sample(choice, 100)].filter(isSettled);
    expect(found.length).toBeGreaterThan(500);
    const methods = found.map((one, index) => `f${index}() {\n  ${one.replaceAll("\n", "\n  ")}\n}`);
    await expectUnchanged(methods.join("\n\n"));
  });

  it("is prettier's for any property that is not parsed", async () => {
    const found = fc.sample(property, 5000).flatMap((one) => settledProperty(one)?.text ?? []);
    expect(found.length).toBeGreaterThan(500);
    await expectUnchanged(found.join("\n"));
  });
});

/** Members as they stand in a class, but for its margin. */
async function expectUnchanged(members: string): Promise<void> {
  const text = `class A {\n${members.replaceAll(/^(?=.)/gm, "  ")}\n}\n`;
  expect((await format({ path: "a.ts", text })).text).toBe(text);
}

const OPERATORS = "+ - * / % << >> >>> & | ^ === !== < >= && ||".split(" ");

const WORDS = [
  ...[
    "a",
    "this.b",
    "this.view.c",
    "f(1)",
    "this.g(a, 2)",
    "new H(a)",
    "0",
    "7",
    "0xff",
    "1n",
    "1.5",
    "value",
  ],
  ...["(value ? 1 : 0)", '"t"', "'u'", "(a)", "(a + 1)", "!a", "-1", "f(a & 3)", "(f(1) & 0xf0)"],
  ...["((value << 4) & 0xf)", "(value & 3)", "(f(1) >> 2)", "f(g(1) + 2, 3)"],
];

/** Statements of words and operators in any order, most of them none. */
const statement = fc
  .tuple(
    fc.constantFrom("return ", "const a = ", "this.b = ", "", "if (", "throw "),
    fc.array(fc.constantFrom(...WORDS), {
      minLength: 1,
      maxLength: 4,
    }),
    fc.array(fc.constantFrom(...OPERATORS, "?", ":", ",", ") return", ") throw"), {
      minLength: 4,
      maxLength: 4,
    }),
  )
  .map(([head, words, operators]) => {
    const rest = words.slice(1).map((word, index) => `${operators[index]} ${word}`);
    return `${[`${head}${words[0]}`, ...rest].join(" ")};`;
  });

/** A switch of few cases or many. */
const choice = fc
  .tuple(
    fc.constantFrom("slot", "this.kind"),
    fc.array(fc.constantFrom("this.slot1", "this.offset", "value")),
  )
  .map(([on, values]) => {
    const cases = values.map((value, index) => `  case ${index}:\n    return ${value};\n`);
    return `switch (${on}) {\n${cases.join("")}  default:\n    return this.offset;\n}`;
  });

const CLASSES = ["A", "Elements", "B".repeat(30), "C".repeat(60)];

/** Properties of any length, most of them made of something. */
const property = fc.record(
  {
    name: fc.constantFrom("a", "b".repeat(20), "case", "c".repeat(50)),
    docs: fc.constantFrom(["One line."], ["First.\n\nSecond."]),
    scope: fc.constantFrom("private", "protected"),
    isStatic: fc.boolean(),
    isReadonly: fc.boolean(),
    type: fc.constantFrom("number", '"text" | Other', ...CLASSES, "Elements<A>"),
    initializer: fc.oneof(
      fc.constantFrom("0", "PARKED", '"text"', "f()", "[1, 2]", "1 + 2", "new A"),
      fc.constantFrom(...CLASSES).map((name) => `new ${name}(this.view)`),
      fc
        .tuple(fc.constantFrom(...CLASSES), fc.constantFrom(...CLASSES))
        .map(([a, b]) => `new ${a}(new ${b}(this.view))`),
    ),
  },
  { requiredKeys: ["name", "initializer"] },
);

function emitted(text: string): EmittedFile {
  const source = ts.createSourceFile("a.ts", text, ts.ScriptTarget.ES2022, true);
  return { path: "a.ts", text, pieces: modulePieces(source) };
}

/** Expressions with parentheses here and there, needed or not. */
const { expression } = fc.letrec<{ expression: string; leaf: string; compound: string }>((tie) => ({
  expression: fc.oneof({ maxDepth: 3 }, tie("leaf"), tie("compound")),
  leaf: fc.constantFrom("a", "12", "0xff", "this.b", "f(c)", "this.view.getUint8(3)", "d[1]", "true", '"t"'),
  compound: fc.oneof(
    fc
      .tuple(tie("expression"), fc.constantFrom(...OPERATORS), tie("expression"))
      .map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
    fc
      .tuple(tie("expression"), tie("expression"), tie("expression"))
      .map(([a, b, c]) => `((${a}) ? (${b}) : (${c}))`),
    fc
      .tuple(fc.constantFrom("!", "-", "~", "typeof "), tie("expression"))
      .map(([mark, a]) => `${mark}(${a})`),
    tie("expression").map((a) => `((${a}) as number)`),
    tie("expression").map((a) => `g(${a}, ...(${a}))`),
    tie("expression").map((a) => `(${a}).h`),
  ),
}));
