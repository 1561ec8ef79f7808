import type { FieldLayout, HeaderClass } from "../runtime/index.js";
import { classIn, fieldNamed, fieldNames, relationNamed, type Catalog } from "./catalog.js";
import { didYouMean, FilterError, type FilterErrorCode, type Span } from "./error.js";
import { kindOf } from "./field-kind.js";
import { anyOf } from "./join.js";
import { parse } from "./parse.js";
import { unionOf, type Range } from "./ranges.js";
import type { Item, Relation, Syntax } from "./syntax.js";
import type { Token } from "./tokens.js";
import type { FieldAt, LayerAt, Operand, Typed } from "./typed.js";
import { limits, Values } from "./values.js";

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
    if (ends === undefined) return this.tested(relation, [this.fieldAt(at, [], rest)]);
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
    return this.ranged(relation, [{ fact }], LENGTH, relation.values);
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

  /** The field that names lead to, through structures, arrays and lists. */
  private fieldAt(at: LayerAt, through: readonly FieldLayout[], names: readonly Token[]): FieldAt {
    const [name, ...more] = names as [Token, ...Token[]];
    const inner = through.at(-1);
    const owner = inner === undefined ? at.layer : (this.classOf(at, through) as HeaderClass);
    const field = fieldNamed(owner, name.text) ?? this.flagBehind(owner, name, more);
    if (field === undefined) throw this.unknownField(owner, name);
    const isFlagGroup = field.name !== name.text && field.name === more[0]?.text;
    const rest = isFlagGroup ? more.slice(1) : more;
    const [next] = rest;
    if (next === undefined) return { ...at, through, owner, field };
    if (this.classOf(at, [...through, field]) === undefined) this.refuseMore([next], name);
    return this.fieldAt(at, [...through, field], rest);
  }

  /** `tcp.flags.syn` says the same as `tcp.syn`. */
  private flagBehind(owner: HeaderClass, name: Token, [next]: readonly Token[]): FieldLayout | undefined {
    if (name.text !== "flags" || next === undefined) return undefined;
    const field = fieldNamed(owner, next.text);
    if (field === undefined) throw this.unknownField(owner, next);
    return field.type === "flag" ? field : undefined;
  }

  private classOf({ layer }: LayerAt, through: readonly FieldLayout[]): HeaderClass | undefined {
    let owner: HeaderClass | undefined = layer;
    for (const field of through) owner = owner && classIn(owner, field);
    return owner;
  }

  private tested(relation: Relation, fields: readonly FieldAt[]): Typed {
    const [{ field }] = fields as [FieldAt];
    const { operator, values } = relation;
    if (operator === undefined) return anyOf(fields.map(aloneTest));
    const kind = kindOf(field);
    if (kind === "none") {
      const name = relation.path.map(({ text }) => text).join(".");
      const owner = this.classOf(fields[0] as FieldAt, [...(fields[0] as FieldAt).through, field]);
      const notes = owner === undefined ? [] : [`it has ${fieldNames(owner).join(", ")}`];
      throw this.error("ERR_FILTER_TYPE", `${name} has no value to compare`, relation, notes);
    }
    const hasBytes = kind === "bytes" || kind === "text" || kind === "name";
    if (hasBytes) return this.bytesTest(relation, fields);
    if (operator.text === "~") {
      throw this.error(
        "ERR_FILTER_TYPE",
        `"~" looks into text and bytes; ${field.name} is neither`,
        operator,
      );
    }
    return this.ranged(relation, fields, field, values);
  }

  private bytesTest(relation: Relation, fields: readonly FieldAt[]): Typed {
    const { operator, values } = relation;
    const text = operator?.text ?? "==";
    if (operator !== undefined && /[<>]/.test(text)) {
      throw this.error("ERR_FILTER_TYPE", `text and bytes are compared with ==, !=, in or ~`, operator);
    }
    const test = fields.map((field): Typed => {
      const bytes = values.map(({ from, to }) => {
        if (to !== undefined) throw this.error("ERR_FILTER_TYPE", "text and bytes have no ranges", to);
        return this.values.bytes(field.field, from);
      });
      return { kind: "bytes", field, relation: text === "~" ? "contains" : "equals", values: bytes };
    });
    return isNegative(text)
      ? noneOf(
          fields.map((field) => ({ kind: "field", field })),
          anyOf(test),
        )
      : anyOf(test);
  }

  private ranged(
    relation: Relation,
    operands: readonly Operand[],
    field: FieldLayout,
    values: readonly Item[],
  ): Typed {
    const { operator } = relation;
    if (operator === undefined || operator.text === "~") {
      throw this.error("ERR_FILTER_TYPE", `compare it with a number`, relation);
    }
    const ranges = unionOf(values.map((item) => this.compared(field, operator.text, item)));
    const test: Typed = { kind: "ranges", operands, ranges };
    if (!isNegative(operator.text)) return test;
    const fields = operands.filter((operand): operand is FieldAt => !("fact" in operand));
    if (fields.length === 0) return { kind: "not", of: test };
    return noneOf(
      fields.map((at) => ({ kind: "field", field: at })),
      test,
    );
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

  private unknownField(owner: HeaderClass, name: Token): FilterError {
    const names = fieldNames(owner);
    const near = didYouMean(name.text, names);
    const notes = near.length > 0 ? near : [`it has ${names.join(", ")}`];
    const problem = `${owner.LAYOUT.name} has no field ${name.text}`;
    return this.error("ERR_FILTER_UNKNOWN_NAME", problem, name, notes);
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
