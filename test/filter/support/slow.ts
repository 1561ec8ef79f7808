// What an expression means, word by word, on a packet as `toJSON` shows it. It shares the parser with the filters, and
// nothing else.
import {
  type Header,
  jsonText,
  parseIpv4,
  parseIpv6,
  parseMac,
  type JsonObject,
  type JsonValue,
} from "zc-gen";
import * as protocols from "zc-gen/protocols";
import { parse } from "../../../filter/parse.js";
import type { Item, OperandSyntax, Relation, Syntax } from "../../../filter/syntax.js";

/** A packet as it is looked at. */
export interface Seen {
  readonly layers: readonly { readonly proto: string; readonly fields: JsonObject }[];
  readonly length: number;
}

type Layout = (typeof protocols.Udp)["LAYOUT"];

const LAYOUTS = new Map(
  (Object.values(protocols) as { LAYOUT?: Layout }[]).flatMap(({ LAYOUT }) =>
    LAYOUT === undefined ? [] : [[LAYOUT.name, LAYOUT] as const],
  ),
);

/** Whether an expression holds. */
export function slowly(text: string): (seen: Seen) => boolean {
  const syntax = parse(text);
  return (seen) => holds(syntax, seen);
}

function holds(syntax: Syntax, seen: Seen): boolean {
  switch (syntax.kind) {
    case "and":
      return syntax.parts.every((part) => holds(part, seen));
    case "or":
      return syntax.parts.some((part) => holds(part, seen));
    case "not":
      return !holds(syntax.of, seen);
    case "relation":
      return related(syntax, seen);
  }
}

const GROUPS: Readonly<Record<string, readonly string[]>> = {
  host: ["ipv4.src", "ipv4.dst", "ipv6.src", "ipv6.dst"],
  net: ["ipv4.src", "ipv4.dst", "ipv6.src", "ipv6.dst"],
  port: ["tcp.src_port", "tcp.dst_port", "udp.src_port", "udp.dst_port", "sctp.src_port", "sctp.dst_port"],
};

function related(relation: Relation, seen: Seen): boolean {
  const names = relation.path.map(({ text }) => text);
  const [first = ""] = names;
  const depth = relation.depth?.text ?? "0";
  if (LAYOUTS.has(first) && names.length === 1) return layersOf(first, depth, seen).length > 0;
  const found = operand(names, depth, seen);
  const other = otherOf(relation);
  if (other === undefined) return judged(relation, found);
  const names2 = other.path.map(({ text }) => text);
  const right = operand(names2, other.depth?.text ?? "0", seen);
  if (relation.operator?.text === "!=" && (found.length === 0 || right.length === 0)) return false;
  return together(relation, numbersOf(found, relation.mask), numbersOf(right, other.mask));
}

/** The elements of what is an array, one by one. */
function single(found: readonly Found[]): Found[] {
  return found.flatMap(({ value, ...rest }) => [value].flat().map((one) => ({ value: one, ...rest })));
}

/** What stands in a value's place: a path, or a length, which is written like a label. */
function otherOf({ other, operator, values }: Relation): OperandSyntax | undefined {
  const [value] = values;
  const isLength = /^(captured|original)_length$/.test(value?.from.text ?? "");
  if (!isLength || operator?.text === "in" || operator?.text === "not in") return other;
  return { path: [value?.from as Item["from"]], start: 0, end: 0 };
}

function numbersOf(found: readonly Found[], mask: OperandSyntax["mask"]): Numbered[] {
  const bits = mask === undefined ? undefined : numberOf(mask.text, {})?.value;
  return single(found).flatMap(({ value, labels }) => {
    const number = typeof value === "object" ? undefined : numberOf(jsonText(value), labels);
    if (number === undefined) return [];
    return bits === undefined ? [number] : [{ ...number, value: number.value & bits }];
  });
}

function together({ operator }: Relation, lefts: readonly Numbered[], rights: readonly Numbered[]): boolean {
  const pairs = lefts.flatMap((left) =>
    rights.filter(({ family }) => family === left.family).map(({ value }) => [left.value, value] as const),
  );
  switch (operator?.text) {
    case "==":
      return pairs.some(([left, right]) => left === right);
    case "!=":
      return pairs.every(([left, right]) => left !== right);
    case "<":
      return pairs.some(([left, right]) => left < right);
    case "<=":
      return pairs.some(([left, right]) => left <= right);
    case ">":
      return pairs.some(([left, right]) => left > right);
    default:
      return pairs.some(([left, right]) => left >= right);
  }
}

