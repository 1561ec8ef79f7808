import { describe, docComment } from "./docs.js";
import { literal } from "./emit-layout.js";
import type { EnumLabel, EnumModel } from "./layout.js";
import { enumFactsName } from "./names.js";

/** An enum as erasable TypeScript: an object of numbers, the type of its values, and the labels for dumps. */
export function enumStatements(model: EnumModel): string[] {
  const { className, name, closed } = model;
  const labels = Object.fromEntries(model.labels.map(({ value, label }) => [value, label]));
  const openness = closed ? "Other values are invalid." : "Open: other values may occur.";
  return [
    `${docComment(`${describe(name, model)}\n${openness}`)}\nexport const ${className} = {\n${model.labels.map(member).join("\n")}\n} as const;`,
    `/** A value that {@link ${className}} names. */\nexport type ${className} = (typeof ${className})[keyof typeof ${className}];`,
    `/** The schema's labels of {@link ${className}}. */\nexport const ${enumFactsName(model.className)}: EnumLayout = ${literal({ name, closed, labels })};`,
  ];
}

function member(label: EnumLabel): string {
  const doc =
    label.doc === undefined && label.source === undefined
      ? ""
      : `${docComment(describe(label.label, label))}\n`;
  return `${doc}${label.member}: ${label.value},`;
}
