/** Nanoseconds since 1970 in two halves, without a bigint: seconds are cut into 16 bits and the rest. */
export function writeTime(
  block: { timestampHigh: number; timestampLow: number },
  seconds: number,
  nanoseconds: number,
): void {
  const low = (seconds & 0xffff) * 1_000_000_000 + nanoseconds; // below 2^46
  const high = (seconds >>> 16) * 1_000_000_000; // counts 2^16; below 2^46
  const lower = (high % 0x1_0000) * 0x1_0000 + (low % 0x1_0000_0000);
  block.timestampLow = lower % 0x1_0000_0000;
  block.timestampHigh =
    Math.floor(high / 0x1_0000) + Math.floor(low / 0x1_0000_0000) + Math.floor(lower / 0x1_0000_0000);
}
