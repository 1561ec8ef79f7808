// The same, spinning for blocks: takes a whole processor.
import { RxRing } from "../../../native/index.js";
import { FrameReader, interfaceName, sayReady } from "../support/live.js";

const ring = RxRing.open({ interface: interfaceName(), latency: "low" });
const reader = new FrameReader(ring);
const SPIN_US = 10_000;
sayReady();
for (;;) {
  const block = ring.spinNext(SPIN_US);
  if (block !== null) reader.readBlock(block);
  block?.release();
  if (block === null) await new Promise((resolve) => setImmediate(resolve)); // answers leave
}
