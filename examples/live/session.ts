import { RingError, type PacketRing } from "zc-gen/ring";
import { onInterrupt } from "./interrupt.js";
import { RateLine } from "./rate-line.js";
import { summary } from "./summary.js";
import { Tally } from "./tally.js";
import { colors } from "./terminal.js";

/** How a session ends by itself, and what it takes down with it. */
export interface SessionOptions {
  /** Said when Ctrl-C begins to work. */
  readonly headline?: string;
  /** After so long; without it when interrupted. */
  readonly seconds?: number | undefined;
  /** Stops what feeds the ring, before the ring closes. */
  readonly onStop?: () => void;
}

/**
 * Decodes a ring's packets until the time is over, Ctrl-C, or the ring's end; the last packets are delivered. Then
 * prints the summary. Live, mock, private namespace: it is the same for all. Returns the exit code.
 */
export async function runSession(ring: PacketRing, options: SessionOptions = {}): Promise<number> {
  const tally = new Tally(ring);
  const stop = (): void => {
    options.onStop?.();
    void ring.close();
  };
  const forget = onInterrupt(stop);
  if (options.headline !== undefined) console.log(colors.dim(options.headline));
  const timer = options.seconds === undefined ? undefined : setTimeout(stop, options.seconds * 1000);
  const began = performance.now();
  const failure = await readAll(ring, tally);
  const seconds = (performance.now() - began) / 1000;
  clearTimeout(timer);
  options.onStop?.();
  await ring.close();
  process.stdout.write(`\n${summary(tally, ring.stats(), seconds)}`);
  forget();
  if (failure !== undefined) console.error(`zc-gen: ${failure.message}`);
  return failure === undefined ? 0 : 1;
}

/** Reads to the end. Returns the error that was the end, such as an interface that was deleted. */
async function readAll(ring: PacketRing, tally: Tally): Promise<RingError | undefined> {
  const rate = new RateLine(tally, ring);
  try {
    for await (const block of ring) tally.addBlock(block);
    return undefined;
  } catch (error) {
    if (error instanceof RingError) return error;
    throw error;
  } finally {
    rate.stop();
  }
}
