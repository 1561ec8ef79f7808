import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PcapFile } from "zc-gen/files";
import { PCAPS } from "../../support/shared.js";

/** A packet on its own. */
export interface Bytes {
  readonly bytes: Uint8Array;
  readonly linkType: number;
  /** Where it is from, for messages. */
  readonly from: string;
}

export const ETHERNET = 1;

/** Packets of a capture that are looked at where few of each are enough. */
const FEW = 12;

/** Bytes of a capture that are looked at where all of it is wanted: what other programs read in a moment. */
export const MOST_BYTES = 4 * 1024 * 1024;

/** The captures of other projects that can be read, by path. */
export function captures(): string[] {
  return readdirSync(PCAPS, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(pcap|pcapng|cap)$/.test(name) && !name.startsWith("damaged"))
    .sort()
    .map((name) => join(PCAPS, name));
}

/** The first packets of every capture. */
export async function corpus(): Promise<Bytes[]> {
  return packetsOfAll((path) => packetsOf(path, FEW));
}

/** All packets of every capture, up to MOST_BYTES of each, but those that end within Ethernet's header. */
export async function everyPacket(): Promise<Bytes[]> {
  const all = await packetsOfAll((path) => packetsOf(path, Infinity, MOST_BYTES));
  return all.filter(({ linkType, bytes }) => linkType !== ETHERNET || bytes.length >= 14);
}

async function packetsOfAll(read: (path: string) => Promise<Bytes[]>): Promise<Bytes[]> {
  const packets: Bytes[] = [];
  for (const path of captures()) packets.push(...(await read(path)));
  return packets;
}

/** The first packets of one; as many as can be read of one that is damaged. */
export async function packetsOf(
  path: string,
  most: number = Infinity,
  mostBytes: number = Infinity,
): Promise<Bytes[]> {
  const packets: Bytes[] = [];
  let total = 0;
  const file = PcapFile.from(readFileSync(path));
  try {
    for await (const block of file) {
      for (const packet of block) {
        const bytes = packet.copy();
        total += bytes.length;
        packets.push({ bytes, linkType: packet.linkType, from: `${path} #${packets.length + 1}` });
        if (packets.length === most || total >= mostBytes) return packets;
      }
    }
  } catch {
    return packets; // captures of fuzzers: what came before counts
  }
  return packets;
}

/** One byte of it changed, or its end cut off: whatever `random` (0 to 1) says. */
export function mutant({ bytes, linkType, from }: Bytes, random: () => number): Bytes {
  const at = Math.floor(random() ** 2 * bytes.length);
  if (random() < 0.4) return { bytes: bytes.slice(0, at), linkType, from: `${from} cut at ${at}` };
  const changed = bytes.slice();
  if (changed.length > 0) changed[at] = Math.floor(random() * 256);
  return { bytes: changed, linkType, from: `${from} changed at ${at}` };
}

/** Small and repeatable numbers from 0 to 1 (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
