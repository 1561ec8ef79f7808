import type { Stack } from "zc-gen/protocols";
import type { Block } from "zc-gen/ring";

const KEPT = 1024;

/**
 * Measures the decoder block by block. The median of the last blocks is what counts: a block during which the system
 * ran something else says nothing about the decoder.
 */
export class DecodeClock {
  private readonly first: Float64Array = new Float64Array(KEPT);
  private readonly again: Float64Array = new Float64Array(KEPT);
  private blocks: number = 0;

  /** Decodes a block twice: the first time its packets come from memory, the second time from the cache. */
  measure(block: Block, stack: Stack): void {
    const slot = this.blocks++ % KEPT;
    this.first[slot] = nsPerPacket(block, stack);
    this.again[slot] = nsPerPacket(block, stack);
  }

  /** Nanoseconds a packet, fetching it from memory included. */
  get firstNs(): number {
    return this.median(this.first);
  }

  /** Nanoseconds a packet that is in the processor's cache. */
  get cachedNs(): number {
    return this.median(this.again);
  }

  private median(values: Float64Array): number {
    const sorted = values.slice(0, Math.min(this.blocks, KEPT)).sort();
    return sorted[sorted.length >> 1] ?? 0;
  }
}

function nsPerPacket(block: Block, stack: Stack): number {
  const start = performance.now();
  for (const packet of block) stack.decode(packet);
  return ((performance.now() - start) * 1e6) / block.packetCount;
}
