/** What a {@link CaptureError} tells beside its message. */
export interface CaptureErrorDetail {
  /** One of ours: "ERR_CAPTURE_FORMAT". */
  readonly code: string;
  /** Where in the file, in bytes from its start; in the unpacked bytes, where the file is compressed. */
  readonly offset?: number | undefined;
  /** What to do about it. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/**
 * A capture file that cannot be read or written, or not any further. Every whole packet before `offset` was delivered.
 * Callers match on `code`; the wording may improve.
 *
 * - `ERR_CAPTURE_FORMAT`: no capture, a version nobody knows, or damage.
 * - `ERR_CAPTURE_TRUNCATED`: the file ends inside a record.
 * - `ERR_CAPTURE_CHANGED`: somebody changed the file while it was read.
 * - `ERR_CAPTURE_COMPRESSION`: packed in a way that this Node does not unpack, or packed data that is damaged.
 * - `ERR_CAPTURE_WRITE`: the system does not take what is written; `cause` has `errno` and `syscall`.
 * - `ERR_CAPTURE_CLOSED`, `ERR_CAPTURE_RELEASED`: the file was closed, the block released.
 * - `ERR_CAPTURE_OPTION`: an option or an argument is wrong.
 */
export class CaptureError extends Error {
  override readonly name: string = "CaptureError";
  readonly code: string;
  readonly offset: number | undefined;
  readonly hint: string | undefined;

  constructor(message: string, detail: CaptureErrorDetail) {
    const text = detail.hint === undefined ? message : `${message}; ${detail.hint}`;
    super(text, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = detail.code;
    this.offset = detail.offset;
    this.hint = detail.hint;
  }
}

/** What stands at `offset` contradicts the format. */
export function damaged(offset: number, problem: string): CaptureError {
  return new CaptureError(`damaged capture file at byte ${offset}: ${problem}`, {
    code: "ERR_CAPTURE_FORMAT",
    offset,
  });
}

/** The file ends inside what begins at `offset`. */
export function cutOff(offset: number, needs: number, have: number): CaptureError {
  return new CaptureError(
    `the capture file was cut off: what begins at byte ${offset} needs ${needs} bytes, but only ${have} are there`,
    { code: "ERR_CAPTURE_TRUNCATED", offset },
  );
}

/** Bytes that were checked before are others now. */
export function changedMeanwhile(offset: number): CaptureError {
  return new CaptureError(`the capture file was changed at byte ${offset} while it was read`, {
    code: "ERR_CAPTURE_CHANGED",
    offset,
    hint: "copy the file first, or open one that grows with `follow: true`",
  });
}

/** A wrong option or argument. */
export function wrongOption(name: string, value: unknown, rule: string): CaptureError {
  const shown = typeof value === "string" ? JSON.stringify(value) : String(value);
  return new CaptureError(`${name} is ${shown}, but must be ${rule}`, { code: "ERR_CAPTURE_OPTION" });
}
