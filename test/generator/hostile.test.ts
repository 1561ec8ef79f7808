import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { compile } from "../../generator/compile.js";
import { temporaryFolder } from "./support/files.js";
import { runFiles } from "./support/modules.js";
import { bundledSchemas, checkTexts, emitModel, emitTexts, header, problemsOf } from "./support/schemas.js";

const CANARY = "globalThis.zcCanary = true";

/** Texts that try to end the comment, string or template they are put in. */
const HOSTILE = [
  `*/ ${CANARY}; /*`,
  `*/;${CANARY}//`,
  `**/ ${CANARY}`,
  `*\u0001/ ${CANARY} /*`,
  `*\\/ ${CANARY}`,
  `"; ${CANARY}; "`,
  `'; ${CANARY}; '`,
  `\\"; ${CANARY}; //`,
  `\\`,
  "`; " + CANARY + "; `",
  "${" + CANARY + "}",
  "`${" + CANARY + "}`",
  `\n${CANARY}\n`,
  `x\r${CANARY}\r`,
  `x\u2028${CANARY}\u2029`,
  `x\u0085${CANARY}`,
  `{@link x */ ${CANARY} }`,
  `@ts-ignore\n@ts-nocheck @license */`,
  `</script><script>${CANARY}</script>`,
  `<!-- ${CANARY} -->`,
  `\u202e${CANARY}\u2066`,
  `\ufeff${CANARY}\u200b`,
  `\ud800 lone`,
  "__proto__",
  "constructor",
  "} }",
  "*/",
  "/*",
  "//",
  "?",
  "%s%d$&$1$`$'",
  // What the emitter puts in the place of a text while the code is formatted.
  "HELD_0;",
  "HELD\u200d0;",
  `${"word ".repeat(30)} HELD\u200d1;`,
  `\n/* HELD\u200d2 */\n`,
];

