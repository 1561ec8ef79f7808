// `npm run bench`: what docs/performance.md shows, measured on this machine. `npm run bench -- --help` tells how.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { against } from "./against.js";
import { decode, FULL, QUICK, ringShapes, SMOKE, type Effort } from "./decode.js";
import { markdownOf } from "./markdown.js";
import { HELP, readOptions, type BenchOptions, type Part } from "./options.js";
import { buildPeers, PEERS, type BuiltPeer, type LeftOut } from "./peers.js";
import { publish } from "./publish.js";
import { machine } from "./report.js";
import type { Result } from "./result.js";
import { OFFERS, served } from "./served.js";

/** Tables of their own, each measured in a process of its own. */
const SCRIPTS: Readonly<Partial<Record<Part, readonly (readonly [string, ...string[]])[]>>> = {
  loops: [
    ["accessors.js", "64"],
    ["accessors.js", "1500"],
    ["ring.js", "64"],
    ["ring.js", "1500"],
    ["checksum.js", "1500"],
  ],
  live: [["live.js"]],
  generate: [["generate.js"]],
};

const options = readOptions(process.argv.slice(2));
if (options.help) console.log(HELP);
else if (options.against !== undefined) await against(options.against, effortOf(options));
else await bench(options);

async function bench({ parts, ...rest }: BenchOptions): Promise<void> {
  const where = machine();
  console.log(where);
  const results: Result[] = [];
  const tell = (result: Result): void => {
    results.push(result);
    console.log(`\n${markdownOf(result)}`);
  };
  if (parts.includes("decode") || parts.includes("served")) {
    const { built, leftOut } = buildPeers(PEERS.filter(({ id }) => rest.peers?.includes(id) ?? true));
    for (const each of leftOut) console.log(leftOutText(each));
    await measurePeers(built, { parts, ...rest }, tell);
    publish({ machine: where, results, leftOut: leftOut.map(leftOutText) }, rest);
  }
  runScripts(parts.flatMap((part) => SCRIPTS[part] ?? []));
  if (results.some(({ rows }) => rows.some(({ voidBecause }) => voidBecause !== undefined))) {
    console.error("a row is void: its answer was wrong");
    process.exitCode = 1;
  }
}

async function measurePeers(
  built: readonly BuiltPeer[],
  benchOptions: BenchOptions,
  tell: (result: Result) => void,
): Promise<void> {
  const effort = effortOf(benchOptions);
  const isShort = effort !== FULL;
  if (benchOptions.parts.includes("decode")) {
    for (const shape of ringShapes(isShort)) tell(await decode(built, shape, effort));
  }
  if (benchOptions.parts.includes("served")) {
    for (const offer of OFFERS) tell(await served(built, offer, effort));
  }
}

function effortOf({ smoke, quick }: BenchOptions): Effort {
  if (smoke) return SMOKE;
  return quick ? QUICK : FULL;
}

function leftOutText({ title, why, how }: LeftOut): string {
  return `left out: ${title.replaceAll("**", "")}: ${why}. To have it: ${how}`;
}

function runScripts(scripts: readonly (readonly [string, ...string[]])[]): void {
  for (const [script, ...args] of scripts) {
    const file = fileURLToPath(new URL(script, import.meta.url));
    const { status } = spawnSync(process.execPath, [...process.execArgv, file, ...args], {
      stdio: "inherit",
    });
    if (status !== 0) process.exitCode = 1;
  }
}
