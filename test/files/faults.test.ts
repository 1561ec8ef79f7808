import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { PcapFile, PcapWriter } from "zc-gen/files";
import { addon, hasAddon } from "../../native/binding.js";
import { requirement } from "../support/requirement.js";

const { EINTR, ENOMEM } = constants.errno;
const PACKETS = 500;
const folder = mkdtempSync(join(tmpdir(), "zc-faults-"));
const path = join(folder, "capture.pcap");

const needsAddon = requirement("the addon", () => hasAddon() || "it is not built", "npm run build:native");

beforeEach((context) => {
  needsAddon(context);
  using writer = PcapWriter.create(path);
  for (let i = 0; i < PACKETS; i++) writer.write(new Uint8Array(10_000).fill(i), { seconds: i });
  writer.finish();
});
afterEach(() => {
  if (hasAddon()) addon().injectFault("", 0, 0, 0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Packets up to the end or an error, through a window that has to slide many times. */
function read(): { count: number; error: unknown } {
  let count = 0;
  try {
    using file = PcapFile.open(path, { windowBytes: 1 << 20, blockBytes: 65_536 });
    for (const block of file) {
      for (const packet of block) if (packet.seconds === count) count++;
    }
  } catch (error) {
    return { count, error };
  }
  return { count, error: undefined };
}

const descriptors = (): number => readdirSync("/proc/self/fd").length;

describe("a system call that fails while a file is read", () => {
  it.each(["fcntl(F_DUPFD_CLOEXEC)", "statx", "mmap", "mmap(file)"])(
    "is made again after EINTR (%s)",
    (name) => {
      addon().injectFault(name, EINTR, 0, 3);
      expect(read()).toEqual({ count: PACKETS, error: undefined });
    },
  );

  it.each(["fcntl(F_DUPFD_CLOEXEC)", "statx", "mmap", "mmap(file)"])(
    "at opening makes it be read piece by piece (%s)",
    (name) => {
      addon().injectFault(name, ENOMEM, 0, 1);
      expect(read()).toEqual({ count: PACKETS, error: undefined });
    },
  );

  it("later is told, behind the packets that were within reach, and leaves nothing open", () => {
    read();
    const before = descriptors();
    addon().injectFault("mmap(file)", ENOMEM, 3, 1);
    const { count, error } = read();
    expect(error).toMatchObject({ syscall: "mmap(file)", errno: -ENOMEM });
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(PACKETS);
    expect(descriptors()).toBe(before);
  });
});