/** A schema with a text at every place that takes one. */
function withText(text: string): Record<string, string> {
  const q = JSON.stringify(text).replace(
    /[\ud800-\udfff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16)}`,
  );
  const both = `doc: ${q}, source: ${q}`;
  return {
    "a.yaml": `zc: 1
name: probe
doc: ${q}
source: ${q}
endian: big
bit_order: msb
attach: { link_type: 147 }
fields:
  a: { type: u8 in 1..9, ${both} }
  b: { type: u8, enum: e, ${both} }
  c: { bytes: 2, ${both} }
  d: { struct: t, ${both} }
  f: { array: t, count: 2, ${both} }
  g: { type: ipv4_address, ${both} }
  h: { type: ipv6_address, ${both} }
  i: { type: u64, as: parts, ${both} }
let: { v: { value: a * 2, ${both} } }
next: { by: b }
types: { t: { ${both}, fields: { x: { type: u8, ${both} } }, let: { y: { value: x + 1, ${both} } } } }
enums: { e: { closed: true, ${both}, values: { 1: { name: one, ${both} } } } }
`,
    "b.yaml": `zc: 1\nname: kinds\ndoc: ${q}\nsource: ${q}\nvalues: { 1: { name: one, ${both} } }\n`,
  };
}

/** Code without its comments, and with every text replaced: what it does, whatever it says. */
function skeleton(text: string): string {
  const source = ts.createSourceFile("a.ts", text, ts.ScriptTarget.ES2022, true);
  const errors = (source as unknown as { parseDiagnostics: readonly ts.Diagnostic[] }).parseDiagnostics;
  expect(errors.map(({ messageText }) => messageText)).toEqual([]);
  const { transformed } = ts.transform(source, [
    (context) => (root) => {
      const visit = (node: ts.Node): ts.Node =>
        ts.isStringLiteral(node)
          ? ts.factory.createStringLiteral("text")
          : ts.visitEachChild(node, visit, context);
      return ts.visitNode(root, visit) as ts.SourceFile;
    },
  ]);
  return ts.createPrinter({ removeComments: true }).printFile(transformed[0] as ts.SourceFile);
}

describe("texts that try to become code", () => {
  const plain = emitTexts(withText("Plain words"));

  it.each(HOSTILE)("stay what they are: %j", (text) => {
    const files = emitTexts(withText(text));
    expect(Object.keys(files)).toEqual(Object.keys(plain));
    for (const [path, code] of Object.entries(files)) {
      expect(skeleton(code), path).toBe(skeleton(plain[path] ?? ""));
      // No mark that shows code in another order than it runs, no invisible line end.
      expect(code).not.toMatch(/[\u0085\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/);
    }
    const modules = runFiles(files);
    expect((globalThis as Record<string, unknown>)["zcCanary"]).toBeUndefined();
    const { Probe } = modules["a.ts"] ?? modules["probe.ts"] ?? {};
    expect((Probe as { LAYOUT: { doc: string } }).LAYOUT.doc).toBe(text);
  });

  it("stay what they are after formatting too", { timeout: 60_000 }, async () => {
    const cwd = temporaryFolder();
    const all = HOSTILE.join(" ");
    for (const [name, text] of Object.entries(withText(all))) writeFileSync(join(cwd, name), text);
    const { files, diagnostics } = await compile({ inputs: [cwd] });
    expect(diagnostics).toEqual([]);
    const probe = files.find(({ path }) => path === "probe.ts")?.text ?? "";
    expect(skeleton(probe)).not.toContain("zcCanary");
    runFiles(
      Object.fromEntries(
        files.filter(({ path }) => path === "probe.ts").map(({ path, text }) => [path, text]),
      ),
    );
    expect((globalThis as Record<string, unknown>)["zcCanary"]).toBeUndefined();
  });
});

describe("names that try to become code", () => {
  const NAMES = ["__proto__", "a b", "a-b", "a;b", "a*/b", "a`b", "a${b}", "a'b", 'a"b', "a\nb", "a\u2028b", "é", "A", "1a", "_a", "$a", "", "a".repeat(65), "a.b", "a\\u0062"]; // prettier-ignore
  const places: Record<string, (name: string) => string> = {
    "a schema": (name) => `zc: 1\nname: ${name}\nendian: big\nfields: { a: u8 }`,
    "a field": (name) => header(`? ${name}\n: u8`),
    "a value": (name) => header("a: u8", `endian: big\nlet: { ? ${name} : a }`),
    "a type": (name) => header("a: u8", `endian: big\ntypes: { ? ${name} : { fields: { a: u8 } } }`),
    "an enum": (name) => header("a: u8", `endian: big\nenums: { ? ${name} : { values: { 1: a } } }`),
    "a struct": (name) => header(`a: { struct: ${name} }`),
    "a C struct": (name) => header("a: u8", `endian: host\nlayout: c\nc: { struct: ${name === "__proto__" || name === "A" || name === "_a" || name.length > 60 ? "a b" : name}, header: a.h }`), // prettier-ignore
    "a C header": (name) => header("a: u8", `endian: host\nlayout: c\nc: { struct: a, header: ${name} }`),
    "a C member": (name) => header(`a: { type: u8, c: ${name === "__proto__" || name === "A" || name === "_a" || name === '"a.b"' || name.length > 60 ? "a b" : name} }`), // prettier-ignore
    "a relation": (name) => header("a: u8\nb: u8", `endian: big\nnext: { relation: ${name}, of: [a, b] }`),
    "a parent": (name) =>
      header("a: u8", `endian: big\nattach: { ? ${name === '"a.b"' ? '"a b"' : name} : 1 }`),
    "a unit": (name) => header(`a: { type: u8, unit: ${name} }`),
  };

  it.each(Object.keys(places))("are refused as the name of %s", (place) => {
    for (const name of NAMES) {
      const quoted = /^[_A-Za-z]\w*$/.test(name) ? name : JSON.stringify(name);
      const problems = problemsOf((places[place] as (name: string) => string)(quoted));
      expect(problems.length, `${place} ${quoted}`).toBeGreaterThan(0);
    }
  });

  it.each([
    "constructor",
    "class",
    "await",
    "then",
    "valueof",
    "to_string",
    "eval",
    "arguments",
    "name",
    "length",
  ])("%s is a fine name for everything, and works", (name) => {
    const schema = `zc: 1\nname: ${name}\nendian: big\nattach: { link_type: 147 }\nfields: { ${name}: u8 in 1..9, t: { struct: ${name}_x }, k: { type: u8, enum: ${name}_e } }\nlet: { ${name}_v: ${name} * 2 }\nlength: { header: ${name} + 10 }\nnext: { by: ${name}, when: ${name} > 2 }\ntypes: { ${name}_x: { fields: { ${name}: u8 } } }\nenums: { ${name}_e: { closed: true, values: { 1: ${name} } } }\n`;
    const files = emitTexts({ "a.yaml": schema });
    const index = runFiles(files)["index.ts"] as {
      Stack: new (view: DataView) => { decode(...all: number[]): number };
    };
    const bytes = new Uint8Array(16).fill(1);
    expect(new index.Stack(new DataView(bytes.buffer)).decode(0, 16, 147)).toBe(0);
  });

  it("does not take a key of Object.prototype for one of the language", () => {
    for (const key of ["constructor", "toString", "hasOwnProperty", "__proto__"]) {
      expect(problemsOf(header("a: u8", `endian: big\n${key}: 1`))).toEqual([
        expect.stringMatching(/^a\.yaml:4:1 unknown-key: unknown key "/),
      ]);
      expect(problemsOf(header(`a: { type: u8, ${key}: 1 }`))).toEqual([
        expect.stringMatching(/^a\.yaml:6:18 unknown-key: unknown key "/),
      ]);
      expect(problemsOf(header(`a: ${key}`))).toEqual([expect.stringMatching(/unknown-type/)]);
      expect(problemsOf(header(`a: { type: u8, enum: ${key.replace(/[^a-z]/g, "x")} }`))).toHaveLength(1);
    }
  });

  it("refuses a C header outside the include folders", () => {
    const c = (file: string): string =>
      header("a: u8", `endian: host\nlayout: c\nc: { struct: a, header: ${file} }`);
    for (const file of ["../x.h", "a/../../x.h", "/etc/x.h", "a>x.h", '"a.h\\n#include <x.h"']) {
      expect(problemsOf(c(file)).length, file).toBeGreaterThan(0);
    }
    expect(problemsOf(c("linux/if_packet.h"))).toEqual([]);
  });
});

describe("files that try to take time or memory", () => {
  const MiB = 1024 * 1024;
  const filled = (text: string): string => text.repeat(Math.floor((MiB - 1) / text.length));
  const maps = (depth: number): string =>
    Array.from({ length: depth }, (_, i) => `${" ".repeat(i)}k:\n`).join("");

  it.each([
    ["10 MB", "a: u8\n".repeat(1_800_000), "file-size"],
    ["10,000 flow lists", "[".repeat(10_000), "nesting"],
    ["10,000 flow lists that close", "[".repeat(10_000) + "]".repeat(10_000), "nesting"],
    ["10,000 flow maps", "{a: ".repeat(10_000), "nesting"],
    ["10,000 flow keys", "{? ".repeat(10_000), "nesting"],
    ["10,000 block lists", "- ".repeat(10_000), "nesting"],
    ["10,000 block keys", "? ".repeat(10_000), "nesting"],
    ["10,000 lists of maps", "- k: ".repeat(10_000), "nesting"],
    ["1,400 indented maps", maps(1_400), "nesting"],
    ["deep flow lists in a field", header(`a: ${"[".repeat(10_000)}`), "nesting"],
    ["1 MiB of brackets that open and close", filled("[]"), undefined],
    ["1 MiB of wrong brackets", filled("[}"), "file-size"],
    ["1 MiB of colons", filled(": "), undefined],
    ["1 MiB of quotes", filled('"'), undefined],
    ["1 MiB of backslashes in quotes", `"${filled("\\").slice(0, MiB - 3)}"`, undefined],
    ["1 MiB of anchors", filled("&a "), undefined],
    ["1 MiB of aliases", filled("- *a\n"), undefined],
    ["1 MiB of tags", filled("!a "), undefined],
    ["1 MiB of comments", filled("#\n"), undefined],
    ["1 MiB of lines", filled("\n"), undefined],
    ["1 MiB of spaces", filled(" "), undefined],
    ["1 MiB of tabs", filled("\t"), undefined],
    ["1 MiB of documents", filled("---\n"), undefined],
    ["1 MiB of directives", filled("%YAML 1.2\n"), undefined],
    ["1 MiB in one word", filled("a"), undefined],
    ["1 MiB of block scalars", filled("|\n"), undefined],
    ["100,000 keys", Array.from({ length: 90_000 }, (_, i) => `k${i}: 1`).join("\n"), "file-size"],
    ["50,000 keys", Array.from({ length: 50_000 }, (_, i) => `k${i}: 1`).join("\n"), "unknown-key"],
    ["100,000 times one key", "a: u8\n".repeat(100_000), "file-size"],
    ["50,000 times one key", "a: u8\n".repeat(50_000), "duplicate-key"],
    ["60,000 fields", header(Array.from({ length: 60_000 }, (_, i) => `f${i}: u8`).join("\n")), "structure"],
    ["60,000 wrong fields", header(Array.from({ length: 60_000 }, (_, i) => `F${i}: u8`).join("\n")), "name"],
    [
      "an expression of 100,000 characters",
      header("a: u8", `endian: big\nlet: { v: ${"a+".repeat(50_000)}a }`),
      "expression",
    ],
    ["an expression of 240 brackets", header("a: u8", `endian: big\nlet: { v: "${"(".repeat(240)}a${")".repeat(240)}" }`), undefined], // prettier-ignore
    ["an expression of 499 nots", header("a: flag\nb: u7", `endian: big\nbit_order: msb\nlet: { v: "${"!".repeat(490)}a" }`), undefined], // prettier-ignore
    ["a type of 500,000 characters", header(`a: u8 ${"x".repeat(500_000)}`), "rule"],
    ["a doc of 900,000 characters", header("a: u8", `endian: big\ndoc: ${"x".repeat(900_000)}`), undefined],
    ["an alias bomb", `a: &a [x, x]\n${"bcdefghij".split("").map((k, i) => `${k}: &${k} [${Array(9).fill(`*${"abcdefghij"[i]}`).join(", ")}]`).join("\n")}`, "alias"], // prettier-ignore
    ["random bytes", randomBytes(100_000).toString("utf8"), undefined],
    ["random latin bytes", randomBytes(100_000).toString("latin1"), undefined],
    ["zeros", "\0".repeat(100_000), undefined],
    ["an ELF file's start", "\x7fELF\x02\x01\x01\0\0\0", undefined],
  ] as const)("%s: told in bounded time, twice", { timeout: 60_000 }, (_, text, code) => {
    for (let round = 0; round < 2; round++) {
      const start = performance.now();
      const problems = problemsOf(text);
      expect(performance.now() - start).toBeLessThan(15_000);
      expect(problems.length).toBeLessThanOrEqual(101);
      if (code !== undefined) expect(problems.map((problem) => problem.split(" ")[1])).toContain(`${code}:`);
    }
  });

  it("a file of 10 MB is not even read, and the next good one compiles", { timeout: 60_000 }, async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "large.yaml"), "a: u8\n".repeat(1_800_000));
    const { diagnostics, files } = await compile({ inputs: ["large.yaml"], cwd });
    expect([diagnostics.map((one) => one.code), files]).toEqual([["ZC1004"], []]);
    writeFileSync(join(cwd, "good.yaml"), header("a: u8"));
    expect((await compile({ inputs: ["good.yaml"], cwd })).files.map(({ path }) => path)).toEqual([
      "index.ts",
      "probe.ts",
    ]);
  });
});

