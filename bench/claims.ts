// `node dist/bench/claims.js`: what a claim of a shared ring's block costs, and how that grows with threads, also with more
// than there are processors. Compiles bench/claims/main.cc with the addon's own sources.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { spread } from "./measure.js";
import { digits, rounds } from "./report.js";

const THREADS = [1, 2, 4, 8];
const root = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const program = root("dist/bench/built/claims");
const sources = ["shared_ring", "system_call", "mapping"].map((name) => root(`native/src/${name}.cc`));

mkdirSync(root("dist/bench/built"), { recursive: true });
const flags = ["-std=c++17", "-O2", "-Wall", "-Wextra", "-pthread", "-o", program];
const built = spawnSync("c++", [...flags, root("bench/claims/main.cc"), ...sources], { stdio: "inherit" });
if (built.status === 0) measure();
else console.error("SKIPPED the claims: they need g++ (apt-get install g++)");

function measure(): void {
  const count = rounds(11);
  const rows = THREADS.map((threads) => ({ threads, ...run(threads, count) }));
  const first = rows[0]?.cpu.median ?? Number.NaN;
  console.log(
    `\nClaim and release of a ready block, ${availableParallelism()} processors, ${count} rounds\n`,
  );
  console.log("| threads | ns a block, all together | CPU ns a block | growth | million blocks a second |");
  console.log("|---|---|---|---|---|");
  for (const { threads, wall, cpu } of rows) {
    const growth = (cpu.median / first).toFixed(2);
    console.log(
      `| ${threads} | ${digits(wall, 0)} | ${digits(cpu, 0)} | ${growth} | ${(1000 / wall.median).toFixed(1)} |`,
    );
  }
}

function run(threads: number, count: number): Record<"wall" | "cpu", ReturnType<typeof spread>> {
  const { status, stdout } = spawnSync(program, [`${threads}`, `${count}`], { encoding: "utf8" });
  if (status !== 0) throw new Error(`a block was taken twice or never, with ${threads} threads`);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => line.split(" ").map(Number));
  const column = (index: number): number[] => lines.map((line) => line[index] ?? Number.NaN);
  return { wall: spread(column(0)), cpu: spread(column(1)) };
}
