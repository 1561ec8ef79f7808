// What ts-morph need not read goes through it as marks. Statements come back when it has built the classes; comments and
// data, half of what we emit, when the code around them has its form.
import { docComment } from "./docs.js";
import { Code, literal } from "./literal.js";
import { dataText, isPlainData } from "./style-data.js";

/** A letter of names that no text of a schema has: comments lose it, and literals have it escaped. */
const JOINER = "\u200d";

/** A comment on its line, or data at the end of one. */
const MARK = /^([ \t]*)(?:\/\* HELD\u200d(\d+) \*\/|(.*\b)HELD\u200d(\d+)(\)?;))$/gm;

/** A mark that stands for statements. */
const STATEMENTS = /^[ \t]*HELD\u200d(\d+);$/gm;

/** The parts of a class that have comments. */
const PARTS = ["ctors", "properties", "getAccessors", "setAccessors", "methods"];

/** What one module has of them. */
export class Held {
  /** The names that the data refer to. */
  readonly names: Set<string> = new Set<string>();
  private readonly parts: unknown[] = [];

  /** Code for data that ends a statement, or that is the last argument of a call which ends one. */
  data(value: unknown): string {
    if (!isPlainData(value)) return literal(value);
    this.addNames(value);
    return this.mark(value);
  }

  /** A class, or a part of one, whose comments and statements are held. */
  shellOf<T extends object>(structure: T): T {
    const { docs, statements, ...shell } = structure as Record<string, unknown>;
    for (const part of PARTS) {
      const parts = shell[part];
      if (Array.isArray(parts)) shell[part] = parts.map((one: object) => this.shellOf(one));
    }
    if (docs !== undefined) {
      shell["leadingTrivia"] = `/* ${this.mark(docComment((docs as [string])[0]))} */\n`;
    }
    if (statements !== undefined) shell["statements"] = [`${this.mark(inLines(statements as string[]))};`];
    return shell as T;
  }

  /** The text with the statements in their places. */
  withStatements(text: string): string {
    return text.replace(STATEMENTS, (_, part: string) => String(this.parts[Number(part)]));
  }

  /** The text with what was held in its places: styled as prettier does, or raw. */
  restore(text: string, form: "raw" | "styled"): string {
    return text.replace(
      MARK,
      (_, indent: string, comment: string | undefined, head: string, data: string, tail: string) => {
        const value = this.parts[Number(comment ?? data)];
        if (comment !== undefined) return `${indent}${String(value).replaceAll("\n", `\n${indent}`)}`;
        return form === "raw"
          ? `${indent}${head}${literal(value)}${tail}`
          : dataText(value, indent, head, tail);
      },
    );
  }

  private mark(part: unknown): string {
    return `HELD${JOINER}${this.parts.push(part) - 1}`;
  }

  private addNames(value: unknown): void {
    if (value instanceof Code) this.names.add(value.text);
    if (typeof value !== "object" || value === null) return;
    for (const one of Object.values(value)) this.addNames(one);
  }
}

/** A block is set apart from what follows it. */
function inLines(statements: readonly string[]): string {
  return statements.map((one) => (one.endsWith("}") ? `${one}\n` : one)).join("\n");
}
