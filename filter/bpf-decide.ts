import type { FieldLayout, HeaderClass } from "../runtime/index.js";
import { comparedValues, type Loaded } from "./bpf-compare.js";
import { fieldValues, inRanges, type Place } from "./bpf-fields.js";
import { widthOf } from "./field-kind.js";
import { ACCEPT, REJECT, valueKey, type Decision, type Decisions, type Value } from "./bpf-graph.js";
import { contains } from "./ranges.js";
import type {
  Compared,
  Comparison,
  FieldAt,
  HasField,
  InRanges,
  LayerAt,
  Operand,
  Test,
  Typed,
} from "./typed.js";

/** A header that a program has come by. */
export interface Found {
  readonly name: string;
  readonly place: Place;
  /** It may be another one: what stands there tells only that it is not as wanted. */
  readonly perhaps?: true;
}

/** What a program knows of a packet at some point of its way. */
export interface Knowledge {
  readonly found: readonly Found[];
  /** What may hold further headers; undefined: there are none. */
  readonly open?: string;
  /** Values that were compared on the way: what they are, or what they are not. */
  readonly facts: ReadonlyMap<string, Fact>;
}

export type Fact = { readonly is: number } | { readonly not: readonly number[] };

/** What an operand is in a packet, or why that is not known. */
type Known = Loaded | { readonly why: string };

const CUT_LATER = "captured_length is known after the packet is cut";
const LENGTH_FIELD: FieldLayout = {
  name: "",
  member: "",
  type: "u32",
  bitOffset: 0,
  bitWidth: 32,
  aligned: true,
};
/** No packet is longer. */
const LENGTH_BITS = 31;

/** A decision for when it is needed. */
export type Later = () => Decision;

/** Decides an expression with what is known; where that is not enough, the decision is never to drop a match. */
export class Decider {
  /** Why some packets pass that do not match. */
  readonly reasons: Set<string> = new Set();
  private readonly decisions: Decisions;
  private readonly hasSnaplen: boolean;

  constructor(decisions: Decisions, hasSnaplen: boolean) {
    this.decisions = decisions;
    this.hasSnaplen = hasSnaplen;
  }

  decide(typed: Typed, known: Knowledge): Decision {
    return this.build(
      typed,
      known,
      () => ACCEPT,
      () => REJECT,
    );
  }

  private build(typed: Typed, known: Knowledge, yes: Later, no: Later): Decision {
    switch (typed.kind) {
      case "all":
        return typed.parts.reduceRight((next, part) => once(() => this.build(part, known, next, no)), yes)();
      case "any":
        return typed.parts.reduceRight((next, part) => once(() => this.build(part, known, yes, next)), no)();
      case "not":
        return this.build(typed.of, known, no, yes);
      default:
        return this.test(typed, known, yes, no);
    }
  }

  private test(test: Test, known: Knowledge, yes: Later, no: Later): Decision {
    switch (test.kind) {
      case "layer":
        return this.whether(this.isThere(test.layer, known), yes, no);
      case "field":
        return this.field(test, known, yes, no);
      case "bytes": {
        const { field } = test;
        if (this.isThere(field, known) === false) return no();
        return this.either(`${nameOf(field)}: bytes and text are compared after decoding`, yes, no);
      }
      case "ranges":
        return test.operands.reduceRight(
          (next, operand) => once(() => this.operand(operand, test, known, yes, next)),
          no,
        )();
      case "compared":
        return this.compared(test, known, yes, no);
    }
  }

  private field({ field }: HasField, known: Knowledge, yes: Later, no: Later): Decision {
    const isThere = this.isThere(field, known);
    const isFixed =
      field.through.length === 0 && field.field.slot === undefined && field.field.variable !== true;
    if (isThere !== true || isFixed) return this.whether(isThere, yes, no);
    return this.either(`${nameOf(field)} lies at no fixed place`, yes, no);
  }

  private whether(answer: boolean | string, yes: Later, no: Later): Decision {
    if (typeof answer === "string") return this.either(answer, yes, no);
    return answer ? yes() : no();
  }

