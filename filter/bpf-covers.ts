import { ACCEPT, REJECT, valueKey, type Compare, type Decision } from "./bpf-graph.js";

/** Comparisons looked at before the answer is no. */
const MOST_STEPS = 1000;

/** Numbers that values of the packet are on the way, or are not. */
type Facts = ReadonlyMap<string, { readonly is: number } | { readonly not: readonly number[] }>;

/** Whether a decision accepts everything that another does, as far as that shows by what they compare alike. */
export function covers(wide: Decision, narrow: Decision): boolean {
  return new Comparison().covers(wide, narrow, new Map(), "", "");
}

class Comparison {
  private steps: number = 0;

  /** `wideHas` and `narrowHas` are the values that each compared last. */
  covers(wide: Decision, narrow: Decision, facts: Facts, wideHas: string, narrowHas: string): boolean {
    if (++this.steps > MOST_STEPS) return false;
    if (narrow === REJECT || wide === ACCEPT) return true;
    if (wide === narrow && wide.kind !== "verdict") return wideHas === narrowHas || !looksBack(wide);
    if (narrow.kind === "verdict") return this.accepts(wide, facts, wideHas);
    if (narrow.kind === "move") return this.covers(wide, narrow.next, facts, wideHas, "");
    const key = keyOf(narrow, narrowHas);
    return [true, false].every((holds) => {
      const next = holds ? narrow.yes : narrow.no;
      const learnt = learning(facts, narrow, key, holds);
      return learnt === undefined || this.covers(wide, next, learnt, wideHas, key);
    });
  }

  private accepts(wide: Decision, facts: Facts, has: string): boolean {
    if (++this.steps > MOST_STEPS) return false;
    if (wide.kind === "verdict") return wide.accept;
    if (wide.kind === "move") return this.accepts(wide.next, facts, "");
    const key = keyOf(wide, has);
    return [true, false].every((holds) => {
      const learnt = learning(facts, wide, key, holds);
      return learnt === undefined || this.accepts(holds ? wide.yes : wide.no, learnt, key);
    });
  }
}

/** Whether it begins with the value that was compared before. */
function looksBack(decision: Decision): boolean {
  return decision.kind === "compare" && decision.value.base === "same";
}

/** What is compared: empty for what X has a part in, as that is not the same everywhere. */
function keyOf({ value, comparison }: Compare, before: string): string {
  if (value.base === "same") return before;
  const isFixed = (value.base === "packet" || value.base === "kernel") && value.minusX !== true;
  return isFixed && comparison !== ">= X" ? valueKey(value) : "";
}

/** What is known where a comparison holds, or not; undefined where it cannot be so. */
function learning(facts: Facts, { comparison, k }: Compare, key: string, holds: boolean): Facts | undefined {
  if (key === "" || comparison !== "==") return facts;
  const known = facts.get(key);
  if (known !== undefined && "is" in known) return (known.is === k) === holds ? facts : undefined;
  if (known?.not.includes(k) === true) return holds ? undefined : facts;
  return new Map([...facts, [key, holds ? { is: k } : { not: [...(known?.not ?? []), k] }]]);
}
