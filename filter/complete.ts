import { fieldNames, fieldNamed, type Catalog } from "./catalog.js";

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
  return layer === undefined ? catalog.firstNames() : fieldNames(layer).map((field) => `${head}.${field}`);
}

function labels(path: string, catalog: Catalog): string[] {
  const [layerName = "", field = ""] = path.replace(/\[.*?\]/, "").split(".");
  const layer = catalog.layer(layerName);
  const names = layer === undefined ? undefined : fieldNamed(layer, field)?.enum;
  return names === undefined
    ? []
    : [...Object.values(names.labels), ...(names.rows ?? []).map(({ label }) => label)];
}
