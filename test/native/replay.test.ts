import { describe, expect, it } from "vitest";
import { MockRing, replay, RingConfigError, type CapturedPacket } from "zc-gen/ring";

/** Packets 10 ms apart, numbered. */
function capture(count: number): CapturedPacket[] {
  return Array.from({ length: count }, (_, i) => ({
    bytes: Uint8Array.of(i),
    seconds: 1_700_000_000,
    nanoseconds: i * 10_000_000,
    originalLength: 1,
  }));
}

async function numbersIn(ring: MockRing): Promise<number[]> {
  const numbers: number[] = [];
  for await (const block of ring) {
    for (const packet of block) numbers.push(ring.view.getUint8(packet.dataOffset));
  }
  return numbers;
}

describe("replay", () => {
  it("keeps the pace of the recording, in order", async () => {
    const ring = MockRing.create();
    const reading = numbersIn(ring);
    const { packets, seconds } = await replay(capture(10), ring);
    ring.end();
    expect(packets).toBe(10);
    expect(seconds).toBeGreaterThanOrEqual(0.09);
    expect(await reading).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("keeps a rate, or none", async () => {
    const ring = MockRing.create();
    const reading = numbersIn(ring);
    const rated = await replay(capture(20), ring, { speed: 200 });
    const fast = await replay(capture(200), ring, { speed: "max" });
    ring.end();
    expect(rated.seconds).toBeGreaterThanOrEqual(0.095);
    expect(fast.seconds).toBeLessThan(1.9); // the recording took 2
    expect(await reading).toHaveLength(220);
  });

  it("ends when its signal aborts, and refuses a speed that is none", async () => {
    const ring = MockRing.create();
    const signal = AbortSignal.timeout(35);
    const { packets } = await replay(capture(100), ring, { signal });
    expect(packets).toBeLessThan(50);
    await expect(replay(capture(1), ring, { speed: 0 })).rejects.toThrow(RingConfigError);
    await ring.close();
  });
});
