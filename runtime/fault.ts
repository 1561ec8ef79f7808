/**
 * Why a packet does not fit a layout, as small integers: 0 is ok, 1 to 15 mean *incomplete* (more bytes could
 * mend it), 16 and above mean *invalid* (no further byte can).
 *
 * A fault number carries its code in the low eight bits and, above them, one more than the index of the field in
 * the layout's `fields` (0: no single field is to blame). Take it apart with {@link faultCode} and
 * {@link faultField}, or let `explain()` say it in words.
 */
export const Fault = {
  /** The layout fits and keeps its rules. */
  OK: 0,
  /** Incomplete: the fixed part runs past the packet's end. */
  TRUNCATED: 1,
  /** Incomplete: the header's own length runs past the packet's end. */
  TRUNCATED_HEADER: 2,
  /** Incomplete: an element of a list runs past the end of what was captured. */
  TRUNCATED_ELEMENT: 3,
  /** Invalid: a field that has one legal value, or repeats another field, has another. */
  CONSTANT: 16,
  /** Invalid: a field lies outside its declared range. */
  RANGE: 17,
  /** Invalid: a field of a closed enum has a value the enum does not list. */
  ENUM: 18,
  /** Invalid: the header's own length is shorter than its fixed part. */
  HEADER_LENGTH: 19,
  /** Invalid: the declared length is shorter than the header. */
  DECLARED_LENGTH: 20,
  /** Invalid: a 64-bit field read as a safe number exceeds 2^53 - 1. */
  UNSAFE_INTEGER: 21,
  /** Invalid: an element of a list is shorter than its own tag and length, or longer than what is left of the list. */
  ELEMENT_LENGTH: 22,
  /** Invalid: a domain name has a label of a kind that there is not, or more than 255 bytes. */
  NAME: 23,
  /** Invalid: a `Stack` knows no decoder for the link type. */
  LINK_TYPE: 32,
  /** Invalid: one header repeats more often than a `Stack` has cursors for, or a list lies in too many of its kind. */
  DEPTH: 33,
} as const;

/** A bare fault code, without a field. */
export type Fault = (typeof Fault)[keyof typeof Fault];

/** The `code` of the `LayoutError` that explains each fault. */
export const FAULT_ERROR_CODES: Readonly<Record<number, string>> = {
  [Fault.TRUNCATED]: "ERR_ZC_TRUNCATED",
  [Fault.TRUNCATED_HEADER]: "ERR_ZC_TRUNCATED_HEADER",
  [Fault.TRUNCATED_ELEMENT]: "ERR_ZC_TRUNCATED_ELEMENT",
  [Fault.CONSTANT]: "ERR_ZC_CONSTANT",
  [Fault.RANGE]: "ERR_ZC_RANGE",
  [Fault.ENUM]: "ERR_ZC_ENUM",
  [Fault.HEADER_LENGTH]: "ERR_ZC_HEADER_LENGTH",
  [Fault.DECLARED_LENGTH]: "ERR_ZC_DECLARED_LENGTH",
  [Fault.UNSAFE_INTEGER]: "ERR_ZC_UNSAFE_INTEGER",
  [Fault.ELEMENT_LENGTH]: "ERR_ZC_ELEMENT_LENGTH",
  [Fault.NAME]: "ERR_ZC_NAME",
  [Fault.LINK_TYPE]: "ERR_ZC_LINK_TYPE",
  [Fault.DEPTH]: "ERR_ZC_DEPTH",
};

/** Puts a field's index (its place in `LAYOUT.fields`) on a fault code. */
export function fieldFault(code: Fault, fieldIndex: number): number {
  return code | ((fieldIndex + 1) << 8);
}

/** The code of a fault number: one of the values of {@link Fault}. */
export function faultCode(fault: number): Fault {
  return (fault & 0xff) as Fault;
}

/** The index in `LAYOUT.fields` of the field a fault number blames, or -1. */
export function faultField(fault: number): number {
  return (fault >> 8) - 1;
}

/** Whether more bytes could mend the fault: the packet was cut, not wrong. */
export function isIncomplete(fault: number): boolean {
  const code = faultCode(fault);
  return code > 0 && code < 16;
}
