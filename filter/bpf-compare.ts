import type { FieldLayout } from "../runtime/index.js";
import { aligned, masked } from "./bpf-fields.js";
import type { Decision, Decisions, Value } from "./bpf-graph.js";
import type { Comparison } from "./typed.js";

/** A field, or a length, as a program loads it. */
export interface Loaded {
  /** For explanations. */
  readonly name: string;
  /** Its words, the highest first. */
  readonly values: readonly Value[];
  readonly field: FieldLayout;
  /** How many bits its numbers have. */
  readonly bits: number;
  readonly mask?: bigint;
}

/** The difference of two numbers of no more bits has a sign in its highest. */
const SIGNED_BITS = 31;
const SIGN = 0x80000000;

/** Whether two values compare so; undefined where a program cannot tell: numbers of many bits are equal, or not. */
export function comparedValues(
  decisions: Decisions,
  left: Loaded,
  comparison: Comparison,
  right: Loaded,
  [yes, no]: readonly [() => Decision, () => Decision],
): Decision | undefined {
  if (comparison === ">" || comparison === "<=") {
    return comparedValues(decisions, right, comparison === ">" ? "<" : ">=", left, [yes, no]);
  }
  if (left.values.length > 1 || right.values.length > 1) {
    return comparison === "==" ? equalWords(decisions, left, right, [yes, no]) : undefined;
  }
  const [one, other] = [left, right].map(({ values, field, mask }) => aligned(values, field, mask));
  if (one === undefined || other === undefined) return undefined;
  const difference: Value = { ...one, less: other };
  if (comparison === "==") return decisions.compare(difference, "==", 0, yes(), no());
  if (left.bits > SIGNED_BITS || right.bits > SIGNED_BITS) return undefined;
  const [ifLess, ifNot] = comparison === "<" ? [yes, no] : [no, yes];
  return decisions.compare(difference, "any bit", SIGN, ifLess(), ifNot());
}

function equalWords(
  decisions: Decisions,
  left: Loaded,
  right: Loaded,
  [yes, no]: readonly [() => Decision, () => Decision],
): Decision | undefined {
  const [lefts, rights] = [left, right].map(({ values, field, mask }) =>
    mask === undefined ? values : masked(values, field, mask),
  ) as [readonly Value[], readonly Value[]];
  const isAlike = lefts.length === rights.length && lefts.every(({ bytes }, i) => bytes === rights[i]?.bytes);
  if (!isAlike) return undefined;
  return lefts.reduceRight((next, value, i) => {
    return decisions.compare({ ...value, less: rights[i] }, "==", 0, next, no());
  }, yes());
}
