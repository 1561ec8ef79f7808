import type { BpfInstruction } from "./bpf-emit.js";
import { namedLayers } from "./bpf-schemas.js";
import type { Filter } from "./filter.js";

// linux/bpf_common.h.
const BPF_RET = 0x06;
const BPF_JA = 0x05;
/** linux/filter.h, BPF_MAXINSNS. */
const MOST_INSTRUCTIONS = 4096;

/**
 * The program of a fanout group of mode `cbpf`: a packet goes to the member with the number of the first filter that it
 * passes, others to the one behind the last. Members count from 0 in the order in which they joined, and the kernel takes
 * the number modulo their count.
 *
 *     fanout: { mode: "cbpf", group: 7, program: fanoutProgram([filter("udp.port == 53"), filter("tcp")]) }
 *
 * The kernel shows these programs a packet that came in from its network header on (net/packet/af_packet.c,
 * fanout_demux_bpf): lengths count from there, and filters cannot name Ethernet. What the machine itself sends is shown with
 * its link header, and goes to any member.
 *
 * Programs are exact as far as they can be: `filter.program({ isCooked: true, isExact: true }).reasons` tells what else comes
 * along. A packet that ends within what a filter compares goes to the first member.
 *
 * @throws RangeError where the filters' programs are too long together, or one names Ethernet.
 */
export function fanoutProgram(filters: readonly Filter[]): BpfInstruction[] {
  const parts = filters.map((one, member) => {
    if (namedLayers(one.typed).has("ethernet")) {
      throw new RangeError(`filters: a fanout program sees no Ethernet header, and ${one.text} asks for it`);
    }
    const { instructions } = one.program({ isCooked: true, isExact: true });
    return instructions.map((instruction, at) => sorting(instruction, member, instructions.length - at - 1));
  });
  const program = [...parts.flat(), { code: BPF_RET, jt: 0, jf: 0, k: filters.length }];
  if (program.length <= MOST_INSTRUCTIONS) return program;
  throw new RangeError(`filters: ${program.length} instructions, and the kernel takes ${MOST_INSTRUCTIONS}`);
}

/** What passes goes to the member; what does not goes on behind the part. */
function sorting(instruction: BpfInstruction, member: number, left: number): BpfInstruction {
  if (instruction.code !== BPF_RET) return instruction;
  return instruction.k === 0 ? { code: BPF_JA, jt: 0, jf: 0, k: left } : { ...instruction, k: member };
}
