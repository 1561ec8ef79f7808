import { readFileSync } from "node:fs";
import { Stack } from "../generated/index.js";
import {
  openCapture,
  type BpfInstruction,
  type InterfaceDatagrams,
  type Packet,
  type RingStats,
  type RxRing,
} from "../native/index.js";
import type { CaptureHost } from "./command.js";
import { UsageError, type CaptureOptions } from "./options.js";

const LIVE_MS = 500;

/** `zc-gen capture`: until Ctrl-C, the duration or the count; then the last packets, and the summary. */
export async function captureLive(options: CaptureOptions, host: CaptureHost): Promise<number> {
  const source = openCapture({
    interface: options.interface ?? "",
    promiscuous: options.promiscuous,
    ...(options.snaplen === undefined ? {} : { snaplen: options.snaplen }),
    ...(options.filter === undefined ? {} : { filter: readFilter(options.filter) }),
  });
  const close = (): void => void source.close();
  host.signal.addEventListener("abort", close);
  const timer = options.duration > 0 ? setTimeout(close, options.duration * 1000) : undefined;
  const live = options.quiet || host.stderr.isTTY !== true ? undefined : new LiveLine(source, host);
  const began = performance.now();
  try {
    await show(source, options, host);
  } finally {
    clearTimeout(timer);
    live?.end();
    host.signal.removeEventListener("abort", close);
    await source.close();
  }
  summarize(source.stats(), (performance.now() - began) / 1000, options, host);
  return 0;
}

async function show(
  source: RxRing | InterfaceDatagrams,
  options: CaptureOptions,
  host: CaptureHost,
): Promise<void> {
  const stack = source.bind(Stack);
  const columns = options.fields.map((field) => columnOf(stack, field));
  let left = options.count > 0 ? options.count : Infinity;
  for await (const block of source) {
    const text = columns.length === 0 ? "" : rowsOf(block, left, stack, columns, options);
    if (text !== "") host.stdout.write(text);
    left -= block.packetCount;
    if (left <= 0) return;
  }
}

/** The rows of a block, in one piece: one write a block, not a packet. */
function rowsOf(
  block: Iterable<Packet>,
  most: number,
  stack: Stack,
  columns: readonly Column[],
  { json, fields }: CaptureOptions,
): string {
  let text = "";
  let count = 0;
  for (const packet of block) {
    if (count++ >= most) break;
    stack.decode(packet);
    const values = columns.map((column) => column(packet));
    text += json
      ? `${JSON.stringify(Object.fromEntries(fields.map((field, i) => [field, values[i] ?? null])))}\n`
      : `${values.map((value) => value ?? "-").join("\t")}\n`;
  }
  return text;
}

type Column = (packet: Packet) => string | number | bigint | boolean | undefined;

const OF_PACKET: Readonly<Record<string, Column>> = {
  time: (packet) => `${packet.seconds}.${String(packet.nanoseconds).padStart(9, "0")}`,
  length: (packet) => packet.originalLength,
  captured: (packet) => packet.capturedLength,
  interface: (packet) => packet.interfaceIndex,
  vlan: (packet) => (packet.hasVlan ? packet.vlanTci & 0xfff : undefined),
};

/** `ipv4.src`: a field of the innermost header of that name, text where it has a textual form. @throws UsageError */
function columnOf(stack: Stack, field: string): Column {
  const ofPacket = OF_PACKET[field];
  if (ofPacket !== undefined) return ofPacket;
  const [layer = "", name = "", ...more] = field.split(".");
  const headers = stack as unknown as Record<string, Record<string, unknown> | undefined>;
  const header = headers[memberOf(layer)];
  const member = memberOf(name);
  const isField = (key: string): boolean => header !== undefined && hasGetter(header, key);
  if (more.length > 0 || header === undefined || !isField(member)) {
    const known = Object.keys(OF_PACKET).join(", ");
    throw new UsageError(
      `there is no field ${JSON.stringify(field)}: name a layer's, ipv4.src or udp.dst_port, or one of ${known}`,
    );
  }
  const shown = isField(`${member}Text`) ? `${member}Text` : member;
  const { constructor } = header;
  return () => (stack.has(constructor as never) ? (header[shown] as number) : undefined);
}

function hasGetter(object: object, key: string): boolean {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (Object.getOwnPropertyDescriptor(at, key)?.get !== undefined) return true;
  }
  return false;
}

function memberOf(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** `tcpdump -ddd`: the number of instructions, then four numbers each. @throws UsageError */
function readFilter(path: string): BpfInstruction[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const numbers = text.trim().split(/\s+/).map(Number);
  const [count = 0, ...words] = numbers;
  if (numbers.some(Number.isNaN) || words.length !== count * 4) {
    throw new UsageError(
      `${path} is no filter as \`tcpdump -ddd\` prints it: a count, then four numbers an instruction`,
    );
  }
  return Array.from({ length: count }, (_, i) => {
    const [code = 0, jt = 0, jf = 0, k = 0] = words.slice(4 * i, 4 * i + 4);
    return { code, jt, jf, k };
  });
}

/** One line that is written over, with the rate, and drops where they happened. */
class LiveLine {
  private readonly timer: NodeJS.Timeout;
  private readonly host: CaptureHost;
  private last: { readonly at: number; readonly received: number };

  constructor(source: RxRing | InterfaceDatagrams, host: CaptureHost) {
    this.host = host;
    this.last = { at: performance.now(), received: 0 };
    this.timer = setInterval(() => this.draw(source), LIVE_MS).unref();
  }

  end(): void {
    clearInterval(this.timer);
    this.host.stderr.write("\r\x1b[K");
  }

  private draw(source: RxRing | InterfaceDatagrams): void {
    const { received, dropped, nicDropped } = source.stats();
    const now = performance.now();
    const rate = Math.round(((received - this.last.received) * 1000) / (now - this.last.at));
    this.last = { at: now, received };
    const lag = Math.round(source.oldestLeaseMs);
    this.host.stderr.write(
      `\r\x1b[K${received} packets, ${rate}/s; dropped: ${dropped} ring full, ${nicDropped} card; oldest lease ${lag} ms`,
    );
  }
}

function summarize(stats: RingStats, seconds: number, { json }: CaptureOptions, host: CaptureHost): void {
  if (json) {
    host.stdout.write(`${JSON.stringify({ summary: { seconds: Number(seconds.toFixed(3)), ...stats } })}\n`);
    return;
  }
  const { received, delivered, dropped, pending, nicDropped, freezes } = stats;
  host.stderr.write(
    `${received} packets in ${seconds.toFixed(1)} s: ${delivered} delivered, ${dropped} dropped because the ring was full ` +
      `(it froze ${freezes} times), ${pending} left unread; ${nicDropped} lost in the card before\n`,
  );
}
