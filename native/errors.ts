/** What every {@link RingError} tells beside its message. */
export interface RingErrorDetail {
  /** The errno's name ("EPERM"), or one of ours ("ERR_RING_CONFIG"). */
  readonly code: string;
  /** Negative, as in Node's own system errors. */
  readonly errno?: number | undefined;
  /** The system call, with the socket option where there is one: "setsockopt(PACKET_RX_RING)". */
  readonly syscall?: string | undefined;
  /** What to do about it. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** Any failure of a ring. Callers match on the class or on `code`; the wording may improve. */
export class RingError extends Error {
  override readonly name: string = "RingError";
  readonly code: string;
  readonly errno: number | undefined;
  readonly syscall: string | undefined;
  readonly hint: string | undefined;

  constructor(message: string, detail: RingErrorDetail) {
    const text = detail.hint === undefined ? message : `${message}; ${detail.hint}`;
    super(text, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = detail.code;
    this.errno = detail.errno;
    this.syscall = detail.syscall;
    this.hint = detail.hint;
  }
}

/** The process may not do that: CAP_NET_RAW (or CAP_NET_ADMIN) is missing. */
export class PermissionError extends RingError {
  override readonly name = "PermissionError";
}

/** An option is wrong. Found before any system call, with the field and the nearest legal value. */
export class RingConfigError extends RingError {
  override readonly name = "RingConfigError";
}

/** The kernel has no memory for a ring of this size. */
export class RingMemoryError extends RingError {
  override readonly name = "RingMemoryError";
}

/** Something is in the way: the socket has a ring already, or all leases are out (`ERR_RING_LEASES`). */
export class RingBusyError extends RingError {
  override readonly name = "RingBusyError";
}

/** The fanout group of that number has another mode, other flags, or another interface. */
export class FanoutMismatchError extends RingError {
  override readonly name = "FanoutMismatchError";
}

/** The interface is down. A ring that is open resumes by itself when it comes up. */
export class InterfaceDownError extends RingError {
  override readonly name = "InterfaceDownError";
}

/** The interface was deleted while the ring was open. What it had captured was delivered before this error. */
export class InterfaceGoneError extends RingError {
  override readonly name = "InterfaceGoneError";
}

/** There is no interface of that name in this network namespace. */
export class InterfaceNotFoundError extends RingError {
  override readonly name = "InterfaceNotFoundError";
}

/** This system has no such rings: not Linux, no addon, or a kernel (gVisor, a hardened one) without them. */
export class RingUnsupportedError extends RingError {
  override readonly name = "RingUnsupportedError";
}

/** A block or one of its packets was used after the block went back to the kernel. */
export class LeaseReleasedError extends RingError {
  override readonly name = "LeaseReleasedError";
}

/** The ring is closed. */
export class RingClosedError extends RingError {
  override readonly name = "RingClosedError";
}

/** Where a block breaks the rules. */
export interface CorruptBlockDetail {
  readonly blockIndex: number;
  /** Index of the packet in its block; -1 when the block's own descriptor is wrong. */
  readonly packetIndex: number;
  /** From the start of the ring's view, in bytes. */
  readonly offset: number;
}

/** A block's contents contradict its geometry. Nothing outside was read; release it and go on with the next. */
export class CorruptBlockError extends RingError {
  override readonly name = "CorruptBlockError";
  readonly blockIndex: number;
  readonly packetIndex: number;
  readonly offset: number;

  constructor(problem: string, at: CorruptBlockDetail) {
    const packet = at.packetIndex < 0 ? "" : `, packet ${at.packetIndex}`;
    super(`corrupt block ${at.blockIndex}${packet} at ${at.offset}: ${problem}`, {
      code: "ERR_RING_CORRUPT_BLOCK",
    });
    this.blockIndex = at.blockIndex;
    this.packetIndex = at.packetIndex;
    this.offset = at.offset;
  }
}
