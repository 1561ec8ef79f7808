import { Decider, once, type Fact, type Found, type Knowledge } from "./bpf-decide.js";
import type { Place } from "./bpf-fields.js";
import { Decisions, valueKey, type Compare, type Decision, type Value } from "./bpf-graph.js";
import { Guards, type Limit } from "./bpf-guards.js";
import { namedLayers, type Schemas } from "./bpf-schemas.js";
import type { Typed } from "./typed.js";

export interface WalkOptions {
  /** Packets begin with their network header. */
  readonly isCooked: boolean;
  readonly hasSnaplen: boolean;
  /** Everything is told apart that a program can, even where that only spares the other half work. */
  readonly isExact: boolean;
  /** What follows IPv6 is found without X: faster, and longer where IPv4 needs the same tests. */
  readonly isFolded: boolean;
}

/** A place in a packet: what is known so far, where the next header begins, and where the packet says it ends. */
export interface Here {
  readonly known: Knowledge;
  readonly place: Place;
  readonly limits: readonly Limit[];
}

export type Follow = (here: Here) => Decision;

/** Where some values lead. */
export interface Way {
  /** Of the layer; that of an extension header that the expression does not name is empty. */
  readonly name: string;
  readonly numbers: readonly number[];
  /** Few packets go it. */
  readonly isRare?: true;
  readonly follow: Follow;
}

/** What walks over links, networks and transports share. */
export class Ways {
  readonly decisions: Decisions = new Decisions();
  readonly decider: Decider;
  readonly guards: Guards;
  readonly schemas: Schemas;
  readonly options: WalkOptions;
  /** The layers that the expression names. */
  readonly named: ReadonlySet<string>;
  private readonly typed: Typed;
  private readonly decided = new Map<string, Decision>();

  constructor(typed: Typed, schemas: Schemas, options: WalkOptions) {
    this.typed = typed;
    this.schemas = schemas;
    this.options = options;
    this.decider = new Decider(this.decisions, options.hasSnaplen);
    this.guards = new Guards(this.decisions, options.isExact);
    this.named = namedLayers(typed);
  }

  /** The expression with what is known, and perhaps further headers in what `open` tells. */
  decide(known: Knowledge, open?: string): Decision {
    const key = JSON.stringify([known.found, open, [...known.facts]]);
    let decision = this.decided.get(key);
    if (decision === undefined) {
      decision = this.decider.decide(this.typed, open === undefined ? known : { ...known, open });
      this.decided.set(key, decision);
    }
    return decision;
  }

  /**
   * Whether a way is worth its instructions: a short program follows those that the expression names, and TCP and UDP, as
   * most packets have them. What it does not follow is taken for one of `others`, which accept more.
   */
  isFollowed({ name }: Way): boolean {
    return this.options.isExact || this.named.has(name) || ALWAYS.has(name);
  }

  /** One way for each of some values, and another for all others; `key` is what the value is known by. */
  chosen(
    here: Here,
    value: Value,
    ways: readonly Way[],
    others: Follow,
    key: string = valueKey(value),
  ): Decision {
    const followed = this.inOrder(ways.filter((way) => this.isFollowed(way)));
    const not = followed.flatMap(({ numbers }) => numbers);
    const rest = others({ ...here, known: withFact(here.known, key, { not }) });
    const tests = followed.flatMap(({ numbers, follow }) => {
      const decision = once(() => {
        const [number, ...more] = numbers;
        const fact = number === undefined || more.length > 0 ? undefined : { is: number };
        return follow(fact === undefined ? here : { ...here, known: withFact(here.known, key, fact) });
      });
      return numbers.map((number) => [number, decision] as const);
    });
    return this.oneOf(value, tests.map(([number, decision]) => [number, decision()] as const), rest); // prettier-ignore
  }

  /** A chain of comparisons: only the first loads, so that chains over other values may share what is behind it. */
  private oneOf(value: Value, tests: readonly (readonly [number, Decision])[], rest: Decision): Decision {
    const needed = tests.filter(([number, decision]) => decision !== ifEqual(rest, value, number));
    return this.behindRest(value, value, needed, rest, MOST_BEFORE);
  }

  /** What the expression itself compares with the value comes first: it says what is wanted. */
  private behindRest(
    value: Value,
    loaded: Value,
    tests: readonly (readonly [number, Decision])[],
    rest: Decision,
    most: number,
  ): Decision {
    if (most > 0 && tests.length > 0 && isTestOf(rest, value) && tests.every(([k]) => k !== rest.k)) {
      const next = this.behindRest(value, SAME, tests, rest.no, most - 1);
      return this.decisions.compare(loaded, "==", rest.k, rest.yes, next);
    }
    return tests.reduceRight((next, [number, decision], i) => {
      return this.decisions.compare(i === 0 ? loaded : SAME, "==", number, decision, next);
    }, rest);
  }

  /** Those that the expression names first, as most packets that pass have them; what few packets have last. */
  private inOrder(ways: readonly Way[]): Way[] {
    const rank = ({ name, isRare }: Way): number => (isRare === true ? 2 : this.named.has(name) ? 0 : 1);
    return [...ways].sort((a, b) => rank(a) - rank(b));
  }
}

const ALWAYS: ReadonlySet<string> = new Set(["ipv4", "ipv6", "tcp", "udp"]);

/** The value that was compared before. */
const SAME: Value = { base: "same", offset: 0, bytes: 4 };
/** Of so many comparisons of the expression's own. */
const MOST_BEFORE = 8;

/** What becomes of a decision when a value is this number. */
function ifEqual(decision: Decision, value: Value, number: number): Decision {
  let at = decision;
  while (isTestOf(at, value)) at = at.k === number ? at.yes : at.no;
  return at;
}

function isTestOf(decision: Decision, value: Value): decision is Compare {
  if (decision.kind !== "compare" || decision.comparison !== "==") return false;
  return valueKey(decision.value) === valueKey(value);
}

export function valueAt({ base, offset }: Place, delta: number, bytes: 1 | 2 | 4, mask?: number): Value {
  return { base, offset: offset + delta, bytes, ...(mask === undefined ? {} : { mask }) };
}

/** The same, with a header behind it. */
export function withFound(known: Knowledge, found: Found): Knowledge {
  return { ...known, found: [...known.found, found] };
}

export function withFact(known: Knowledge, key: string, fact: Fact): Knowledge {
  return { ...known, facts: new Map([...known.facts, [key, fact]]) };
}
