// `node dist/bench/generate.js`: the command on all bundled schemas, as one process each time.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spread } from "./measure.js";
import { digits, rounds } from "./report.js";

const LIMIT_SECONDS = 2;
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const OUT = mkdtempSync(join(tmpdir(), "zc-gen-bench-"));

/** Name, arguments, and what happens before each run. */
const COMMANDS: readonly [string, readonly string[], () => void][] = [
  ["everything new", ["schemas", "--out", OUT], () => rmSync(OUT, { recursive: true, force: true })],
  ["nothing changed", ["schemas", "--out", OUT], () => {}],
  ["--check", ["schemas", "--out", OUT, "--check"], () => {}],
];

const seconds: number[][] = COMMANDS.map(() => []);
for (let round = 0; round < rounds(7); round++) {
  for (const [index, [, args, prepare]] of COMMANDS.entries()) {
    prepare();
    seconds[index]?.push(secondsOf(args));
  }
}
rmSync(OUT, { recursive: true, force: true });

console.log("\nGenerating all bundled schemas, one process\n");
console.log("| | seconds | at most |\n|---|---|---|");
for (const [index, [name]] of COMMANDS.entries()) {
  const found = spread(seconds[index] ?? []);
  console.log(`| ${name} | ${digits(found, 2)} | ${LIMIT_SECONDS} |`);
  if (found.median > LIMIT_SECONDS) fail(`${name}: ${found.median.toFixed(2)} s, at most ${LIMIT_SECONDS}`);
}

function secondsOf(args: readonly string[]): number {
  const before = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ["dist/generator/bin.js", ...args], {
    cwd: ROOT,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`zc-gen ${args.join(" ")} ended with ${status}: ${stderr}`);
  return (performance.now() - before) / 1000;
}

function fail(text: string): void {
  console.error(`beyond the promise: ${text}`);
  process.exitCode = 1;
}
