import { checkInteger, configError } from "./option-checks.js";

/** One instruction of classic BPF (linux/filter.h, struct sock_filter), as `tcpdump -dd` prints them. */
export interface BpfInstruction {
  readonly code: number;
  /** Instructions to skip when the comparison holds. */
  readonly jt: number;
  /** Instructions to skip when it does not. */
  readonly jf: number;
  readonly k: number;
}

/** What a filter must know to become a program. */
export interface FilterTarget {
  /** Packets begin with their network header. */
  readonly isCooked: boolean;
  /** LINKTYPE_* number of the packets. */
  readonly linkType: number;
  /** Packets are cut after the program saw them whole. */
  readonly hasSnaplen: boolean;
}

/** What makes its own program: a `Filter` of `zc-gen/filter`. */
export interface FilterSource {
  program(target: FilterTarget): { readonly instructions: readonly BpfInstruction[] };
}

/** Classic BPF, or what makes it. */
export type FilterChoice = readonly BpfInstruction[] | FilterSource;

/** The instructions of a choice. */
export function instructionsOf(
  filter: FilterChoice | undefined,
  target: FilterTarget,
): readonly BpfInstruction[] | undefined {
  return filter !== undefined && "program" in filter ? filter.program(target).instructions : filter;
}

// linux/bpf_common.h and linux/filter.h.
const BPF_CLASS_MASK = 0x07;
const BPF_JMP = 0x05;
const BPF_RET = 0x06;
const BPF_RVAL_MASK = 0x18;
const BPF_K = 0x00;
const BPF_OP_MASK = 0xf0;
const BPF_JA = 0x00;
const BPF_MAXINSNS = 4096;

/** Lets nothing through: what a ring attaches before it closes. */
export const DROP_ALL: Uint32Array = filterWords([{ code: BPF_RET | BPF_K, jt: 0, jf: 0, k: 0 }]);

/** Lets everything through, whole. */
export const ACCEPT_ALL: Uint32Array = filterWords([{ code: BPF_RET | BPF_K, jt: 0, jf: 0, k: 0xffffffff }]);

/** The program for a filter and a snap length, each of which may be missing; empty for neither. @throws RingConfigError */
export function buildFilter(
  filter: readonly BpfInstruction[] | undefined,
  snaplen: number | undefined,
): Uint32Array {
  if (filter === undefined) {
    return filterWords(snaplen === undefined ? [] : [{ code: BPF_RET | BPF_K, jt: 0, jf: 0, k: snaplen }]);
  }
  checkFilter(filter);
  return filterWords(
    snaplen === undefined ? filter : filter.map((each, index) => clampReturn(each, index, snaplen)),
  );
}

function checkFilter(filter: readonly BpfInstruction[]): void {
  const given: unknown = filter;
  if (!Array.isArray(given)) throw configError("filter", given, "an array of { code, jt, jf, k }");
  checkInteger("filter.length", filter.length, { min: 1, max: BPF_MAXINSNS });
  for (const [index, instruction] of filter.entries()) checkInstruction(filter, index, instruction);
  const last = filter.at(-1) as BpfInstruction;
  if (classOf(last) !== BPF_RET) {
    throw configError(`filter[${filter.length - 1}].code`, last.code, "a return: a filter ends with one");
  }
}

function checkInstruction(
  filter: readonly BpfInstruction[],
  index: number,
  instruction: BpfInstruction,
): void {
  const at = `filter[${index}]`;
  checkInteger(`${at}.code`, instruction?.code, { min: 0, max: 0xffff });
  checkInteger(`${at}.jt`, instruction.jt, { min: 0, max: 0xff });
  checkInteger(`${at}.jf`, instruction.jf, { min: 0, max: 0xff });
  checkInteger(`${at}.k`, instruction.k, { min: 0, max: 0xffffffff });
  if (classOf(instruction) !== BPF_JMP) return;
  const room = { min: 0, max: filter.length - index - 2, why: "a jump stays inside the filter" };
  if ((instruction.code & BPF_OP_MASK) === BPF_JA) checkInteger(`${at}.k`, instruction.k, room);
  else for (const side of ["jt", "jf"] as const) checkInteger(`${at}.${side}`, instruction[side], room);
}

/** A filter's return value is the snap length: the smaller of the two counts. */
function clampReturn(instruction: BpfInstruction, index: number, snaplen: number): BpfInstruction {
  if (classOf(instruction) !== BPF_RET) return instruction;
  if ((instruction.code & BPF_RVAL_MASK) === BPF_K) {
    return { ...instruction, k: Math.min(instruction.k, snaplen) };
  }
  throw configError(
    `filter[${index}].code`,
    instruction.code,
    "a return of a constant when snaplen is given too",
  );
}

function classOf(instruction: BpfInstruction): number {
  return instruction.code & BPF_CLASS_MASK;
}

/** Four words an instruction: the addon's form. */
function filterWords(filter: readonly BpfInstruction[]): Uint32Array {
  return Uint32Array.from(filter.flatMap(({ code, jt, jf, k }) => [code, jt, jf, k]));
}
