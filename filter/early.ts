// A program's decisions, run by us: most packets that do not match are told by a few bytes, before anything is decoded.
import {
  endsFirst,
  followers,
  isSameTest,
  type Compare,
  type Decision,
  type Move,
  type Value,
} from "./bpf-graph.js";
import type { FilterPacket } from "./packet.js";

/** A test that may let others pass, too. `at` is where the packet begins, `x` that plus X. */
export type Step = (view: DataView, at: number, x: number, packet: FilterPacket) => boolean;

export interface Early {
  readonly step: Step;
  /** It reads no more bytes than that from the packet's start, whatever the packet's length. */
  readonly reach: number;
}

/** Closures call each other as deep as decisions are. */
export const MOST_DECISIONS = 512;
/** The longest IPv4 header, and what two extension headers of IPv6 can add. */
const MOST_OF_X = 60;
const MOST_EXTENSIONS = 2 * 2048;

/** The test of a graph of decisions; undefined where it is too large, or decides nothing. */
export function early(root: Decision): Early | undefined {
  const all = [...endsFirst(root)];
  if (root.kind === "verdict" || all.length > MOST_DECISIONS) return undefined;
  const steps = new Map<Decision, Step>();
  for (const decision of all) {
    steps.set(
      decision,
      stepOf(decision, (next) => steps.get(next) as Step),
    );
  }
  return { step: steps.get(root) as Step, reach: reachOf(all) };
}

/** How far from a packet's start decisions may read. */
export function reachOf(all: readonly Decision[]): number {
  const isMoved = all.some(({ kind }) => kind === "move");
  const isExtended = all.some((one) => one.kind === "move" && one.how !== "ipv4" && one.how !== "number");
  const x = (isMoved ? MOST_OF_X : 0) + (isExtended ? MOST_EXTENSIONS : 0);
  return Math.max(...all.map((decision) => lastByte(decision) + x));
}

function lastByte(decision: Decision): number {
  if (decision.kind === "move") return decision.offset + 16;
  return decision.kind === "verdict" ? 0 : lastByteOf(decision.value);
}

function lastByteOf({ base, offset, bytes, less }: Value): number {
  const own = base === "packet" || base === "x" ? offset + bytes : 0;
  return less === undefined ? own : Math.max(own, lastByteOf(less));
}

// A verdict is known by its identity: calling it would cost as much as a comparison (Node 20, x86-64).
const PASS: Step = () => true;
const DROP: Step = () => false;

function stepOf(decision: Decision, stepFor: (next: Decision) => Step): Step {
  switch (decision.kind) {
    case "verdict":
      return decision.accept ? PASS : DROP;
    case "move":
      return moveStep(decision, stepFor(decision.next));
    case "compare":
      return decision.value.base === "same" ? PASS : compareStep(decision, stepFor); // the first of its chain has it
  }
}

function moveStep({ how, offset }: Move, next: Step): Step {
  switch (how) {
    case "number":
      return (view, at, _, packet) => next(view, at, at + offset, packet);
    case "ipv4":
      return (view, at, _, packet) => next(view, at, at + 4 * (view.getUint8(at + offset) & 15), packet);
    case "extension":
      return (view, at, x, packet) => next(view, at, x + 8 * (view.getUint8(x + offset + 1) + 1), packet);
    case "fragment":
      return (view, at, x, packet) => next(view, at, x + 8, packet);
    case "tcp end":
      return (view, at, x, packet) =>
        next(view, at, x + offset + (view.getUint8(x + offset + 12) >> 4) * 4, packet);
  }
}

function compareStep(decision: Compare, stepFor: (next: Decision) => Step): Step {
  const { value, comparison, k } = decision;
  if (comparison === "==") return equalStep(value, chainOf(decision, stepFor));
  const [yes, no, load] = [stepFor(decision.yes), stepFor(decision.no), loadOf(value)];
  const holds = holding(comparison, load, k);
  return (view, at, x, packet) => {
    const next = holds(view, at, x, packet) ? yes : no;
    return next === PASS || (next !== DROP && next(view, at, x, packet));
  };
}

function holding(comparison: Exclude<Compare["comparison"], "==">, load: Load, k: number): Step {
  switch (comparison) {
    case ">":
      return (view, at, x, packet) => load(view, at, x, packet) > k;
    case ">=":
      return (view, at, x, packet) => load(view, at, x, packet) >= k;
    case ">= X":
      return (view, at, x, packet) => load(view, at, x, packet) >= x - at;
    case "any bit":
      return (view, at, x, packet) => (load(view, at, x, packet) & k) !== 0;
  }
}

/** Numbers that one value is compared with, where each leads, and where others do. */
interface Chain {
  readonly numbers: readonly number[];
  readonly steps: readonly Step[];
  readonly others: Step;
}

