// Decisions of a kernel program as a graph without cycles, equal ones once, so that a program is as short as its paths allow.

/**
 * From where a value is loaded: from the packet's start, from X, of the kernel's own facts, or the packet's length, which
 * may differ for us from that on the wire. "same":
 * it is the one that was compared just before, whichever that was. "passed": it was X's header's before X moved, and cannot
 * be loaded any more.
 */
export type Base = "packet" | "x" | "kernel" | "length" | "wire length" | "passed" | "same";

/** What a comparison looks at. */
export interface Value {
  readonly base: Base;
  readonly offset: number;
  readonly bytes: 1 | 2 | 4;
  /** Bits that count; all where absent. */
  readonly mask?: number;
  /** By so many bits these are moved to the right. */
  readonly shift?: number;
  /** This is taken off, of 32 bits, in the end. */
  readonly less?: Value;
  /** This is added. */
  readonly plus?: number;
  /** X is taken off. */
  readonly minusX?: true;
}

export type Comparison = "==" | ">" | ">=" | "any bit" | ">= X";

export interface Compare {
  readonly kind: "compare";
  readonly id: number;
  /** Whether it asks for X, or for what was put aside with it. */
  readonly usesX: boolean;
  readonly value: Value;
  readonly comparison: Comparison;
  /** Unsigned 32 bits. */
  readonly k: number;
  readonly yes: Decision;
  readonly no: Decision;
}

/**
 * Sets X: to the bytes of an IPv4 header, to a number, further by an IPv6 extension header, or to where a TCP header ends, counted from the packet's start.
 */
export interface Move {
  readonly kind: "move";
  readonly id: number;
  /** Whether it asks for X, or for what was put aside with it. */
  readonly usesX: boolean;
  readonly how: "ipv4" | "number" | "extension" | "fragment" | "tcp end";
  /** Where the header lies; of a number, it. */
  readonly offset: number;
  readonly next: Decision;
}

export interface Verdict {
  readonly kind: "verdict";
  readonly id: number;
  /** Whether it asks for X, or for what was put aside with it. */
  readonly usesX: boolean;
  readonly accept: boolean;
}

export type Decision = Compare | Move | Verdict;

export const ACCEPT: Verdict = { kind: "verdict", id: 0, usesX: false, accept: true };
export const REJECT: Verdict = { kind: "verdict", id: 1, usesX: false, accept: false };

/** By how many comparisons X is set later at most. */
const MOST_LEVELS = 64;

/** Makes decisions; the same one for the same question. */
export class Decisions {
  private readonly known = new Map<string, Decision>();

  compare(value: Value, comparison: Comparison, k: number, yes: Decision, no: Decision): Decision {
    if (yes === no) return yes;
    const { mask, ...whole } = value;
    const isMask = mask !== undefined && value.minusX !== true && value.less === undefined;
    if (comparison === "==" && k === 0 && isMask) {
      return this.compare(whole, "any bit", mask, no, yes); // one instruction less
    }
    if (comparison === ">=" && k === 1 && isMask) return this.compare(whole, "any bit", mask, yes, no);
    const key = `${valueKey(value)} ${comparison} ${k} ${yes.id} ${no.id}`;
    const usesX = asksX(value, comparison) || yes.usesX || no.usesX;
    return this.once(key, (id) => ({ kind: "compare", id, usesX, value, comparison, k, yes, no }));
  }

  move(how: Move["how"], offset: number, next: Decision): Decision {
    if (!next.usesX) return next;
    const usesX = how === "extension" || how === "fragment" || how === "tcp end";
    return this.once(`${how} ${offset} ${next.id}`, (id) => ({ kind: "move", id, usesX, how, offset, next }));
  }

  /** The same as late as it can be, where only one way needs it. */
  moveLate(how: "ipv4", offset: number, next: Decision, levels: number = MOST_LEVELS): Decision {
    if (levels === 0 || next.kind !== "compare" || asksX(next.value, next.comparison)) {
      return this.move(how, offset, next);
    }
    const { value, comparison, k, yes, no } = next;
    if (yes.usesX === no.usesX) return this.move(how, offset, next);
    const [late, lateNo] = [yes, no].map((way) =>
      way.usesX ? this.moveLate(how, offset, way, levels - 1) : way,
    );
    return this.compare(value, comparison, k, late as Decision, lateNo as Decision);
  }

