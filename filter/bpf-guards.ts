import { covers } from "./bpf-covers.js";
import type { Place } from "./bpf-fields.js";
import type { Comparison, Decision, Decisions, Value } from "./bpf-graph.js";

/** What must hold of a header before what is in it counts. */
export interface Guard {
  readonly value: Value;
  readonly comparison: Comparison;
  readonly k: number;
}

/** What an IP header says of where its packet ends: so many bytes from the header's start, 0 for nothing said. */
export interface Limit {
  readonly value: Value;
  /** What the header's field does not count. */
  readonly plus: number;
  readonly from: number;
}

type Follow = () => Decision;

/** The checks that a header is whole. They are left out where nothing is lost when malformed packets pass. */
export class Guards {
  /** Set when malformed packets pass that a decoder would stop at. */
  passesMalformed: boolean = false;
  private readonly decisions: Decisions;
  private readonly isExact: boolean;

  constructor(decisions: Decisions, isExact: boolean) {
    this.decisions = decisions;
    this.isExact = isExact;
  }

  /** Whether a check is left out between these two: where the good one accepts what the other does. */
  isElided(stopped: Decision, good: Decision): boolean {
    if (stopped === good) return true;
    if (this.isExact || !covers(good, stopped)) return false;
    this.passesMalformed = true;
    return true;
  }

  one(guard: Guard, stopped: Decision, follow: Follow): Decision {
    return this.any([guard], stopped, follow);
  }

  any(guards: readonly Guard[], stopped: Decision, follow: Follow): Decision {
    const good = follow();
    if (this.isElided(stopped, good)) return good;
    return guards.reduceRight((next, guard) => this.compared(guard, good, next), stopped);
  }

  /** Whether so many bytes were captured: for headers that no length field ends. */
  captured(bytes: number, stopped: Decision, follow: Follow): Decision {
    return this.one({ value: lengthOf(), comparison: ">=", k: bytes }, stopped, follow);
  }

  /**
   * Whether so many bytes lie before the end: that of the capture, and that which IP headers say. Where X is counted from,
   * it is known to lie before both.
   */
  room(place: Place, limits: readonly Limit[], bytes: number, stopped: Decision, follow: Follow): Decision {
    const k = place.offset + bytes;
    if (place.base !== "x") return this.captured(k, stopped, follow);
    const enough: Guard = { value: lengthOf({ minusX: true }), comparison: ">=", k };
    return this.one(enough, stopped, () => this.declared(limits, k, stopped, follow));
  }

  /** Whether X itself lies before both ends. */
  reachesX(place: Place, limits: readonly Limit[], stopped: Decision, follow: Follow): Decision {
    const notLess: Guard = { value: lengthOf(), comparison: ">= X", k: 0 };
    return this.one(notLess, stopped, () => {
      return limits.reduceRight<Follow>(
        (next, { value, plus }) =>
          () =>
            this.any(
              [noneOf(value), { value: withPlus(value, plus), comparison: ">= X", k: 0 }],
              stopped,
              next,
            ),
        () => this.room(place, limits, 0, stopped, follow),
      )();
    });
  }

  /**
   * Whether X, which stands behind a whole header now, counted from the packet's start, lies before both ends: asked after
   * all else, as nothing can be counted from X any more.
   */
  endsBefore(limits: readonly Limit[], stopped: Decision, good: Decision): Decision {
    if (stopped === good) return good;
    const within = limits.reduceRight((next, { value, plus, from }) => {
      const enough = { value: withPlus(value, plus + from), comparison: ">= X", k: 0 } as const;
      return this.compared(noneOf(value), next, this.compared(enough, next, stopped));
    }, good);
    return this.compared({ value: lengthOf(), comparison: ">= X", k: 0 }, within, stopped);
  }

  private declared(limits: readonly Limit[], k: number, stopped: Decision, follow: Follow): Decision {
    const [limit, ...more] = limits;
    if (limit === undefined) return follow();
    const { value, plus, from } = limit;
    const left: Value = { ...withPlus(value, plus), minusX: true };
    return this.any([noneOf(value), { value: left, comparison: ">=", k: k - from }], stopped, () =>
      this.declared(more, k, stopped, follow),
    );
  }

  private compared({ value, comparison, k }: Guard, yes: Decision, no: Decision): Decision {
    return this.decisions.compare(value, comparison, k, yes, no);
  }
}

function noneOf(value: Value): Guard {
  return { value, comparison: "==", k: 0 };
}

function withPlus(value: Value, plus: number): Value {
  return plus === 0 ? value : { ...value, plus };
}

function lengthOf(more: Partial<Value> = {}): Value {
  return { base: "length", offset: 0, bytes: 4, ...more };
}
