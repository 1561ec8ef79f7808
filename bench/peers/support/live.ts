// What the JavaScript peers of the live bench share: see ../README.md, "Live".
import { Stack, Udp } from "../../../generated/index.js";
import type { Block, InterfaceRing } from "../../../native/index.js";
import { sumFields } from "./fields.js";

/** Where a packet's payload begins, behind Ethernet, IPv4 and UDP. */
const PAYLOAD_AT = 42;
const PAYLOAD_BYTES = 16;
const BEGIN = 1;
const END = 2;
const MOST_LATENCIES = 65_536;

/** The interface of the bench. */
export function interfaceName(): string {
  return process.argv[2] ?? "lo";
}

export function sayReady(): void {
  process.stdout.write("ready\n");
}

/** Counts of one run, and its answer. */
export class LiveTally {
  private packets: number = 0;
  private sum: number = 0;
  private running: boolean = false;
  private cpuBefore: NodeJS.CpuUsage = process.cpuUsage();
  private readonly latencies: bigint[] = [];

  /** Takes note of a packet whose payload begins at `at`; `read` gives the sum of its fields. */
  take(view: DataView, at: number, read: () => number): void {
    const kind = view.getUint32(at, true);
    if (kind === BEGIN) this.begin();
    else if (kind === END) this.end();
    else this.count(view, at, read());
  }

  private count(view: DataView, at: number, sum: number): void {
    this.sum = (this.sum + sum) | 0;
    this.packets++;
    // Most packets have no time: two reads of 32 bits, no bigint.
    if (view.getUint32(at + 8, true) === 0 || this.latencies.length >= MOST_LATENCIES) return;
    this.latencies.push(process.hrtime.bigint() - view.getBigUint64(at + 8, true));
  }

  private begin(): void {
    this.packets = 0;
    this.sum = 0;
    this.latencies.length = 0;
    this.running = true;
    this.cpuBefore = process.cpuUsage();
  }

  private end(): void {
    if (!this.running) return;
    this.running = false;
    const { user, system } = process.cpuUsage(this.cpuBefore);
    const answer = [(user + system) * 1000, this.packets, this.sum >>> 0, ...this.latencies];
    process.stdout.write(`${answer.join(" ")}\n`);
  }
}

/** Reads a source of frames, block by block. */
export class FrameReader {
  private readonly source: InterfaceRing;
  private readonly stack: Stack;
  private readonly tally: LiveTally = new LiveTally();
  private readonly read: () => number;

  constructor(source: InterfaceRing) {
    this.source = source;
    const stack = source.bind(Stack);
    this.stack = stack;
    this.read = () => sumFields(stack.ethernet, stack.ipv4, stack.udp);
  }

  readBlock(block: Block): void {
    const { stack, tally, read } = this;
    const { view } = this.source;
    for (const packet of block) {
      if (stack.decode(packet) !== 0 || !stack.has(Udp)) continue;
      const at = packet.dataOffset + PAYLOAD_AT;
      if (at + PAYLOAD_BYTES <= packet.dataEnd) tally.take(view, at, read);
    }
  }

  /** For ever. */
  async readAll(): Promise<void> {
    sayReady();
    for await (const block of this.source) this.readBlock(block);
  }
}
