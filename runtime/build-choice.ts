// What a switch leads to, from what is known when a packet is built.
import { BuildError } from "./build-error.js";
import type { AnyFields } from "./build-plan.js";
import { evaluate } from "./formula.js";
import type { CaseLayout, ChoiceLayout, DefinedLayout, FieldLayout } from "./layout.js";

/** A case, and the member that reads it. */
export interface Chosen {
  readonly member: string;
  readonly of: CaseLayout["of"];
}

/**
 * The case that the fields lead to; what is not given of them counts as `init` leaves it.
 *
 * @throws BuildError where there is none, or where something beside the fields tells
 */
export function chosenBy(
  { on, cases }: ChoiceLayout,
  values: AnyFields,
  layout: DefinedLayout,
  what: string,
): Chosen {
  const all = Object.entries(cases);
  const [only] = all;
  if (only !== undefined && all.length === 1 && only[1].values === undefined) {
    return { member: only[0], of: only[1].of };
  }
  if (on === undefined) {
    throw unknownCase(layout, `what ${what} holds is told by more than fields: give its bytes`);
  }
  const number = evaluate(on, (member) => numberOf(member, values, layout));
  const found = all.find(([, { values: ranges }]) =>
    ranges?.some(([min, max]) => number >= min && number <= max),
  );
  const [member, chosen] = found ?? all.find(([, { values: ranges }]) => ranges === undefined) ?? [];
  if (member !== undefined && chosen !== undefined) return { member, of: chosen.of };
  throw unknownCase(layout, `nothing is known of ${what} where its switch is over ${number}: give its bytes`);
}

/** The error of a case that is given where the fields lead to another. */
export function contradiction(layout: DefinedLayout, given: string, chosen: string | undefined): BuildError {
  const leads = chosen === undefined ? "to none that is described" : `to ${chosen}`;
  return unknownCase(layout, `${given} is given, but the tag leads ${leads}`);
}

function unknownCase(layout: DefinedLayout, message: string): BuildError {
  return new BuildError("ERR_ZC_BUILD_FIELD", `${layout.name}: ${message}`, { layout: layout.name });
}

/** A field's number, as far as it is known before its packet is. */
export function numberOf(member: string, values: AnyFields, { fields }: DefinedLayout): number {
  const value = values[member];
  if (value !== undefined) return Number(value);
  const field = fields.find((one) => one.member === member);
  return (field && initialOf(field)) ?? 0;
}

/** What a number is that nobody gave, where that is not 0: its constant, or its least legal value, as `init` writes it. */
export function initialOf({
  constant,
  range,
  variable,
  multipleOf: step = 1,
}: FieldLayout): number | undefined {
  if (constant !== undefined || variable === true || range === undefined) return constant;
  const [min, max] = range;
  return min > 0 || max < 0 ? Math.ceil(min / step) * step : undefined;
}
