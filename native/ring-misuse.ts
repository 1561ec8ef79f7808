import { RingBusyError, RingClosedError } from "./errors.js";

/** Something was asked of a closed ring. */
export function closedError(title: string): RingClosedError {
  return new RingClosedError(`${title} is closed`, { code: "ERR_RING_CLOSED" });
}

/** `maxLeases` blocks are out. */
export function tooManyLeases(title: string, maxLeases: number): RingBusyError {
  return new RingBusyError(`${maxLeases} blocks of ${title} are out, which is maxLeases`, {
    code: "ERR_RING_LEASES",
    hint: "release one first; packet.copy() keeps a packet beyond its block",
  });
}

/** A second reader wants to wait. */
export function alreadyWaiting(title: string): RingBusyError {
  return new RingBusyError(`somebody waits for the next block of ${title} already`, {
    code: "ERR_RING_WAITING",
    hint: "a ring has one reader at a time",
  });
}

/** Somebody reads a ring that was shared. */
export function sharedError(title: string): RingBusyError {
  return new RingBusyError(`${title} is shared: its readers alone take blocks`, {
    code: "ERR_RING_SHARED",
    hint: "read it with SharedReader.attach(token), on this thread too",
  });
}
