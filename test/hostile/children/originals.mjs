// The packets that mutants are made of: those of the captures where there are any, and some of our own making.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packetsByLink } from "../../oracle/mutants.mjs";
import { Chance, randomNumbers } from "../../oracle/packets/bytes.mjs";
import { LINKS } from "../../oracle/packets/link.mjs";
import { Stack } from "../../../dist/generated/index.js";
import { listedLengths } from "./length-fields.mjs";

/** No link frame is longer, but for BIG TCP, of which the captures have 80 kB. */
export const MAX_BYTES = 80_200;
/** Captures of our own, which are always there. */
export const OWN = fileURLToPath(new URL("../../../examples/captures", import.meta.url));
const MADE_OF_EACH_LINK = 150;

/**
 * Groups of packets: a capture's, or those made for one link type. A group is drawn first, so that a capture of one
 * packet counts as much as one of two thousand.
 *
 * @returns {{ bytes: Uint8Array, linkType: number, lengths: { at: number, bits: number, shift: number }[] }[][]}
 */
export function originals(folder) {
  const captures = [folder, OWN].filter((path) => existsSync(path)).flatMap(packetsIn);
  return [...captures, ...made()].map((packets) => packets.map(withLengths));
}

const KEPT = fileURLToPath(new URL("../regressions", import.meta.url));

/** What was once too much. A file holds a link type and the bytes in hex; lines with # are for people. */
export function keptPackets() {
  return readdirSync(KEPT)
    .sort()
    .flatMap((name) =>
      readFileSync(join(KEPT, name), "utf8")
        .split("\n")
        .filter((line) => /^\d+ /.test(line))
        .map((line) => line.split(" "))
        .map(([linkType, hex]) => ({ name, linkType: Number(linkType), bytes: Buffer.from(hex, "hex") })),
    );
}

function packetsIn(folder) {
  return [...packetsByLink(folder, MAX_BYTES).values()].flat();
}

function made() {
  const chance = new Chance(randomNumbers(1));
  return Object.entries(LINKS).map(([linkType, make]) =>
    Array.from({ length: MADE_OF_EACH_LINK }, () => ({
      bytes: Uint8Array.from(make(chance)),
      linkType: Number(linkType),
    })),
  );
}

const bytesOf = new Uint8Array(MAX_BYTES);
const stack = new Stack(new DataView(bytesOf.buffer));

function withLengths({ bytes, linkType }) {
  bytesOf.set(bytes);
  stack.decode(0, bytes.length, linkType);
  return { bytes, linkType, lengths: listedLengths(stack) };
}
