// What a switch leads to, from what is known when a packet is built.
import { BuildError } from "./build-error.js";
import type { AnyFields } from "./build-plan.js";
import { evaluate } from "./formula.js";
import type { CaseLayout, ChoiceLayout, DefinedLayout, FieldLayout } from "./layout.js";

/** What is known of a structure while one inside it is built. */
export interface Surroundings {
  readonly values: AnyFields;
  readonly layout: DefinedLayout;
  /** Set: it lies in another, on which it depends. */
  readonly around: Surroundings | undefined;
}

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
export function chosenBy({ on, cases }: ChoiceLayout, known: Surroundings, what: string): Chosen {
  const { layout } = known;
  const all = Object.entries(cases);
  const [only] = all;
  if (only !== undefined && all.length === 1 && only[1].values === undefined) {
    return { member: only[0], of: only[1].of };
  }
  if (on === undefined) {
    throw unknownCase(layout, `what ${what} holds is told by more than fields: give its bytes`);
  }
  const number = evaluate(on, (member) => numberOf(member, known));
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

/** A field's number, as far as it is known before its packet is; `enclosing.count` is one of the structure around. */
export function numberOf(member: string, { values, layout, around }: Surroundings): number {
  const value = values[member];
  if (value !== undefined) return Number(value);
  if (isOutward(member)) {
    return around === undefined ? 0 : numberOf(member.slice(OUTWARD.length), around);
  }
  const field = layout.fields.find((one) => one.member === member);
  return (field && initialOf(field)) ?? 0;
}

const OUTWARD = "enclosing.";

/** Whether a member is one of the structure around. */
export function isOutward(member: string): boolean {
  return member.startsWith(OUTWARD);
}

/** What is known, as an accessor has it, for accessors that lie in it. */
export function asEnclosing(known: Surroundings): object {
  const members: Record<string, unknown> = {};
  for (const { member, type } of known.layout.fields) {
    const number = numberOf(member, known);
    members[member] = type === "flag" ? number !== 0 : number;
  }
  if (known.around !== undefined) members["enclosing"] = asEnclosing(known.around);
  return members;
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
