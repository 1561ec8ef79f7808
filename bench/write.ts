// `node dist/bench/write.js`: writing beside C, the same frames by both. Compiles bench/write/main.c.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { buildPacket, PacketTemplate } from "zc-gen";
import { Ethernet, Ipv4, Udp } from "zc-gen/protocols";
import { shuffled, spread } from "./measure.js";
import { digits, machine, rounds } from "./report.js";

const FRAMES = 1024;
const ROUND_NS = 8e6;
const WARM_UP_ROUNDS = 40;
const FRAME_BYTES = 64;
const PAYLOAD = Uint8Array.from({ length: 22 }, (_, index) => (index < 11 ? index + 1 : 0));
const DST = 0x020000000001;
const SRC = 0x020000000002;

const view = new DataView(new ArrayBuffer(FRAMES * FRAME_BYTES));
const ethernet = new Ethernet(view);
const ipv4 = new Ipv4(view);
const udp = new Udp(view);
ethernet.wrap(0, FRAME_BYTES);
ipv4.init(14, FRAME_BYTES);
udp.init(34, FRAME_BYTES);

function fieldsByHand(): void {
  for (let number = 0; number < FRAMES; number++) {
    const at = number * FRAME_BYTES;
    view.setUint16(at, 0x0200);
    view.setUint32(at + 2, 1);
    view.setUint16(at + 6, 0x0200);
    view.setUint32(at + 8, 2);
    view.setUint16(at + 12, 0x0800);
    view.setUint8(at + 14, 0x45);
    view.setUint16(at + 16, FRAME_BYTES - 14);
    view.setUint8(at + 22, 64 - (number % 8));
    view.setUint8(at + 23, 17);
    view.setUint32(at + 26, 0xc0000200 + (number % 251));
    view.setUint32(at + 30, 0xc6336401);
    view.setUint16(at + 34, 20000 + number);
    view.setUint16(at + 36, 5001);
    view.setUint16(at + 38, 30);
  }
}

function fieldsBySetters(): void {
  for (let number = 0; number < FRAMES; number++) {
    const at = number * FRAME_BYTES;
    ethernet.offset = at;
    ipv4.offset = at + 14;
    udp.offset = at + 34;
    ethernet.dst = DST;
    ethernet.src = SRC;
    ethernet.etherType = 0x0800;
    ipv4.version = 4;
    ipv4.ihl = 5;
    ipv4.totalLength = FRAME_BYTES - 14;
    ipv4.ttl = 64 - (number % 8);
    ipv4.protocol = 17;
    ipv4.src = 0xc0000200 + (number % 251);
    ipv4.dst = 0xc6336401;
    udp.srcPort = 20000 + number;
    udp.dstPort = 5001;
    udp.length = 30;
  }
}

const bytes = new Uint8Array(view.buffer);

/** What `init` clears and knows, setters, and both checksums. */
function packetsBySetters(): void {
  for (let number = 0; number < FRAMES; number++) {
    const at = number * FRAME_BYTES;
    const end = at + FRAME_BYTES;
    ethernet.init(at, end);
    ethernet.dst = DST;
    ethernet.src = SRC;
    ethernet.etherType = 0x0800;
    ipv4.init(at + 14, end);
    ipv4.totalLength = FRAME_BYTES - 14;
    ipv4.ttl = 64 - (number % 8);
    ipv4.protocol = 17;
    ipv4.src = 0xc0000200 + (number % 251);
    ipv4.dst = 0xc6336401;
    udp.init(at + 34, end);
    udp.srcPort = 20000 + number;
    udp.dstPort = 5001;
    udp.length = 30;
    bytes.set(PAYLOAD, at + 42);
    ipv4.updateHeaderChecksum();
    udp.updateChecksum(ipv4);
  }
}

const targets = Array.from({ length: FRAMES }, (_, number) =>
  bytes.subarray(number * FRAME_BYTES, (number + 1) * FRAME_BYTES),
);

