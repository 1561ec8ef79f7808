// Classic, in JavaScript: every packet is copied into one Buffer, as capture packages do, and read there by hand.
import { sumFrameByHand, walkByHand } from "../support/by-hand.js";
import { answerAll, openRing } from "../support/peer.js";

const opened = openRing();
const { view, blocks, blockBytes } = opened;
const bytes = Buffer.from(view.buffer);
const copy = Buffer.alloc(1 << 16);
const copyView = new DataView(copy.buffer, copy.byteOffset, copy.length);

await answerAll(opened, (index) => {
  const start = index * blockBytes;
  const packets = blocks[index]?.packetCount ?? 0;
  return walkByHand(view, start, start + blockBytes, packets, (at, end) =>
    sumFrameByHand(copyView, 0, bytes.copy(copy, 0, at, end)),
  );
});
