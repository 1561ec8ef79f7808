// What every JavaScript peer shares: it fills a ring from the file and answers the runner. ../README.md has the words.
import { once } from "node:events";
import { openSync, readFileSync } from "node:fs";
import { Socket } from "node:net";
import { createInterface } from "node:readline";
import { TpacketBlockDesc } from "../../../generated/index.js";
import { MockRing, type Block } from "../../../native/index.js";

/** The ring that all peers read. Node maps no files: the same bytes are in a memfd, mapped with pages of the same size. */
export interface PeerRing {
  readonly ring: MockRing;
  readonly view: DataView;
  /** Those that the kernel handed over, all leased. */
  readonly blocks: readonly Block[];
  readonly blockBytes: number;
}

/** Adds up one block: the sum of its packets' fields modulo 2^32, as a signed number. */
export type SumBlock = (index: number) => number;

/** What the file holds that this process's arguments name: path, bytes a block, blocks. */
export interface RingFile {
  readonly bytes: Uint8Array;
  readonly blockBytes: number;
  /** Those that the kernel handed over. */
  readonly blocks: number;
}

export function readRing(): RingFile {
  const [path = "", blockBytes, blocks] = process.argv.slice(2);
  const bytes = readFileSync(path);
  const desc = new TpacketBlockDesc(new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
  const ring = { bytes, blockBytes: Number(blockBytes), blocks: Number(blocks) };
  desc.wrap((ring.blocks - 1) * ring.blockBytes, bytes.length);
  return desc.hdr.blockStatus === 0 ? { ...ring, blocks: ring.blocks - 1 } : ring;
}

/** A ring with the file's blocks, one of them still the kernel's. */
export function openRing(): PeerRing {
  const { bytes, blockBytes, blocks } = readRing();
  const ring = MockRing.create({ blockBytes, blocks: blocks + 1, maxLeases: blocks });
  new Uint8Array(ring.rawView.buffer).set(bytes.subarray(0, blockBytes * blocks));
  const taken = Array.from({ length: blocks }, () => ring.tryNext() as Block);
  return { ring, view: ring.view, blocks: taken, blockBytes };
}

/** Answers the runner until it closes the pipe. */
export async function answerAll({ blocks }: PeerRing, sumBlock: SumBlock): Promise<void> {
  const packets = Int32Array.from(blocks, (block) => block.packetCount);
  let first = 0;

  function sumUp(count: number): string {
    let sum = 0;
    let total = 0;
    for (let i = 0; i < count; i++) {
      const index = (first + i) % packets.length;
      sum = (sum + sumBlock(index)) | 0;
      total += packets[index] as number;
    }
    return `${total} ${sum >>> 0}`;
  }

  function run(count: number): string {
    const before = process.hrtime.bigint();
    const found = sumUp(count);
    const elapsed = process.hrtime.bigint() - before;
    first = (first + count) % packets.length;
    return `${elapsed} ${found}`;
  }

  await answerEach({
    check: () => sumUp(packets.length),
    run,
    serve: (count, pipe) => serve(count, pipe, packets, sumBlock),
  });
}

/** How a peer answers each word of the runner. */
export interface Answers {
  readonly check: () => string | Promise<string>;
  readonly run: (count: number) => string | Promise<string>;
  readonly serve?: (count: number, pipe: string) => Promise<string>;
}

/** Reads the runner's lines and prints the answers. */
export async function answerEach({ check, run, serve }: Answers): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, count, pipe = ""] = line.split(" ");
    if (word === "run") console.log(await run(Number(count)));
    else if (word === "serve" && serve) console.log(await serve(Number(count), pipe));
    else console.log(await check());
  }
}

/** Waits, in the event loop, until the pipe says that a block is ready and since when; then reads its packets. */
async function serve(count: number, pipe: string, packets: Int32Array, sumBlock: SumBlock): Promise<string> {
  const socket = new Socket({ fd: openSync(pipe, "r+"), readable: true, writable: false });
  const latencies: bigint[] = [];
  let [sum, total] = [0, 0];
  const before = process.cpuUsage();
  socket.on("data", (stamps: Buffer) => {
    for (let at = 0; at < stamps.length; at += 8) {
      const index = latencies.length % packets.length;
      sum = (sum + sumBlock(index)) | 0;
      total += packets[index] as number;
      latencies.push(process.hrtime.bigint() - stamps.readBigUInt64LE(at));
    }
    if (latencies.length >= count) socket.destroy();
  });
  await once(socket, "close");
  const { user, system } = process.cpuUsage(before);
  return `${(user + system) * 1000} ${total} ${sum >>> 0} ${latencies.join(" ")}`;
}
