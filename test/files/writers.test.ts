import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { PcapFile, PcapNgWriter, PcapWriter, type PcapngInfo } from "zc-gen/files";
import { MockRing } from "zc-gen/ring";
import { requirement } from "../support/requirement.js";
import { readAll } from "./support/captures.js";

const folder = mkdtempSync(join(tmpdir(), "zc-writers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newPath = (): string => join(folder, `${files++}.cap`);

const runs = (command: string) => (): true | string => {
  const { error } = spawnSync(command, ["--version"]);
  return error === undefined || error.message;
};
const needsTshark = requirement("tshark", runs("tshark"), "apt-get install tshark");
const needsTcpdump = requirement("tcpdump", runs("tcpdump"), "apt-get install tcpdump");

const FRAME = Uint8Array.from(
  Buffer.from("0200000000010200000000020800450000140001000040fdf5e8c0000201c0000202", "hex"),
);
const TIMES = [
  [0, 0],
  [1, 999_999_999],
  [1_700_000_000, 123_456_789],
  [4_294_967_295, 999_999_999],
] as const;

function writePcap(path: string): void {
  using writer = PcapWriter.create(path);
  for (const [seconds, nanoseconds] of TIMES) {
    writer.write(FRAME, { seconds, nanoseconds, originalLength: 100 });
  }
  writer.finish();
}

function writePcapng(path: string): void {
  using writer = PcapNgWriter.create(path, { application: "zc-gen test", comments: ["a file"], os: "an os" });
  const eth = writer.addInterface({ name: "eth0", description: "first", comments: ["a port"], snaplen: 500 });
  const raw = writer.addInterface({ name: "tun0", linkType: 228 });
  for (const [at, [seconds, nanoseconds]] of TIMES.entries()) {
    const comments = at === 2 ? ["looks odd", "really: ü"] : [];
    writer.write(FRAME, { seconds, nanoseconds, interfaceIndex: eth, comments, originalLength: 100 });
  }
  writer.write(FRAME.subarray(14, 33), { interfaceIndex: raw, seconds: 5 });
  writer.writeStatistics(eth, { received: 10n, dropped: 2n ** 63n, osDropped: 1n }, { seconds: 7, comments: ["at the end"] }); // prettier-ignore
  writer.finish();
}

describe("PcapWriter", () => {
  it("writes what PcapFile reads back", async () => {
    const path = newPath();
    writePcap(path);
    const { packets, error } = await readAll(PcapFile.open(path));
    expect(error).toBeUndefined();
    expect(packets.map(({ time }) => time)).toEqual(TIMES.map(([s, ns]) => `${s}.${String(ns).padStart(9, "0")}`)); // prettier-ignore
    expect(packets[0]).toMatchObject({ bytes: Buffer.from(FRAME).toString("hex"), length: 100, linkType: 1 });
  });

  it("copies packets of a file and of a ring as they lie", async () => {
    const [from, path] = [newPath(), newPath()];
    writePcap(from);
    using writer = PcapWriter.create(path, { linkType: 1 });
    using file = PcapFile.open(from);
    for (const block of file) for (const packet of block) writer.writePacket(packet, file.view);
    using ring = MockRing.create();
    ring.push(FRAME, { seconds: 9, nanoseconds: 8, originalLength: 77 });
    ring.flush();
    for (const packet of ring.tryNext() ?? []) writer.writePacket(packet, ring.view);
    writer.finish();
    const { packets } = await readAll(PcapFile.open(path));
    expect(packets.slice(0, 4)).toEqual((await readAll(PcapFile.open(from))).packets);
    expect(packets[4]).toMatchObject({ time: "9.000000008", length: 77 });
  });

  it("writes more than its buffer holds, and packets larger than that", async () => {
    const path = newPath();
    using writer = PcapWriter.create(path);
    const sizes = [262_144, 1, 200_000, 0, ...Array.from({ length: 3000 }, (_, at) => at)];
    for (const [at, size] of sizes.entries()) writer.write(new Uint8Array(size).fill(at), { seconds: at });
    writer.finish();
    const { packets, error } = await readAll(PcapFile.open(path));
    expect(error).toBeUndefined();
    expect(packets.map(({ bytes }) => bytes.length / 2)).toEqual(sizes);
    const digit = (at: number): string => (at & 255).toString(16).padStart(2, "0");
    expect(packets.every(({ bytes }, at) => bytes === digit(at).repeat(bytes.length / 2))).toBe(true);
  });

  it.each([
    [() => PcapWriter.create(newPath(), { linkType: -1 }), /linkType is -1/],
    [() => PcapWriter.create(newPath()).write(FRAME, { seconds: 2 ** 32 }), /seconds is 4294967296/],
    [() => PcapWriter.create(newPath()).write(FRAME, { nanoseconds: 1e9 }), /nanoseconds is 1000000000/],
    [() => PcapWriter.create(newPath(), { snaplen: 10 }).write(FRAME), /bytes\.length is 34, but must be 10/],
    [() => PcapNgWriter.create(newPath()).write(FRAME), /interfaceIndex is 0, but must be a number that add/],
    [() => PcapNgWriter.create(newPath()).addInterface({ name: "x".repeat(70_000) }), /a text's length/],
    [() => PcapWriter.create(join(folder, "no", "where")), /ENOENT/],
  ])("refuses what the format cannot say (%#)", (attempt, message) => {
    expect(attempt).toThrow(message);
  });
});

describe("a file that is written", () => {
  it("appears when it is finished, and replaces one of that name", () => {
    const path = newPath();
    writeFileSync(path, "older");
    {
      using writer = PcapWriter.create(path);
      writer.write(FRAME);
      expect(readFileSync(path, "utf8")).toBe("older");
    }
    expect(readFileSync(path, "utf8")).toBe("older");
    const writer = PcapWriter.create(path);
    writer.write(FRAME);
    writer.finish();
    writer.finish();
    expect(readFileSync(path)).toHaveLength(24 + 16 + FRAME.length);
    expect(() => writer.write(FRAME)).toThrow(/finished/);
    writer[Symbol.dispose]();
    expect(existsSync(path)).toBe(true);
  });

  it("leaves nothing beside it", () => {
    const before = readdirSync(folder).filter((name) => name.endsWith(".tmp")).length;
    writePcap(newPath());
    const writer = PcapNgWriter.create(newPath());
    writer[Symbol.dispose]();
    expect(() => writer.addInterface()).toThrow(/given up/);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toHaveLength(before);
  });
});

describe("PcapNgWriter", () => {
  it("writes what PcapFile reads back: interfaces, comments, statistics", async () => {
    const path = newPath();
    writePcapng(path);
    const infos: PcapngInfo[] = [];
    const file = PcapFile.open(path, { onInfo: (info) => infos.push(info) });
    const comments: string[][] = [];
    const times: string[] = [];
    for (const block of file) {
      for (const packet of block) {
        comments.push(packet.comments);
        times.push(
          `${packet.interface.name} ${packet.seconds}.${packet.nanoseconds} ${packet.originalLength}`,
        );
      }
    }
    expect(comments).toEqual([[], [], ["looks odd", "really: ü"], [], []]);
    expect(times).toEqual([...TIMES.map(([s, ns]) => `eth0 ${s}.${ns} 100`), "tun0 5.0 19"]);
    expect(infos).toMatchObject([
      { kind: "section", application: "zc-gen test", os: "an os", comments: ["a file"] },
      {
        kind: "interface",
        interface: { name: "eth0", snaplen: 500, comments: ["a port"], timeResolution: 9 },
      },
      { kind: "interface", interface: { linkType: 228, name: "tun0" } },
      { kind: "statistics", seconds: 7, counts: { received: 10n, dropped: 2n ** 63n, osDropped: 1n } },
    ]);
    file.close();
  });
});

describe("tshark", () => {
  beforeEach(needsTshark);

  const fieldsOf = (path: string): string[][] => {
    const fields = [
      "frame.time_epoch",
      "frame.cap_len",
      "frame.len",
      "frame.interface_name",
      "frame.comment",
    ];
    const args = ["-r", path, "-T", "fields", ...fields.flatMap((field) => ["-e", field])];
    const { stdout, status } = spawnSync("tshark", args, { encoding: "utf8" });
    expect(status).toBe(0);
    return stdout.trimEnd().split("\n").map((line) => line.trimEnd().split("\t")); // prettier-ignore
  };

  it("reads both formats", () => {
    const [pcap, pcapng] = [newPath(), newPath()];
    writePcap(pcap);
    writePcapng(pcapng);
    const times = TIMES.map(([s, ns]) => `${s}.${String(ns).padStart(9, "0")}`);
    expect(fieldsOf(pcap).map(([time, captured, length]) => [time, captured, length])).toEqual(
      times.map((time) => [time, "34", "100"]),
    );
    expect(fieldsOf(pcapng)).toEqual([
      ...times.map((time, at) => {
        return [time, "34", "100", "eth0", ...(at === 2 ? ["looks odd,really: ü"] : [])];
      }),
      ["5.000000000", "19", "19", "tun0"],
    ]);
  });

  it("knows the statistics and the comment of the file", () => {
    const path = newPath();
    writePcapng(path);
    const { stdout } = spawnSync("capinfos", [path], { encoding: "utf8" });
    expect(stdout).toContain("Capture application: zc-gen test");
    expect(stdout).toContain("a file");
    expect(stdout).toMatch(/Number of stat entries = 1/);
  });
});

describe("tcpdump", () => {
  beforeEach(needsTcpdump);

  it("reads both formats", () => {
    const [pcap, pcapng] = [newPath(), newPath()];
    writePcap(pcap);
    using writer = PcapNgWriter.create(pcapng); // tcpdump wants one link type a file
    writer.addInterface({ name: "eth0" });
    writer.write(FRAME, { seconds: 1_700_000_000, nanoseconds: 123_456_789, comments: ["odd"] });
    writer.finish();
    for (const [path, packets] of [
      [pcap, 4],
      [pcapng, 1],
    ] as const) {
      // prettier-ignore
      const asRoot = process.getuid?.() === 0 ? ["-Z", "root"] : []; // else it wants a user of its own
      const args = ["-n", "-tt", "--nano", ...asRoot, "-r", path];
      const { stdout, stderr } = spawnSync("tcpdump", args, { encoding: "utf8" });
      const lines = stdout.trimEnd().split("\n");
      expect(lines.length, stderr).toBe(packets);
      expect(lines.find((line) => line.startsWith("1700000000"))).toMatch(
        /^1700000000\.123456789 IP 192\.0\.2\.1 > 192\.0\.2\.2: {2}ip-proto-253 0$/,
      );
    }
  });
});
