// `npm run bench`: every table, each measured in a process of its own, so that none warms or spoils another's code.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { machine } from "./report.js";

const TABLES: readonly (readonly [string, ...string[]])[] = [
  ["accessors.js", "64"],
  ["accessors.js", "1500"],
  ["ring.js", "64"],
  ["ring.js", "1500"],
  ["checksum.js", "1500"],
  ["live.js"],
  ["generate.js"],
];

console.log(machine());
for (const [script, ...args] of TABLES) {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const { status } = spawnSync(process.execPath, [...process.execArgv, file, ...args], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