  private operand(operand: Operand, test: InRanges, known: Knowledge, yes: Later, no: Later): Decision {
    if ("fact" in operand) return this.length(test, operand, yes, no);
    const { layer, depth } = operand;
    const all = known.found.filter(({ name }) => name === layer.LAYOUT.name);
    const chosen = depth === "any" ? all : all.slice(depth, depth + 1);
    const rest = once(() => this.behindFound(operand, all.length, known, yes, no));
    return chosen.reduceRight<Later>(
      (next, found) => once(() => this.inFound(operand, found, test, known, yes, next)),
      rest,
    )();
  }

  private inFound(
    operand: FieldAt,
    found: Found,
    { ranges: wanted }: InRanges,
    known: Knowledge,
    yes: Later,
    no: Later,
  ): Decision {
    const { layer, through, owner, field, mask } = operand;
    const place = placeOf(found, layer, field.bitOffset);
    const values = through.length > 0 ? undefined : fieldValues(owner, field, place);
    if (values === undefined) return this.either(`${nameOf(operand)} lies at no fixed place`, yes, no);
    const sure: Later =
      found.perhaps === true ? () => this.either(`${layer.LAYOUT.name} may be something else`, yes, no) : yes;
    const fact = values.length === 1 ? known.facts.get(valueKey(values[0] as Value)) : undefined;
    if (fact !== undefined && "is" in fact) {
      const is = BigInt(fact.is);
      return contains(wanted, mask === undefined ? is : is & mask) ? sure() : no();
    }
    const isKnown = fact !== undefined && mask === undefined;
    const left = isKnown ? wanted.filter((range) => !isExcluded(range, fact.not)) : wanted;
    if (left.length === 0) return no();
    if (place.base === "passed") {
      return this.either(`${nameOf(operand)} is passed by when it matters`, yes, no);
    }
    return inRanges(this.decisions, values, field, left, sure(), no(), mask);
  }

  /** Whether a pair of values fits: of every header that each of the two can be of. */
  private compared({ left, comparison, right }: Compared, known: Knowledge, yes: Later, no: Later): Decision {
    const [lefts, rights] = [this.valuesOf(left, known), this.valuesOf(right, known)];
    const isUnknown = [lefts, rights].some(({ open }) => open !== undefined);
    const rest = isUnknown
      ? once(() => this.either([lefts, rights].flatMap(({ open }) => open ?? [])[0] as string, yes, no))
      : no;
    if ([lefts, rights].some(({ all, open }) => all.length === 0 && open === undefined)) return no();
    const pairs = lefts.all.flatMap((one) => rights.all.map((other) => [one, other] as const));
    return pairs.reduceRight<Later>(
      (next, [one, other]) => once(() => this.pair(one, comparison, other, yes, next)),
      rest,
    )();
  }

  private pair(one: Known, comparison: Comparison, other: Known, yes: Later, no: Later): Decision {
    const why = [one, other].flatMap((side) => ("why" in side ? [side.why] : []));
    if (why[0] !== undefined) return this.either(why[0], yes, no);
    const [left, right] = [one, other] as readonly Loaded[] as [Loaded, Loaded];
    const decision = comparedValues(this.decisions, left, comparison, right, [yes, no]);
    return decision ?? this.either(`${left.name} and ${right.name} are compared after decoding`, yes, no);
  }

  /** What an operand can be, and why there may be more. */
  private valuesOf(
    operand: Operand,
    known: Knowledge,
  ): { readonly all: readonly Known[]; readonly open?: string } {
    if ("fact" in operand) return { all: [this.lengthOf(operand)] };
    const { layer, depth } = operand;
    const found = known.found.filter(({ name }) => name === layer.LAYOUT.name);
    const chosen = depth === "any" ? found : found.slice(depth, depth + 1);
    const isOpen = known.open !== undefined && (depth === "any" || depth >= found.length);
    return {
      all: chosen.map((one) => valuesIn(operand, one)),
      ...(isOpen ? { open: reasonOf(operand, known.open) } : {}),
    };
  }