function chainOf(first: Compare, stepFor: (next: Decision) => Step): Chain {
  const [numbers, steps]: [number[], Step[]] = [[first.k], [stepFor(first.yes)]];
  let { no } = first;
  while (isSameTest(no, first.value)) {
    numbers.push(no.k);
    steps.push(stepFor(no.yes));
    ({ no } = no);
  }
  return { numbers, steps, others: stepFor(no) };
}

/** The forms that come first in most filters have closures of their own, so that none asks what it is to load. */
function equalStep(value: Value, chain: Chain): Step {
  const { base, offset, bytes, mask, shift, less, plus, minusX } = value;
  const { numbers, steps, others } = chain;
  const isWhole = mask === undefined && shift === undefined && less === undefined;
  const isPlain = isWhole && plus === undefined && minusX === undefined;
  if (isPlain && bytes === 1 && (base === "packet" || base === "x")) return byteStep(base, offset, chain);
  const [number, second = number] = numbers as [number, number?];
  const [step, stepOfSecond = step] = steps as [Step, Step?];
  if (isPlain && bytes === 2 && base === "packet" && numbers.length <= 2) {
    return (view, at, x, packet) => {
      const found = view.getUint16(at + offset);
      const next = found === number ? step : found === second ? stepOfSecond : others;
      return next === PASS || (next !== DROP && next(view, at, x, packet));
    };
  }
  if (isPlain && bytes === 2 && base === "x" && numbers.length <= 2) {
    return (view, at, x, packet) => {
      const found = view.getUint16(x + offset);
      const next = found === number ? step : found === second ? stepOfSecond : others;
      return next === PASS || (next !== DROP && next(view, at, x, packet));
    };
  }
  const load = loadOf(value);
  return (view, at, x, packet) => {
    const index = numbers.indexOf(load(view, at, x, packet));
    const next = index < 0 ? others : (steps[index] as Step);
    return next === PASS || (next !== DROP && next(view, at, x, packet));
  };
}

/** Bytes lead where a table says. */
function byteStep(base: "packet" | "x", offset: number, { numbers, steps, others }: Chain): Step {
  const table = Array.from({ length: 256 }, (_, byte) => steps[numbers.indexOf(byte)] ?? others);
  if (base === "packet") {
    return (view, at, x, packet) => {
      const next = table[view.getUint8(at + offset)] as Step;
      return next === PASS || (next !== DROP && next(view, at, x, packet));
    };
  }
  return (view, at, x, packet) => {
    const next = table[view.getUint8(x + offset)] as Step;
    return next === PASS || (next !== DROP && next(view, at, x, packet));
  };
}

type Load = (view: DataView, at: number, x: number, packet: FilterPacket) => number;

function loadOf({ less, shift, ...value }: Value): Load {
  const whole = maskedLoad(value);
  const load: Load =
    shift === undefined ? whole : (view, at, x, packet) => whole(view, at, x, packet) >>> shift;
  if (less === undefined) return load;
  const other = loadOf(less);
  return (view, at, x, packet) => (load(view, at, x, packet) - other(view, at, x, packet)) >>> 0;
}

function maskedLoad({ mask, plus, minusX, ...value }: Value): Load {
  const load = bareLoad(value);
  if (mask !== undefined) return (view, at, x, packet) => (load(view, at, x, packet) & mask) >>> 0;
  if (plus === undefined && minusX === undefined) return load;
  const added = plus ?? 0;
  if (minusX === undefined) return (view, at, x, packet) => load(view, at, x, packet) + added;
  return (view, at, x, packet) => (load(view, at, x, packet) + added - (x - at)) >>> 0;
}

function bareLoad({ base, offset, bytes }: Value): Load {
  switch (base) {
    case "kernel":
      return offset === 48 // SKF_AD_VLAN_TAG_PRESENT
        ? (_view, _at, _x, { hasVlan }) => (hasVlan === true ? 1 : 0)
        : (_view, _at, _x, { vlanTci }) => vlanTci ?? 0;
    case "length":
      return (_view, _at, _x, { dataOffset, dataEnd }) => dataEnd - dataOffset;
    case "wire length":
      return (_view, _at, _x, packet) => packet.originalLength ?? packet.dataEnd - packet.dataOffset;
    case "x":
      if (bytes === 1) return (view, _, x) => view.getUint8(x + offset);
      return bytes === 2
        ? (view, _, x) => view.getUint16(x + offset)
        : (view, _, x) => view.getUint32(x + offset);
    default:
      if (bytes === 1) return (view, at) => view.getUint8(at + offset);
      return bytes === 2
        ? (view, at) => view.getUint16(at + offset)
        : (view, at) => view.getUint32(at + offset);
  }
}

/** Of each decision, how many others lead to it. */
export function leadingTo(root: Decision): Map<Decision, number> {
  const counts = new Map<Decision, number>();
  for (const decision of endsFirst(root)) {
    for (const next of followers(decision)) counts.set(next, (counts.get(next) ?? 0) + 1);
  }
  return counts;
}
