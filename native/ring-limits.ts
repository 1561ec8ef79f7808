import { alignUp } from "./if-packet.js";
import { checkInteger, configError } from "./option-checks.js";

/** Reads stay fast up to here: offsets are small integers (V8 on 64 bits; beyond 2 GiB a read took 4 to 14 times as long). */
export const MAX_RING_BYTES: number = 2 ** 30;

/** The largest snap length: more than any packet has. */
export const MAX_SNAPLEN = 262_144;

/** Options that every ring has. */
export interface CommonRingOptions {
  /** Bytes in a block, a multiple of the page size. Default 1 MiB (MockRing: 64 KiB). */
  readonly blockBytes?: number;
  /** Number of blocks, 2 at least; the ring has at most 1 GiB. Default 32 (MockRing: 8). */
  readonly blocks?: number;
  /** How many blocks can be out at once. Default a quarter of them, 1 at least. */
  readonly maxLeases?: number;
  /** After so many milliseconds of work `for await` lets the event loop turn. Default 5. */
  readonly turnBudgetMs?: number;
  /** How long `close()` waits for a reader that makes no progress, in milliseconds. Default 1000. */
  readonly drainTimeoutMs?: number;
}

export const COMMON_OPTIONS: readonly string[] = [
  "blockBytes",
  "blocks",
  "maxLeases",
  "turnBudgetMs",
  "drainTimeoutMs",
];

/** The common options, each checked. */
export interface CommonLimits {
  readonly blockBytes: number;
  readonly blocks: number;
  readonly maxLeases: number;
  readonly turnBudgetMs: number;
  readonly drainTimeoutMs: number;
}

/** Checks the common options and fills the defaults in. @throws RingConfigError */
export function checkLimits(
  options: CommonRingOptions,
  defaults: { readonly blockBytes: number; readonly blocks: number; readonly pageBytes: number },
): CommonLimits {
  const pageRange = {
    min: defaults.pageBytes,
    max: MAX_RING_BYTES / 2,
    step: defaults.pageBytes,
    why: "whole pages",
  };
  const blockBytes = checkInteger("blockBytes", options.blockBytes ?? defaults.blockBytes, pageRange);
  const room = Math.floor(MAX_RING_BYTES / blockBytes);
  const blocks = checkInteger("blocks", options.blocks ?? Math.min(defaults.blocks, room), {
    min: 2,
    max: room,
    why: `a ring has at most 1 GiB, and blockBytes is ${blockBytes}`,
  });
  return {
    blockBytes,
    blocks,
    maxLeases: checkInteger("maxLeases", options.maxLeases ?? Math.max(1, blocks >> 2), {
      min: 1,
      max: blocks - 1,
      why: "one block at least is the kernel's",
    }),
    turnBudgetMs: checkInteger("turnBudgetMs", options.turnBudgetMs ?? 5, { min: 1, max: 1000 }),
    drainTimeoutMs: checkInteger("drainTimeoutMs", options.drainTimeoutMs ?? 1000, { min: 0, max: 60_000 }),
  };
}

/** Checks a signal. @throws RingConfigError; the signal's reason, when it is aborted already */
export function checkSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  if (!(signal instanceof AbortSignal)) throw configError("signal", signal, "an AbortSignal");
  signal.throwIfAborted();
  return signal;
}

/** The largest frame size the kernel accepts for these blocks; V3 only validates it. */
export function frameBytesFor(pageBytes: number): number {
  return alignUp(Math.min(pageBytes, 2048), 16);
}
