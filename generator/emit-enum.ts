import { describe, docComment } from "./docs.js";
import type { Held } from "./held.js";
import type { EnumLabel, EnumModel, EnumRow } from "./layout.js";
import { enumFactsName } from "./names.js";
import { isPlainData } from "./style-data.js";
import { PRINT_WIDTH } from "./style-width.js";

/**
 * An enum as erasable TypeScript: an object of numbers, the type of its values, and the labels for dumps. It has its final
 * form, see {@link isFinalEnum}.
 */
export function enumStatements(model: EnumModel, held: Held): string[] {
  const { className, name, closed, rows } = model;
  const openness = closed ? "Other values are invalid." : "Open: other values may occur.";
  const members = model.labels.length === 0 ? "{}" : `{\n${model.labels.map(member).join("\n")}\n}`;
  held.refersTo(FACTS);
  return [
    `${docComment(`${describe(name, model)}\n${rowsText(rows)}${openness}`)}\nexport const ${className} = ${members} as const;`,
    `/** A value that {@link ${className}} names. */\n${valueType(className)}`,
    `/** The schema's labels of {@link ${className}}. */\nexport const ${enumFactsName(className)}: ${FACTS} = ${held.data(enumFacts(model))};`,
  ];
}

/** Whether prettier would leave the statements of an enum as they are. */
export function isFinalEnum(model: EnumModel): boolean {
  return valueType(model.className).length <= PRINT_WIDTH && isPlainData(enumFacts(model));
}

/** Their type. */
const FACTS = "EnumLayout";

function enumFacts({ name, closed, labels, rows }: EnumModel): object {
  const names = Object.fromEntries(labels.map(({ value, label }) => [value, label]));
  return { name, closed, labels: names, rows: rows.length === 0 ? undefined : rows.map(rowFacts) };
}

function valueType(className: string): string {
  return `export type ${className} = (typeof ${className})[keyof typeof ${className}];`;
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
  return `${doc}${label.member}: ${label.value},`.replaceAll(/^/gm, "  ");
}
