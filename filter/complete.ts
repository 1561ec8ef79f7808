import type { Catalog } from "./catalog.js";
import { fieldsAt, namesBehind } from "./paths.js";

/** Words between which completion begins anew. */
const SEPARATORS = /[\s()!{},&|]/;

/**
 * What the last word of an unfinished expression can become, whole words, in the order of the schemas: layers, fields of
 * a layer, and behind a comparison the labels of the field's enum.
 */
export function completions(text: string, catalog: Catalog): string[] {
  const start = text.split("").findLastIndex((letter) => SEPARATORS.test(letter)) + 1;
  const word = text.slice(start);
  return candidates(text.slice(0, start), word, catalog).filter((name) => name.startsWith(word));
}

function candidates(before: string, word: string, catalog: Catalog): string[] {
  const compared = /([\w.[\]*]+)\s*(?:[=!<>]=|[<>]|\bin)\s*\{?[^{}&|()]*$/.exec(before);
  if (compared?.[1] !== undefined) return labels(compared[1], catalog);
  const [, head = "", name = ""] = /^((\w+)(?:\[[\d*]+\])?)\./.exec(word) ?? [];
  const layer = catalog.layer(name);
  if (layer === undefined) return catalog.firstNames();
  const whole = word
    .slice(head.length + 1)
    .split(".")
    .slice(0, -1);
  const path = [head, ...whole].join(".");
  return namesBehind({ layer, depth: 0 }, whole).map((field) => `${path}.${field}`);
}

/** The labels of whatever a path can mean. */
function labels(path: string, catalog: Catalog): string[] {
  const [layerName = "", ...names] = path.replace(/\[.*?\]/, "").split(".");
  const layer = catalog.layer(layerName);
  const fields = layer === undefined ? [] : fieldsAt({ layer, depth: 0 }, names);
  const enums = new Set(fields.flatMap(({ field }) => field.enum ?? []));
  return [...enums].flatMap((one) => [
    ...Object.values(one.labels),
    ...(one.rows ?? []).map(({ label }) => label),
  ]);
}
