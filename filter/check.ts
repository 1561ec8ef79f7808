import type { FieldLayout, HeaderClass } from "../runtime/index.js";
import { fieldNamed, relationNamed, type Catalog } from "./catalog.js";
import { didYouMean, FilterError, type FilterErrorCode, type Span } from "./error.js";
import { kindOf, widthOf } from "./field-kind.js";
import { anyOf } from "./join.js";
import { parse } from "./parse.js";
import { fieldsAt, namesBehind } from "./paths.js";
import { unionOf, type Range } from "./ranges.js";
import type { Item, OperandSyntax, Operator, Relation, Syntax } from "./syntax.js";
import type { Token } from "./tokens.js";
import type { Comparison, FieldAt, LayerAt, Operand, Typed } from "./typed.js";
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
  private readonly loose: Values;

  constructor(text: string, catalog: Catalog) {
    this.text = text;
    this.catalog = catalog;
    this.values = new Values(text);
    this.loose = new Values(text, false);
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
    if (layer !== undefined && rest.length === 0) {
      return this.layerAlone(relation, { layer, depth: this.depthOf(relation.depth) });
    }
    const operands = this.operands(relation);
    const compared = this.withFact(relation);
    if (compared.other !== undefined) return this.compare(compared, operands, compared.other);
    const fields = operands.filter((operand): operand is FieldAt => !("fact" in operand));
    if (fields.length === 0) return this.lengths(relation, operands);
    return layer === undefined && relation.mask === undefined
      ? this.grouped(relation, fields)
      : this.tested(relation, fields);
  }

  /** Whatever a name stands for, with its mask; no layer alone. */
  private operands({ path, depth, mask, ...span }: OperandSyntax): readonly Operand[] {
    const [first, ...rest] = path as [Token, ...Token[]];
    const layer = this.catalog.layer(first.text);
    const found =
      layer === undefined
        ? this.wordAlone(first, rest, depth)
        : this.fieldsOf({ layer, depth: this.depthOf(depth) }, first, rest);
    if (mask === undefined) return found;
    const compared = found.filter((operand) => "fact" in operand || kindOf(operand.field) !== "none");
    if (compared.length === 0) throw this.withoutValue({ path, ...span }, found);
    return this.anyThat(compared, (operand, values) => {
      const field = "fact" in operand ? LENGTH : operand.field;
      return { ...operand, mask: values.mask(field, mask) };
    });
  }

  /**
   * What can be made of one or another: a value need not fit all that a name stands for, but one. Numbers without room in some
   * compare as numbers do.
   */
  private anyThat<T, R>(from: readonly T[], make: (one: T, values: Values) => R): R[] {
    const isOk = (values: Values, one: T): R | FilterError => {
      try {
        return make(one, values);
      } catch (error) {
        if (error instanceof FilterError) return error;
        throw error;
      }
    };
    const strict = from.map((one) => isOk(this.values, one));
    const [problem] = strict;
    if (problem instanceof FilterError && strict.every((one) => one instanceof FilterError)) throw problem;
    if (from.length === 1) return strict as R[];
    const made = from.map((one) => isOk(this.loose, one));
    return made.filter((one): one is Exclude<typeof one, FilterError> => !(one instanceof FilterError));
  }

  private fieldsOf(at: LayerAt, first: Token, rest: readonly Token[]): readonly FieldAt[] {
    const [name, ...inner] = rest;
    if (name === undefined) {
      const problem = `${first.text} is a layer: compare one of its fields`;
      throw this.error("ERR_FILTER_TYPE", problem, first, exampleOf(at.layer));
    }
    const { layer } = at;
    const ends = fieldNamed(layer, name.text) === undefined ? relationNamed(layer, name.text) : undefined;
    if (ends === undefined) return this.fieldsAt(at, rest);
    this.refuseMore(inner, name);
    return ends.map((field) => ({ ...at, through: [], owner: layer, field }));
  }

  /** `host`, `port`, `captured_length`. */
  private wordAlone(first: Token, rest: readonly Token[], depth: Token | undefined): readonly Operand[] {
    if (depth !== undefined) this.refuseMore([depth], first);
    const group = this.catalog.group(first.text);
    if (group !== undefined && group.length > 0) {
      this.refuseMore(rest, first);
      return group.map(([name, field]) => {
        const layer = this.catalog.layer(name) as HeaderClass;
        const found = fieldNamed(layer, field) as FieldLayout;
        return { layer, depth: 0, through: [], owner: layer, field: found };
      });
    }
    const fact = this.catalog.fact(first.text);
    if (fact === undefined) {
      const notes = didYouMean(first.text, this.catalog.firstNames());
      throw this.error("ERR_FILTER_UNKNOWN_NAME", `there is no layer ${first.text}`, first, notes);
    }
    this.refuseMore(rest, first);
    return [{ fact }];
  }

  /** `ipv4.total_length > captured_length`: a name alone that is no label. */
  private withFact(relation: Relation): Relation {
    const { operator, values } = relation;
    const [value, ...more] = values;
    const isFact = value?.from.kind === "name" && this.catalog.fact(value.from.text) !== undefined;
    if (!isFact || more.length > 0 || value.to !== undefined) return relation;
    if (operator?.text === "in" || operator?.text === "not in" || operator?.text === "~") return relation;
    const { start, end } = value;
    return { ...relation, values: [], other: { path: [value.from], start, end } };
  }

  private lengths(relation: Relation, operands: readonly Operand[]): Typed {
    const { operator } = relation;
    if (operator === undefined || operator.text === "~") {
      throw this.error("ERR_FILTER_TYPE", `compare it with a number`, relation);
    }
    const test = ranged(relation, operator, operands, LENGTH, this.values);
    return isNegative(operator.text) ? { kind: "not", of: test } : test;
  }

  /** Fields with fields: those pairs that are of one kind. */
  private compare(relation: Relation, lefts: readonly Operand[], other: OperandSyntax): Typed {
    const operator = relation.operator as Operator;
    const rights = this.operands(other);
    const pairs = lefts.flatMap((left) =>
      rights.flatMap((right) => (familyOf(left) === familyOf(right) ? [{ left, right }] : [])),
    );
    const families = [lefts, rights].map(([one]) => familyOf(one as Operand));
    if (pairs.length === 0 || families.includes("bytes") || families.includes("none")) {
      const [left, right] = [relation.path, other.path].map((path) => path.map(({ text }) => text).join("."));
      const problem = `${left} (${families[0]}) is not compared with ${right} (${families[1]})`;
      throw this.error("ERR_FILTER_TYPE", problem, other);
    }
    const comparison = isNegative(operator.text) ? "==" : (operator.text as Comparison);
    const test = anyOf(pairs.map((pair) => ({ kind: "compared", comparison, ...pair })));
    if (!isNegative(operator.text)) return test;
    const there = [pairs.map(({ left }) => left), pairs.map(({ right }) => right)].flatMap((side) => {
      const fields = side.filter((operand): operand is FieldAt => !("fact" in operand));
      return fields.length === 0
        ? []
        : [anyOf([...new Set(fields)].map((field) => ({ kind: "field", field })))];
    });
    return { kind: "all", parts: [...there, { kind: "not", of: test }] };
  }

  /** Those fields of a group whose kind the values are of: IPv4 or IPv6 addresses. */
  private grouped(relation: Relation, fields: readonly FieldAt[]): Typed {
    const isV6 = ({ from }: Item): boolean => from.text.includes(":");
    const byKind = (kind: string): readonly FieldAt[] => fields.filter(({ field }) => kindOf(field) === kind);
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
    return anyOf(this.anyThat(kinds, (some, values) => this.ofOneKind(relation, operator, some, values)));
  }

  private ofOneKind(
    relation: Relation,
    operator: Operator,
    fields: readonly FieldAt[],
    values: Values,
  ): Typed {
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
    return ranged(relation, operator, fields, field, values);
  }

  private withoutValue({ path, ...span }: OperandSyntax, operands: readonly Operand[]): FilterError {
    const names = path.map(({ text }) => text);
    const [operand] = operands as [Operand];
    const inside = "fact" in operand ? [] : namesBehind(operand, names.slice(1));
    const notes = inside.length === 0 ? [] : [`it has ${inside.join(", ")}`];
    return this.error("ERR_FILTER_TYPE", `${names.join(".")} has no value to compare`, span, notes);
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

  private depthOf(depth: Token | undefined): number | "any" {
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
    const key = `${kindOf(at.field)} ${at.mask ?? ""} ${widthOf(at.field)} ${at.field.enum?.name ?? ""}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [at]);
    else group.push(at);
  }
  return groups;
}

/** A test of numbers: none that the field has no room for, or that a mask takes away. */
function ranged(
  relation: Relation,
  operator: Operator,
  operands: readonly Operand[],
  field: FieldLayout,
  values: Values,
): Typed {
  const mask = operands[0]?.mask;
  const [min, max] = mask === undefined ? limits(field) : [0n, mask];
  const ranges = relation.values.map((item): Range => {
    const range = mask === undefined ? values.range(field, item) : values.masked(field, item, mask);
    const wanted = wantedBy(operator.text, range, min, max);
    return { min: wanted.min < min ? min : wanted.min, max: wanted.max > max ? max : wanted.max };
  });
  return { kind: "ranges", operands, ranges: unionOf(ranges) };
}

function wantedBy(operator: string, range: Range, min: bigint, max: bigint): Range {
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

function isNegative(operator: string): boolean {
  return operator === "!=" || operator === "not in";
}

/** What is compared with what. */
function familyOf(
  operand: Operand,
): "a number" | "a MAC address" | "an IPv4 address" | "an IPv6 address" | "a flag" | "bytes" | "none" {
  switch ("fact" in operand ? "unsigned" : kindOf(operand.field)) {
    case "unsigned":
    case "signed":
      return "a number";
    case "mac":
      return "a MAC address";
    case "ipv4":
      return "an IPv4 address";
    case "ipv6":
      return "an IPv6 address";
    case "flag":
      return "a flag";
    case "none":
      return "none";
    default:
      return "bytes";
  }
}

/** A flag alone is set; any other field alone is there, one with a mask has one of its bits set. */
function aloneTest(at: FieldAt): Typed {
  if (at.mask !== undefined) return { kind: "ranges", operands: [at], ranges: [{ min: 1n, max: at.mask }] };
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