/** Whatever a name stands for in a packet. */
function operand(names: readonly string[], depth: string, seen: Seen): Found[] {
  const [first = ""] = names;
  if (/^(captured|original)_length$/.test(first)) return [{ value: seen.length, type: "u32", labels: {} }];
  const group = GROUPS[first];
  if (group !== undefined) return group.flatMap((path) => valuesAt(path.split("."), "0", seen));
  return valuesAt(names, depth, seen);
}

/** A value, with what the schema says of its field. */
interface Found {
  readonly value: JsonValue;
  readonly type: string;
  readonly labels: Labels;
}

function layersOf(name: string, depth: string, { layers }: Seen): JsonObject[] {
  const found = layers.filter(({ proto }) => proto === name).map(({ fields }) => fields);
  return depth === "*" ? found : found.slice(Number(depth), Number(depth) + 1);
}

function valuesAt([layer = "", ...path]: readonly string[], depth: string, seen: Seen): Found[] {
  return layersOf(layer, depth, seen).flatMap((fields) => inside(fields, LAYOUTS.get(layer), path));
}

function inside(fields: JsonObject, layout: Layout | undefined, names: readonly string[]): Found[] {
  const [name = "", ...rest] = names;
  if (name === "flags" && rest.length > 0 && !(name in fields)) return inside(fields, layout, rest);
  if (name === "flags" && rest.length === 0 && !(name in fields)) {
    return flagsIn(fields, layout?.fields ?? []);
  }
  const ends = name === "addr" ? ["src", "dst"] : [`src_${name}`, `dst_${name}`];
  const keys = name in fields ? [name] : name === "id" && "vid" in fields ? ["vid"] : ends;
  const isHeld = layout?.list !== undefined && layout.fields.every((field) => field.name !== name);
  if (isHeld && name !== "value") return held(fields, layout, names);
  if (isHeld && rest.length > 0) return held(fields, layout, rest);
  return keys.flatMap((key) => {
    const field = layout?.fields.find((one) => one.name === key);
    const value = fields[key];
    if (value === undefined) return [];
    if (rest.length === 0) return [foundOf(value, field)];
    return objectsIn(value).flatMap((one) => inside(one, layoutIn(layout, field, one), rest));
  });
}

/** Flags that lie side by side as one number, the last its lowest bit. */
function flagsIn(values: JsonObject, fields: Layout["fields"]): Found[] {
  const flags = fields.filter(({ type }) => type === "flag");
  const places = flags.map(({ bitOffset }, i) => bitOffset - i);
  if (flags.length < 2 || new Set(places).size > 1 || flags.some(({ slot }) => slot !== undefined)) return [];
  const value = flags.reduce((number, { name }) => number * 2 + Number(values[name]), 0);
  return [{ value, type: `u${flags.length}`, labels: {} }];
}

/** What stands in an element's value. */
function held({ value = "" }: JsonObject, { list }: Layout, names: readonly string[]): Found[] {
  return objectsIn(value).flatMap((one) => inside(one, withKeys(one, list?.choice), names));
}

function foundOf(value: JsonValue, field: Field | undefined): Found {
  const labels = field?.enum?.labels ?? {};
  const numbers = Object.entries(labels).map(([number, label]) => [label, Number(number)] as const);
  return { value, type: field?.type ?? "", labels: Object.fromEntries(numbers) };
}

function objectsIn(value: JsonValue): JsonObject[] {
  const all: readonly JsonValue[] = [value].flat();
  return all.filter((one): one is JsonObject => typeof one === "object" && !Array.isArray(one));
}

type Field = Layout["fields"][number];

/** The layout of an object that stands in a field. */
function layoutIn(
  owner: Layout | undefined,
  field: Field | undefined,
  value: JsonObject,
): Layout | undefined {
  const inner = field?.elements?.LAYOUT ?? field?.list?.LAYOUT;
  if (inner !== undefined || field === undefined || owner === undefined) return inner;
  if (field.choice !== undefined) return withKeys(value, field.choice);
  const Class = (protocols as unknown as Record<string, new (view: DataView) => Record<string, Header>>)[
    owner.className
  ];
  return Class && new Class(new DataView(new ArrayBuffer(0)))[field.member]?.layout;
}

