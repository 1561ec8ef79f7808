// Decodes the kept packets; the last line is what each is found to be.
import { Arena } from "./arena.mjs";
import { keptPackets } from "./originals.mjs";

const arena = new Arena();
const outlines = {};
for (const { name, linkType, bytes } of keptPackets()) {
  arena.draft.set(bytes);
  outlines[name] = arena.check(bytes.length, linkType, 0).replace(/[[{].*/, "");
}
console.log(JSON.stringify(outlines));
