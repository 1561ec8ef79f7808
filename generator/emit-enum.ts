import { describe, docComment } from "./docs.js";
import type { Held } from "./held.js";
import type { EnumLabel, EnumModel, EnumRow } from "./layout.js";
import { enumFactsName } from "./names.js";

/** An enum as erasable TypeScript: an object of numbers, the type of its values, and the labels for dumps. */
export function enumStatements(model: EnumModel, held: Held): string[] {
  const { className, name, closed, rows } = model;
  const labels = Object.fromEntries(model.labels.map(({ value, label }) => [value, label]));
  const openness = closed ? "Other values are invalid." : "Open: other values may occur.";
  const members = model.labels.length === 0 ? "{}" : `{\n${model.labels.map(member).join("\n")}\n}`;
  const facts = { name, closed, labels, rows: rows.length === 0 ? undefined : rows.map(rowFacts) };
  return [
    `${docComment(`${describe(name, model)}\n${rowsText(rows)}${openness}`)}\nexport const ${className} = ${members} as const;`,
    `/** A value that {@link ${className}} names. */\nexport type ${className} = (typeof ${className})[keyof typeof ${className}];`,
    `/** The schema's labels of {@link ${className}}. */\nexport const ${enumFactsName(model.className)}: EnumLayout = ${held.data(facts)};`,
  ];
}

function rowsText(rows: readonly EnumRow[]): string {
  return rows.map(({ min, max, label }) => `${min} to ${max} are ${label}.\n`).join("");
}

function rowFacts({ min, max, label }: EnumRow): object {
  return { min, max, label };
}

function member(label: EnumLabel): string {
  const doc =
    label.doc === undefined && label.source === undefined
      ? ""
      : `${docComment(describe(label.label, label))}\n`;
  return `${doc}${label.member}: ${label.value},`;
}