/** The layout of the class whose fields an object has: no two of a switch have the same name for other kinds. */
function withKeys(value: JsonObject, choice: Field["choice"]): Layout | undefined {
  const layouts = Object.values(choice?.cases ?? {}).map(({ of }) => of.LAYOUT);
  return layouts.find(({ fields, list }) => {
    const names = [...fields.map(({ name }) => name), ...(list === undefined ? [] : ["value"])];
    return Object.keys(value).every((key) => names.includes(key));
  });
}

function judged(relation: Relation, found: readonly Found[]): boolean {
  const operator = relation.operator?.text;
  if (operator === undefined && relation.mask !== undefined) {
    return numbersOf(found, relation.mask).some(({ value }) => value !== 0n);
  }
  if (operator === undefined) {
    return found.some(({ type, value }) => type !== "flag" || [value].flat().includes(true));
  }
  const some = single(found).some((one) =>
    relation.values.some((item) => fits(one, operator, item, relation.mask)),
  );
  return operator === "!=" || operator === "not in" ? found.length > 0 && !some : some;
}

function fits(one: Found, operator: string, item: Item, mask: OperandSyntax["mask"]): boolean {
  const { value, type, labels } = one;
  if (type === "bytes" || type === "dns_name" || type === "text") return textual(value, operator, item, type);
  if (typeof value === "object") return false;
  if (type === "flag" && !/^([01]|true|false)$/.test(item.from.text)) return false;
  const [found] = numbersOf([one], mask);
  const [min, max] = boundsOf(item.from.text, labels);
  const last = item.to === undefined ? max : boundsOf(item.to.text, labels)[1];
  if (found === undefined || min === undefined || last === undefined) return false;
  if (found.family !== min.family) return false;
  switch (operator) {
    case "<":
      return found.value < min.value;
    case "<=":
      return found.value <= last.value;
    case ">":
      return found.value > last.value;
    case ">=":
      return found.value >= min.value;
    default:
      return found.value >= min.value && found.value <= last.value;
  }
}

function textual(value: JsonValue, operator: string, { from }: Item, type: string): boolean {
  if (from.kind !== "string" && type !== "bytes") return false;
  const found = type === "dns_name" ? jsonText(value).toLowerCase() : jsonText(value);
  let wanted = type === "dns_name" ? from.text.toLowerCase() : from.text;
  if (type === "bytes") {
    wanted =
      from.kind === "string"
        ? Buffer.from(wanted).toString("hex")
        : wanted.replaceAll(":", "").replace(/^0x/, "").toLowerCase();
  }
  if (operator !== "~") return found === wanted;
  const at = type === "bytes" ? hexIndex(found, wanted) : found.indexOf(wanted);
  return at >= 0;
}

function hexIndex(found: string, wanted: string): number {
  let at = found.indexOf(wanted);
  while (at > 0 && at % 2 === 1) at = found.indexOf(wanted, at + 1);
  return at;
}

type Labels = Readonly<Record<string, number>>;
interface Numbered {
  readonly family: "number" | "ipv4" | "ipv6" | "mac";
  readonly value: bigint;
}

/** What a text stands for: a number, a label, an address. */
function numberOf(text: string, labels: Labels): Numbered | undefined {
  const label = labels[text];
  if (label !== undefined) return { family: "number", value: BigInt(label) };
  if (text === "true" || text === "false") return { family: "number", value: text === "true" ? 1n : 0n };
  if (/^-?(0x[0-9a-f]+|\d+)$/i.test(text)) {
    return { family: "number", value: text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text) };
  }
  if (/^\d+(\.\d+){3}$/.test(text)) return { family: "ipv4", value: BigInt(parseIpv4(text)) };
  if (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text)) return { family: "mac", value: BigInt(parseMac(text)) };
  return { family: "ipv6", value: BigInt(`0x${Buffer.from(parseIpv6(text)).toString("hex")}`) };
}

function boundsOf(text: string, labels: Labels): [Numbered | undefined, Numbered | undefined] {
  const [address = "", prefix] = text.split("/");
  const from = numberOf(address, labels);
  if (from === undefined || prefix === undefined) return [from, from];
  const bits = from.family === "ipv4" ? 32 : 128;
  return [from, { ...from, value: from.value + (1n << BigInt(bits - Number(prefix))) - 1n }];
}
