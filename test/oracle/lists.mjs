// The two lists that a run reads, and what of mapping.json is left of them.
import { readFileSync } from "node:fs";

/**
 * @typedef {{ capture: string, ignore: string[], why: string }} Exception What is left out of one capture.
 * @typedef {{ layers: string[], link_types: string[], fields: Record<string, string[]>, captures: Exception[] }} NotImplemented
 */

/** Reads a list of this folder. */
export function readList(name) {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));
}

const namesOf = ({ tshark }) => (Array.isArray(tshark) ? tshark : [tshark]);

/**
 * The mapping without what is not implemented. tshark does not dissect those protocols either, so that both sides stop
 * at the same place, and everything that is left has to agree.
 */
export function implementedPart(mapping, notImplemented) {
  const { layers, link_types: linkTypes, fields } = notImplemented;
  const kept = Object.fromEntries(
    Object.entries(mapping.protocols)
      .filter(([name]) => !layers.includes(name))
      .map(([name, layer]) => [name, withoutFields(layer, fields[name] ?? [])]),
  );
  const keptNames = new Set(Object.values(kept).flatMap(namesOf));
  const dropped = new Set(layers.flatMap((name) => namesOf(mapping.protocols[name] ?? { tshark: [] })));
  const enable = mapping.enable.filter(
    (name) => (!dropped.has(name) || keptNames.has(name)) && !linkTypes.includes(name),
  );
  return { ...mapping, enable, protocols: kept };
}

function withoutFields(layer, names) {
  const without = (entries) =>
    Object.fromEntries(Object.entries(entries ?? {}).filter(([name]) => !names.includes(name)));
  return { ...layer, fields: without(layer.fields), lists: without(layer.lists) };
}

/** Mapped fields and lists of a layer. */
export function fieldsOf(layer) {
  return [...Object.keys(layer.fields), ...Object.keys(layer.lists ?? {})];
}

/** What is wrong with the lists themselves: names that mapping.json has not, and layers that are decoded after all. */
export function listProblems(mapping, notImplemented, knownLayers) {
  const { layers, fields } = notImplemented;
  const unknown = (where, name) => `not-implemented.json: mapping.json has no ${where} ${name}`;
  return [
    ...layers.filter((name) => !(name in mapping.protocols)).map((name) => unknown("layer", name)),
    ...layers
      .filter((name) => knownLayers.includes(name))
      .map((name) => `not-implemented.json: ${name} is decoded: take it off`),
    ...Object.entries(fields).flatMap(([layer, names]) => {
      const mapped = layer in mapping.protocols ? fieldsOf(mapping.protocols[layer]) : [];
      return names
        .filter((name) => !mapped.includes(name))
        .map((name) => unknown("field", `${layer}.${name}`));
    }),
  ];
}

/** Fields that stand on the list, and that the decoder gives after all, not only `partly`. `given` are layer.field. */
export function shrinkable({ fields, partly = {} }, given) {
  return Object.entries(fields)
    .flatMap(([layer, names]) => names.map((name) => `${layer}.${name}`))
    .filter((name) => given.includes(name) && !(name in partly))
    .map((name) => `not-implemented.json: ${name} is decoded: take it off`);
}

/** Entries of ignore.json that docs/oracle-differences.md does not explain: it names capture and field in one line. */
export function unexplained(entries, docs) {
  const lines = docs.split("\n");
  return entries
    .flatMap(({ capture, ignore }) => ignore.map((name) => [capture, name]))
    .filter(([capture, name]) => !lines.some((line) => line.includes(capture) && line.includes(name)))
    .map(
      ([capture, name]) => `ignore.json: docs/oracle-differences.md does not explain ${name} in ${capture}`,
    );
}
