/**
 * The offset of an accessor that points nowhere: every read from here throws a `RangeError`. Far enough below zero
 * that no field offset brings it back into a buffer, and a small integer for the engine (V8: 31 bits at least).
 */
export const PARKED = -0x40000000;