/** A small seeded generator: a failure can be repeated. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    state = Math.imul(state ^ (state >>> 12), 0x297a2d39);
    return ((state ^ (state >>> 15)) >>> 0) % below;
  };
}

describe("mutants of the bundled schemas", () => {
  const bundled = bundledSchemas();
  const names = Object.keys(bundled);
  const words = ["u8", "u65", "flag", "i64", "= 4", "in 5..15", "reserved", "{", "}", "[", "]", ":", ",", "#", "&a", "*a", "!x", "?", "- ", "|", ">", "'", '"', "0x", "99999999999999999999", "-1", "type", "struct", "array", "count: 3", "bytes: 9", "enum", "let:", "next:", "length:", "fields:", "types:", "* 4", "/ 0", "<< 31", "when", "unless", "as: parts", "unit: 8 bytes", "header_length", "\t", "\r", "\u2028", "align: 8", "endian: host", "layout: c"]; // prettier-ignore

  function mutant(seed: number): { name: string; text: string } {
    const random = randomFrom(seed);
    const name = names[random(names.length)] as string;
    let text = bundled[name] as string;
    for (let change = random(4); change >= 0; change--) {
      const at = random(text.length);
      const lines = text.split("\n");
      const other = (bundled[names[random(names.length)] as string] as string).split("\n");
      const changes = [
        () => text.slice(0, at) + text.slice(at + 1 + random(12)),
        () => `${text.slice(0, at)}${words[random(words.length)] as string}${text.slice(at)}`,
        () => `${text.slice(0, at)} ${words[random(words.length)] as string} ${text.slice(at + random(6))}`,
        () =>
          lines.toSpliced(random(lines.length), random(3), other[random(other.length)] as string).join("\n"),
        () => lines.toSpliced(random(lines.length), 0, lines[random(lines.length)] as string).join("\n"),
        () => text.slice(0, at) + String.fromCharCode(random(0x300)) + text.slice(at + 1),
        () => text.replace(/\b\d+\b/g, (digits) => (random(6) === 0 ? String(random(300)) : digits)),
      ];
      text = (changes[random(changes.length)] as () => string)();
    }
    return { name, text };
  }

  it(
    "are accepted or refused with a place, never thrown at, never turned into broken code",
    { timeout: 240_000 },
    () => {
      let accepted = 0;
      for (let seed = 1; seed <= 400; seed++) {
        const { name, text } = mutant(seed);
        const others = Object.fromEntries(Object.entries(bundled).filter(([other]) => other !== name));
        const { problems, model } = checkTexts({ [name]: text }, others);
        for (const problem of problems) {
          expect(problem, `seed ${seed}`).toMatch(/^[\w/.-]+:\d+:\d+ [a-z-]+: \S/);
        }
        if (problems.length > 0) continue;
        accepted++;
        for (const { path, text: code } of emitModel(model)) {
          if (path.endsWith(".ts")) skeleton(code);
        }
      }
      expect(accepted).toBeGreaterThan(20);
    },
  );
});
