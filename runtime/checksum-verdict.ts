/** What can be said of a checksum: it fits, it does not, or nobody can tell. */
export type ChecksumVerdict = "good" | "bad" | "unknown";

/** What a packet source says: known good, not filled in yet (sent by this machine), or nothing. */
export type ChecksumStatus = "valid" | "notReady" | "unknown";

/** What decides whether a payload is all there: any header. */
export interface PayloadState {
  /** Bytes that are declared and were not captured. */
  readonly truncated: number;
  /** Whether the payload is one fragment of several. */
  readonly isFragment: boolean;
}

/** A header whose addresses the checksums of its payload cover: IPv4, IPv6. */
export interface PseudoHeader extends PayloadState {
  /** The ones' complement sum of its addresses, 0 to 0xffff. */
  addressSum(): number;
}

/** Whether a checksum over a payload would say nothing: for generated code. */
export function isUnsure(header: PayloadState, parent: PayloadState, status: ChecksumStatus): boolean {
  return status === "notReady" || header.truncated > 0 || parent.truncated > 0 || parent.isFragment;
}
