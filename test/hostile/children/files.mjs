// Mutants of whole capture files, from a seed: `files.mjs CAPTURES SEED COUNT`. Their packets are decoded, too. The last
// line is the result.
import { existsSync, readFileSync } from "node:fs";
import { CaptureError, CaptureFile } from "../../../dist/files/index.js";
import { Stack } from "../../../dist/generated/index.js";
import { capturesBelow } from "../../oracle/mutants.mjs";
import { Chance, randomNumbers } from "../../oracle/packets/bytes.mjs";
import { outline } from "./answer.mjs";
import { OWN } from "./originals.mjs";

/** Longer captures take long, and have nothing in their records that short ones have not. */
const MAX_FILE_BYTES = 40_000;
const EXTREMES = [0, 1, 4, 12, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0x0a0d0d0a, 0xa1b2c3d4];

const [folder, seed, count] = process.argv.slice(2);
const files = captures();
const endings = {};
for (let number = 0; number < Number(count); number++) {
  const chance = new Chance(randomNumbers((Number(seed) ^ Math.imul(number, 0x9e3779b1)) >>> 0));
  const { name, bytes } = mutant(chance);
  try {
    const ending = readAll(bytes);
    endings[ending] = (endings[ending] ?? 0) + 1;
  } catch (error) {
    console.log(
      JSON.stringify({ number, name, file: Buffer.from(bytes).toString("hex"), error: error.stack }),
    );
    process.exit(1);
  }
}
console.log(JSON.stringify({ mutants: Number(count), files: files.length, endings }));

function captures() {
  return [folder, OWN]
    .filter((path) => existsSync(path))
    .flatMap((path) => capturesBelow(path))
    .map((path) => ({ name: path, bytes: readFileSync(path) }))
    .filter(({ bytes }) => bytes.length <= MAX_FILE_BYTES);
}

function mutant(chance) {
  const { name, bytes } = chance.pick(files);
  let copy = new Uint8Array(bytes);
  for (let change = chance.below(4); change >= 0 && copy.length > 4; change--) {
    const at = chance.below(chance.once(2) ? copy.length : Math.min(copy.length, 120));
    switch (chance.below(6)) {
      case 0:
        copy[at] ^= 1 << chance.below(8);
        break;
      case 1:
        copy = copy.slice(0, at);
        break;
      case 2:
      case 3:
        new DataView(copy.buffer).setUint32(
          Math.min(at & ~3, copy.length - 4),
          chance.pick(EXTREMES),
          chance.once(2),
        );
        break;
      case 4:
        copy = Uint8Array.from([...copy.subarray(0, at), ...copy.subarray(chance.below(copy.length))]);
        break;
      default: {
        const other = chance.pick(files).bytes;
        copy.set(other.subarray(0, copy.length - at), at);
      }
    }
  }
  return { name, bytes: copy };
}

function readAll(bytes) {
  try {
    const file = CaptureFile.from(bytes, { onInfo: () => undefined });
    const stack = new Stack(file.view);
    for (const block of file) {
      for (const { dataOffset, dataEnd, linkType } of block) outline(stack, dataOffset, dataEnd, linkType);
    }
    return "whole";
  } catch (error) {
    if (error instanceof CaptureError) return error.code;
    throw error;
  }
}
