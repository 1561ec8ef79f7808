// `node dist/bench/generate.js`: the command on the bundled schemas and on many more, as one process each time.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeSchema, writeSchemas } from "./many-schemas.js";
import { spread } from "./measure.js";
import { digits, rounds } from "./report.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const BIN = join(ROOT, "dist/generator/bin.js");
const PROJECT = mkdtempSync(join(tmpdir(), "zc-gen-bench-"));
const OUT = join(PROJECT, "generated");
const MEMORY = join(PROJECT, "node_modules");
const BUNDLED = join(ROOT, "schemas");
const SIXTY = join(PROJECT, "sixty");
const MANY = join(PROJECT, "many");
const PEAK_MB = 700;

interface Command {
  readonly name: string;
  readonly args: readonly string[];
  readonly limitSeconds: number;
  readonly prepare: () => void;
}

const forgotten = (): void => [OUT, MEMORY].forEach((path) => rmSync(path, { recursive: true, force: true }));
/** From nothing, in a project that has a place to remember in. */
const fresh = (): void => {
  forgotten();
  mkdirSync(MEMORY);
};
let changes = 0;
const changeOne = (folder: string): void => writeSchema(folder, 7, ` changed ${++changes} times`);

const COMMANDS: readonly Command[] = [
  { name: "bundled, everything new", args: [BUNDLED], limitSeconds: 2, prepare: fresh },
  { name: "bundled, nothing changed", args: [BUNDLED], limitSeconds: 2, prepare: () => {} },
  { name: "bundled, --check", args: [BUNDLED, "--check"], limitSeconds: 2, prepare: () => {} },
  { name: "60 schemas, everything new", args: [SIXTY], limitSeconds: 3, prepare: fresh },
  { name: "300 schemas, everything new", args: [MANY], limitSeconds: 12, prepare: fresh },
  { name: "300 schemas, nothing changed", args: [MANY], limitSeconds: 1.5, prepare: () => {} },
  { name: "300 schemas, one change", args: [MANY], limitSeconds: 2, prepare: () => changeOne(MANY) },
];

interface Run {
  readonly seconds: number;
  /** Of all threads, in seconds: less shaken by what else the machine does. */
  readonly processor: number;
  readonly peakMb: number;
}

writeSchemas(SIXTY, 60);
writeSchemas(MANY, 300);
const runs: Run[][] = COMMANDS.map(() => []);
const watched: number[] = [];
for (let round = 0; round < rounds(5); round++) {
  for (const [index, { args, prepare }] of COMMANDS.entries()) {
    prepare();
    runs[index]?.push(runOf(args));
  }
}
await watchOneChange();
rmSync(PROJECT, { recursive: true, force: true });

console.log("\nGenerating, one process a run\n");
console.log("| | seconds | at most | processor seconds | peak memory, MB |\n|---|---|---|---|---|");
for (const [index, { name, limitSeconds }] of COMMANDS.entries()) {
  const found = runs[index] ?? [];
  const seconds = spread(found.map((run) => run.seconds));
  const processor = spread(found.map((run) => run.processor));
  const peak = Math.max(...found.map((run) => run.peakMb));
  console.log(
    `| ${name} | ${digits(seconds, 2)} | ${limitSeconds} | ${digits(processor, 2)} | ${peak.toFixed(0)} |`,
  );
  if (seconds.median > limitSeconds) fail(`${name}: ${seconds.median.toFixed(2)} s, at most ${limitSeconds}`);
  if (peak > PEAK_MB) fail(`${name}: ${peak.toFixed(0)} MB, at most ${PEAK_MB}`);
}
const reaction = spread(watched);
console.log(`| 60 schemas, one change under --watch | ${digits(reaction, 2)} | 0.3 | | |`);
if (reaction.median > 0.3) fail(`one change under --watch: ${reaction.median.toFixed(2)} s, at most 0.3`);

/** Tells at the end, on the last line of stderr, what the process used. */
function usageHook(): string {
  const code =
    'process.on("exit", () => { const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage(); ' +
    "process.stderr.write(`\\n${userCPUTime + systemCPUTime} ${maxRSS}`); });";
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

function runOf(args: readonly string[]): Run {
  const before = performance.now();
  const all = ["--import", usageHook(), BIN, ...args, "--out", OUT];
  const { status, stderr } = spawnSync(process.execPath, all, { cwd: PROJECT, encoding: "utf8" });
  const seconds = (performance.now() - before) / 1000;
  if (status !== 0) throw new Error(`zc-gen ${args.join(" ")} ended with ${status}: ${stderr}`);
  const [microseconds = 0, kilobytes = 0] = (stderr.split("\n").at(-1) ?? "").split(" ").map(Number);
  return { seconds, processor: microseconds / 1e6, peakMb: kilobytes / 1024 };
}

/** From the change of a file to the line that tells of the finished run, the 80 ms of waiting for more included. */
async function watchOneChange(): Promise<void> {
  fresh();
  const child = spawn(process.execPath, [BIN, SIXTY, "--out", OUT, "--watch"], { cwd: PROJECT });
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  const until = async (done: () => boolean): Promise<void> => {
    for (let waited = 0; !done(); waited += 2) {
      if (waited > 60_000) throw new Error(`zc-gen --watch did not answer: ${output}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  await until(() => output.includes("watching"));
  for (let round = 0; round < rounds(5) + 2; round++) {
    const { length } = output;
    const before = performance.now();
    changeOne(SIXTY);
    await until(() => output.length > length);
    // The first two runs warm up.
    if (round >= 2) watched.push((performance.now() - before) / 1000);
  }
  child.kill("SIGINT");
}

function fail(text: string): void {
  console.error(`beyond the promise: ${text}`);
  process.exitCode = 1;
}
