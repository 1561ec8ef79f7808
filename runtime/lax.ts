import { isIncomplete } from "./fault.js";
import { type Header, type HeaderClass, viewOf } from "./header.js";

/** What there is of a header. */
export interface Lax<T extends Header> {
  /** An accessor of its own. Reading a field that is not whole throws a `RangeError`; `toJSON()` leaves those out. */
  readonly header: T;
  /** Why `wrap` refuses it, or 0: `header.explain(fault)` says it in words. */
  readonly fault: number;
  /** How many bytes lack at least; 0 where it is whole, or wrong rather than cut off. */
  readonly truncated: number;
}

/**
 * An accessor on what a capture has of a header, for looking at packets that `wrap` refuses: cut off by a snaplen, or
 * wrong in their lengths. It sees no byte after `source`. Makes an accessor and a view: not for hot code.
 *
 * @param offset where the header begins in `source`, in bytes.
 */
export function wrapLax<T extends Header>(
  Class: HeaderClass<T>,
  source: ArrayBuffer | ArrayBufferView,
  offset: number = 0,
): Lax<T> {
  const view = viewOf(source);
  const header = new Class(view);
  const fault = header.wrap(offset, view.byteLength);
  if (fault === 0) return { header, fault, truncated: header.truncated };
  const error = header.explain(fault);
  header.offset = offset;
  header.end = view.byteLength;
  const lacking = isIncomplete(fault) ? Math.max(1, (error?.required ?? 0) - Number(error?.have ?? 0)) : 0;
  return { header, fault, truncated: lacking };
}
