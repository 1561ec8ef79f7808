// Mutants of packets, from a seed: `packets.mjs CAPTURES SEED FIRST COUNT [careful]`. Each mutant comes of the seed and its
// number alone. Prints `at N` now and then, so that it is known where a run ended that crashed; `careful` prints each
// mutant before it is decoded. The last line is the result.
import { Chance, randomNumbers } from "../../oracle/packets/bytes.mjs";
import { Arena } from "./arena.mjs";
import { mutate } from "./mutate.mjs";
import { originals } from "./originals.mjs";

const TELL_EVERY = 1000;

const [captures, seed, first, count, careful] = process.argv.slice(2);
// Every fault is told as an error, and a stack trace for each would be half of the time.
Error.stackTraceLimit = 0;
const groups = originals(captures);
const arena = new Arena();
const last = Number(first) + Number(count);
let faults = 0;
for (let number = Number(first); number < last; number++) {
  const chance = new Chance(randomNumbers((Number(seed) ^ Math.imul(number, 0x9e3779b1)) >>> 0));
  const { length, linkType } = mutate(groups, chance, arena.draft);
  if (number % TELL_EVERY === 0) console.log(`at ${number}`);
  if (careful !== undefined) console.log(hexOf(length, linkType));
  try {
    if (!arena.check(length, linkType, number).startsWith("0")) faults++;
  } catch {
    console.log(JSON.stringify({ number, packet: hexOf(length, linkType), error: whyNot(length, linkType) }));
    process.exit(1);
  }
}
console.log(JSON.stringify({ mutants: last - Number(first), faults, groups: groups.length }));

function whyNot(length, linkType) {
  Error.stackTraceLimit = 20;
  try {
    arena.check(length, linkType, 0);
    return "not the second time";
  } catch (error) {
    return error.stack;
  }
}

function hexOf(length, linkType) {
  return `${linkType} ${Buffer.from(arena.draft.buffer, 0, length).toString("hex")}`;
}
