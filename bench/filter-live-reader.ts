import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { filter } from "../filter/index.js";
import { Stack } from "../generated/index.js";
import { RxRing } from "../native/index.js";
import { spread } from "./measure.js";
import { digits, machine } from "./report.js";

const SENDER = fileURLToPath(new URL("./live-sender.js", import.meta.url));
/** Frames that are sent in turn; one of them is wanted. */
const FRAMES = 100;
const [seconds = 1, rounds = 5] = process.argv.slice(2).map(Number);
const wanted = filter("ipv4.src == 192.0.2.7 && udp.dst_port == 5001");

/** One run: nanoseconds of this process's CPU a frame that was sent, and how many frames matched. */
async function run(isInKernel: boolean): Promise<{ readonly ns: number; readonly isRight: boolean }> {
  const ring = RxRing.open({ interface: "va", ...(isInKernel ? { filter: wanted } : {}) });
  const test = wanted.on(ring.bind(Stack));
  const sender = spawn(process.execPath, [SENDER, "vb", `${seconds}`, `${FRAMES}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const before = process.cpuUsage(); // opening the ring and starting the sender are not what is measured
  let [text, used] = ["", before];
  sender.stdout.setEncoding("utf8").on("data", (more: string) => (text += more));
  void once(sender, "close").then(() => {
    used = process.cpuUsage(before);
    return ring.close();
  });
  let matched = 0;
  for await (const block of ring) for (const _ of block.where(test)) matched++;
  const sent = Number(text);
  const { dropped } = ring.stats();
  const isRight = dropped > 0 || Math.abs(matched - sent / FRAMES) < 2;
  return { ns: ((used.user + used.system) * 1000) / sent, isRight };
}

const [kernel, ours]: [number[], number[]] = [[], []];
for (let round = 0; round < rounds; round++) {
  for (const isInKernel of round % 2 === 0 ? [true, false] : [false, true]) {
    const { ns, isRight } = await run(isInKernel);
    if (!isRight) fail("the filter passes other frames than those wanted");
    (isInKernel ? kernel : ours).push(ns);
  }
}
const ratio = spread(ours.map((ns, round) => ns / (kernel[round] ?? Number.NaN)));
console.log(
  `\n${machine()}\n\nCPU of the receiving process, ns a frame that was sent; one in ${FRAMES} is wanted\n`,
);
console.log("| filtered by | ns a frame | ratio |\n|---|---|---|");
console.log(`| the kernel, then us | ${digits(spread(kernel), 1)} | 1 |`);
console.log(`| us alone | ${digits(spread(ours), 1)} | ${digits(ratio, 1)} |`);

function fail(text: string): void {
  console.error(`void: ${text}`);
  process.exitCode = 1;
}
