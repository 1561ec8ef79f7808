// What closing a ring does to readers of other rings in the same process: zero pages over the mapping (what close()
// does) against detaching an ArrayBuffer. Each way in processes of its own, interleaved; prints medians.
//
//   npm run build && node bench/ring-close.mjs
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Stack, Udp } from "zc-gen/protocols";
import { MockRing } from "zc-gen/ring";

const UDP_FRAME = udpFrame();
const RUNS = 5;
const ROUNDS = 9;
const WAYS = {
  "zero pages": () => MockRing.create({ blockBytes: 1 << 20, blocks: 32 })[Symbol.dispose](),
  detach,
};

if (process.argv[2] === undefined) compare();
else console.log(JSON.stringify(measure(WAYS[process.argv[2]])));

function compare() {
  const results = Object.fromEntries(Object.keys(WAYS).map((way) => [way, []]));
  for (let run = 0; run < RUNS; run++) for (const way of Object.keys(WAYS)) results[way].push(inProcess(way));
  for (const [way, runs] of Object.entries(results)) {
    const column = (name) => median(runs.map((each) => each[name])).toFixed(1);
    console.log(
      `${way}: before ${column("before")}, first round after ${column("first")}, then ${column("after")} ns/packet`,
    );
  }
}

function inProcess(way) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), way], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function measure(close) {
  const ring = MockRing.create({ blockBytes: 1 << 18, blocks: 8, maxLeases: 7 });
  const stack = ring.bind(Stack);
  const round = () => decodeAll(ring, stack);
  for (let i = 0; i < 30; i++) round();
  const before = median(Array.from({ length: ROUNDS }, round));
  close();
  const first = round();
  return { before, first, after: median(Array.from({ length: ROUNDS }, round)) };
}

/** Fills the ring and decodes it empty: nanoseconds a packet for the latter. */
function decodeAll(ring, stack) {
  while (ring.hasRoomFor(UDP_FRAME.length)) ring.push(UDP_FRAME);
  ring.flush();
  let [packets, ports] = [0, 0];
  const start = process.hrtime.bigint();
  for (let block = ring.tryNext(); block !== null; block = ring.tryNext()) {
    for (const packet of block) {
      stack.decode(packet);
      if (stack.has(Udp)) ports += stack.udp.dstPort;
      packets++;
    }
    block.release();
  }
  const elapsed = Number(process.hrtime.bigint() - start);
  if (ports === 0) throw new Error("no UDP was found");
  return elapsed / packets;
}

function udpFrame() {
  const frame = new Uint8Array(64);
  frame.set([8, 0, 0x45, 0, 0, 50], 12);
  frame.set([64, 17], 22);
  frame.set([0x13, 0x88, 0, 53, 0, 30], 34);
  return frame;
}

function detach() {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}
