import { spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  closeSync,
  createReadStream,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as zlib from "node:zlib";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { CaptureError, CaptureFile, PcapFile, type PcapFileOptions } from "zc-gen/files";
import { hasAddon } from "../../native/binding.js";
import { requirement } from "../support/requirement.js";
import { concat, pcap, Pcapng, readAll, type Record } from "./support/captures.js";

const folder = mkdtempSync(join(tmpdir(), "zc-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MIB = 2 ** 20;
const RECORDS = Array.from({ length: 6000 }, (_, index): Record => {
  return [index, index, Array.from({ length: 400 + (index % 700) }, (_, at) => (index + at) & 255)];
});
/** Some 4.5 MB: more than the smallest window. */
const LARGE = pcap({}, ...RECORDS);
const EXPECTED = (await readAll(CaptureFile.from(LARGE))).packets;
const needsAddon = requirement("the addon", () => hasAddon() || "it is not built", "npm run build:native");

let files = 0;
function written(bytes: Uint8Array): string {
  const path = join(folder, `${files++}.pcap`);
  writeFileSync(path, bytes);
  return path;
}

const open = (bytes: Uint8Array, options: PcapFileOptions = {}): PcapFile =>
  PcapFile.open(written(bytes), options);

function piecesOf(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

describe("the same packets come", () => {
  it("from memory as they were written", () => {
    expect(EXPECTED).toHaveLength(RECORDS.length);
    expect(EXPECTED[5999]).toMatchObject({ time: "5999.005999000", length: RECORDS[5999]?.[2].length });
  });

  it.each<[string, PcapFileOptions]>([
    ["mapped, in one window", {}],
    ["mapped, in windows of 1 MiB", { windowBytes: MIB }],
    ["mapped, in small blocks", { windowBytes: MIB, blockBytes: 4096 }],
    ["read, in one window", { map: false }],
    ["read, in windows of 1 MiB", { map: false, windowBytes: MIB }],
  ])("from a file that is %s", async (how, options) => {
    const file = open(LARGE, options);
    if (how.startsWith("mapped") && hasAddon()) {
      expect(file.view.byteLength).toBeLessThan((options.windowBytes ?? 64 * MIB) + MIB);
    }
    expect((await readAll(file)).packets).toEqual(EXPECTED);
  });

  it("without waiting, in memory and in files", () => {
    for (const file of [CaptureFile.from(LARGE), open(LARGE, { windowBytes: MIB })]) {
      let count = 0;
      for (const block of file) for (const packet of block) count += Math.sign(packet.capturedLength);
      expect(count).toBe(RECORDS.length);
      expect(file.progress).toEqual({ packets: count, position: LARGE.length, size: LARGE.length });
      file.close();
    }
  });

  it.each([[1], [7], [65_536]])("from a stream in pieces of %d bytes", async (size) => {
    const bytes = size === 1 ? LARGE.subarray(0, 24 + 416 + 417) : LARGE;
    const { packets, error } = await readAll(CaptureFile.fromStream(piecesOf(bytes, size)));
    expect(error).toBeUndefined();
    expect(packets).toEqual(size === 1 ? EXPECTED.slice(0, 2) : EXPECTED);
  });

  it("from a pipe, packed or not", async () => {
    const path = written(LARGE);
    for (const command of [`cat ${path}`, `gzip -c ${path}`]) {
      const fifo = join(folder, `fifo${files++}`);
      expect(spawnSync("mkfifo", [fifo]).status).toBe(0);
      spawn("sh", ["-c", `${command} > ${fifo}`]);
      expect((await readAll(PcapFile.open(fifo))).packets).toEqual(EXPECTED);
    }
  });

  it("from gzip, in one member or more", async () => {
    expect((await readAll(open(zlib.gzipSync(LARGE)))).packets).toEqual(EXPECTED);
    const half = LARGE.length >> 1;
    const members = concat(zlib.gzipSync(LARGE.subarray(0, half)), zlib.gzipSync(LARGE.subarray(half)));
    expect((await readAll(open(members))).packets).toEqual(EXPECTED);
  });

  it("from zstd where Node has it; elsewhere the error says what to do", async () => {
    const { zstdCompressSync } = zlib as { zstdCompressSync?: (bytes: Uint8Array) => Uint8Array };
    if (zstdCompressSync !== undefined) {
      expect((await readAll(open(zstdCompressSync(LARGE)))).packets).toEqual(EXPECTED);
      return;
    }
    const attempt = (): unknown => open(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0));
    expect(attempt).toThrow(/packed with zstd.*22\.15.*zstd -dc/);
    expect(attempt).toThrow(expect.objectContaining({ code: "ERR_CAPTURE_COMPRESSION" }));
  });
});

describe("damage in packed data", () => {
  const packed = zlib.gzipSync(LARGE);

  it("that was cut off lets every whole packet through that can be unpacked", async () => {
    const { packets, error } = await readAll(open(packed.subarray(0, packed.length >> 1)));
    expect(packets.length).toBeGreaterThan(500);
    expect(packets).toEqual(EXPECTED.slice(0, packets.length));
    expect(error).toMatchObject({ code: "ERR_CAPTURE_COMPRESSION" });
    expect(error?.offset).toBeGreaterThan(1_000_000);
  });

  it("in the middle does so, too", async () => {
    const broken = Uint8Array.from(packed);
    broken.fill(0xff, packed.length >> 1, (packed.length >> 1) + 64);
    const { packets, error } = await readAll(open(broken));
    expect(packets.length).toBeGreaterThan(100);
    expect(error).toBeInstanceOf(CaptureError);
  });
});

describe("a growing file", () => {
  it("is followed until it is closed, through a record that is written in two parts", async () => {
    const path = written(LARGE.subarray(0, 10));
    const file = PcapFile.open(path, { follow: true });
    const steps = [24 + 8, 24 + 416 + 20, 24 + 416 + 417, LARGE.length];
    let at = 10;
    const grow = (): void => {
      const next = steps.shift();
      if (next === undefined) return;
      appendFileSync(path, LARGE.subarray(at, next));
      at = next;
      setTimeout(grow, 20);
    };
    grow();
    let count = 0;
    for await (const block of file) {
      for (const packet of block) if (packet.seconds === count) count++;
      if (count === RECORDS.length) break;
    }
    expect(count).toBe(RECORDS.length);
    setTimeout(() => file.close(), 50);
    for await (const block of file) expect(block.packetCount).toBe(-1);
    expect(file.closed).toBe(true);
  });
});

describe("a file that is cut off while it is read", () => {
  beforeEach(needsAddon);

  it("ends with a typed error, and neither the process nor a late read with a crash", async () => {
    const path = written(LARGE);
    const file = PcapFile.open(path);
    const seconds: number[] = [];
    await expect(async () => {
      for await (const block of file) {
        for (const packet of block) seconds.push(packet.seconds);
        if (seconds.length < RECORDS.length) truncateSync(path, 8192);
      }
    }).rejects.toMatchObject({ code: "ERR_CAPTURE_CHANGED" });
    expect(seconds.length).toBeGreaterThan(500);
    expect(file.view.getUint8(file.view.byteLength - 1)).toBe(0);
    file.close();
  });

  it("is not written to by setters", () => {
    const path = written(pcap({}, [1, 0, [7, 8]]));
    const file = PcapFile.open(path);
    for (const block of file) for (const packet of block) file.view.setUint8(packet.dataOffset, 0xff);
    file.close();
    expect(readFileSync(path)).toEqual(Buffer.from(pcap({}, [1, 0, [7, 8]])));
  });
});

describe("a block that does not fit into the buffer of a stream", () => {
  it("is passed over when it is no packet", async () => {
    const bytes = new Pcapng()
      .section()
      .interface(1)
      .packet(0, 1n, [1])
      .block(0xbad, new Uint8Array(5 * MIB))
      .packet(0, 2n, [2])
      .done();
    for (const size of [1000, 2 ** 16, 2 ** 24]) {
      const { packets, error } = await readAll(CaptureFile.fromStream(piecesOf(bytes, size)));
      expect(error).toBeUndefined();
      expect(packets.map(({ bytes }) => bytes)).toEqual(["01", "02"]);
    }
    expect((await readAll(open(bytes, { windowBytes: MIB }))).packets).toHaveLength(2);
    expect((await readAll(open(bytes, { windowBytes: MIB, map: false }))).packets).toHaveLength(2);
    const cut = bytes.subarray(0, 3 * MIB);
    expect((await readAll(CaptureFile.fromStream([cut]))).error?.code).toBe("ERR_CAPTURE_TRUNCATED");
    expect((await readAll(open(cut, { windowBytes: MIB }))).error?.code).toBe("ERR_CAPTURE_TRUNCATED");
  });
});

describe("a file of more than 4 GiB", () => {
  it("is read through windows, mapped or not", async () => {
    const path = join(folder, "large.pcapng");
    const head = new Pcapng().section().interface(1).packet(0, 1n, [1]).done();
    const skipped = 3 * 2 ** 30;
    const block = new Pcapng().bytes().u32(0xbad, skipped).done();
    const tail = new Pcapng().packet(0, 2n, [2]).done();
    const fd = openSync(path, "w"); // with holes: it takes three pages on disk
    let at = 0;
    for (const part of [head, block, block, tail]) {
      writeSync(fd, part, 0, part.length, at);
      at += part === block ? skipped : part.length;
    }
    closeSync(fd);
    for (const options of [{}, { windowBytes: MIB }, { map: false }]) {
      const file = PcapFile.open(path, options);
      const { packets, error } = await readAll(file);
      expect(error).toBeUndefined();
      expect(packets.map(({ bytes }) => bytes)).toEqual(["01", "02"]);
      expect(file.progress.position).toBeGreaterThan(2 ** 32);
    }
  });
});

describe("opening", () => {
  it("refuses wrong options by name", () => {
    expect(() => open(LARGE, { windowBytes: 5 })).toThrow(/windowBytes is 5, but must be a whole number/);
    expect(() => open(LARGE, { blockBytes: 5 })).toThrow(/blockBytes is 5/);
    expect(() => PcapFile.open(join(folder, "none"))).toThrow(/ENOENT/);
    expect(() => open(new Uint8Array(0))).toThrow(/empty/);
    expect(() => open(Uint8Array.of(0x42, 0x5a, 0x68, 0x39))).toThrow(/bzip2 -dc/);
  });

  it("leaves no file open behind, whether it fails or is closed", async () => {
    const path = written(LARGE);
    const garbage = written(Uint8Array.of(1, 2, 3, 4));
    const before = openSync(path, "r");
    for (let round = 0; round < 20; round++) {
      expect(() => PcapFile.open(garbage)).toThrow(CaptureError);
      PcapFile.open(path).close();
      PcapFile.open(path, { follow: true }).close();
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(openSync(path, "r")).toBeLessThan(before + 10);
  });

  it("reads standard input as -", async () => {
    const child = spawn(process.execPath, [
      "--input-type=module",
      "-e",
      `import { PcapFile } from ${JSON.stringify(new URL("../../dist/files/index.js", import.meta.url).href)};
      let count = 0;
      for await (const block of PcapFile.open("-")) count += block.packetCount;
      console.log(count);`,
    ]);
    createReadStream(written(zlib.gzipSync(LARGE))).pipe(child.stdin);
    let text = "";
    for await (const chunk of child.stdout) text += String(chunk);
    expect(text).toBe(`${RECORDS.length}\n`);
  });
});
