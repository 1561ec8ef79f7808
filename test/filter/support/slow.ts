// What an expression means, word by word, on a packet as `toJSON` shows it. It shares the parser with the filters, and
// nothing else.
import { jsonText, parseIpv4, parseIpv6, parseMac, type JsonObject, type JsonValue } from "zc-gen";
import * as protocols from "zc-gen/protocols";
import { parse } from "../../../filter/parse.js";
import type { Item, Relation, Syntax } from "../../../filter/syntax.js";

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
  const [first = "", field] = names;
  if (/^(captured|original)_length$/.test(first)) return judged(relation, [seen.length], "u32");
  const group = GROUPS[first];
  if (group !== undefined) {
    const values = group.flatMap((path) => valuesAt(path.split("."), "0", seen));
    return judged(relation, values, "");
  }
  const depth = relation.depth?.text ?? "0";
  if (field === undefined) return layersOf(first, depth, seen).length > 0;
  return judged(relation, valuesAt(names, depth, seen), typeOf(names), labelsOf(names));
}

function layersOf(name: string, depth: string, { layers }: Seen): JsonObject[] {
  const found = layers.filter(({ proto }) => proto === name).map(({ fields }) => fields);
  return depth === "*" ? found : found.slice(Number(depth), Number(depth) + 1);
}

function valuesAt([layer = "", ...path]: readonly string[], depth: string, seen: Seen): JsonValue[] {
  const names = path[0] === "flags" && path.length > 1 ? path.slice(1) : path;
  return layersOf(layer, depth, seen).flatMap((fields) => inside(fields, names));
}

function inside(fields: JsonObject, [name = "", ...rest]: readonly string[]): JsonValue[] {
  const ends = name === "addr" ? ["src", "dst"] : [`src_${name}`, `dst_${name}`];
  const keys = name in fields ? [name] : name === "id" && "vid" in fields ? ["vid"] : ends;
  const values = keys.flatMap((key) => (key in fields ? [fields[key] as JsonValue] : []));
  if (rest.length === 0) return values;
  return values.flat().flatMap((value) => (isObject(value) ? inside(value, rest) : []));
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && !Array.isArray(value);
}

function judged(relation: Relation, found: readonly JsonValue[], type: string, labels: Labels = {}): boolean {
  const operator = relation.operator?.text;
  if (operator === undefined) return type === "flag" ? found.includes(true) : found.length > 0;
  const plain = found.flatMap((value) => (Array.isArray(value) ? value : [value]));
  const some = plain.some((value) =>
    relation.values.some((item) => one(value, operator, item, type, labels)),
  );
  return operator === "!=" || operator === "not in" ? found.length > 0 && !some : some;
}

function one(value: JsonValue, operator: string, item: Item, type: string, labels: Labels): boolean {
  if (type === "bytes" || type === "dns_name" || type === "text") return textual(value, operator, item, type);
  const found = numberOf(jsonText(value), labels);
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
  const found = type === "dns_name" ? jsonText(value).toLowerCase() : jsonText(value);
  let wanted = type === "dns_name" ? from.text.toLowerCase() : from.text;
  if (type === "bytes") {
    wanted =
      from.kind === "string" ? Buffer.from(wanted).toString("hex") : wanted.replaceAll(":", "").toLowerCase();
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

function fieldAt([layer = "", ...path]: readonly string[]): Layout["fields"][number] | undefined {
  let layout = LAYOUTS.get(layer);
  let field: Layout["fields"][number] | undefined;
  for (const name of path) {
    if (name === "flags" && path.length > 1) continue;
    field = layout?.fields.find((each) => each.name === (name === "id" ? "vid" : name) || each.name === name);
    layout = field?.elements?.LAYOUT ?? field?.list?.LAYOUT;
  }
  return field;
}

function typeOf(path: readonly string[]): string {
  return fieldAt(path)?.type ?? "";
}

function labelsOf(path: readonly string[]): Labels {
  const labels = fieldAt(path)?.enum?.labels ?? {};
  return Object.fromEntries(Object.entries(labels).map(([value, label]) => [label, Number(value)]));
}
