// `npm run bench`: what docs/performance.md shows, measured on this machine. `npm run bench -- --help` tells how.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { against } from "./against.js";
import { decode, FULL, QUICK, ringShapes, SMOKE, type Effort } from "./decode.js";
import { LIVE_PEERS } from "./live-peers.js";
import { markdownOf } from "./markdown.js";
import { HELP, readOptions, type BenchOptions, type Part } from "./options.js";
import { buildPeers, PEERS, type BuiltPeer, type LeftOut, type Peer } from "./peers.js";
import { publish } from "./publish.js";
import { machine } from "./report.js";
import type { Result } from "./result.js";
import { OFFERS, served } from "./served.js";
import { runWithVeth } from "./veth.js";

/** Tables of their own, each measured in a process of its own. */
const SCRIPTS: Readonly<Partial<Record<Part, readonly (readonly [string, ...string[]])[]>>> = {
  loops: [
    ["accessors.js", "64"],
    ["accessors.js", "1500"],
    ["ring.js", "64"],
    ["ring.js", "1500"],
    ["checksum.js", "1500"],
    ["write.js"],
  ],
  claims: [["claims.js"]],
  live: [["live.js"]],
  generate: [["generate.js"]],
  command: [["decode-command.js"]],
  filter: [["filter.js"], ["filter-live.js"]],
};

const options = givenOptions();
if (options.help) console.log(HELP);
else if (options.against !== undefined) await against(options.against, effortOf(options));
else await bench(options);

/** What is no option is told in a sentence. */
function givenOptions(): BenchOptions {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error((error as Error).message);
    return process.exit(1);
  }
}

async function bench({ parts, ...rest }: BenchOptions): Promise<void> {
  const where = machine();
  console.log(where);
  const results: Result[] = [];
  const tell = (result: Result): void => {
    results.push(result);
    console.log(`\n${markdownOf(result)}`);
  };
  const leftOut: string[] = [];
  const build = (peers: readonly Peer[]): readonly BuiltPeer[] => {
    const found = buildPeers(peers.filter(({ id }) => rest.peers?.includes(id) ?? true));
    for (const each of found.leftOut) console.log(leftOutText(each));
    leftOut.push(...found.leftOut.map(leftOutText));
    return found.built;
  };
  if (parts.includes("decode") || parts.includes("served")) {
    await measurePeers(build(PEERS), { parts, ...rest }, tell);
  }
  if (parts.includes("capture")) for (const result of capture(build(LIVE_PEERS), rest)) tell(result);
  if (results.length > 0) publish({ machine: where, results, leftOut }, rest);
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

/** In a network namespace of its own; no results where there can be none. */
function capture(
  built: readonly BuiltPeer[],
  { smoke, quick }: Pick<BenchOptions, "smoke" | "quick">,
): Result[] {
  const folder = mkdtempSync(join(tmpdir(), "zc-bench-"));
  const out = join(folder, "results.json");
  const effort = smoke ? "smoke" : quick ? "quick" : "full";
  const script = fileURLToPath(new URL("capture.js", import.meta.url));
  try {
    const done = runWithVeth(script, [out, effort, ...built.map(({ id }) => id)]);
    return done ? (JSON.parse(readFileSync(out, "utf8")) as Result[]) : [];
  } finally {
    rmSync(folder, { recursive: true });
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