  private lengthOf({ fact, mask }: Exclude<Operand, FieldAt>): Known {
    const isCaptured = fact === "captured_length";
    if (isCaptured && this.hasSnaplen) return { why: CUT_LATER };
    const value: Value = { base: isCaptured ? "length" : "wire length", offset: 0, bytes: 4 };
    return { name: fact, values: [value], field: LENGTH_FIELD, bits: LENGTH_BITS, ...withMask(mask) };
  }

  /** The answer of headers that were not found: none, or unknown. */
  private behindFound(at: LayerAt, count: number, { open }: Knowledge, yes: Later, no: Later): Decision {
    if (open === undefined || (at.depth !== "any" && at.depth < count)) return no();
    return this.either(reasonOf(at, open), yes, no);
  }

  private length(
    { ranges }: InRanges,
    { fact, mask }: Exclude<Operand, FieldAt>,
    yes: Later,
    no: Later,
  ): Decision {
    const isCaptured = fact === "captured_length";
    if (isCaptured && this.hasSnaplen) {
      return this.either(CUT_LATER, yes, no);
    }
    const value: Value = { base: isCaptured ? "length" : "wire length", offset: 0, bytes: 4 };
    return inRanges(this.decisions, [value], LENGTH_FIELD, ranges, yes(), no(), mask);
  }

  /** Whether a header is there, or why that is not known. */
  private isThere(at: LayerAt, known: Knowledge): boolean | string {
    const found = known.found.filter(({ name }) => name === at.layer.LAYOUT.name);
    const wanted = found[at.depth === "any" ? 0 : at.depth];
    if (wanted?.perhaps === true) return `${at.layer.LAYOUT.name} may be something else`;
    if (wanted !== undefined) return true;
    return known.open === undefined ? false : reasonOf(at, known.open);
  }

  /** What accepts where one of two decisions does, or more. */
  private either(reason: string, ifSo: Later, ifNot: Later): Decision {
    const [yes, no] = [ifSo(), ifNot()];
    if (yes === no) return yes;
    this.reasons.add(reason);
    if (yes === REJECT) return no;
    if (no === REJECT) return yes;
    return ACCEPT;
  }
}

/** The values of a field in a header, or why a program has not got them. */
function valuesIn(operand: FieldAt, found: Found): Known {
  const { layer, through, owner, field, mask } = operand;
  const name = nameOf(operand);
  if (found.perhaps === true) return { why: `${layer.LAYOUT.name} may be something else` };
  const place = placeOf(found, layer, field.bitOffset);
  if (place.base === "passed") return { why: `${name} is passed by when it matters` };
  const values = through.length > 0 ? undefined : fieldValues(owner, field, place);
  if (values === undefined) return { why: `${name} lies at no fixed place` };
  return { name, values, field, bits: widthOf(field), ...withMask(mask) };
}

function withMask(mask: bigint | undefined): { readonly mask?: bigint } {
  return mask === undefined ? {} : { mask };
}

/** A decision that is worked out when somebody needs it, and once. */
export function once(decide: Later): Later {
  let decision: Decision | undefined;
  return () => (decision ??= decide());
}

function isExcluded({ min, max }: { min: bigint; max: bigint }, not: readonly number[]): boolean {
  return min === max && not.includes(Number(min));
}

function reasonOf({ layer, depth }: LayerAt, open: string): string {
  const which = typeof depth === "number" && depth > 0 ? `[${depth}]` : "";
  return `${layer.LAYOUT.name}${which} may stand in ${open}`;
}

function nameOf({ layer, through, field }: FieldAt): string {
  return [layer.LAYOUT.name, ...through.map((step) => step.field.name), field.name].join(".");
}

/** Where a field's header lies. The tag that the kernel took out has 16 bits; the EtherType behind it is Ethernet's. */
function placeOf({ place }: Found, layer: HeaderClass, bitOffset: number): Place {
  if (place.base !== "kernel" || layer.LAYOUT.name !== "vlan") return place;
  return bitOffset < 16 ? { base: "kernel", offset: place.offset } : { base: "packet", offset: 10 };
}
