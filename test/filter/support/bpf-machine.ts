// Runs classic BPF as linux/net/core/filter.c does, for packets without facts of the kernel's own but those given.
import type { BpfInstruction } from "zc-gen/ring";

/** What a run gave. */
export interface Run {
  /** 0: dropped. */
  readonly result: number;
  /** How many instructions ran. */
  readonly steps: number;
}

/** By their numbers from SKF_AD_OFF: 0 protocol, 44 VLAN tag, 48 whether there is one. */
export type KernelFacts = Readonly<Record<number, number>>;

/** Runs a program on a packet. A load outside the packet drops it. @throws Error for what the kernel would refuse. */
export function run(program: readonly BpfInstruction[], packet: Uint8Array, facts: KernelFacts = {}): Run {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const memory = new Uint32Array(16);
  let [a, x, at, steps] = [0, 0, 0, 0];
  for (;;) {
    const instruction = program[at];
    if (instruction === undefined) throw new Error(`runs out of the program at ${at}`);
    const { code, jt, jf, k } = instruction;
    at++;
    steps++;
    switch (code & 7) {
      case 0: {
        const value = load(code, k, x, view, memory, facts);
        if (value === undefined) return { result: 0, steps };
        a = value;
        break;
      }
      case 1:
        if ((code & 0xe0) === 0xa0) {
          if (k >= packet.length) return { result: 0, steps };
          x = 4 * ((packet[k] ?? 0) & 15);
        } else x = (code & 0xe0) === 0x60 ? (memory[k] ?? 0) : k;
        break;
      case 2:
        memory[k] = a;
        break;
      case 3:
        memory[k] = x;
        break;
      case 4:
        a = compute(code & 0xf0, a, (code & 8) === 0 ? k : x);
        break;
      case 5:
        at += (code & 0xf0) === 0 ? k : holds(code & 0xf0, a, (code & 8) === 0 ? k : x) ? jt : jf;
        break;
      case 6:
        return { result: k, steps };
      default:
        x = a;
    }
  }
}

function load(
  code: number,
  k: number,
  x: number,
  view: DataView,
  memory: Uint32Array,
  facts: KernelFacts,
): number | undefined {
  const mode = code & 0xe0;
  if (mode === 0x00) return k;
  if (mode === 0x60) return memory[k];
  if (mode === 0x80) return view.byteLength;
  if (mode === 0x20 && k >= 0xfffff000) return facts[k - 0xfffff000] ?? 0;
  const at = mode === 0x40 ? k + x : k;
  const size = { 0x00: 4, 0x08: 2, 0x10: 1 }[code & 0x18] ?? 0;
  if (at + size > view.byteLength) return undefined;
  return size === 4 ? view.getUint32(at) : size === 2 ? view.getUint16(at) : view.getUint8(at);
}

function compute(operation: number, a: number, b: number): number {
  switch (operation) {
    case 0x00:
      return (a + b) >>> 0;
    case 0x10:
      return (a - b) >>> 0;
    case 0x50:
      return (a & b) >>> 0;
    case 0x60:
      return (a << b) >>> 0;
    case 0x70:
      return a >>> b;
    default:
      throw new Error(`no operation ${operation}`);
  }
}

function holds(comparison: number, a: number, b: number): boolean {
  switch (comparison) {
    case 0x10:
      return a === b;
    case 0x20:
      return a > b;
    case 0x30:
      return a >= b;
    case 0x40:
      return (a & b) !== 0;
    default:
      throw new Error(`no comparison ${comparison}`);
  }
}