function packetsByBuilder(): void {
  for (let number = 0; number < FRAMES; number++) {
    const src = 0xc0000200 + (number % 251);
    buildPacket(
      targets[number] as Uint8Array,
      [
        [Ethernet, { dst: DST, src: SRC }],
        [Ipv4, { ttl: 64 - (number % 8), src, dst: 0xc6336401 }],
        [Udp, { srcPort: 20000 + number, dstPort: 5001 }],
      ],
      PAYLOAD,
    );
  }
}

const template = new PacketTemplate(
  [
    [Ethernet, { dst: DST, src: SRC }],
    [Ipv4, { dst: 0xc6336401 }],
    [Udp, { dstPort: 5001 }],
  ],
  PAYLOAD,
);
const [, templateIpv4, templateUdp] = template.headers;

function packetsByTemplate(): void {
  for (let number = 0; number < FRAMES; number++) {
    templateIpv4.ttl = 64 - (number % 8);
    templateIpv4.src = 0xc0000200 + (number % 251);
    templateUdp.srcPort = 20000 + number;
    template.write(bytes, number * FRAME_BYTES);
  }
}

type Answer = readonly [ns: number, sum: number];

interface Way {
  readonly name: string;
  readonly run: (times: number) => Answer | Promise<Answer>;
}

function inJavaScript(name: string, write: () => void): Way {
  const run = (times: number): Answer => {
    bytes.fill(0);
    const before = process.hrtime.bigint();
    for (let i = 0; i < times; i++) write();
    const ns = Number(process.hrtime.bigint() - before);
    let sum = 0;
    for (let at = 0; at < view.byteLength; at += 4) sum = (sum + view.getUint32(at)) >>> 0;
    return [ns, sum];
  };
  return { name, run };
}

const root = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const program = root("dist/bench/built/write");
mkdirSync(root("dist/bench/built"), { recursive: true });
const built = spawnSync("cc", ["-O2", "-Wall", "-Wextra", "-o", program, root("bench/write/main.c")], {
  stdio: "inherit",
});
if (built.status !== 0) {
  console.error("SKIPPED writing: it is measured beside C, which needs gcc (apt-get install gcc libc6-dev)");
} else await measureAll();

async function measureAll(): Promise<void> {
  const child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const inC = (what: string): Way => ({
    name: "C, -O2",
    run: async (times) => {
      child.stdin.write(`${what} ${times}\n`);
      const [ns = NaN, sum = NaN] = String((await lines.next()).value)
        .split(" ")
        .map(Number);
      return [ns, sum];
    },
  });
  console.log(machine());
  await compare("Twelve fields of Ethernet, IPv4 and UDP", [
    inC("fields"),
    inJavaScript("by hand, DataView", fieldsByHand),
    inJavaScript("setters", fieldsBySetters),
  ]);
  await compare("Whole packets of 64 bytes, both checksums", [
    inC("packets"),
    inJavaScript("init, setters, checksums", packetsBySetters),
    inJavaScript("PacketTemplate", packetsByTemplate),
    inJavaScript("buildPacket", packetsByBuilder),
  ]);
  child.kill();
}

/** Ways in turn, round after round. A way whose frames are others is void. */
async function compare(title: string, ways: readonly Way[]): Promise<void> {
  const rows = ways.map((way) => ({ ...way, times: 1, ns: [] as number[], sum: NaN }));
  for (const row of rows) {
    for (let i = 0; i < WARM_UP_ROUNDS; i++) {
      const [ns, sum] = await row.run(row.times);
      row.sum = sum;
      row.times = Math.max(1, Math.round((row.times * ROUND_NS) / ns));
    }
  }
  for (let round = 0; round < rounds(21); round++) {
    for (const row of shuffled(rows)) row.ns.push((await row.run(row.times))[0] / row.times / FRAMES);
  }
  const [first] = rows;
  console.log(`\n${title}\n\n| | ns a packet | ratio |\n|---|---|---|`);
  for (const { name, ns, sum } of rows) {
    const ratio = spread(ns.map((one, round) => one / (first?.ns[round] ?? NaN)));
    const cells =
      sum === first?.sum ? `${digits(spread(ns), 1)} | ${digits(ratio, 2)}` : "void: other frames |";
    console.log(`| ${name} | ${cells} |`);
    if (sum !== first?.sum) process.exitCode = 1;
  }
}
