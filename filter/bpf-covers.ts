import { ACCEPT, REJECT, valueKey, type Compare, type Decision, type Value } from "./bpf-graph.js";

/** Comparisons looked at before the answer is no. */
const MOST_STEPS = 1000;

/** Numbers that values of the packet are on the way, or are not. */
type Facts = ReadonlyMap<string, { readonly is: number } | { readonly not: readonly number[] }>;

/**
 * Whether a decision accepts everything that another does, as far as that shows by what they compare alike. It must not load
 * anything behind what the other looked at, either: a packet may end there, and the kernel drops it then.
 */
export function covers(wide: Decision, narrow: Decision): boolean {
  return new Comparison().covers(wide, narrow, { facts: new Map(), bytes: 0 }, "", "");
}

/** What is known on the way: values, and how many bytes of the packet are there. */
interface Known {
  readonly facts: Facts;
  readonly bytes: number;
}

class Comparison {
  private steps: number = 0;

  /** `wideHas` and `narrowHas` are the values that each compared last. */
  covers(wide: Decision, narrow: Decision, known: Known, wideHas: string, narrowHas: string): boolean {
    if (++this.steps > MOST_STEPS) return false;
    if (narrow === REJECT || wide === ACCEPT) return true;
    if (wide === narrow && wide.kind !== "verdict") return wideHas === narrowHas || !looksBack(wide);
    if (narrow.kind === "verdict") return this.accepts(wide, known, wideHas);
    if (narrow.kind === "move") return this.covers(wide, narrow.next, known, wideHas, "");
    const key = keyOf(narrow, narrowHas);
    const bytes = Math.max(known.bytes, narrow.value.base === "packet" ? lastByte(narrow.value) : 0);
    return [true, false].every((holds) => {
      const next = holds ? narrow.yes : narrow.no;
      const facts = learning(known.facts, narrow, key, holds);
      return facts === undefined || this.covers(wide, next, { facts, bytes }, wideHas, key);
    });
  }

  private accepts(wide: Decision, known: Known, has: string): boolean {
    if (++this.steps > MOST_STEPS) return false;
    if (wide.kind === "verdict") return wide.accept;
    if (wide.kind === "move") return wide.how === "number" && this.accepts(wide.next, known, has);
    if (!isThere(wide.value, known.bytes)) return false;
    const key = keyOf(wide, has);
    return [true, false].every((holds) => {
      const facts = learning(known.facts, wide, key, holds);
      return facts === undefined || this.accepts(holds ? wide.yes : wide.no, { ...known, facts }, key);
    });
  }
}

/** Whether a value can be loaded of a packet that has at least so many bytes. */
function isThere(value: Value, bytes: number): boolean {
  if (value.less !== undefined && !isThere(value.less, bytes)) return false;
  return value.base === "packet" ? lastByte(value) <= bytes : value.base !== "x";
}

function lastByte({ offset, bytes }: Value): number {
  return offset + bytes;
}

/** Whether it begins with the value that was compared before. */
function looksBack(decision: Decision): boolean {
  return decision.kind === "compare" && decision.value.base === "same";
}

/** What is compared: empty for what X has a part in, as that is not the same everywhere. */
function keyOf({ value, comparison }: Compare, before: string): string {
  if (value.base === "same") return before;
  const isFixed =
    (value.base === "packet" || value.base === "kernel") && value.minusX !== true && value.less === undefined;
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
