// Runs one loop over packets until it is warm, then counts what a million more packets allocate and deoptimise.
// Needs --expose-gc, a young generation of 64 MiB, --trace-deopt, --redirect-code-traces and --redirect-code-traces-to=FILE: V8 appends to that file
// at once, so that its length before and after tells what happened between.
import { existsSync, readFileSync } from "node:fs";
import { Ethernet, Ipv4, Stack, Tcp, TcpOptionKind, Udp } from "zc-gen/protocols";
import { MockRing } from "zc-gen/ring";

const [name, detach, traces] = process.argv.slice(2);
const PACKETS = 1_000_000;
/** A control gets one: the code adapts to whatever it does for long. */
const MAX_ROUNDS = name === "deoptimising" ? 1 : 10;
const ring = MockRing.create({ blockBytes: 1 << 18, blocks: 2 });
while (ring.hasRoomFor(64)) ring.push(udpFrame());
const block = ring.tryNext();
const starts = Int32Array.from([...block].map(({ dataOffset }) => dataOffset));

const ethernet = ring.bind(Ethernet);
const ipv4 = ring.bind(Ipv4);
const udp = ring.bind(Udp);
const stack = ring.bind(Stack);
const tcp = ring.bind(Tcp);
const syns = name === "lists" ? synSegments() : starts;
if (name === "walked") mixedFrames();
const kept = { last: undefined, value: 0 };

const LOOPS = {
  accessors() {
    let sum = 0;
    for (const at of starts) {
      ethernet.wrap(at, at + 64);
      ipv4.wrap(ethernet.payloadOffset, ethernet.payloadEnd);
      udp.wrap(ipv4.payloadOffset, ipv4.payloadEnd);
      sum += ethernet.etherType + ipv4.src + ipv4.ttl + udp.dstPort;
    }
    return sum;
  },
  stack() {
    let sum = 0;
    for (const at of starts) {
      if (stack.decode(at, at + 64, 1) === 0 && stack.has(Udp)) sum += stack.udp.dstPort + stack.ipv4.dst;
    }
    return sum;
  },
  walked() {
    let sum = 0;
    for (const at of starts) {
      sum += stack.decode(at, at + 64, 1);
      if (stack.has(Udp)) sum += stack.udp.dstPort;
    }
    return sum;
  },
  ring() {
    let sum = 0;
    for (const packet of block) {
      if (stack.decode(packet) === 0 && stack.has(Udp)) sum += stack.udp.dstPort + packet.nanoseconds;
    }
    return sum;
  },
  lists() {
    let sum = 0;
    for (const at of syns) {
      if (tcp.wrap(at, at + 60) !== 0) continue;
      const { options } = tcp;
      for (let more = options.first(); more; more = options.next()) {
        sum += options.kind + options.valueLength;
        const mss = options.asMaximumSegmentSize;
        if (mss !== undefined) sum += mss.mss;
      }
      if (options.find(TcpOptionKind.timestamps)) sum += options.asTimestamps?.tsValue ?? 0;
      if (options.find(TcpOptionKind.sack)) sum += options.asSack?.blocksAt(0).leftEdge ?? 0;
      if (options.find(TcpOptionKind.multipath)) {
        const dss = options.asMultipath?.dataAsDss;
        if (dss?.hasDataAck) sum += dss.dataAck;
        if (dss?.hasDataSequenceNumber64) sum += dss.dataSequenceNumber64Low;
      }
      sum += options.fault;
    }
    return sum;
  },
  // Controls: what the test must be able to see.
  allocating() {
    for (const at of starts) kept.last = { at };
    return starts.length;
  },
  deoptimising() {
    return starts.length + sumOfValues(measuring ? { isOdd: true, value: 0 } : kept);
  },
};

/** Optimised for the one shape of object that it has seen. */
function sumOfValues(thing) {
  let sum = 0;
  for (let i = 0; i < starts.length; i++) sum += thing.value;
  return sum;
}

let measuring = false;
const run = LOOPS[name];
warmUp();
if (detach === "detach") {
  // The first detached buffer of a process deoptimises every DataView read once; after that all must be still again.
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
  warmUp();
}
const everDeopts = deoptimisations().length;
measuring = true;
// A busy machine may compile late: what counts is whether the loop ever comes to rest. Not to stdout: V8 writes there.
let counts = countRound();
for (let round = 1; round < MAX_ROUNDS && !isAtRest(counts); round++) counts = countRound();
process.stderr.write(`\n${JSON.stringify({ ...counts, everDeopts })}\n`);

function countRound() {
  globalThis.gc();
  const deoptsBefore = deoptimisations().length;
  const heapBefore = process.memoryUsage().heapUsed;
  let packets = 0;
  for (; packets < PACKETS; packets += starts.length) run();
  const bytes = process.memoryUsage().heapUsed - heapBefore;
  return { packets, bytes, deopts: deoptimisations().slice(deoptsBefore) };
}

function isAtRest({ packets, bytes, deopts }) {
  return deopts.length === 0 && bytes < packets;
}

/** Long enough for every function to be compiled by the last compiler, which works in the background. */
function warmUp() {
  for (const until = performance.now() + 1500; performance.now() < until;) {
    for (let i = 0; i < 20; i++) run();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }
}

/** What V8 tells of code that failed a check, and of code whose assumptions were given up elsewhere. */
function deoptimisations() {
  if (!existsSync(traces)) return [];
  return readFileSync(traces, "utf8").match(/\[(bailout|marking dependent code)[^\n[]*/g) ?? [];
}

/** Segments of 60 bytes with options of all sorts, one of them with a fault, in the first of the block's packets. */
function synSegments() {
  const lists = [
    "020405b40402080a0a0b0c0d0000000001030307",
    "0101050a00000001000000050101080a0a0b0c0d00000000",
    "020405b402000000",
  ];
  const bytes = new Uint8Array(ring.view.buffer, ring.view.byteOffset);
  return starts.map((at, index) => {
    bytes.fill(0, at, at + 64);
    bytes[at + 12] = 0xf0;
    bytes.set(Buffer.from(lists[index % lists.length], "hex"), at + 20);
    return at;
  });
}

/** In turn: behind two tags, as it was, and a header that is cut off behind two tags. */
function mixedFrames() {
  const bytes = new Uint8Array(ring.view.buffer, ring.view.byteOffset);
  for (const [index, at] of starts.entries()) {
    if (index % 3 === 1) continue;
    bytes.copyWithin(at + 20, at + 12, at + 56);
    bytes.set([0x88, 0xa8, 0, 1, 0x81, 0, 0, 2], at + 12);
    if (index % 3 === 2) bytes[at + 22] = 0x4f; // a header of 60 bytes
  }
}

function udpFrame() {
  const bytes = new Uint8Array(64);
  const view = new DataView(bytes.buffer);
  const link = new Ethernet(view);
  link.init(0, 64);
  link.etherType = 0x0800;
  const network = new Ipv4(view);
  network.init(14, 64);
  Object.assign(network, { totalLength: 50, ttl: 64, protocol: 17, src: 0xc0000201, dst: 0xc0000202 });
  const transport = new Udp(view);
  transport.init(34, 64);
  Object.assign(transport, { srcPort: 5000, dstPort: 53, length: 30 });
  return bytes;
}
