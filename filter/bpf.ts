import { ACCEPT, type Decision } from "./bpf-graph.js";
import { emit, type BpfInstruction } from "./bpf-emit.js";
import type { Schemas } from "./bpf-schemas.js";
import { Walk } from "./bpf-walk.js";
import type { Typed } from "./typed.js";

/** What a program is for. */
export interface KernelTarget {
  /** Packets begin with their network header, as on a ring with `cooked`. Default false: Ethernet. */
  readonly isCooked?: boolean;
  /** LINKTYPE_* number of the packets. Default 1, Ethernet; of others than that, everything passes. */
  readonly linkType?: number;
  /** Packets are cut after the program saw them whole. */
  readonly hasSnaplen?: boolean;
  /**
   * Tells apart whatever a program can, where that only spares our half work, too: ARP from other EtherTypes, malformed
   * packets, what stands behind IPv6 extension headers. Longer, and slower. Default false.
   */
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

type Compiled = Pick<KernelProgram, "instructions" | "reasons">;

/** linux/filter.h, BPF_MAXINSNS. */
const MOST_INSTRUCTIONS = 4096;

/** Compiles an expression to classic BPF. */
export function compile(typed: Typed, schemas: Schemas, target: KernelTarget = {}): KernelProgram {
  const { isCooked = false, linkType = 1, hasSnaplen = false, isExact = false } = target;
  if (!isCooked && linkType !== 1) return everything(`packets of link type ${linkType} are decoded first`);
  const made = (isFolded: boolean): Compiled => {
    const walk = new Walk(typed, schemas, { isCooked, hasSnaplen, isExact, isFolded });
    return { instructions: emit(walk.decision()), reasons: walk.reasons() };
  };
  const [shared, folded] = [made(false), made(true)];
  const isShorter = shared.instructions.length < folded.instructions.length;
  const { instructions, reasons } = isShorter ? shared : folded;
  if (instructions.length > MOST_INSTRUCTIONS) {
    const length = `${instructions.length} instructions, and the kernel takes ${MOST_INSTRUCTIONS}`;
    return everything(`the program would have ${length}`);
  }
  return { instructions, isExact: reasons.length === 0, reasons };
}

/** The decisions of a program for Ethernet, made to be run by us: nothing is shared for the sake of length. */
export function decisionsOf(typed: Typed, schemas: Schemas): Decision {
  if (schemas.layer("ethernet") === undefined) return ACCEPT;
  const options = { isCooked: false, hasSnaplen: false, isExact: false, isFolded: true };
  return new Walk(typed, schemas, options).decision();
}

function everything(reason: string): KernelProgram {
  return { instructions: emit(ACCEPT), isExact: false, reasons: [`${reason}: everything passes`] };
}
