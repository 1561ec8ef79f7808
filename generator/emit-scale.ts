// The exact text of numbers that count parts, and of times.
import type { Accessors } from "./emit-accessor-parts.js";
import type { FieldModel, ScaleModel, StructModel } from "./layout.js";
import { fractionOf } from "./scale.js";

/** `priceText`; where another field holds the fraction it cannot be set, as two fields would change. */
export function scaleAccessors(field: FieldModel, scale: ScaleModel, struct: StructModel): Accessors {
  const { member } = field;
  const fraction = fractionOf(field, struct.fields);
  const by = fraction?.scale?.by ?? scale.by;
  const value =
    fraction === undefined
      ? valueCode(field)
      : `joinFraction(${valueCode(field)}, ${valueCode(fraction)}, ${by})`;
  const tail = scale.epoch === undefined ? `${by}` : `${by}, ${scale.epoch}`;
  const verb = scale.epoch === undefined ? "Scaled" : "Time";
  const getter = {
    name: `${member}Text`,
    returnType: "string",
    docs: [textDoc(field, fraction)],
    statements: [`return format${verb}(${value}, ${tail});`],
  };
  const setter = {
    name: `${member}Text`,
    parameters: [{ name: "value", type: "string" }],
    statements: writeStatements(field, `parse${verb}(value, ${tail})`),
  };
  return { getters: [getter], setters: fraction === undefined ? [setter] : [], methods: [] };
}

function textDoc({ member, scale }: FieldModel, fraction: FieldModel | undefined): string {
  const what = scale?.epoch === undefined ? "exactly, in decimal digits" : "as a time in UTC, exactly";
  const both =
    fraction === undefined ? `{@link ${member}}` : `{@link ${member}} and {@link ${fraction.member}}`;
  const set = fraction === undefined ? " Setting throws TypeError for what cannot be written exactly." : "";
  return `${both} ${what}. Makes a string: ask when it is needed.${set}`;
}

function valueCode({ member, as }: FieldModel): string {
  return as === "parts"
    ? `joinFraction(this.${member}High, this.${member}Low, 0x100000000)`
    : `this.${member}`;
}

/** The field's own setters refuse what it cannot hold. */
function writeStatements({ member, as }: FieldModel, code: string): string[] {
  if (as === "bigint") return [`this.${member} = ${code};`];
  if (as !== "parts") return [`this.${member} = Number(${code});`];
  return [
    `const parts = ${code};`,
    `this.${member}High = Number(parts >> 32n);`,
    `this.${member}Low = Number(parts & 0xffffffffn);`,
  ];
}
