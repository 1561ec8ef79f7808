import type { FieldLayout, HeaderClass } from "../runtime/index.js";
import { fieldNamed, relationNamed, type Catalog } from "./catalog.js";
import { didYouMean, FilterError, type FilterErrorCode, type Span } from "./error.js";
import { kindOf, widthOf } from "./field-kind.js";
import { anyOf } from "./join.js";
import { parse } from "./parse.js";
import { fieldsAt, namesBehind } from "./paths.js";
import { unionOf, type Range } from "./ranges.js";
import type { Item, Operator, Relation, Syntax } from "./syntax.js";
import type { Token } from "./tokens.js";
import type { FieldAt, LayerAt, Operand, Typed } from "./typed.js";
import { limits, MAX_TOLD, Values } from "./values.js";

/** How deep a depth may be asked for: more headers of a kind no Stack walks. */
const MAX_DEPTH = 511;
/** What a length is compared with. */
const LENGTH: FieldLayout = {
  name: "a length",
  member: "",
  type: "u32",
  bitOffset: 0,
  bitWidth: 32,
  aligned: true,
};

/** Parses an expression and finds every name and value in it. @throws FilterError */
export function check(text: string, catalog: Catalog): Typed {
  return new Checker(text, catalog).typed(parse(text));
}

class Checker {
  private readonly text: string;
  private readonly catalog: Catalog;
  private readonly values: Values;

  constructor(text: string, catalog: Catalog) {
    this.text = text;
    this.catalog = catalog;
    this.values = new Values(text);
  }

  typed(syntax: Syntax): Typed {
    switch (syntax.kind) {
      case "and":
        return { kind: "all", parts: syntax.parts.map((part) => this.typed(part)) };
      case "or":
        return anyOf(syntax.parts.map((part) => this.typed(part)));
      case "not":
        return { kind: "not", of: this.typed(syntax.of) };
      case "relation":
        return this.relation(syntax);
    }
  }

  private relation(relation: Relation): Typed {
    const [first, ...rest] = relation.path as [Token, ...Token[]];
    const layer = this.catalog.layer(first.text);
    if (layer === undefined) return this.wordAlone(relation, first, rest);
    const at: LayerAt = { layer, depth: this.depthOf(relation) };
    const [name, ...inner] = rest;
    if (name === undefined) return this.layerAlone(relation, at);
    const ends = fieldNamed(layer, name.text) === undefined ? relationNamed(layer, name.text) : undefined;
    if (ends === undefined) return this.tested(relation, this.fieldsAt(at, rest));
    this.refuseMore(inner, name);
    return this.tested(
      relation,
      ends.map((field) => ({ ...at, through: [], owner: layer, field })),
    );
  }

  /** `host`, `port`, `captured_length`. */
  private wordAlone(relation: Relation, first: Token, rest: readonly Token[]): Typed {
    const { depth } = relation;
    if (depth !== undefined) this.refuseMore([depth], first);
    const group = this.catalog.group(first.text);
    if (group !== undefined && group.length > 0) {
      this.refuseMore(rest, first);
      return this.grouped(relation, group);
    }
    const fact = this.catalog.fact(first.text);
    if (fact === undefined) {
      const notes = didYouMean(first.text, this.catalog.firstNames());
      throw this.error("ERR_FILTER_UNKNOWN_NAME", `there is no layer ${first.text}`, first, notes);
    }
    this.refuseMore(rest, first);
    const { operator } = relation;
    if (operator === undefined || operator.text === "~") {
      throw this.error("ERR_FILTER_TYPE", `compare it with a number`, relation);
    }
    const test = this.ranged(relation, operator, [{ fact }], LENGTH);
    return isNegative(operator.text) ? { kind: "not", of: test } : test;
  }