  /** A decision with another behind each verdict. */
  instead(decision: Decision, ofVerdict: (verdict: Verdict) => Decision): Decision {
    return rewritten(decision, (each, replaced) => {
      if (each.kind === "verdict") return ofVerdict(each);
      if (each.kind === "move") return this.move(each.how, each.offset, replaced(each.next));
      return this.compare(each.value, each.comparison, each.k, replaced(each.yes), replaced(each.no));
    });
  }

  /** A decision with a number where it asks for X; where X moves on, it is set first. */
  folded(decision: Decision, x: number): Decision {
    return rewritten(decision, (each, replaced) => {
      if (!each.usesX || each.kind === "verdict") return each;
      if (each.kind === "move") return this.move("number", x, each);
      const { yes, no } = each;
      const { value, comparison, k } = withoutX(each, x);
      return this.compare(value, comparison, k, replaced(yes), replaced(no));
    });
  }

  private once(key: string, make: (id: number) => Decision): Decision {
    let decision = this.known.get(key);
    if (decision === undefined) {
      decision = make(this.known.size + 2);
      this.known.set(key, decision);
    }
    return decision;
  }
}

/** A decision made anew from its ends, each part of it once. */
function rewritten(
  decision: Decision,
  rewrite: (each: Decision, replaced: (each: Decision) => Decision) => Decision,
): Decision {
  const known = new Map<Decision, Decision>();
  const replaced = (each: Decision): Decision => known.get(each) as Decision;
  for (const each of endsFirst(decision)) known.set(each, rewrite(each, replaced));
  return replaced(decision);
}

/** All that a decision leads to, itself last. A graph may be deeper than a stack. */
export function endsFirst(decision: Decision): Set<Decision> {
  const done = new Set<Decision>();
  const pending = [decision];
  for (let each = pending.at(-1); each !== undefined; each = pending.at(-1)) {
    const waiting = followers(each).filter((next) => !done.has(next));
    if (waiting.length > 0) pending.push(...waiting);
    else done.add(pending.pop() as Decision);
  }
  return done;
}

/** Where a decision leads next. */
export function followers(decision: Decision): Decision[] {
  if (decision.kind === "compare") return [decision.yes, decision.no];
  return decision.kind === "move" ? [decision.next] : [];
}

function withoutX({ value, comparison, k }: Compare, x: number): Pick<Compare, "value" | "comparison" | "k"> {
  const { minusX, less, ...rest } = value;
  const moved = (one: Value): Value =>
    one.base === "x" ? { ...one, base: "packet", offset: one.offset + x } : one;
  const at: Value = less === undefined ? moved(rest) : { ...moved(rest), less: moved(less) };
  if (comparison === ">= X") return { value: at, comparison: ">=", k: x };
  return { value: at, comparison, k: minusX === true ? k + x : k };
}

function asksX({ base, minusX, less }: Value, comparison: Comparison): boolean {
  return base === "x" || less?.base === "x" || minusX === true || comparison === ">= X";
}

/** Whether a decision asks whether that same value is a number. */
export function isSameTest(decision: Decision, value: Value): decision is Compare {
  if (decision.kind !== "compare" || decision.comparison !== "==") return false;
  return decision.value.base === "same" || valueKey(decision.value) === valueKey(value);
}

/** The same text for the same value. */
export function valueKey({ base, offset, bytes, mask, shift, less, plus, minusX }: Value): string {
  const moved = `${plus === undefined ? "" : `+${plus}`}${minusX === true ? "-x" : ""}`;
  const part = `${mask === undefined ? "" : `&${mask}`}${shift === undefined ? "" : `>>${shift}`}`;
  return `${loadKey(base, offset, bytes)}${moved}${part}${less === undefined ? "" : `-(${valueKey(less)})`}`;
}

/** The same text for the same load. */
export function loadKey(base: Base, offset: number, bytes: number): string {
  return `${base}[${offset}:${bytes}]`;
}
