import type { Diagnostics, Span } from "./diagnostics.js";
import type { EnumLabel, EnumModel, EnumRow, SchemaRef } from "./layout.js";
import { className, labelName } from "./names.js";
import { type Entry, keyText, type MapNode, type Node, textOf, valueOf } from "./nodes.js";

/** What every enum of a file shares. */
export interface Enums {
  readonly ref: SchemaRef;
  readonly diagnostics: Diagnostics;
}

/** An enum by its name and the map with its `values`. */
export function resolveEnum(name: string, node: MapNode, span: Span, { ref, diagnostics }: Enums): EnumModel {
  const values = valueOf(node, "values");
  const entries = values?.kind === "map" ? values.entries : [];
  const single = entries.filter((entry) => !isRow(entry));
  const labels = single.map(enumLabel);
  const rows = entries
    .filter(isRow)
    .map(enumRow)
    .sort((a, b) => a.min - b.min);
  refuseClashes(single, labels, diagnostics);
  refuseRows(rows, diagnostics);
  return {
    name,
    className: className(name),
    schema: ref,
    closed: valueOf(node, "closed")?.kind === "scalar" && textOf(node, "closed") === "true",
    labels: labels.sort((a, b) => a.value - b.value),
    rows,
    ...described(node),
    span,
  };
}

/** `doc` and `source`, where they stand. */
export function described(node: MapNode): { doc?: string; source?: string } {
  const doc = textOf(node, "doc");
  const source = textOf(node, "source");
  return { ...(doc === undefined ? {} : { doc }), ...(source === undefined ? {} : { source }) };
}

/** What an enum calls exactly these values: a label of one, or of a row of them. */
export function labelFor(
  { labels, rows }: EnumModel,
  [min, max]: readonly [min: number, max: number],
): string | undefined {
  if (min === max) return labels.find(({ value }) => value === min)?.label;
  return rows.find((row) => row.min === min && row.max === max)?.label;
}

/** A label with a value that is none of those from `min` to `max`. */
export function labelOutside(
  { labels, rows }: EnumModel,
  [min, max]: readonly [min: number, max: number],
): { readonly label: string; readonly value: number } | undefined {
  const ends = rows.flatMap((row) => [row.min, row.max].map((value) => ({ label: row.label, value })));
  return [...labels, ...ends].find(({ value }) => value < min || value > max);
}

/** `224..239`, not `224`. */
function isRow(entry: Entry): boolean {
  return keyText(entry).includes("..");
}

function enumLabel({ key, value }: Entry): EnumLabel {
  const label = labelText(value);
  return { value: Number(key.value), label, member: labelName(label), ...labelDocs(value) };
}

/** Rows become no members: `unassigned` may stand for many. */
function enumRow(entry: Entry): EnumRow {
  const [min = 0, max = 0] = keyText(entry).split("..").map(Number);
  const { value } = entry;
  return { min, max, label: labelText(value), ...labelDocs(value), span: entry.key.span };
}

function labelText(value: Node): string {
  if (value.kind === "map") return textOf(value, "name") ?? "";
  return value.kind === "scalar" ? String(value.value) : "";
}

function labelDocs(value: Node): { doc?: string; source?: string } {
  return value.kind === "map" ? described(value) : {};
}

function refuseRows(rows: readonly EnumRow[], diagnostics: Diagnostics): void {
  for (const [index, { min, max, span }] of rows.entries()) {
    const text = `${min}..${max}`;
    if (!Number.isSafeInteger(max)) {
      diagnostics.error("value-beyond-2-53", span, beyond(text));
    } else if (min >= max) {
      diagnostics.error("enum-row-empty", span, `${text} is no row of values: write the smaller first`);
    }
    const before = rows[index - 1];
    if (before === undefined || before.max < min) continue;
    diagnostics.error(
      "enum-row-clash",
      span,
      `some of ${text} stand in ${before.min}..${before.max} already`,
      [{ message: "the other is here", span: before.span }],
    );
  }
}

function refuseClashes(
  entries: readonly Entry[],
  labels: readonly EnumLabel[],
  diagnostics: Diagnostics,
): void {
  const byMember = new Map<string, Entry>();
  const byValue = new Map<number, Entry>();
  for (const [index, entry] of entries.entries()) {
    const { member, value, label } = labels[index] as EnumLabel;
    const twice = `the label ${JSON.stringify(label)} stands here twice (as ${member})`;
    clash("label-clash", byMember, member, entry, twice, diagnostics);
    clash("value-clash", byValue, value, entry, `the value ${keyText(entry)} stands here twice`, diagnostics);
    if (Number.isSafeInteger(value)) continue;
    diagnostics.error("value-beyond-2-53", entry.key.span, beyond(keyText(entry)));
  }
}

function beyond(value: string): string {
  return `${value} is beyond 2^53 - 1, where numbers stop being exact`;
}

function clash<K>(
  name: "label-clash" | "value-clash",
  seen: Map<K, Entry>,
  key: K,
  entry: Entry,
  message: string,
  diagnostics: Diagnostics,
): void {
  const earlier = seen.get(key);
  if (earlier === undefined) seen.set(key, entry);
  else {
    diagnostics.error(name, entry.value.span, message, [
      { message: "the first is here", span: earlier.value.span },
    ]);
  }
}