  /** Those fields of a group whose kind the values are of: IPv4 or IPv6 addresses. */
  private grouped(relation: Relation, group: readonly (readonly [string, string])[]): Typed {
    const fields = group.map(([name, field]) => {
      const layer = this.catalog.layer(name) as HeaderClass;
      const found = fieldNamed(layer, field) as FieldLayout;
      return { layer, depth: 0, through: [], owner: layer, field: found };
    });
    const isV6 = ({ from }: Item): boolean => from.text.includes(":");
    const byKind = (kind: string): FieldAt[] => fields.filter(({ field }) => kindOf(field) === kind);
    const [v4, v6] = [byKind("ipv4"), byKind("ipv6")];
    if (v4.length === 0 && v6.length === 0) return this.tested(relation, fields);
    const parts = [
      { fields: v4, values: relation.values.filter((item) => !isV6(item)) },
      { fields: v6, values: relation.values.filter(isV6) },
    ].filter(({ values }) => values.length > 0);
    const typed = parts.map(({ fields: some, values }) => this.tested({ ...relation, values }, some));
    if (typed.length === 0) return this.tested(relation, fields);
    if (typed.length === 1) return typed[0] as Typed;
    const isNegated = relation.operator?.text === "not in";
    return { kind: isNegated ? "all" : "any", parts: typed };
  }

  private layerAlone(relation: Relation, layer: LayerAt): Typed {
    if (relation.operator === undefined) return { kind: "layer", layer };
    const [first] = relation.path as [Token];
    const problem = `${first.text} is a layer: compare one of its fields`;
    throw this.error("ERR_FILTER_TYPE", problem, first, exampleOf(layer.layer));
  }

  /** The fields that names lead to, through structures, arrays and lists. */
  private fieldsAt(at: LayerAt, names: readonly Token[]): readonly FieldAt[] {
    const texts = names.map(({ text }) => text);
    const found = fieldsAt(at, texts);
    if (found.length > 0) return found;
    const known = texts.findLastIndex((_, end) => end > 0 && fieldsAt(at, texts.slice(0, end)).length > 0);
    const first = Math.max(known, 0);
    const isFlags = texts[first] === "flags" && first + 1 < texts.length;
    const name = names[isFlags ? first + 1 : first] as Token;
    throw this.unknownField(at, texts.slice(0, first), name, names[first - 1]);
  }

  private tested(relation: Relation, fields: readonly FieldAt[]): Typed {
    const { operator } = relation;
    if (operator === undefined) return anyOf(fields.map(aloneTest));
    const compared = fields.filter(({ field }) => kindOf(field) !== "none");
    if (compared.length === 0) throw this.withoutValue(relation, fields);
    const test = this.anyKind(relation, operator, compared);
    if (!isNegative(operator.text)) return test;
    return noneOf(
      compared.map((field) => ({ kind: "field", field })),
      test,
    );
  }

  /** Of fields of several kinds, those count that can have one of the values. */
  private anyKind(relation: Relation, operator: Operator, fields: readonly FieldAt[]): Typed {
    const kinds = [...groupsOf(fields).values()];
    if (kinds.length === 1) return this.ofOneKind(relation, operator, fields);
    const errors: FilterError[] = [];
    const tests = kinds.flatMap((some) => {
      try {
        return [this.ofOneKind(relation, operator, some)];
      } catch (error) {
        if (!(error instanceof FilterError)) throw error;
        errors.push(error);
        return [];
      }
    });
    if (tests.length === 0) throw errors[0] as FilterError;
    return anyOf(tests);
  }

  private ofOneKind(relation: Relation, operator: Operator, fields: readonly FieldAt[]): Typed {
    const [{ field }] = fields as [FieldAt];
    const kind = kindOf(field);
    const hasBytes = kind === "bytes" || kind === "text" || kind === "name";
    if (hasBytes) return this.bytesTest(relation, operator, fields);
    if (operator.text === "~") {
      throw this.error(
        "ERR_FILTER_TYPE",
        `"~" looks into text and bytes; ${field.name} is neither`,
        operator,
      );
    }
    return this.ranged(relation, operator, fields, field);
  }

  private withoutValue(relation: Relation, fields: readonly FieldAt[]): FilterError {
    const names = relation.path.map(({ text }) => text);
    const inside = namesBehind(fields[0] as FieldAt, names.slice(1));
    const notes = inside.length === 0 ? [] : [`it has ${inside.join(", ")}`];
    return this.error("ERR_FILTER_TYPE", `${names.join(".")} has no value to compare`, relation, notes);
  }

