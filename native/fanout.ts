import { buildFilter, type BpfInstruction } from "./filter.js";
import { checkBoolean, checkChoice, checkInteger, checkNames, configError } from "./option-checks.js";

// PACKET_FANOUT_* of linux/if_packet.h.
const MODES = { hash: 0, lb: 1, cpu: 2, rollover: 3, rnd: 4, qm: 5, cbpf: 6 } as const;
const FLAG_ROLLOVER = 0x1000;
const FLAG_UNIQUEID = 0x2000;
const FLAG_IGNORE_OUTGOING = 0x4000;
const FLAG_DEFRAG = 0x8000;

/** How a fanout group shares packets out: by flow, in turn, by processor, one until it is full, at random, by queue, by a program. */
export type FanoutMode = keyof typeof MODES;

/** A group of rings on one interface that share its packets out: each packet goes to one of them. */
export interface FanoutOptions {
  /** How. `hash` keeps a flow's packets, both directions, in one ring. */
  readonly mode: FanoutMode;
  /** The group's number, 0 to 65535: all its members say the same. Leave it out with `uniqueId`. */
  readonly group?: number;
  /** Lets the kernel choose a number nobody uses: `ring.fanoutGroup` tells it to the other members. Default false. */
  readonly uniqueId?: boolean;
  /** Puts IP fragments together first, so that `hash` finds their flow. Default false. */
  readonly defrag?: boolean;
  /** Gives a packet to another member when its own is full. Default false. */
  readonly rollover?: boolean;
  /** Leaves out what this machine sends. Default: what the ring's `ignoreOutgoing` says. */
  readonly ignoreOutgoing?: boolean;
  /** With mode `cbpf`: a program whose result, modulo the group's size, is the member. The first member brings it. */
  readonly program?: readonly BpfInstruction[];
}

/** What the addon takes. */
export interface FanoutRequest {
  readonly fanout: boolean;
  /** Id in bits 0 to 15, mode in 16 to 23, flags from 28 on. */
  readonly fanoutArgument: number;
  readonly fanoutProgram: Uint32Array;
}

const NO_PROGRAM = new Uint32Array(0);

/** Checks the options of a group. @throws RingConfigError */
export function checkFanout(options: FanoutOptions | undefined, ignoreOutgoing: boolean): FanoutRequest {
  if (options === undefined) return { fanout: false, fanoutArgument: 0, fanoutProgram: NO_PROGRAM };
  if (typeof options !== "object" || options === null) {
    throw configError("fanout", options, "an object with a mode");
  }
  const names = ["mode", "group", "uniqueId", "defrag", "rollover", "ignoreOutgoing", "program"];
  checkNames(options, names, "fanout.");
  const mode = MODES[checkChoice("fanout.mode", options.mode, Object.keys(MODES) as FanoutMode[])];
  const uniqueId = checkBoolean("fanout.uniqueId", options.uniqueId ?? false);
  const flags =
    (uniqueId ? FLAG_UNIQUEID : 0) |
    (checkBoolean("fanout.defrag", options.defrag ?? false) ? FLAG_DEFRAG : 0) |
    (checkBoolean("fanout.rollover", options.rollover ?? false) ? FLAG_ROLLOVER : 0) |
    (checkBoolean("fanout.ignoreOutgoing", options.ignoreOutgoing ?? ignoreOutgoing)
      ? FLAG_IGNORE_OUTGOING
      : 0);
  const group = checkGroup(options.group, uniqueId);
  const fanoutProgram = checkProgram(options);
  return { fanout: true, fanoutArgument: (((flags | mode) << 16) | group) >>> 0, fanoutProgram };
}

/** The group's number in what PACKET_FANOUT gives. */
export function groupOf(fanoutArgument: number): number {
  return fanoutArgument & 0xffff;
}

function checkGroup(group: number | undefined, uniqueId: boolean): number {
  if (uniqueId && group !== undefined) {
    throw configError("fanout.group", group, "left out with uniqueId: the kernel chooses it", 0);
  }
  if (uniqueId) return 0;
  return checkInteger("fanout.group", group, { min: 0, max: 0xffff, why: "or uniqueId: true" });
}

function checkProgram({ mode, program }: FanoutOptions): Uint32Array {
  if (program === undefined) return NO_PROGRAM;
  if (mode !== "cbpf") throw configError("fanout.program", "given", 'left out unless mode is "cbpf"');
  return buildFilter(program, undefined);
}
