import type { BpfInstruction } from "./bpf-emit.js";

const SIZES: Readonly<Record<number, string>> = { 0x00: "", 0x08: "h", 0x10: "b" };
const JUMPS: Readonly<Record<number, string>> = { 0x10: "jeq", 0x20: "jgt", 0x30: "jge", 0x40: "jset" };
const ALU: Readonly<Record<number, string>> = {
  0x00: "add",
  0x10: "sub",
  0x50: "and",
  0x60: "lsh",
  0x70: "rsh",
};

/** A program as `tcpdump -d` writes it, a line an instruction. */
export function programText(program: readonly BpfInstruction[]): string {
  return program.map((one, at) => `(${String(at).padStart(3, "0")}) ${lineOf(one, at)}`.trimEnd()).join("\n");
}

function lineOf({ code, jt, jf, k }: BpfInstruction, at: number): string {
  const hex = `0x${k.toString(16)}`;
  const source = (code & 0x08) === 0 ? `#${hex}` : "x";
  switch (code & 0x07) {
    case 0x00:
      return `ld${SIZES[code & 0x18] ?? ""}`.padEnd(9) + loadText(code, k);
    case 0x01:
      if ((code & 0xe0) === 0x60) return `ldx      M[${k}]`;
      return (code & 0xe0) === 0xa0 ? `ldxb     4*([${k}]&0xf)` : `ldx      #${hex}`;
    case 0x02:
      return `st       M[${k}]`;
    case 0x03:
      return `stx      M[${k}]`;
    case 0x04:
      return `${(ALU[code & 0xf0] ?? "?").padEnd(9)}${source}`;
    case 0x05:
      if ((code & 0xf0) === 0) return `ja       ${at + 1 + k}`;
      return `${(JUMPS[code & 0xf0] ?? "?").padEnd(9)}${source.padEnd(16)} jt ${at + 1 + jt}\tjf ${at + 1 + jf}`;
    case 0x06:
      return `ret      #${k}`;
    default:
      return "tax";
  }
}

function loadText(code: number, k: number): string {
  switch (code & 0xe0) {
    case 0x00:
      return `#0x${k.toString(16)}`;
    case 0x40:
      return `[x + ${k}]`;
    case 0x80:
      return "#pktlen";
    default:
      return k > 0x7fffffff ? `kernel fact ${k - 0xfffff000}` : `[${k}]`;
  }
}
