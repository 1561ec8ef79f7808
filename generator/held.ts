// Texts that TypeScript need not read: comments and data are more than half of what we emit. They go through ts-morph as
// marks, and come back into their places when the code around them has its form.
import { docComment } from "./docs.js";
import { Code, literal } from "./literal.js";
import { dataText, isPlainData } from "./style-data.js";

/** A mark on the whole of a line, or at its end, where no text that a schema brings can stand outside of quotes. */
const MARK = /^([ \t]*)(?:\/\* HELD_(\d+) \*\/|(.*\b)HELD_(\d+)(\)?;))$/gm;

/** The parts of a class that have comments. */
const PARTS = ["ctors", "properties", "getAccessors", "setAccessors", "methods"];

/** What one module has of them. */
export class Held {
  /** The names that the data refer to. */
  readonly names: Set<string> = new Set<string>();
  private readonly texts: unknown[] = [];

  /** Code for data that ends a statement, or that is the last argument of a call which ends one. */
  data(value: unknown): string {
    if (!isPlainData(value)) return literal(value);
    this.addNames(value);
    return this.mark(value);
  }

  /** A class, or a part of one, whose comments are held. */
  docsOf<T extends object>(structure: T): T {
    const { docs, ...others } = structure as Record<string, unknown>;
    for (const part of PARTS) {
      const parts = others[part];
      if (Array.isArray(parts)) others[part] = parts.map((one: object) => this.docsOf(one));
    }
    if (docs === undefined) return others as T;
    const [doc] = docs as [string];
    return { ...others, leadingTrivia: `/* ${this.mark(docComment(doc))} */\n` } as T;
  }

  /** The text with what was held in its places: styled as prettier does, or raw. */
  restore(text: string, form: "raw" | "styled"): string {
    return text.replace(
      MARK,
      (_, indent: string, comment: string | undefined, head: string, data: string, tail: string) => {
        const value = this.texts[Number(comment ?? data)];
        if (comment !== undefined) return `${indent}${String(value).replaceAll("\n", `\n${indent}`)}`;
        return form === "raw"
          ? `${indent}${head}${literal(value)}${tail}`
          : dataText(value, indent, head, tail);
      },
    );
  }

  private mark(value: unknown): string {
    return `HELD_${this.texts.push(value) - 1}`;
  }

  private addNames(value: unknown): void {
    if (value instanceof Code) this.names.add(value.text);
    if (typeof value !== "object" || value === null) return;
    for (const one of Object.values(value)) this.addNames(one);
  }
}
