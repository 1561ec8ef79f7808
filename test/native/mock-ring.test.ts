import { afterEach, describe, expect, it } from "vitest";
import { Stack, Udp } from "zc-gen/protocols";
import {
  LeaseReleasedError,
  MockRing,
  RingBusyError,
  RingClosedError,
  RingConfigError,
  type Block,
} from "zc-gen/ring";

import { hasAddon } from "../../native/binding.js";
import { udpFrame } from "./support/frames.js";

const KINDS = [["plain memory", true], ...(hasAddon() ? [["a memfd", false] as const] : [])] as const;
const rings: MockRing[] = [];

afterEach(() => {
  for (const ring of rings.splice(0)) ring[Symbol.dispose]();
});

describe.each(KINDS)("MockRing in %s", (_kind, plainMemory) => {
  function create(options: Parameters<typeof MockRing.create>[0] = {}): MockRing {
    const ring = MockRing.create({ plainMemory, ...options });
    rings.push(ring);
    return ring;
  }

  it("gives back the packets it was fed, with everything said of them", async () => {
    const ring = create({ linkType: 1 });
    ring.push(Uint8Array.of(1, 2, 3), { seconds: 7, nanoseconds: 9, originalLength: 90, rxHash: 0xffffffff });
    ring.push(Uint8Array.of(4), {
      vlanTci: 0xe02a,
      vlanTpid: 0x88a8,
      checksumStatus: "notReady",
      packetType: 4,
      interfaceIndex: 3,
    });
    ring.push(new Uint8Array(0), { vlanTci: 5, checksumStatus: "valid" });
    ring.end();
    const seen: unknown[] = [];
    for await (const block of ring) {
      for (const p of block) {
        seen.push([
          [...p.copy()],
          p.capturedLength,
          p.originalLength,
          p.truncated,
          p.seconds,
          p.nanoseconds,
          p.rxHash,
        ]);
        seen.push([
          p.hasVlan,
          p.vlanTci,
          p.vlanTpid,
          p.checksumStatus,
          p.packetType,
          p.interfaceIndex,
          p.linkType,
        ]);
      }
    }
    expect(seen).toEqual([
      [[1, 2, 3], 3, 90, true, 7, 9, 0xffffffff],
      [false, 0, 0, "unknown", 0, 1, 1],
      [[4], 1, 1, false, 0, 0, 0],
      [true, 0xe02a, 0x88a8, "notReady", 4, 3, 1],
      [[], 0, 0, false, 0, 0, 0],
      [true, 5, 0x8100, "valid", 0, 1, 1],
    ]);
  });

  it("decodes through a bound Stack", () => {
    const ring = create();
    const stack = ring.bind(Stack);
    ring.push(udpFrame(7000));
    ring.flush();
    const block = ring.tryNext() as Block;
    for (const packet of block) expect(stack.decode(packet)).toBe(0);
    expect(stack.has(Udp)).toBe(true);
    expect(stack.udp.dstPort).toBe(7000);
    block.release();
    expect(() => stack.udp.dstPort).toThrow(RangeError);
  });

  it("numbers blocks from 1 without a gap, round and round", async () => {
    const ring = create({ blockBytes: 4096, blocks: 3 });
    const feeding = ring.replay(
      Array.from({ length: 500 }, (_, i) => ({ bytes: new Uint8Array(100).fill(i), seconds: i })),
    );
    void feeding.then(() => ring.end());
    const sequences: number[] = [];
    let packets = 0;
    for await (const block of ring) {
      sequences.push(block.sequence);
      for (const packet of block) expect(packet.seconds).toBe(packets++);
    }
    expect(packets).toBe(500);
    expect(sequences.length).toBeGreaterThan(6);
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
    expect(ring.stats()).toMatchObject({ received: 500, delivered: 500, dropped: 0, pending: 0 });
  });

  it("drops and freezes as the kernel does, and the books balance", () => {
    const ring = create({ blockBytes: 4096, blocks: 2 });
    let accepted = 0;
    for (let i = 0; i < 200; i++) if (ring.push(new Uint8Array(100))) accepted++;
    const full = ring.stats();
    expect(full).toMatchObject({ received: 200, dropped: 200 - accepted, pending: accepted, freezes: 1 });
    const first = ring.tryNext() as Block;
    expect(first.packetCount).toBeGreaterThan(0);
    first.release();
    expect(ring.push(new Uint8Array(100))).toBe(true);
    ring.flush();
    let delivered = first.packetCount;
    for (let block = ring.tryNext(); block !== null; block = ring.tryNext()) {
      delivered += block.packetCount;
      if (block.sequence === 3) expect(block.losing).toBe(true);
      block.release();
    }
    expect(ring.stats()).toMatchObject({ received: 201, delivered, dropped: 201 - delivered, pending: 0 });
  });

  it("clamps a packet that is larger than a block", () => {
    const ring = create({ blockBytes: 4096, blocks: 2 });
    ring.push(new Uint8Array(10_000).fill(9));
    ring.flush();
    const block = ring.tryNext() as Block;
    const [packet] = block;
    expect(packet).toMatchObject({ originalLength: 10_000, truncated: true });
    expect(packet?.dataEnd).toBeLessThanOrEqual(4096);
  });

  it("releases the block before when the loop comes back, and when it is left", async () => {
    const ring = create({ blockBytes: 4096, blocks: 4 });
    const seen: Block[] = [];
    for (let i = 0; i < 3; i++) {
      ring.push(new Uint8Array(10));
      ring.flush();
    }
    for await (const block of ring) {
      expect(seen.every((before) => before.released)).toBe(true);
      expect(ring.leases).toBe(1);
      seen.push(block);
      if (seen.length === 2) break;
    }
    expect(seen.map((block) => block.released)).toEqual([true, true]);
    expect(ring.leases).toBe(0);
    expect(ring.tryNext()?.sequence).toBe(3);
  });

  it("wakes a reader that waits", async () => {
    const ring = create();
    setTimeout(() => {
      ring.push(Uint8Array.of(1));
      ring.flush();
      ring.end();
    }, 5);
    let packets = 0;
    for await (const block of ring) packets += block.packetCount;
    expect(packets).toBe(1);
    expect(ring.stats().wakeups).toBeLessThanOrEqual(2);
  });

  it("bounds its leases, gives a leased block out once, and releases twice without harm", () => {
    const ring = create({ blockBytes: 4096, blocks: 4, maxLeases: 3 });
    for (let i = 0; i < 4; i++) {
      ring.push(new Uint8Array(10));
      ring.flush();
    }
    const [one, two, three] = [ring.tryNext(), ring.tryNext(), ring.tryNext()] as [Block, Block, Block];
    expect(() => ring.tryNext()).toThrow(RingBusyError);
    three.release();
    three.release();
    two[Symbol.dispose]();
    expect(ring.leases).toBe(1);
    expect(ring.tryNext()?.sequence).toBe(4);
    expect(ring.tryNext()).toBeNull(); // block 0 is next, and still out
    one.release();
    expect(ring.oldestLeaseMs).toBeGreaterThanOrEqual(0);
  });

  it("refuses to walk a released block, also half way", () => {
    const ring = create();
    ring.push(Uint8Array.of(1));
    ring.push(Uint8Array.of(2));
    ring.flush();
    const block = ring.tryNext() as Block;
    const walk = block[Symbol.iterator]();
    const packet = walk.next().value;
    block.release();
    expect(() => walk.next()).toThrow(LeaseReleasedError);
    expect(() => block[Symbol.iterator]()).toThrow(LeaseReleasedError);
    expect(() => packet.copy()).toThrow(LeaseReleasedError);
    expect(() => packet.seconds).toThrow(RangeError);
  });

  it("walks a block again from its start", () => {
    const ring = create();
    for (const byte of [1, 2, 3]) ring.push(Uint8Array.of(byte));
    ring.flush();
    const block = ring.tryNext() as Block;
    const bytes = (): number[] => Array.from(block, (packet) => packet.copy()[0] ?? 0);
    expect(bytes()).toEqual([1, 2, 3]);
    expect(bytes()).toEqual([1, 2, 3]);
  });

  it("delivers a partial block on close, then ends; afterwards everything is refused or empty", async () => {
    const ring = create();
    let packets = 0;
    const reading = (async () => {
      for await (const block of ring) packets += block.packetCount;
    })();
    ring.push(Uint8Array.of(1));
    await ring.close();
    await reading;
    await ring.close();
    expect(packets).toBe(1);
    expect(ring.tryNext()).toBeNull();
    expect(() => ring.push(Uint8Array.of(1))).toThrow(RingClosedError);
    expect(() => ring.bind(Stack)).toThrow(RingClosedError);
    expect(ring.view.getUint8(48)).toBe(0);
    expect(ring.stats()).toMatchObject({ delivered: 1, pending: 0 });
  });

  it("refuses a second reader while one waits", async () => {
    const ring = create();
    const first = ring[Symbol.asyncIterator]();
    const waiting = first.next();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(ring[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "ERR_RING_WAITING" });
    ring.end();
    expect((await waiting).done).toBe(true);
  });
});

describe("MockRing.create", () => {
  it.each<[object, RegExp]>([
    [{ blockBytes: 5000 }, /nearest legal value is 4096/],
    [{ blockBytes: 0 }, /nearest legal value is 4096/],
    [{ blocks: 1 }, /nearest legal value is 2/],
    [{ blockBytes: 2 ** 20, blocks: 1025 }, /nearest legal value is 1024/],
    [{ blocks: 4, maxLeases: 4 }, /nearest legal value is 3/],
    [{ blocks: 2.5 }, /integer/],
    [{ blokcs: 4 }, /no option "blokcs"/],
  ])("refuses %j", (options, message) => {
    expect(() => MockRing.create(options)).toThrow(RingConfigError);
    expect(() => MockRing.create(options)).toThrow(message);
  });

  it("accepts blocks of 12288 bytes, which are no power of two", () => {
    MockRing.create({ blockBytes: 12288, blocks: 2 })[Symbol.dispose]();
  });
});
