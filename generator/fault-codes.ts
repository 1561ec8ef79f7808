// The runtime's fault numbers, as generated code spells them. A test compares the two tables.

/** `Fault` of the runtime: what generated code returns is part of the agreement between the two. */
export const FAULT_CODES = {
  TRUNCATED: 1,
  TRUNCATED_HEADER: 2,
  TRUNCATED_ELEMENT: 3,
  CONSTANT: 16,
  RANGE: 17,
  ENUM: 18,
  HEADER_LENGTH: 19,
  DECLARED_LENGTH: 20,
  UNSAFE_INTEGER: 21,
  ELEMENT_LENGTH: 22,
  NAME: 23,
  LINK_TYPE: 32,
  DEPTH: 33,
} as const;

/**
 * A fault as a literal: `0x514 /* DECLARED_LENGTH, totalLength *\/`. V8 counts the bytecode of what never runs too when
 * it chooses what to inline: with `fieldFault(Fault.DECLARED_LENGTH, 4)` a Stack took 1.5 ns of 29 more a packet, and
 * accessors by themselves no more (Node 20.20, x86-64).
 */
export function faultLiteral(
  code: keyof typeof FAULT_CODES,
  field?: { readonly index: number; readonly member: string },
): string {
  if (field === undefined) return `${FAULT_CODES[code]} /* ${code} */`;
  const fault = FAULT_CODES[code] | ((field.index + 1) << 8);
  return `0x${fault.toString(16)} /* ${code}, ${field.member} */`;
}
