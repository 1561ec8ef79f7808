// Members of classes that have their form already: short heads, and bodies of settled statements.
import { docComment } from "./docs.js";
import { OVERRIDE } from "./emit-override.js";
import { isSettled } from "./style-settled.js";
import { isPlainWidth, PRINT_WIDTH } from "./style-width.js";

interface Parameter {
  readonly name: string;
  readonly type?: string;
  readonly initializer?: string;
}

/** What ts-morph calls a getter, a setter or a method, as far as we use it. */
export interface Member {
  readonly name: string;
  readonly docs?: readonly string[];
  readonly leadingTrivia?: string;
  readonly scope?: string;
  readonly hasOverrideKeyword?: boolean;
  readonly parameters?: readonly Parameter[];
  readonly returnType?: string;
  readonly statements?: readonly string[];
}

/** The parts of a class that have bodies, in the words before their names. */
const WORDS = { getAccessors: "get ", setAccessors: "set ", methods: "" } as const;

type Part = keyof typeof WORDS;

/** What ts-morph calls a property, as far as we use it. */
export interface Property {
  readonly name: string;
  readonly docs?: readonly string[];
  readonly scope?: string;
  readonly isStatic?: boolean;
  readonly isReadonly?: boolean;
  readonly type?: string;
  readonly initializer?: string;
}

/** A text in its form, without the margin. */
export interface SettledText {
  readonly text: string;
  /** What of it may refer to something outside. */
  readonly code: string;
}

/** A member and the part of the class that has it. */
export interface PlacedMember {
  readonly part: Part;
  readonly member: Member;
}

/** Accessors and methods in the order in which ts-morph prints them; the two sides of an accessor stay together. */
export function unitsOf(structure: object): PlacedMember[][] {
  const parts: Partial<Record<Part, readonly Member[]>> = structure;
  const { getAccessors = [], setAccessors = [], methods = [] } = parts;
  const sides = new Map<string, PlacedMember[]>();
  const accessors = [...placed("getAccessors", getAccessors), ...placed("setAccessors", setAccessors)];
  for (const one of accessors) sides.set(one.member.name, [...(sides.get(one.member.name) ?? []), one]);
  return [...sides.values(), ...placed("methods", methods).map((one) => [one])];
}

/** The parts of a class again. */
export function partsOf(members: readonly PlacedMember[]): Record<Part, Member[]> {
  const of = (part: Part): Member[] => members.flatMap((one) => (one.part === part ? one.member : []));
  return { getAccessors: of("getAccessors"), setAccessors: of("setAccessors"), methods: of("methods") };
}

function placed(part: Part, members: readonly Member[]): PlacedMember[] {
  return members.map((member) => ({ part, member }));
}

const KEYS =
  "name docs leadingTrivia scope hasOverrideKeyword isReadonly parameters returnType statements".split(" ");

/** Of a parameter; what it is when it is not given is a number. */
const GIVEN = ["name", "type", "initializer"];

const TYPE = /^(?:\w+(?:<\w+>)?|"[\w$-]+")(?: \| (?:\w+(?:<\w+>)?|"[\w$-]+"))*$/;

const PROPERTY_KEYS = "name docs scope isStatic isReadonly type initializer".split(" ");

/** What is made once; what is held has a mark. */
const MADE =
  /^(?:\w+|new (?:\w+\(this\.view\)|\w+\(new \w+\(this\.view\)\))|\/\* @__PURE__ \*\/ \w+\(\w+, \w+\u200d\d+\))$/;

/** Of a class's members. */
const INDENT = 2;

/** A property on its line; `undefined` where it has to be built. */
export function settledProperty(property: Property): SettledText | undefined {
  const { name, docs, scope, isStatic, isReadonly, type, initializer = "" } = property;
  if (Object.keys(property).some((key) => !PROPERTY_KEYS.includes(key)) || !MADE.test(initializer)) {
    return undefined;
  }
  if (type !== undefined && !TYPE.test(type)) return undefined;
  const words = [scope ?? "", isStatic === true ? "static" : "", isReadonly === true ? "readonly" : ""];
  const line = `${spaced(words)}${name}${type === undefined ? "" : `: ${type}`} = ${initializer};`;
  if (!isPlainWidth(line) || INDENT + line.length > PRINT_WIDTH) return undefined;
  return { text: [...commentOf(docs), line].join("\n"), code: `${type ?? ""} ${initializer}` };
}

/** A member's text; `undefined` where it has to be built. */
export function settledMember({ part, member }: PlacedMember): SettledText | undefined {
  const { docs, statements = [] } = member;
  const head = headOf(WORDS[part], member);
  if (head === undefined || statements.length === 0 || !statements.every(isSettled)) return undefined;
  const body = statements.map((one) => `  ${one.replaceAll("\n", "\n  ")}`);
  return {
    text: [...commentOf(docs), `${head} {`, ...body, "}"].join("\n"),
    code: [...typesOf(member), ...statements].join("\n"),
  };
}

function commentOf(docs: readonly string[] | undefined): string[] {
  return docs === undefined ? [] : [docComment(docs[0] ?? "")];
}

function spaced(words: readonly string[]): string {
  return words.flatMap((one) => (one === "" ? [] : `${one} `)).join("");
}

/** Its own name is not among the names that it refers to. */
function typesOf({ parameters = [], returnType }: Member): string[] {
  return [...parameters.map(({ type = "" }) => type), ...(returnType === undefined ? [] : [returnType])];
}

function headOf(word: string, member: Member): string | undefined {
  const { name, leadingTrivia, scope, hasOverrideKeyword, parameters = [], returnType } = member;
  if (Object.keys(member).some((key) => !KEYS.includes(key))) return undefined;
  if (leadingTrivia !== undefined && leadingTrivia !== OVERRIDE) return undefined;
  if (
    !typesOf(member).every((type) => TYPE.test(type)) ||
    parameters.some((one) => Object.keys(one).some((key) => !GIVEN.includes(key)))
  ) {
    return undefined;
  }
  const words = [scope ?? "", hasOverrideKeyword === true ? "override" : "", leadingTrivia?.trim() ?? ""];
  const given = parameters.map(({ name: one, type, initializer }) => {
    return `${one}: ${type}${initializer === undefined ? "" : ` = ${initializer}`}`;
  });
  const result = returnType === undefined ? "" : `: ${returnType}`;
  const head = `${spaced(words)}${word}${name}(${given.join(", ")})${result}`;
  return isPlainWidth(head) && INDENT + head.length + " {".length <= PRINT_WIDTH ? head : undefined;
}
