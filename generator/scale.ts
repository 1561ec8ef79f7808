// Numbers that count parts of a whole, and times: `scale`, `epoch`, `fraction`.
import type { Diagnostics } from "./diagnostics.js";
import type { DeclaredType } from "./element-type.js";
import type { FieldModel, ScaleModel } from "./layout.js";
import { type Entry, type MapNode, textOf, valueOf } from "./nodes.js";

/** What `scale`, `epoch` and `fraction` say of a field. Tells what is wrong, and gives nothing then. */
export function fieldScale(
  entry: Entry,
  map: MapNode | undefined,
  { type, word }: DeclaredType,
  diagnostics: Diagnostics,
): { scale?: ScaleModel } {
  const keys = ["scale", "epoch", "fraction"].filter((key) => map && valueOf(map, key) !== undefined);
  const [key] = keys;
  if (map === undefined || key === undefined) return {};
  const span = valueOf(map, key)?.span ?? entry.key.span;
  if ((type.kind !== "uint" && type.kind !== "int") || valueOf(map, "unit") !== undefined) {
    const not = type.kind === "uint" || type.kind === "int" ? "beside `unit`" : `with ${word}`;
    diagnostics.error("scale-no-number", span, `\`${key}\` goes with a whole number, not ${not}`);
    return {};
  }
  const by = scaleValue(map, diagnostics);
  const epoch = epochSeconds(map, diagnostics);
  const fraction = textOf(map, "fraction");
  if (by === undefined || epoch === "wrong") return {};
  if (fraction !== undefined && by !== 1) {
    diagnostics.error(
      "fraction-field",
      span,
      "what has a `fraction` counts whole seconds, and has no `scale`",
    );
    return {};
  }
  return {
    scale: {
      by,
      ...(epoch === undefined ? {} : { epoch }),
      ...(fraction === undefined ? {} : { fraction }),
    },
  };
}

/** 1 where none is stated. */
function scaleValue(map: MapNode, diagnostics: Diagnostics): number | undefined {
  const node = valueOf(map, "scale");
  if (node?.kind !== "scalar") return 1;
  const power = /^(2|10)\^(\d{1,2})$/.exec(String(node.value));
  const value = power === null ? Number(node.value) : Number(power[1]) ** Number(power[2]);
  if (value >= 2 && Number.isSafeInteger(value) && isExact(value)) return value;
  const message = `a scale is a number from 2 to 2^53 with no factors but 2 and 5, as in \`1000\`, \`2^16\` or \`10^9\``;
  diagnostics.error("scale-value", node.span, message);
  return undefined;
}

/** Whether parts of so many have a decimal fraction that ends. */
function isExact(scale: number): boolean {
  let rest = scale;
  for (const factor of [2, 5]) while (rest % factor === 0) rest /= factor;
  return rest === 1;
}

function epochSeconds(map: MapNode, diagnostics: Diagnostics): number | undefined | "wrong" {
  const node = valueOf(map, "epoch");
  if (node?.kind !== "scalar") return undefined;
  const text = String(node.value);
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(text)) return time / 1000;
  diagnostics.error(
    "epoch-date",
    node.span,
    "an epoch is a day, as in `1970-01-01`; it begins at midnight, UTC",
  );
  return "wrong";
}

/** The field that a `fraction` names, among those of its structure. */
export function fractionOf(field: FieldModel, fields: readonly FieldModel[]): FieldModel | undefined {
  return fields.find(({ name }) => name === field.scale?.fraction);
}

/** Seconds may stand before their fraction: whether it is there is known at the end. */
export function checkFractions(fields: readonly FieldModel[], diagnostics: Diagnostics): void {
  for (const field of fields) {
    if (field.scale?.fraction === undefined) continue;
    const scale = fractionOf(field, fields)?.scale;
    if (scale !== undefined && scale.by > 1 && scale.epoch === undefined) continue;
    const message = `the fraction of ${JSON.stringify(field.name)} must be a field beside it with a \`scale\`, and ${JSON.stringify(field.scale.fraction)} is none`;
    diagnostics.error("fraction-field", field.span, message);
  }
}
