// `node dist/bench/accessors.js 64`: generated code against code written by hand, on frames of one length.
import { Ethernet, Ipv4, Stack, Udp } from "../generated/index.js";
import { fillRing } from "./frames.js";
import { measure, type Row } from "./measure.js";
import { sumFrameByHand } from "./peers/support/by-hand.js";
import { sumFields } from "./peers/support/fields.js";
import { finish, rounds, table } from "./report.js";

/** The promises, as ratios to the first row. */
const LIMITS: Readonly<Record<string, number>> = { accessors: 1.1, Stack: 1.5 };

// Constants of the module: V8 then knows the very objects, and that is how `ring.bind` is meant to be used. The loops
// that get them as arguments tell what it costs when V8 cannot know.
const frameBytes = Number(process.argv[2] ?? 64);
const { ring, view, starts } = fillRing(frameBytes);
const ethernet = ring.bind(Ethernet);
const ipv4 = ring.bind(Ipv4);
const udp = ring.bind(Udp);
const stack = ring.bind(Stack);

function byHand(): number {
  let sum = 0;
  for (let i = 0; i < starts.length; i++) {
    const at = starts[i] as number;
    sum = (sum + sumFrameByHand(view, at, at + frameBytes)) | 0;
  }
  return sum;
}

/** As `byHand`, but which view it is is not known before the call. */
function byGivenView(given: DataView, frames: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < frames.length; i++) {
    const at = frames[i] as number;
    sum = (sum + sumFrameByHand(given, at, at + frameBytes)) | 0;
  }
  return sum;
}

function byAccessors(): number {
  let sum = 0;
  for (let i = 0; i < starts.length; i++) {
    const at = starts[i] as number;
    if (ethernet.wrap(at, at + frameBytes) !== 0 || ethernet.etherType !== 0x0800) return -1;
    if (ipv4.wrap(ethernet.payloadOffset, ethernet.payloadEnd) !== 0 || ipv4.protocol !== 17) return -1;
    if (ipv4.fragmentOffset !== 0 || udp.wrap(ipv4.payloadOffset, ipv4.payloadEnd) !== 0) return -1;
    sum = (sum + sumFields(ethernet, ipv4, udp)) | 0;
  }
  return sum;
}

function byStack(): number {
  let sum = 0;
  for (let i = 0; i < starts.length; i++) {
    const at = starts[i] as number;
    if (stack.decode(at, at + frameBytes, 1) !== 0 || !stack.has(Udp)) return -1;
    const { ethernet: eth, ipv4: ip, udp: datagram } = stack;
    const network = ip.ihl + ip.totalLength + ip.ttl + ip.protocol + ip.src + ip.dst;
    const transport = datagram.srcPort + datagram.dstPort + datagram.length + datagram.checksum;
    sum = (sum + eth.etherType + network + transport) | 0;
  }
  return sum;
}

/** As `byAccessors`, but which accessors they are is not known before the call. */
function byGivenAccessors(first: Ethernet, second: Ipv4, third: Udp, frames: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < frames.length; i++) {
    const at = frames[i] as number;
    if (first.wrap(at, at + frameBytes) !== 0 || first.etherType !== 0x0800) return -1;
    if (second.wrap(first.payloadOffset, first.payloadEnd) !== 0 || second.protocol !== 17) return -1;
    if (second.fragmentOffset !== 0 || third.wrap(second.payloadOffset, second.payloadEnd) !== 0) return -1;
    sum = (sum + sumFields(first, second, third)) | 0;
  }
  return sum;
}

const rows: readonly Row[] = [
  { name: "by hand", run: byHand },
  { name: "accessors", run: byAccessors },
  { name: "Stack", run: byStack },
  { name: "by hand, view as argument", run: () => byGivenView(view, starts) },
  { name: "accessors as arguments", run: () => byGivenAccessors(ethernet, ipv4, udp, starts) },
];
const measured = measure(rows, { items: starts.length, rounds: rounds(41) });
console.log(`\n${starts.length} frames of ${frameBytes} bytes, Ethernet, IPv4 and UDP, 11 reads each\n`);
console.log(table(measured, LIMITS));
ring[Symbol.dispose]();
finish(measured, LIMITS);
