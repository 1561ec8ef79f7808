import { describe, expect, it } from "vitest";
import { CaptureFile, type PcapngInfo } from "zc-gen/files";
import { concat, Pcapng, readAll } from "./support/captures.js";

const NANOSECONDS = [9, [9]] as const;
const T = 1_700_000_000n;

async function infosOf(bytes: Uint8Array): Promise<PcapngInfo[]> {
  const infos: PcapngInfo[] = [];
  await readAll(
    CaptureFile.from(bytes, {
      onInfo: (info) => infos.push("bytes" in info ? { ...info, bytes: info.bytes.slice() } : info),
    }),
  );
  return infos;
}

describe.each([
  ["little-endian", true],
  ["big-endian", false],
])("a %s pcapng", (_, littleEndian) => {
  const blank = (): Pcapng => new Pcapng(littleEndian).section();

  it("has packets of three kinds on several interfaces", async () => {
    const bytes = blank()
      .interface(1, [[2, "eth0"]], 2)
      .interface(101, [[2, "tun0"], NANOSECONDS])
      .packet(1, T * 1_000_000_000n + 7n, [1, 2, 3], [], 90)
      .obsoletePacket(0, T * 1_000_000n + 7n, [4])
      .simplePacket([5, 6], 60)
      .done();
    const file = CaptureFile.from(bytes);
    const { packets, error } = await readAll(file);
    expect(error).toBeUndefined();
    expect(packets).toEqual([
      { bytes: "010203", time: `${T}.000000007`, length: 90, linkType: 101, interface: 1 },
      { bytes: "04", time: `${T}.000007000`, length: 1, linkType: 1, interface: 0 },
      { bytes: "0506", time: "0.000000000", length: 60, linkType: 1, interface: 0 },
    ]);
    expect(file.interfaces.map(({ name }) => name)).toEqual(["eth0", "tun0"]);
  });

  it.each([
    ["microseconds, the default", [], 1_500_000n, "1.500000000"],
    ["milliseconds", [[9, [3]]], 1500n, "1.500000000"],
    ["seconds", [[9, [0]]], 7n, "7.000000000"],
    ["nanoseconds beyond 2^53", [[9, [9]]], 4_323_456_789_987_654_321n, "4323456789.987654321"],
    ["picoseconds", [[9, [12]]], 1_500_000_000_999n, "1.500000000"],
    ["units of 2^-10 s", [[9, [0x8a]]], 1536n, "1.500000000"],
    ["units of 2^-32 s", [[9, [0xa0]]], (7n << 32n) + (1n << 30n), "7.250000000"],
    ["an offset", [[14, 100n]], 1_500_000n, "101.500000000"],
    ["a negative offset", [[14, -1n]], 1_500_000n, "0.500000000"],
  ] as const)("counts time in %s", async (_, options, time, expected) => {
    const { packets } = await readAll(
      CaptureFile.from(blank().interface(1, options).packet(0, time, []).done()),
    );
    expect(packets[0]?.time).toBe(expected);
  });

  it("has options: of sections, interfaces and packets", async () => {
    const bytes = new Pcapng(littleEndian)
      .section([
        [2, "a machine"],
        [3, "an os"],
        [4, "a program"],
        [1, "one"],
        [1, "two"],
      ])
      .interface(1, [
        [2, "eth0"],
        [3, "first port"],
        [8, 1_000_000_000n],
        [11, [0, 0x74, 0x63, 0x70]],
        [12, "Linux"],
        [13, [4]],
        [15, "a card"],
      ])
      .packet(
        0,
        0n,
        [1],
        [
          [1, "looks odd"],
          [2, [1, 0, 0, 0]],
          [1, "really"],
        ],
      )
      .done();
    const file = CaptureFile.from(bytes);
    for await (const block of file) {
      for (const packet of block) {
        expect(packet.comments).toEqual(["looks odd", "really"]);
        expect(packet.options().map(({ code }) => code)).toEqual([1, 2, 1]);
        expect(packet.interface).toEqual({
          index: 0,
          linkType: 1,
          snaplen: 0,
          name: "eth0",
          description: "first port",
          speed: 1_000_000_000n,
          filter: "tcp",
          os: "Linux",
          fcsLength: 4,
          hardware: "a card",
          timeResolution: 6,
          timeOffset: 0,
        });
      }
    }
    expect((await infosOf(bytes))[0]).toMatchObject({
      kind: "section",
      offset: 0,
      littleEndian,
      hardware: "a machine",
      os: "an os",
      application: "a program",
      comments: ["one", "two"],
    });
  });

  it("tells names, statistics, secrets, custom and unknown blocks, in order", async () => {
    const file = blank().interface(1);
    const names = file.bytes();
    names.u16(1, 17).padded([192, 0, 2, 1, ...Buffer.from("a.test\0bb.test")].slice(0, 17));
    names.u16(2, 22).padded([0x20, 1, 0xd, 0xb8, ...Array<number>(11).fill(0), 1, ...Buffer.from("c.com\0")]);
    names.u16(0, 0).raw(file.options([[2, "resolver.test"]]));
    file.block(4, names.done());
    file.packet(0, 0n, [1]);
    const statistics = file.bytes().u32(0, 0, 2_000_000);
    file.block(5, statistics.raw(file.options([[4, 10n], [5, 3n], [8, 7n]])).done()); // prettier-ignore
    file.block(10, file.bytes().u32(0x544c534b, 5).padded(Buffer.from("KEY A")).done());
    file.block(0xbad, file.bytes().u32(32473).padded([1, 2, 3, 4]).done());
    file.block(0x40000bad, file.bytes().u32(32473).done());
    file.block(0x7777, file.bytes().u32(1).done());
    const infos = await infosOf(file.packet(0, 1n, [2]).done());
    expect(infos.slice(2)).toMatchObject([
      {
        kind: "names",
        server: "resolver.test",
        names: [
          { address: "192.0.2.1", names: ["a.test", "bb.tes"] },
          { address: "2001:db8::1", names: ["c.com"] },
        ],
      },
      {
        kind: "statistics",
        interfaceIndex: 0,
        seconds: 2,
        counts: { received: 10n, dropped: 3n, delivered: 7n },
      },
      { kind: "secrets", type: 0x544c534b, bytes: Uint8Array.from(Buffer.from("KEY A")) },
      { kind: "custom", enterprise: 32473, copyable: true, bytes: Uint8Array.of(1, 2, 3, 4) },
      { kind: "custom", copyable: false },
      { kind: "other", type: 0x7777 },
    ]);
    expect((await readAll(CaptureFile.from(file.done()))).packets.map(({ bytes }) => bytes)).toEqual([
      "01",
      "02",
    ]);
  });

  it("may begin a second section in the other byte order, whose interfaces count from 0 again", async () => {
    const other = new Pcapng(!littleEndian).section().interface(228, [NANOSECONDS]).packet(0, 5n, [2]);
    const bytes = concat(blank().interface(1).packet(0, 5n, [1]).done(), other.done());
    const { packets } = await readAll(CaptureFile.from(bytes));
    expect(packets.map(({ linkType, time }) => [linkType, time])).toEqual([
      [1, "0.000005000"],
      [228, "0.000000005"],
    ]);
  });

  it.each([
    ["a packet of an interface that is not there", (file: Pcapng) => file.packet(1, 0n, [9]), /interface 1/],
    [
      "a simple packet before any interface",
      (file: Pcapng) => file.section().simplePacket([9]),
      /before any/,
    ],
    ["a section of version 2", (file: Pcapng) => file.section([], [2, 0]), /version 2\.0/],
    ["an interface too short", (file: Pcapng) => file.block(1, Uint8Array.of(0, 0, 0, 0)), /too short/],
    ["a packet too short", (file: Pcapng) => file.block(6, new Uint8Array(8)), /too short/],
    ["a packet beyond its block", (file: Pcapng) => file.block(6, longer(file)), /room for 0/],
    ["two lengths that differ", (file: Pcapng) => file.packet(0, 0n, [9]), /at its end/, -4],
    ["a length that is no multiple of 4", (file: Pcapng) => file.packet(0, 0n, [9]), /multiple of 4/, -32],
  ])("gives what came before %s, and says where", async (_, add, message, spoil = 0) => {
    const before = blank().interface(1).packet(0, 0n, [1]).packet(0, 0n, [2]).done();
    const after = new Pcapng(littleEndian);
    const bytes = concat(before, add(after).done());
    if (spoil !== 0) bytes[bytes.length + spoil + (littleEndian ? 0 : 3)]! ^= 1;
    const { packets, error } = await readAll(CaptureFile.from(bytes));
    expect(packets.map(({ bytes }) => bytes)).toEqual(["01", "02"]);
    expect(error?.message).toMatch(message);
    expect(error).toMatchObject({ code: "ERR_CAPTURE_FORMAT" });
    expect(error?.offset).toBeGreaterThanOrEqual(before.length);
  });

  it("cut at any byte gives every whole packet before the cut", async () => {
    const head = blank().interface(1).done().length;
    const bytes = blank().interface(1).packet(0, 1n, [1]).packet(0, 2n, [2, 2]).done();
    for (let length = head; length < bytes.length; length++) {
      const { packets, error } = await readAll(CaptureFile.from(bytes.subarray(0, length)));
      const whole = Math.floor((length - head) / 36);
      expect(packets).toHaveLength(whole);
      if (length === head + whole * 36) expect(error).toBeUndefined();
      else expect(error).toMatchObject({ code: "ERR_CAPTURE_TRUNCATED", offset: head + whole * 36 });
    }
  });
});

function longer(file: Pcapng): Uint8Array {
  return file.bytes().u32(0, 0, 0, 5, 5).done();
}
