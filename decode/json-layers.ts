// Layers as `--json` has them: the names of the comparison with tshark, fields of nested structures beside the others.
import { type Icmp, IcmpType } from "../generated/index.js";
import type { DefinedLayout, Header, JsonObject } from "../runtime/index.js";
import { fieldsText } from "./json-fields.js";
import { BEGINNINGS, LAYER_NAMES, PARTS, TUNNELS } from "./json-names.js";

/** A layer of a packet. */
export interface JsonLayer {
  readonly proto: string;
  /** Of its first byte, from the packet's. */
  readonly offset: number;
  readonly fields: JsonObject;
  /** It was cut off, or its lengths are wrong: `fields` are those that are whole. */
  readonly partial?: true;
  /** What a tunnel carries that `TUNNELS` names. */
  readonly inner?: readonly JsonLayer[];
}

/** The same with its fields as text. */
interface TextLayer {
  readonly names: LayerNames;
  readonly offset: number;
  fields: string;
  partial: true | undefined;
  inner: TextLayer[] | undefined;
}

/** The layers of a packet that begins at `start`, and what there is of the one that was `cut`. */
export function jsonLayers(headers: readonly Header[], start: number, cut?: Header): JsonLayer[] {
  return JSON.parse(layersText(headers, start, cut)) as JsonLayer[];
}

/** The same as text. */
export function layersText(headers: readonly Header[], start: number, cut?: Header): string {
  return levelText(textLayers(headers, start, cut));
}

function levelText(layers: readonly TextLayer[]): string {
  let text = "";
  for (let i = 0; i < layers.length; i++) {
    const { names, offset, fields, partial, inner } = layers[i] as TextLayer;
    text += `${i === 0 ? "" : ","}${names.start}${offset},"fields":${fields}`;
    if (partial === true) text += ',"partial":true';
    text += inner === undefined ? "}" : `,"inner":${levelText(inner)}}`;
  }
  return `[${text}]`;
}

function textLayers(headers: readonly Header[], start: number, cut: Header | undefined): TextLayer[] {
  const layers: TextLayer[] = [];
  let level = layers;
  let before: Header | undefined;
  let end = Infinity;
  for (const header of cut === undefined ? headers : [...headers, cut]) {
    if (header.offset >= end) break;
    const names = namesOf(header.layout);
    if (header !== cut && before !== undefined && isRedirect(before)) {
      end = header.payloadOffset + REDIRECTED_BYTES;
    }
    const isPart = names.isPart || (before !== undefined && namesOf(before.layout).isBeginning);
    before = header;
    if (isPart) {
      const last = level.at(-1);
      if (last !== undefined) last.fields = joined(last.fields, fieldsText(header));
      continue;
    }
    const fields = fieldsText(header, end);
    const layer: TextLayer = {
      names,
      offset: header.offset - start,
      fields,
      partial: undefined,
      inner: undefined,
    };
    if (header === cut) {
      if (layers.length === 0 || fields === "{}") break;
      layer.partial = true;
    }
    level.push(layer);
    if (names.isTunnel) level = layer.inner = [];
  }
  return layers;
}

/** What a layer is called, and what that says of it. */
interface LayerNames {
  /** The text of a layer up to its offset. */
  readonly start: string;
  readonly isPart: boolean;
  readonly isBeginning: boolean;
  readonly isTunnel: boolean;
}

const known = new Map<DefinedLayout, LayerNames>();

function namesOf(layout: DefinedLayout): LayerNames {
  let names = known.get(layout);
  if (names === undefined) {
    const { name } = layout;
    names = {
      start: `{"proto":${JSON.stringify(LAYER_NAMES[name] ?? name)},"offset":`,
      isPart: PARTS.has(name),
      isBeginning: BEGINNINGS.has(name),
      isTunnel: TUNNELS.has(name),
    };
    known.set(layout, names);
  }
  return names;
}

/** What a later object says of a field goes before. */
function joined(first: string, second: string): string {
  return JSON.stringify({ ...(JSON.parse(first) as JsonObject), ...(JSON.parse(second) as JsonObject) });
}

/** A redirect tells of a packet by its header and the next 64 bits; what else it may carry is no part of that (RFC 792). */
const REDIRECTED_BYTES = 8;

function isRedirect(header: Header): boolean {
  return header.layout.name === "icmp" && (header as Icmp).type === IcmpType.redirect;
}
