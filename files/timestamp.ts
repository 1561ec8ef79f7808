/** Units a second for `if_tsresol`: a power of ten, or of two where the upper bit is set (draft-ietf-opsawg-pcapng §4.2). */
function unitsPerSecond(resolution: number): bigint {
  return (resolution & 0x80) === 0 ? 10n ** BigInt(resolution) : 2n ** BigInt(resolution & 0x7f);
}

/** Default of `if_tsresol`: microseconds. */
export const MICROSECONDS = 6;

const MAX_FAST_UNITS = 1_000_000_000;

/** Turns an interface's 64-bit count of units into seconds and nanoseconds, exactly. */
export class Clock {
  /** Units in a second. */
  private readonly units: bigint;
  /** The same as a number where the division below stays below 2^53, else 0. */
  private readonly fastUnits: number;
  private readonly nanosecondsPerUnit: number;
  /** Seconds to add: `if_tsoffset`. */
  private readonly offset: number;

  /** `resolution` as in `if_tsresol`, `offset` in seconds as in `if_tsoffset`. */
  constructor(resolution: number = MICROSECONDS, offset: number = 0) {
    this.units = unitsPerSecond(resolution);
    const decimal = (resolution & 0x80) === 0 && this.units <= MAX_FAST_UNITS;
    this.fastUnits = decimal ? Number(this.units) : 0;
    this.nanosecondsPerUnit = decimal ? MAX_FAST_UNITS / this.fastUnits : 0;
    this.offset = offset;
  }

  /** Seconds since 1970. */
  seconds(high: number, low: number): number {
    if (this.fastUnits === 0) return Number(joined(high, low) / this.units) + this.offset;
    return quotient(high, low, this.fastUnits) + this.offset;
  }

  /** Nanoseconds within the second, rounded down. */
  nanoseconds(high: number, low: number): number {
    if (this.fastUnits === 0) return Number(((joined(high, low) % this.units) * 1_000_000_000n) / this.units);
    return remainder(high, low, this.fastUnits) * this.nanosecondsPerUnit;
  }
}

function joined(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

// Long division in digits of 16 bits: below 2^30 * 2^16 every step is exact.
function quotient(high: number, low: number, by: number): number {
  const upper = remainderOf(high, by) * 0x1_0000 + (low >>> 16);
  const lower = (upper % by) * 0x1_0000 + (low & 0xffff);
  return Math.floor(high / by) * 0x1_0000_0000 + Math.floor(upper / by) * 0x1_0000 + Math.floor(lower / by);
}

function remainder(high: number, low: number, by: number): number {
  const upper = remainderOf(high, by) * 0x1_0000 + (low >>> 16);
  return ((upper % by) * 0x1_0000 + (low & 0xffff)) % by;
}

function remainderOf(high: number, by: number): number {
  return high % by;
}
