// What ts-morph need not read goes through it as marks. Statements come back when it has built the classes; comments and
// data, half of what we emit, when the code around them has its form.
import { docComment } from "./docs.js";
import { Code, literal } from "./literal.js";
import { dataText, isPlainData } from "./style-data.js";
import {
  type PlacedMember,
  partsOf,
  type Property,
  settledMember,
  settledProperty,
  type SettledText,
  unitsOf,
} from "./settled-members.js";
import { isSettled, namesIn } from "./style-settled.js";

/** A letter of names that no text of a schema has: comments lose it, and literals have it escaped. */
const JOINER = "\u200d";

/** A comment on its line, or data at the end of one. */
const MARK = /^([ \t]*)(?:\/\* HELD\u200d(\d+) \*\/|(.*\b)HELD\u200d(\d+)(\)?;))$/gm;

/** A mark that stands for statements. */
const STATEMENTS = /^[ \t]*HELD\u200d(\d+);$/gm;

/** The parts of a class that have comments. */
const PARTS = ["ctors", "properties", "getAccessors", "setAccessors", "methods"];

interface ClassParts {
  readonly properties?: readonly Property[];
  readonly ctors?: readonly object[];
}

/** Statements, or members, that go in when everything around them has its form. */
class Settled {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What one module has of them. */
export class Held {
  private readonly parts: unknown[] = [];
  /** What was settled without its comments. */
  private readonly code: string[] = [];

  /** The names that what is held refers to. */
  get names(): ReadonlySet<string> {
    return namesIn(this.code.join("\n"));
  }

  /** Names a name that stands in code which is nobody's to read. */
  refersTo(name: string): void {
    this.code.push(name);
  }

  /** Code for data that ends a statement, or that is the last argument of a call which ends one. */
  data(value: unknown): string {
    if (!isPlainData(value)) return literal(value);
    this.addNames(value);
    return this.mark(value);
  }

  /** A class, or a part of one, whose comments and statements are held. */
  shellOf<T extends object>(structure: T): T {
    const { docs, statements, ...shell } = this.withoutSettled(structure) as Record<string, unknown>;
    for (const part of PARTS) {
      const parts = shell[part];
      if (Array.isArray(parts)) shell[part] = parts.map((one: object) => this.shellOf(one));
    }
    if (docs !== undefined) {
      const before = typeof shell["leadingTrivia"] === "string" ? shell["leadingTrivia"] : "";
      shell["leadingTrivia"] = `${before}/* ${this.mark(docComment((docs as [string])[0]))} */\n`;
    }
    if (statements !== undefined) {
      const code = this.unsettled(statements as string[]);
      shell["statements"] = [`${this.mark(inLines(code))};`];
    }
    return shell as T;
  }

  /** The text with the statements in their places. */
  withStatements(text: string): string {
    return text.replace(STATEMENTS, (mark, part: string) => {
      const statements = this.parts[Number(part)];
      return statements instanceof Settled ? mark : String(statements);
    });
  }

  /** The text with what was held in its places: styled as prettier does, or raw. */
  restore(text: string, form: "raw" | "styled"): string {
    return text.replace(
      MARK,
      (_, indent: string, comment: string | undefined, head: string, data: string, tail: string) => {
        const part = this.parts[Number(comment ?? data)];
        const value = part instanceof Settled ? part.text : part;
        if (comment !== undefined || part instanceof Settled) {
          return this.restore(`${indent}${String(value).replaceAll(/\n(?=.)/g, `\n${indent}`)}`, form);
        }
        return form === "raw"
          ? `${indent}${head}${literal(value)}${tail}`
          : dataText(value, indent, head, tail);
      },
    );
  }

  /**
   * A class without its settled parts. A mark in the place of the properties stands for those and for the members that
   * follow them; a member that has to be built carries the settled ones before it, in a comment.
   */
  private withoutSettled(structure: object): object {
    if (!("methods" in structure)) return structure;
    const { properties = [], ctors = [] } = structure as ClassParts;
    const units = unitsOf(structure);
    const texts = units.map((unit) => this.settled(unit.map(settledMember), "\n\n"));
    const lines = ctors.length > 0 ? undefined : this.settled(properties.map(settledProperty), "\n");
    if (lines === undefined || texts.includes(undefined)) texts.fill(undefined, -1);
    const firstBuilt = texts.includes(undefined) ? texts.indexOf(undefined) : texts.length;
    const marked = lines === undefined ? 0 : firstBuilt;
    const built: PlacedMember[] = [];
    let carried: string[] = [];
    for (const [index, text] of texts.entries()) {
      if (index < marked) continue;
      const [first, ...others] = units[index] ?? [];
      if (text !== undefined) carried.push(text);
      else if (first !== undefined) {
        built.push(carried.length === 0 ? first : this.carrying(carried, first), ...others);
        carried = [];
      }
    }
    if (lines === undefined) return { ...structure, ...partsOf(built) };
    const run = [lines, ...texts.slice(0, marked)].join("\n\n");
    return { ...structure, properties: [{ name: this.mark(new Settled(run)) }], ...partsOf(built) };
  }

  /** Texts that are all settled, as one. */
  private settled(all: readonly (SettledText | undefined)[], between: string): string | undefined {
    if (all.length === 0 || !all.every((one) => one !== undefined)) return undefined;
    this.code.push(...all.map(({ code }) => code));
    return all.map(({ text }) => text).join(between);
  }

  private carrying(settled: readonly string[], placed: PlacedMember): PlacedMember {
    const { leadingTrivia = "", ...member } = placed.member;
    const mark = this.mark(`${settled.join("\n\n")}\n`);
    return { ...placed, member: { ...member, leadingTrivia: `/* ${mark} */\n${leadingTrivia}` } };
  }

  /** What is left to be styled: runs of statements that have their form become marks. */
  private unsettled(statements: readonly string[]): string[] {
    const code: string[] = [];
    let run: string[] = [];
    const settle = (): void => {
      if (run.length > 0) code.push(`${this.mark(new Settled(run.join("\n")))};`);
      run = [];
    };
    for (const statement of statements) {
      if (isSettled(statement)) {
        run.push(statement);
        this.code.push(statement);
      } else {
        settle();
        code.push(statement);
      }
    }
    settle();
    return code;
  }

  private mark(part: unknown): string {
    return `HELD${JOINER}${this.parts.push(part) - 1}`;
  }

  private addNames(value: unknown): void {
    if (value instanceof Code) this.refersTo(value.text);
    if (typeof value !== "object" || value === null) return;
    for (const one of Object.values(value)) this.addNames(one);
  }
}

/** A block is set apart from what follows it. */
function inLines(statements: readonly string[]): string {
  return statements.map((one) => (one.endsWith("}") ? `${one}\n` : one)).join("\n");
}
