import { describe, expect, it } from "vitest";
import { CaptureFile } from "zc-gen/files";
import { pcap, readAll } from "./support/captures.js";

describe("a classic pcap", () => {
  it.each([
    ["microseconds, little-endian", { magic: 0xa1b2c3d4 }, 5000],
    ["microseconds, big-endian", { magic: 0xa1b2c3d4, littleEndian: false }, 5000],
    ["nanoseconds, little-endian", { magic: 0xa1b23c4d }, 5],
    ["nanoseconds, big-endian", { magic: 0xa1b23c4d, littleEndian: false }, 5],
    ["A. Kuznetzov's longer records", { magic: 0xa1b2cd34 }, 5000],
    ["A. Kuznetzov's longer records, big-endian", { magic: 0xa1b2cd34, littleEndian: false }, 5000],
    ["Ixia's longer header, microseconds", { magic: 0x1c0001ab, extra: [1, 0, 0, 0] }, 5000],
    ["Ixia's longer header, nanoseconds", { magic: 0x1c0001ac, extra: [1, 0, 0, 0], littleEndian: false }, 5],
    ["version 2.2, lengths the other way round", { version: [2, 2] }, 5000],
  ])("is read: %s", async (_, variant, nanoseconds) => {
    const bytes = pcap(variant, [1, 5, [7, 8], 60], [2, 0, []], [3, 999_999, [9]]);
    const file = CaptureFile.from(bytes);
    expect(file.format).toBe("pcap");
    expect(file.linkType).toBe(1);
    const { packets, error } = await readAll(file);
    expect(error).toBeUndefined();
    expect(packets.map(({ bytes }) => bytes)).toEqual(["0708", "", "09"]);
    expect(packets[0]).toMatchObject({ length: 60, time: `1.${String(nanoseconds).padStart(9, "0")}` });
  });

  it("gives copies of its packets, those before the damage, to keep", () => {
    const bytes = pcap({}, [1, 5, [7, 8], 60], [2, 0, [9]]);
    const copies = [...CaptureFile.from(bytes).copies()];
    expect(copies).toEqual([
      { bytes: Uint8Array.of(7, 8), linkType: 1, seconds: 1, nanoseconds: 5000, originalLength: 60 },
      { bytes: Uint8Array.of(9), linkType: 1, seconds: 2, nanoseconds: 0, originalLength: 1 },
    ]);
    bytes.fill(0);
    expect(copies[0]?.bytes).toEqual(Uint8Array.of(7, 8));
    const cut = CaptureFile.from(pcap({}, [1, 5, [7, 8], 60], [2, 0, [9]]).subarray(0, -1)).copies();
    expect(cut.next().value).toMatchObject({ originalLength: 60 });
    expect(() => cut.next()).toThrow(expect.objectContaining({ code: "ERR_CAPTURE_TRUNCATED" }));
  });

  it.each([
    ["Nokia", { recordExtra: [0xff, 0xff, 0xff, 0xff] }],
    ["Red Hat 6.1, big-endian", { recordExtra: [0, 0, 0, 2, 8, 0, 4, 0], littleEndian: false }],
    ["SuSE 6.3", { magic: 0xa1b2cd34, recordExtra: [0, 0, 0, 0] }],
    ["everybody", {}],
  ])("has records as long as the second one tells: %s", async (_, variant) => {
    const time = 930_000_000;
    const bytes = pcap(variant, [time, 5, [7, 8], 60], [time + 3, 0, []], [time + 4, 999_999, [9]]);
    const { packets, error } = await readAll(CaptureFile.from(bytes));
    expect(error).toBeUndefined();
    expect(packets.map(({ bytes }) => bytes)).toEqual(["0708", "", "09"]);
  });

  it("has records of the usual length where the second one makes no sense at any", async () => {
    const bytes = pcap({}, [930_000_000, 5, [7, 8], 60], [1, 1_000_000, [9], 0]);
    const { packets } = await readAll(CaptureFile.from(bytes));
    expect(packets.map(({ bytes }) => bytes)).toEqual(["0708", "09"]);
  });

  it("of version 2.3 has its lengths in either order: the smaller one is what was captured", async () => {
    const sound = pcap({ version: [2, 3] }, [1, 0, [7, 8], 60]);
    const other = Uint8Array.from(sound);
    other.set(sound.subarray(24 + 8, 24 + 12), 24 + 12);
    other.set(sound.subarray(24 + 12, 24 + 16), 24 + 8);
    expect((await readAll(CaptureFile.from(other))).packets).toEqual(
      (await readAll(CaptureFile.from(sound))).packets,
    );
  });

  it("carries fractions of more than a second over", async () => {
    const { packets } = await readAll(CaptureFile.from(pcap({}, [5, 1_000_000, []], [5, 4_294_967_295, []])));
    expect(packets.map(({ time }) => time)).toEqual(["6.000000000", "4299.967295000"]);
  });

  it("has a link type without the length of the frame check sequence", () => {
    expect(CaptureFile.from(pcap({ linkType: 0x2400_0001 })).linkType).toBe(0x1);
  });

  it.each([
    ["an empty file", new Uint8Array(0), /empty/],
    ["other bytes", Uint8Array.of(1, 2, 3, 4, 5), /0x01020304, which is no pcap and no pcapng/],
    ["two bytes", Uint8Array.of(0xd4, 0xc3), /0xd4c3/],
    ["half a header", pcap({}).subarray(0, 20), /needs 24 bytes, but only 20/],
    ["an unknown version", pcap({ version: [1, 4] }), /version 1\.4/],
  ])("is not found in %s", (_, bytes, message) => {
    expect(() => CaptureFile.from(bytes)).toThrow(message);
    expect(() => CaptureFile.from(bytes)).toThrow(expect.objectContaining({ name: "CaptureError" }));
  });

  it("that claims an impossible packet gives what came before, and says where", async () => {
    const bytes = pcap({}, [1, 0, [7]], [2, 0, [8]], [3, 0, [9]]);
    new DataView(bytes.buffer).setUint32(24 + 17 + 17 + 8, 0xfffffff0, true);
    const { packets, error } = await readAll(CaptureFile.from(bytes));
    expect(packets.map(({ bytes }) => bytes)).toEqual(["07", "08"]);
    expect(error).toMatchObject({ code: "ERR_CAPTURE_FORMAT", offset: 58 });
    expect(error?.message).toContain("4294967280 bytes is claimed, and 262144 are possible");
  });

  it("cut at any byte gives every whole packet, then the place of the cut", async () => {
    const bytes = pcap({}, [1, 0, [7, 7, 7]], [2, 0, [8]], [3, 0, [9, 9]]);
    const ends = [24, 43, 60, 78];
    for (let length = 24; length < bytes.length; length++) {
      const { packets, error } = await readAll(CaptureFile.from(bytes.subarray(0, length)));
      const whole = ends.filter((end) => end <= length).length - 1;
      expect(packets).toHaveLength(whole);
      if (ends.includes(length)) expect(error).toBeUndefined();
      else expect(error).toMatchObject({ code: "ERR_CAPTURE_TRUNCATED", offset: ends[whole] });
    }
  });
});
