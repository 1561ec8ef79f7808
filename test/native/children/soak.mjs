// Packets with numbers through a ring or slots, the reader slowed on purpose: `ring|slots SECONDS|COUNT`. Every packet must be
// accounted for, and memory stay flat. `npm run soak` runs it for long.
import { DatagramSource, RxRing } from "zc-gen/ring";
import { frame, loopbackSender, report, sleep } from "./support.mjs";

const [kind, total] = [process.argv[2], Number(process.argv[3])];
const sender = loopbackSender();
const source =
  kind === "ring"
    ? RxRing.open({ interface: "lo", blockBytes: 131_072, blocks: 16, blockTimeoutMs: 5 })
    : DatagramSource.onInterface({ interface: "lo", dataBytes: 192 });
const BATCH = 512;
const frames = Array.from({ length: BATCH }, () => frame(64));
const views = frames.map((bytes) => new DataView(bytes.buffer));
let sent = 0;
let seen = 0;
let last = -1;
let outOfOrder = 0;
let start;

const reading = read();
while (sent < total) {
  for (let i = 0; i < BATCH; i++) views[i].setUint32(14, sent + i);
  let done = 0;
  while (done < BATCH) done += sender.send(done === 0 ? frames : frames.slice(done));
  sent += BATCH;
  if ((sent / BATCH) % 8 === 0) await new Promise((resolve) => setImmediate(resolve));
  if (start === undefined && sent >= total / 4) start = memory();
}
await source.close();
await reading;
const end = memory();
report({ sent, seen, outOfOrder, start, end, stats: source.stats() });
process.exit(0);

async function read() {
  let blocks = 0;
  for await (const block of source) {
    for (const packet of block) {
      const number = source.view.getUint32(packet.dataOffset + 14);
      if (number <= last) outOfOrder++;
      last = number;
      seen++;
    }
    if (++blocks % 50 === 0) await sleep(10);
  }
}

function memory() {
  globalThis.gc?.();
  const { rss, external } = process.memoryUsage();
  return { rss, external };
}
