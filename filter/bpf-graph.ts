// Decisions of a kernel program as a graph without cycles, equal ones once, so that a program is as short as its paths allow.

/** From where a value is loaded: from the packet's start, from X, of the kernel's own facts, or the packet's length. */
export type Base = "packet" | "x" | "kernel" | "length" | "memory";

/** What a comparison looks at. */
export interface Value {
  readonly base: Base;
  readonly offset: number;
  readonly bytes: 1 | 2 | 4;
  /** Bits that count; all where absent. */
  readonly mask?: number;
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

/** Sets X: to the bytes of an IPv4 header, or to 0, or further by an IPv6 extension header, whose next header is kept. */
export interface Move {
  readonly kind: "move";
  readonly id: number;
  /** Whether it asks for X, or for what was put aside with it. */
  readonly usesX: boolean;
  readonly how: "ipv4" | "zero" | "extension" | "fragment";
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

/** Makes decisions; the same one for the same question. */
export class Decisions {
  private readonly known = new Map<string, Decision>();

  compare(value: Value, comparison: Comparison, k: number, yes: Decision, no: Decision): Decision {
    if (yes === no) return yes;
    const { mask, ...whole } = value;
    if (comparison === "==" && k === 0 && mask !== undefined && value.minusX !== true) {
      return this.compare(whole, "any bit", mask, no, yes); // one instruction less
    }
    const key = `${valueKey(value)} ${comparison} ${k} ${yes.id} ${no.id}`;
    const usesX = asksX(value, comparison) || yes.usesX || no.usesX;
    return this.once(key, (id) => ({ kind: "compare", id, usesX, value, comparison, k, yes, no }));
  }

  move(how: Move["how"], offset: number, next: Decision): Decision {
    if (!next.usesX) return next;
    const usesX = how === "extension" || how === "fragment";
    return this.once(`${how} ${offset} ${next.id}`, (id) => ({ kind: "move", id, usesX, how, offset, next }));
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

function asksX({ base, minusX }: Value, comparison: Comparison): boolean {
  return base === "x" || base === "memory" || minusX === true || comparison === ">= X";
}

/** The same text for the same value. */
export function valueKey({ base, offset, bytes, mask, minusX }: Value): string {
  return `${loadKey(base, offset, bytes)}${minusX === true ? "-x" : ""}${mask === undefined ? "" : `&${mask}`}`;
}

/** The same text for the same load. */
export function loadKey(base: Base, offset: number, bytes: number): string {
  return `${base}[${offset}:${bytes}]`;
}
