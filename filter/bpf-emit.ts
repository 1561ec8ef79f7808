import {
  followers,
  loadKey,
  valueKey,
  type Compare,
  type Decision,
  type Move,
  type Value,
} from "./bpf-graph.js";

/** One instruction of classic BPF (linux/filter.h, struct sock_filter). */
export interface BpfInstruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

// linux/bpf_common.h.
const LD = 0x00;
const LDX = 0x01;
const ST = 0x02;
const STX = 0x03;
const ALU = 0x04;
const JMP = 0x05;
const RET = 0x06;
const MISC = 0x07;
const SIZE = { 4: 0x00, 2: 0x08, 1: 0x10 } as const;
const ABS = 0x20;
const IND = 0x40;
const MEM = 0x60;
const LEN = 0x80;
const MSH = 0xa0;
const OP = { add: 0x00, sub: 0x10, and: 0x50, lsh: 0x60, rsh: 0x70 } as const;
const X = 0x08;
const JUMPS = { "==": 0x10, ">": 0x20, ">=": 0x30, "any bit": 0x40, ">= X": 0x30 + X } as const;
const TAX = 0x00;
/** linux/filter.h, SKF_AD_OFF: the kernel's own facts of a packet. */
const KERNEL_FACTS = -0x1000;
const WHOLE_PACKET = 0xffffffff;
const FARTHEST = 255;
/** Places of scratch memory, of 16 that there are. */
const OTHER_VALUE = 0;
const KEPT_X = 1;

/** An instruction whose jumps still lead to decisions. */
interface Draft {
  readonly code: number;
  readonly k: number;
  readonly yes?: Decision;
  readonly no?: Decision;
}

/** The program of a graph of decisions, each once, jumps all forward. */
export function emit(root: Decision): BpfInstruction[] {
  const order = inOrder(root);
  const loaded = loadedBefore(order);
  const blocks = order.map((decision, i) => ({
    decision,
    drafts: draftsOf(decision, loaded.get(decision), order[i + 1]),
  }));
  return assemble(blocks);
}

