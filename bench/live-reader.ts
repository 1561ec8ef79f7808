import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Stack, Udp } from "../generated/index.js";
import { RxRing, type Block } from "../native/index.js";

const SENDER = fileURLToPath(new URL("./live-sender.js", import.meta.url));
const seconds = Number(process.argv[2]);

const ring = RxRing.open({ interface: "va" });
const stack = ring.bind(Stack);
const before = process.cpuUsage();
const sender = spawn(process.execPath, [SENDER, "vb", `${seconds}`], {
  stdio: ["ignore", "pipe", "inherit"],
});
const sent = sentBy(sender).finally(() => void ring.close());
const bytes = await readAll();
const cpu = process.cpuUsage(before);
report(await sent, bytes, cpu);

async function readAll(): Promise<number> {
  let total = 0;
  for await (const block of ring) total += sumBlock(block);
  return total;
}

/** Bytes that UDP says it carries: every packet is decoded and read. */
function sumBlock(block: Block): number {
  let sum = 0;
  for (const packet of block) {
    if (stack.decode(packet) === 0 && stack.has(Udp)) sum += stack.udp.length;
  }
  return sum;
}

async function sentBy(child: ChildProcess): Promise<number> {
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (more: string) => (text += more));
  await once(child, "close");
  return Number(text);
}

function report(frames: number, udpBytes: number, { user, system }: NodeJS.CpuUsage): void {
  const { received, delivered, dropped, blocks, wakeups } = ring.stats();
  const rate = Math.round(frames / seconds).toLocaleString("en");
  console.log(`\nLive ring on veth, default options, 64-byte frames, ${seconds} s\n`);
  console.log(
    "| sent | a second | received | delivered | dropped | blocks | wake-ups | user ns a packet | system ns a packet |",
  );
  console.log("|---|---|---|---|---|---|---|---|---|");
  const nanoseconds = [user, system].map((microseconds) => ((microseconds * 1000) / delivered).toFixed(0));
  const counts = [frames, rate, received, delivered, dropped, blocks, wakeups, ...nanoseconds];
  console.log(`| ${counts.join(" | ")} |`);
  if (delivered + dropped !== frames || udpBytes !== delivered * 30) fail("the books do not balance");
  if (dropped > 0) fail(`${dropped} dropped, at most 0`);
}

function fail(text: string): void {
  console.error(`beyond the promise: ${text}`);
  process.exitCode = 1;
}