  private bytesTest({ values }: Relation, operator: Operator, fields: readonly FieldAt[]): Typed {
    const { text } = operator;
    if (/[<>]/.test(text)) {
      throw this.error("ERR_FILTER_TYPE", `text and bytes are compared with ==, !=, in or ~`, operator);
    }
    const test = fields.map((field): Typed => {
      const bytes = values.map(({ from, to }) => {
        if (to !== undefined) throw this.error("ERR_FILTER_TYPE", "text and bytes have no ranges", to);
        return this.values.bytes(field.field, from);
      });
      return { kind: "bytes", field, relation: text === "~" ? "contains" : "equals", values: bytes };
    });
    return anyOf(test);
  }

  private ranged(
    { values }: Relation,
    operator: Operator,
    operands: readonly Operand[],
    field: FieldLayout,
  ): Typed {
    const ranges = unionOf(values.map((item) => this.compared(field, operator.text, item)));
    return { kind: "ranges", operands, ranges };
  }

  private compared(field: FieldLayout, operator: string, item: Item): Range {
    const range = this.values.range(field, item);
    const [min, max] = limits(field);
    switch (operator) {
      case "<":
        return { min, max: range.min - 1n };
      case "<=":
        return { min, max: range.max };
      case ">":
        return { min: range.max + 1n, max };
      case ">=":
        return { min: range.min, max };
      default:
        return range;
    }
  }

  private depthOf({ depth }: Relation): number | "any" {
    if (depth === undefined) return 0;
    if (depth.text === "*") return "any";
    const number = Number(depth.text);
    if (number >= 0 && number <= MAX_DEPTH) return number;
    throw this.error("ERR_FILTER_RANGE", `a depth is 0 (the outermost) to ${MAX_DEPTH}`, depth);
  }

  /** There is no such field behind the names before it. */
  private unknownField(
    at: LayerAt,
    before: readonly string[],
    name: Token,
    last: Token | undefined,
  ): FilterError {
    const names = namesBehind(at, before);
    if (names.length === 0 && last !== undefined) {
      return this.error("ERR_FILTER_TYPE", `there is nothing in ${last.text} to name`, name);
    }
    const deeper = names.filter((one) => namesBehind(at, [...before, one]).includes(name.text));
    const near = didYouMean(name.text, names).concat(
      deeper.map((one) => `did you mean "${one}.${name.text}"?`),
    );
    const notes = near.length > 0 || names.length > MAX_TOLD ? near : [`it has ${names.join(", ")}`];
    const owner = [at.layer.LAYOUT.name, ...before].join(".");
    return this.error("ERR_FILTER_UNKNOWN_NAME", `${owner} has no field ${name.text}`, name, notes);
  }

  private refuseMore([more]: readonly Token[], name: Token): void {
    if (more !== undefined) {
      throw this.error("ERR_FILTER_TYPE", `there is nothing in ${name.text} to name`, more);
    }
  }

  private error(
    code: FilterErrorCode,
    problem: string,
    span: Span,
    notes: readonly string[] = [],
  ): FilterError {
    return new FilterError(code, problem, this.text, span, notes);
  }
}

/** Fields whose values are read alike. */
function groupsOf(fields: readonly FieldAt[]): Map<string, FieldAt[]> {
  const groups = new Map<string, FieldAt[]>();
  for (const at of fields) {
    const key = `${kindOf(at.field)} ${widthOf(at.field)} ${at.field.enum?.name ?? ""}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [at]);
    else group.push(at);
  }
  return groups;
}

function isNegative(operator: string): boolean {
  return operator === "!=" || operator === "not in";
}

/** A flag alone is set; any other field alone is there. */
function aloneTest(at: FieldAt): Typed {
  if (kindOf(at.field) !== "flag") return { kind: "field", field: at };
  return { kind: "ranges", operands: [at], ranges: [{ min: 1n, max: 1n }] };
}

/** There is a value, and none that does. */
function noneOf(there: readonly Typed[], test: Typed): Typed {
  return { kind: "all", parts: [anyOf(there), { kind: "not", of: test }] };
}

function exampleOf(layer: HeaderClass): string[] {
  const field = layer.LAYOUT.fields.find((one) => kindOf(one) !== "none");
  return field === undefined ? [] : [`such as ${layer.LAYOUT.name}.${field.name}`];
}