/** Every decision before those that it leads to; what X is set for right behind that, where it can be. */
function inOrder(root: Decision): Decision[] {
  const waiting = waitedFor(root);
  const ready = [root];
  const order: Decision[] = [];
  while (ready.length > 0) {
    const chosen = ready.findLastIndex((decision) => !isEarly(decision, waiting));
    const [decision] = ready.splice(chosen < 0 ? ready.findLastIndex(isNoVerdict) : chosen, 1) as [Decision];
    order.push(decision);
    for (const next of new Set(followers(decision)).values()) {
      const left = (waiting.get(next) as number) - 1;
      waiting.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  return order;
}

/** Of every decision, how many others lead to it. */
function waitedFor(root: Decision): Map<Decision, number> {
  const counts = new Map<Decision, number>([[root, 0]]);
  const pending = [root];
  for (let decision = pending.pop(); decision !== undefined; decision = pending.pop()) {
    for (const next of new Set(followers(decision))) {
      if (!counts.has(next)) pending.push(next);
      counts.set(next, (counts.get(next) ?? 0) + 1);
    }
  }
  return counts;
}

/** Verdicts come last; X is set when what needs it waits for nothing else. */
function isEarly(decision: Decision, waiting: ReadonlyMap<Decision, number>): boolean {
  if (decision.kind === "verdict") return true;
  return decision.kind === "move" && (waiting.get(decision.next) as number) > 1;
}

function isNoVerdict({ kind }: Decision): boolean {
  return kind !== "verdict";
}

/** What A holds when a decision is reached, where all ways to it agree. */
function loadedBefore(order: readonly Decision[]): Map<Decision, string> {
  const before = new Map<Decision, string>();
  const reached = new Set<Decision>();
  for (const decision of order) {
    const after = loadedAfter(decision, before.get(decision) ?? "");
    for (const next of followers(decision)) {
      before.set(next, !reached.has(next) || before.get(next) === after ? after : "");
      reached.add(next);
    }
  }
  return before;
}

function loadedAfter(decision: Decision, before: string): string {
  if (decision.kind === "compare") return decision.value.base === "same" ? before : valueKey(decision.value);
  const keepsA = decision.kind === "move" && (decision.how === "ipv4" || decision.how === "number");
  return keepsA ? before : "";
}

function draftsOf(decision: Decision, loaded: string | undefined, behind: Decision | undefined): Draft[] {
  switch (decision.kind) {
    case "verdict":
      return [{ code: RET, k: decision.accept ? WHOLE_PACKET : 0 }];
    case "move":
      if (decision.next === behind) return moveDrafts(decision);
      return [...moveDrafts(decision), { code: JMP, k: 0, yes: decision.next }];
    case "compare":
      return [...valueDrafts(decision, loaded), compareDraft(decision)];
  }
}

/** What is compared, in A. Of two values one is put aside, and X while it holds that, where somebody asks for X later. */
function valueDrafts({ value, yes, no }: Compare, loaded: string | undefined): Draft[] {
  const { less, ...whole } = value;
  if (less === undefined) return loadDrafts(value, loaded);
  if (loaded === valueKey(value)) return [];
  const isKept = yes.usesX || no.usesX;
  return [
    ...loadDrafts(less, loaded),
    { code: ST, k: OTHER_VALUE },
    ...loadDrafts(whole, undefined),
    ...(isKept ? [{ code: STX, k: KEPT_X }] : []),
    { code: LDX | MEM, k: OTHER_VALUE },
    { code: ALU | OP.sub | X, k: 0 },
    ...(isKept ? [{ code: LDX | MEM, k: KEPT_X }] : []),
  ];
}

function compareDraft({ comparison, k, yes, no }: Compare): Draft {
  return { code: JMP | JUMPS[comparison], k, yes, no };
}

function loadDrafts(value: Value, loaded: string | undefined): Draft[] {
  const { base, offset, bytes, mask, shift, plus, minusX } = value;
  if (base === "same" || loaded === valueKey(value)) return [];
  const drafts: Draft[] = loaded === loadKey(base, offset, bytes) ? [] : [loadDraft(value)];
  if (plus !== undefined) drafts.push({ code: ALU | OP.add, k: plus });
  if (minusX === true) drafts.push({ code: ALU | OP.sub | X, k: 0 });
  if (mask !== undefined) drafts.push({ code: ALU | OP.and, k: mask });
  if (shift !== undefined) drafts.push({ code: ALU | OP.rsh, k: shift });
  return drafts;
}

function loadDraft({ base, offset, bytes }: Value): Draft {
  switch (base) {
    case "x":
      return { code: LD | SIZE[bytes] | IND, k: offset };
    case "kernel":
      return { code: LD | SIZE[4] | ABS, k: (KERNEL_FACTS + offset) >>> 0 };
    case "length":
    case "wire length":
      return { code: LD | LEN, k: 0 };
    default:
      return { code: LD | SIZE[bytes] | ABS, k: offset };
  }
}

function moveDrafts({ how, offset }: Move): Draft[] {
  switch (how) {
    case "ipv4":
      return [{ code: LDX | SIZE[1] | MSH, k: offset }];
    case "number":
      return [{ code: LDX, k: offset }];
    case "extension": // RFC 8200 §4.3: the length in 8 bytes, the first 8 not counted
      return [
        { code: LD | SIZE[1] | IND, k: offset + 1 },
        { code: ALU | OP.add, k: 1 },
        { code: ALU | OP.lsh, k: 3 },
        { code: ALU | OP.add | X, k: 0 },
        { code: MISC | TAX, k: 0 },
      ];
    case "fragment": // RFC 8200 §4.5: 8 bytes
      return [
        { code: LD, k: 8 },
        { code: ALU | OP.add | X, k: 0 },
        { code: MISC | TAX, k: 0 },
      ];
    case "tcp end": // RFC 9293 §3.1: words of 4 bytes, in the upper half of byte 12
      return [
        { code: LD | SIZE[1] | IND, k: offset + 12 },
        { code: ALU | OP.and, k: 0xf0 },
        { code: ALU | OP.rsh, k: 2 },
        { code: ALU | OP.add, k: offset },
        { code: ALU | OP.add | X, k: 0 },
        { code: MISC | TAX, k: 0 },
      ];
  }
}

interface Block {
  readonly decision: Decision;
  readonly drafts: readonly Draft[];
}

/** Puts blocks one behind the other; a comparison that leads too far jumps by way of two jumps behind it. */
function assemble(blocks: readonly Block[]): BpfInstruction[] {
  const far = new Set<Decision>();
  for (;;) {
    const starts = startsOf(blocks, far);
    const tooFar = blocks.filter((block) => !far.has(block.decision) && isTooFar(block, starts));
    if (tooFar.length === 0) return blocks.flatMap((block) => instructionsOf(block, starts, far));
    for (const { decision } of tooFar) far.add(decision);
  }
}

type Starts = ReadonlyMap<Decision, number>;

function startsOf(blocks: readonly Block[], far: ReadonlySet<Decision>): Starts {
  const starts = new Map<Decision, number>();
  let at = 0;
  for (const { decision, drafts } of blocks) {
    starts.set(decision, at);
    at += drafts.length + (far.has(decision) ? 2 : 0);
  }
  return starts;
}

function isTooFar({ decision, drafts }: Block, starts: Starts): boolean {
  if (decision.kind !== "compare") return false;
  const behind = placeOf(decision, starts) + drafts.length;
  return [decision.yes, decision.no].some((next) => placeOf(next, starts) - behind > FARTHEST);
}

function instructionsOf(
  { decision, drafts }: Block,
  starts: Starts,
  far: ReadonlySet<Decision>,
): BpfInstruction[] {
  const instructions: BpfInstruction[] = [];
  let behind = placeOf(decision, starts);
  for (const { code, k, yes, no } of drafts) {
    behind++;
    if (yes === undefined) instructions.push({ code, jt: 0, jf: 0, k });
    else if (no === undefined) instructions.push(jump(placeOf(yes, starts) - behind));
    else if (far.has(decision)) {
      const [first, second] = [placeOf(yes, starts) - behind - 1, placeOf(no, starts) - behind - 2];
      instructions.push({ code, jt: 0, jf: 1, k }, jump(first), jump(second));
    } else {
      instructions.push({ code, jt: placeOf(yes, starts) - behind, jf: placeOf(no, starts) - behind, k });
    }
  }
  return instructions;
}

function placeOf(decision: Decision, starts: Starts): number {
  return starts.get(decision) as number;
}

function jump(distance: number): BpfInstruction {
  return { code: JMP, jt: 0, jf: 0, k: distance };
}
