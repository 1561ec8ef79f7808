// Adds up what the comparisons gave, by layer.
import { fieldsOf } from "./lists.mjs";

/** A row of the table: numbers of one layer. */
const emptyRow = () => ({ layers: 0, compared: 0, fields: 0, agreed: 0, missing: 0 });

/** Sums of several results of compare.mjs `--json`. */
export class Totals {
  packets = 0;
  skipped = 0;
  mismatched = 0;
  tolerated = 0;
  rows = new Map();
  groups = new Map();
  given = new Set();

  add(result) {
    this.packets += result.packets;
    this.skipped += result.skipped;
    this.mismatched += result.mismatched;
    this.tolerated += result.partialAbsent + result.toleratedExtra + result.unverified;
    for (const [name, { tshark, compared, fields, matched }] of Object.entries(result.protos)) {
      const row = this.row(name);
      row.layers += tshark;
      row.compared += compared;
      row.fields += fields;
      row.agreed += matched;
    }
    for (const name of Object.keys(result.unmapped)) this.given.add(name);
    for (const [name, group] of Object.entries(result.groups)) this.addGroup(name, group);
  }

  addGroup(name, { count, first }) {
    const group = this.groups.get(name) ?? { count: 0, first: [] };
    this.groups.set(name, { count: group.count + count, first: [...group.first, ...first] });
    const missing = /^layer (\w+) missing$/.exec(name);
    if (missing !== null) this.row(missing[1]).missing += count;
  }

  row(name) {
    if (!this.rows.has(name)) this.rows.set(name, emptyRow());
    return this.rows.get(name);
  }
}

/** The table by layer, then layers that are not implemented at all. */
export function tableText(totals, mapping, notImplemented) {
  const lines = [
    ["layer", "packets'", "compared", "fields", "agreed", "differing", "mapped", "not implemented"],
    ...[...totals.rows]
      .sort(([, a], [, b]) => b.fields - a.fields)
      .map(([name, row]) => {
        const all = fieldsOf(mapping.protocols[name]).length;
        const not = notImplemented.fields[name]?.length ?? 0;
        return [
          name,
          row.layers,
          row.compared,
          row.fields,
          row.agreed,
          row.fields - row.agreed + row.missing,
          all,
          not,
        ];
      }),
    ...notImplemented.layers.map((name) => {
      const all = fieldsOf(mapping.protocols[name]).length;
      return [name, "-", "-", "-", "-", "-", all, all];
    }),
  ];
  return lines.map((cells) => cells.map(pad).join("").trimEnd()).join("\n");
}

const pad = (cell, index) =>
  index === 0 ? String(cell).padEnd(26) : String(cell).padStart(index === 7 ? 17 : 11);

/** The mismatches, the most frequent first, some packets of each. */
export function mismatchText(totals, most = 5) {
  return [...totals.groups]
    .sort(([, a], [, b]) => b.count - a.count)
    .map(([name, { count, first }]) => {
      const some = first
        .slice(0, most)
        .map(({ file, packet, text }) => `    ${file} packet ${packet}: ${text}`);
      return [`  ${name}: ${count}`, ...some].join("\n");
    })
    .join("\n");
}
