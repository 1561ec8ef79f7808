import type { Diagnostics, Span } from "./diagnostics.js";
import type { EnumLabel, EnumModel, SchemaRef } from "./layout.js";
import { className, labelName } from "./names.js";
import { type Entry, keyText, type MapNode, textOf, valueOf } from "./nodes.js";

/** What every enum of a file shares. */
export interface Enums {
  readonly ref: SchemaRef;
  readonly diagnostics: Diagnostics;
}

/** An enum by its name and the map with its `values`. */
export function resolveEnum(name: string, node: MapNode, span: Span, { ref, diagnostics }: Enums): EnumModel {
  const values = valueOf(node, "values");
  const labels = values?.kind === "map" ? values.entries.map((entry) => enumLabel(entry)) : [];
  refuseClashes(values?.kind === "map" ? values.entries : [], labels, diagnostics);
  return {
    name,
    className: className(name),
    schema: ref,
    closed: valueOf(node, "closed")?.kind === "scalar" && textOf(node, "closed") === "true",
    labels: labels.sort((a, b) => a.value - b.value),
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

function enumLabel({ key, value }: Entry): EnumLabel {
  const label =
    value.kind === "map" ? (textOf(value, "name") ?? "") : value.kind === "scalar" ? String(value.value) : "";
  const docs = value.kind === "map" ? described(value) : {};
  return { value: Number(key.value), label, member: labelName(label), ...docs };
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
    diagnostics.error(
      "value-beyond-2-53",
      entry.key.span,
      `${keyText(entry)} is beyond 2^53 - 1, where numbers stop being exact`,
    );
  }
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
