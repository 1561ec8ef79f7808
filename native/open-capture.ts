import { DatagramSource, type InterfaceDatagrams } from "./datagram-source.js";
import { RingUnsupportedError } from "./errors.js";
import type { RxRingOptions } from "./rx-options.js";
import { RxRing } from "./rx-ring.js";

/**
 * A ring on an interface, or, where the system forbids rings (gVisor, hardened hosts), the same packets through a
 * `DatagramSource`; a process warning, `ZC_RING_FALLBACK`, says so.
 *
 * @throws as `RxRing.open`, but for RingUnsupportedError of the ring alone.
 */
export function openCapture(options: RxRingOptions): RxRing | InterfaceDatagrams {
  try {
    return RxRing.open(options);
  } catch (error) {
    if (!(error instanceof RingUnsupportedError) || error.syscall === undefined) throw error;
    const source = DatagramSource.onInterface(withoutRing(options));
    process.emitWarning(`no ring on ${options.interface}: packets come through a socket's queue`, {
      code: "ZC_RING_FALLBACK",
      detail: error.message,
    });
    return source;
  }
}

/** The options that make sense without a ring; a hardware time stamp becomes the stack's. */
function withoutRing(options: RxRingOptions): Parameters<typeof DatagramSource.onInterface>[0] {
  const { blockBytes, blocks, maxLeases, latency, blockTimeoutMs, rxHash, vnetHeader, allowShrink, ...rest } =
    options;
  void [blockBytes, blocks, maxLeases, latency, blockTimeoutMs, rxHash, vnetHeader, allowShrink];
  return rest.timestamps === "hardware" ? { ...rest, timestamps: "software" } : rest;
}
