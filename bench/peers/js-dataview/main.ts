// Written by hand over one DataView: the best that JavaScript does without zc-gen.
import { sumFrameByHand, walkByHand } from "../support/by-hand.js";
import { answerAll, openRing } from "../support/peer.js";

const opened = openRing();
const { view, blocks, blockBytes } = opened;

await answerAll(opened, (index) => {
  const start = index * blockBytes;
  const packets = blocks[index]?.packetCount ?? 0;
  return walkByHand(view, start, start + blockBytes, packets, (at, end) => sumFrameByHand(view, at, end));
});
