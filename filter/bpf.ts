import { ACCEPT } from "./bpf-graph.js";
import { emit, type BpfInstruction } from "./bpf-emit.js";
import { Walk, type LayerFacts } from "./bpf-walk.js";
import type { Typed } from "./typed.js";

/** What a program is for. */
export interface KernelTarget {
  /** Packets begin with their network header, as on a ring with `cooked`. Default false: Ethernet. */
  readonly isCooked?: boolean;
  /** LINKTYPE_* number of the packets. Default 1, Ethernet; of others than that, everything passes. */
  readonly linkType?: number;
  /** Packets are cut after the program saw them whole. */
  readonly hasSnaplen?: boolean;
  /** Also tells malformed packets from others where that only spares our half work: longer. Default false. */
  readonly isExact?: boolean;
}

/** The kernel's half of a filter. */
export interface KernelProgram {
  /** Never drops a packet that matches. */
  readonly instructions: readonly BpfInstruction[];
  /** Whether exactly the packets pass that match. */
  readonly isExact: boolean;
  /** Why others pass, too. */
  readonly reasons: readonly string[];
}

/** linux/filter.h, BPF_MAXINSNS. */
const MOST_INSTRUCTIONS = 4096;

/** Compiles an expression to classic BPF. */
export function compile(typed: Typed, facts: LayerFacts, target: KernelTarget = {}): KernelProgram {
  const { isCooked = false, linkType = 1, hasSnaplen = false, isExact = false } = target;
  if (!isCooked && linkType !== 1) return everything(`packets of link type ${linkType} are decoded first`);
  const walk = new Walk(typed, facts, { isCooked, hasSnaplen, isExact });
  const instructions = emit(walk.decision());
  if (instructions.length > MOST_INSTRUCTIONS) {
    const length = `${instructions.length} instructions, and the kernel takes ${MOST_INSTRUCTIONS}`;
    return everything(`the program would have ${length}`);
  }
  const reasons = [...walk.decider.reasons];
  if (walk.passesMalformed) reasons.push("packets with malformed headers are told apart after decoding");
  return { instructions, isExact: reasons.length === 0, reasons };
}

function everything(reason: string): KernelProgram {
  return { instructions: emit(ACCEPT), isExact: false, reasons: [`${reason}: everything passes`] };
}
