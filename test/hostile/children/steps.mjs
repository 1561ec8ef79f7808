// How often the bytes of a mutant are read, counted: `steps.mjs CAPTURES SEED COUNT`. Finding the layers and reading every
// field are counted apart. The result tells the most reads a byte, and for which packet.
import { Stack } from "../../../dist/generated/index.js";
import { Chance, randomNumbers } from "../../oracle/packets/bytes.mjs";
import { fieldsOf, outline } from "./answer.mjs";
import { mutate } from "./mutate.mjs";
import { keptPackets, MAX_BYTES, originals } from "./originals.mjs";

let reads = 0;
for (const name of Object.getOwnPropertyNames(DataView.prototype).filter((one) => one.startsWith("get"))) {
  const plain = DataView.prototype[name];
  DataView.prototype[name] = function (...args) {
    reads++;
    return plain.apply(this, args);
  };
}

/** A packet of one byte takes some reads, too. */
const BASE_BYTES = 40;

const [captures, seed, count] = process.argv.slice(2);
const chance = new Chance(randomNumbers(Number(seed)));
const groups = originals(captures);
const draft = new Uint8Array(MAX_BYTES);
const stack = new Stack(new DataView(draft.buffer));
const most = { decode: { ratio: 0 }, fields: { ratio: 0 } };
Error.stackTraceLimit = 0;
for (const packet of [...groups.flat(), ...keptPackets()]) {
  draft.set(packet.bytes);
  measure(packet.bytes.length, packet.linkType);
}
for (let number = 0; number < Number(count); number++) {
  const { length, linkType } = mutate(groups, chance, draft);
  measure(length, linkType);
}
console.log(JSON.stringify(most));

function measure(length, linkType) {
  tell("decode", length, linkType, () => outline(stack, 0, length, linkType));
  tell("fields", length, linkType, () => fieldsOf(stack, 0));
}

function tell(what, length, linkType, use) {
  reads = 0;
  use();
  const ratio = reads / (length + BASE_BYTES);
  if (ratio <= most[what].ratio) return;
  const bytes = Buffer.from(draft.buffer, 0, Math.min(length, 200)).toString("hex");
  most[what] = { ratio, reads, length, packet: `${linkType} ${bytes}` };
}
