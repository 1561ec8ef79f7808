import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { PcapFile, PcapNgRecorder, record, type InterfaceCounts, type PcapngInfo } from "zc-gen/files";
import { MockRing, type MockPacket } from "zc-gen/ring";
import { addon, hasAddon } from "../../native/binding.js";

const folder = mkdtempSync(join(tmpdir(), "zc-record-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newPath = (): string => join(folder, `${files++}.pcapng`);
afterEach(() => {
  if (hasAddon()) addon().injectFault("", 0, 0, 0);
});

interface Read {
  readonly packets: { readonly hex: string; readonly time: string; readonly original: number }[];
  readonly counts: InterfaceCounts[];
}

async function read(path: string): Promise<Read> {
  const counts: InterfaceCounts[] = [];
  const onInfo = (info: PcapngInfo): void => {
    if (info.kind === "statistics") counts.push(info.counts);
  };
  await using file = PcapFile.open(path, { onInfo });
  const packets: Read["packets"] = [];
  for await (const block of file) {
    for (const packet of block) {
      const time = `${packet.seconds}.${String(packet.nanoseconds).padStart(9, "0")}`;
      const hex = Buffer.from(packet.copy()).toString("hex");
      packets.push({ hex, time, original: packet.originalLength });
    }
  }
  return { packets, counts };
}

/** Frames of 20 to 83 bytes, a second apart. */
function traffic(count: number): MockPacket[] {
  return Array.from({ length: count }, (_, i) => ({
    bytes: new Uint8Array(20 + (i % 64)).fill(i),
    seconds: 1_700_000_000 + i,
    nanoseconds: i,
  }));
}

/** A ring of these packets, all in, its end behind them. */
function ringOf(packets: readonly MockPacket[], plainMemory: boolean = false): MockRing {
  const ring = MockRing.create({ blockBytes: 1 << 14, blocks: 64, plainMemory });
  for (const { bytes, ...info } of packets) ring.push(bytes, info);
  ring.end();
  return ring;
}

const asRead = (packets: readonly MockPacket[]): Read["packets"] =>
  packets.map(({ bytes, seconds = 0, nanoseconds = 0 }) => ({
    hex: Buffer.from(bytes).toString("hex"),
    time: `${seconds}.${String(nanoseconds).padStart(9, "0")}`,
    original: bytes.length,
  }));

describe("record", () => {
  it.each([false, true])(
    "writes all packets as they were, with counts (without addon: %s)",
    async (plain) => {
      const path = newPath();
      const packets = traffic(3000);
      await using recorder = PcapNgRecorder.create(path, { application: "zc-gen test" });
      const { packets: written, stats } = await record(ringOf(packets, plain), recorder);
      await recorder.close();
      expect({ written, delivered: stats.delivered }).toEqual({ written: 3000, delivered: 3000 });
      const result = await read(path);
      expect(result.packets).toEqual(asRead(packets));
      expect(result.counts).toEqual([{ dropped: 0n, accepted: 3000n, osDropped: 0n, delivered: 3000n }]);
      expect(recorder.bytes).toBe(statSync(path).size);
    },
  );

  it("accounts for what found no room", async () => {
    const path = newPath();
    const ring = MockRing.create({ blockBytes: 4096, blocks: 2 });
    for (const { bytes } of traffic(200)) ring.push(bytes);
    ring.end();
    await using recorder = PcapNgRecorder.create(path);
    const { packets, stats } = await record(ring, recorder);
    expect(stats.dropped).toBeGreaterThan(0);
    expect(packets + stats.dropped).toBe(200);
    await recorder.close();
    const [counts] = (await read(path)).counts;
    expect(counts).toMatchObject({ accepted: 200n, osDropped: BigInt(stats.dropped) });
    expect(counts?.delivered).toBe(BigInt(packets));
  });

  it("puts VLAN tags back, and leaves a packet alone that is too short to have had one", async () => {
    const path = newPath();
    const bytes = Uint8Array.from({ length: 30 }, (_, i) => i);
    const ring = ringOf([
      { bytes, vlanTci: 0x2007 },
      { bytes, vlanTci: 1, vlanTpid: 0x88a8, originalLength: 500 },
      { bytes: bytes.subarray(0, 12), vlanTci: 1 },
      { bytes: bytes.subarray(0, 11), vlanTci: 1 },
    ]);
    await using recorder = PcapNgRecorder.create(path);
    await record(ring, recorder);
    await recorder.close();
    const hex = Buffer.from(bytes).toString("hex");
    const [addresses, rest] = [hex.slice(0, 24), hex.slice(24)];
    const { packets } = await read(path);
    expect(packets.map((packet) => packet.hex)).toEqual([
      `${addresses}81002007${rest}`,
      `${addresses}88a80001${rest}`,
      `${addresses}81000001`,
      hex.slice(0, 22),
    ]);
    expect(packets.map(({ original }) => original)).toEqual([34, 504, 16, 11]);
  });

  it("ends after a count, inside a block", async () => {
    const path = newPath();
    await using recorder = PcapNgRecorder.create(path);
    const { packets } = await record(ringOf(traffic(500)), recorder, { count: 17 });
    await recorder.close();
    expect(packets).toBe(17);
    const result = await read(path);
    expect(result.packets).toEqual(asRead(traffic(17)));
    expect(result.counts).toMatchObject([{ accepted: 500n, delivered: 17n }]);
  });

  it("ends when its signal aborts, with everything that was in the ring", async () => {
    const path = newPath();
    const ring = MockRing.create();
    const ended = new AbortController();
    await using recorder = PcapNgRecorder.create(path);
    const recording = record(ring, recorder, { signal: ended.signal });
    for (const { bytes } of traffic(100)) ring.push(bytes);
    ended.abort();
    expect((await recording).packets).toBe(100);
    expect(ring.closed).toBe(true);
  });

  it("records several sources into one file, each with its own statistics", async () => {
    const path = newPath();
    await using recorder = PcapNgRecorder.create(path);
    await Promise.all([record(ringOf(traffic(40)), recorder), record(ringOf(traffic(60)), recorder)]);
    await recorder.close();
    const { packets, counts } = await read(path);
    expect(packets).toHaveLength(100);
    expect(counts.map(({ delivered }) => delivered)).toEqual([40n, 60n]);
  });

  it("shows each block to whoever asks, after it was written and before it is released", async () => {
    const path = newPath();
    await using recorder = PcapNgRecorder.create(path);
    const sizes: number[] = [];
    let seen = 0;
    await record(ringOf(traffic(1000)), recorder, {
      onBlock: (block) => {
        for (const packet of block) seen += packet.capturedLength > 0 ? 1 : 0;
        sizes.push(statSync(path).size);
      },
    });
    expect(seen).toBe(1000);
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(new Set(sizes).size).toBe(sizes.length);
  });

  it("refuses a source whose link type nobody knows", async () => {
    await using recorder = PcapNgRecorder.create(newPath());
    const ring = MockRing.create({ linkType: -1 });
    await expect(record(ring, recorder)).rejects.toMatchObject({ code: "ERR_CAPTURE_OPTION" });
  });
});

describe("a recording's rotation", () => {
  it("begins a new file before one gets too large, and counts add up", async () => {
    const path = newPath();
    const packets = traffic(3000);
    const told: string[] = [];
    const onFile = (file: string): void => void told.push(file);
    await using recorder = PcapNgRecorder.create(path, { rotateBytes: 20_000, onFile });
    await record(ringOf(packets), recorder);
    await recorder.close();
    expect(recorder.files.length).toBeGreaterThan(10);
    expect(told).toEqual(recorder.files);
    expect(recorder.files[0]).toBe(path.replace(".pcapng", "-00001.pcapng"));
    const all = await Promise.all(recorder.files.map(read));
    expect(all.flatMap((each) => each.packets)).toEqual(asRead(packets));
    for (const { packets: held, counts } of all) {
      expect(counts).toEqual([
        { dropped: 0n, osDropped: 0n, accepted: BigInt(held.length), delivered: BigInt(held.length) },
      ]);
    }
    // Statistics come behind the packets, and are not counted.
    const sizes = recorder.files.map((file) => statSync(file).size);
    for (const size of sizes) expect(size).toBeLessThan(20_000 + 150);
    for (const size of sizes.slice(0, -1)) expect(size).toBeGreaterThan(19_000);
  });

  it("begins a new file by the packets' own time", async () => {
    await using recorder = PcapNgRecorder.create(newPath(), { rotateSeconds: 10 });
    await record(ringOf(traffic(25)), recorder);
    const all = await Promise.all(recorder.files.map(read));
    expect(all.map(({ packets }) => packets.length)).toEqual([10, 10, 5]);
  });

  it("keeps the latest files", async () => {
    await using recorder = PcapNgRecorder.create(newPath(), { rotateSeconds: 10, maxFiles: 2 });
    await record(ringOf(traffic(45)), recorder);
    const all = await Promise.all(recorder.files.map(read));
    expect(all.map(({ packets }) => packets.length)).toEqual([10, 5]);
    expect(all.flatMap(({ packets }) => packets)).toEqual(asRead(traffic(45)).slice(30));
  });

  it("puts a packet that is too large by itself into a file of its own", async () => {
    await using recorder = PcapNgRecorder.create(newPath(), { rotateBytes: 10 });
    await record(ringOf(traffic(3)), recorder);
    const all = await Promise.all(recorder.files.map(read));
    expect(all.map(({ packets }) => packets.length)).toEqual([1, 1, 1]);
  });

  it.each([
    ["rotateBytes", { rotateBytes: -1 }],
    ["rotateSeconds", { rotateSeconds: 0 }],
    ["maxFiles", { rotateSeconds: 1, maxFiles: 0 }],
  ])("refuses a wrong %s", (name, options) => {
    expect(() => PcapNgRecorder.create(newPath(), options)).toThrow(name);
  });
});

describe("a recording that cannot be written", () => {
  it("tells so, closes the source, and leaves a file that ends with a whole packet", async (context) => {
    if (!hasAddon()) return context.skip("the addon is not built");
    const path = newPath();
    const ring = ringOf(traffic(3000));
    addon().injectFault("writev", 28, 2, 1); // ENOSPC
    await using recorder = PcapNgRecorder.create(path);
    await expect(record(ring, recorder)).rejects.toMatchObject({
      code: "ERR_CAPTURE_WRITE",
      message: expect.stringContaining(path) as string,
      cause: { syscall: "writev", errno: -28 },
    });
    expect(ring.closed).toBe(true);
    const { packets, counts } = await read(path);
    expect(packets.length).toBeGreaterThan(0);
    expect(packets).toEqual(asRead(traffic(3000)).slice(0, packets.length));
    expect(counts).toEqual([]);
  });

  it("because the disk is full is cut back to what was whole", async (context) => {
    if (!hasAddon()) return context.skip("the addon is not built");
    await using recorder = PcapNgRecorder.create("/dev/null");
    expect((await record(ringOf(traffic(10)), recorder)).packets).toBe(10);
    expect(() => PcapNgRecorder.create("/dev/full")).toThrow("ENOSPC");
  });

  it("is made again after EINTR, and goes on where a pipe was full", async (context) => {
    if (!hasAddon()) return context.skip("the addon is not built");
    const path = newPath();
    addon().injectFault("writev", 4, 0, 3);
    await using recorder = PcapNgRecorder.create(path);
    await record(ringOf(traffic(10)), recorder);
    addon().injectFault("writev", 11, 0, 3); // EAGAIN
    await record(ringOf(traffic(10)), recorder);
    await recorder.close();
    expect((await read(path)).packets).toHaveLength(20);
  });

  it("names what the addon would read outside", (context) => {
    if (!hasAddon()) return context.skip("the addon is not built");
    const path = newPath();
    const fd = openSync(path, "w");
    const frames = new Uint8Array(8);
    const data = new Uint8Array(8);
    for (const cut of [
      [9, 0, 1],
      [8, 9, 0],
      [8, 4, 5],
      [8, 0xffffffff, 2],
      [8, 0, 0xffffffff],
    ]) {
      const write = (): void => addon().writeGathered(fd, frames, data, Uint32Array.from(cut));
      expect(write).toThrow("Bad address");
    }
    closeSync(fd);
    expect(readFileSync(path)).toHaveLength(0);
  });
});
