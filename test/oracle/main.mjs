// `npm run oracle`: our decoder against tshark on every capture of ../shared/pcaps, field by field. Ends with 0 when
// everything that is implemented agrees and the lists are right, with 1 when not, with 2 when it cannot run.
// `npm run oracle -- TEXT` takes captures whose name holds TEXT; ZC_SHARED names another folder than ../shared.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { implementedPart, listProblems, readList, shrinkable, unexplained } from "./lists.mjs";
import { mismatchText, tableText, Totals } from "./table.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SHARED = resolve(process.env.ZC_SHARED ?? join(ROOT, "../shared"));
const COMPARE = join(SHARED, "oracle/compare.mjs");
const CAPTURES = join(SHARED, "pcaps");
const DECODER = `${process.execPath} ${join(ROOT, "dist/generator/bin.js")} decode --json {}`;

/** Captures that are read a second time with a layer that no number tells; their bytes make headers of it. */
const DECODED_AS = [{ capture: "tcpdump/isakmp4500.pcap", rule: "udp.port==500,rtp" }];

const folder = mkdtempSync(join(tmpdir(), "zc-oracle-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const [path, what] of [
  [COMPARE, "the oracle"],
  [CAPTURES, "the captures"],
  [join(ROOT, "dist/generator/bin.js"), "the built command"],
]) {
  if (!existsSync(path)) giveUp(`ERR_ORACLE_MISSING: ${what} is not there: ${path}`);
}
process.exitCode = await main(process.argv[2] ?? "");

async function main(filter) {
  const mapping = JSON.parse(readFileSync(join(SHARED, "oracle/mapping.json"), "utf8"));
  const notImplemented = readList("not-implemented.json");
  const { entries: ignored } = readList("ignore.json");
  const docs = readFileSync(join(ROOT, "docs/oracle-differences.md"), "utf8");
  const mappingFile = join(folder, "mapping.json");
  writeFileSync(mappingFile, JSON.stringify(implementedPart(mapping, notImplemented)));

  const captures = capturesBelow(CAPTURES).filter((name) => name.includes(filter));
  if (captures.length === 0) giveUp(`ERR_ORACLE_MISSING: no capture of ${CAPTURES} is called *${filter}*`);
  const exceptions = [...notImplemented.captures, ...ignored];
  const plain = captures.filter((name) => !exceptions.some(({ capture }) => capture === name));
  const totals = new Totals();
  if (plain.length > 0) totals.add(compare(mappingFile, plain, []));
  for (const { capture, rule } of DECODED_AS.filter(({ capture }) => captures.includes(capture))) {
    totals.add(compare(mappingFile, [capture], [], rule));
  }
  const problems = [
    ...listProblems(mapping, notImplemented, await decodedLayers()),
    ...unexplained(ignored, docs),
    ...exceptions
      .filter(({ capture }) => filter === "" && !captures.includes(capture))
      .map(({ capture }) => `no capture ${capture}`),
  ];
  for (const name of captures.filter((capture) => !plain.includes(capture))) {
    const ignore = exceptions.filter(({ capture }) => capture === name).flatMap((one) => one.ignore);
    totals.add(compare(mappingFile, [name], ignore));
    problems.push(...unused(mappingFile, name, ignore));
  }
  problems.push(...shrinkable(notImplemented, [...totals.given]));
  report(captures, totals, mapping, notImplemented, ignored, problems);
  return totals.mismatched === 0 && problems.length === 0 ? 0 : 1;
}

/** Exceptions of a capture without which there would be no mismatch of that name. */
function unused(mappingFile, name, ignore) {
  const { groups } = compare(mappingFile, [name], []);
  const names = Object.keys(groups);
  return ignore
    .filter((what) => !names.some((group) => group.startsWith(what) || group.startsWith(`layer ${what} `)))
    .map((what) => `${what} agrees in ${name} after all: take the exception off`);
}

/** `rule`: for tshark and for us, as in `udp.port==500,rtp`. */
function compare(mappingFile, names, ignore, rule) {
  const result = join(folder, "result.json");
  const decodeAs = rule === undefined ? [] : ["--decode-as", rule];
  const decoder = [DECODER, ...decodeAs].join(" ");
  const args = [
    COMPARE,
    "--mapping",
    mappingFile,
    "--decoder",
    decoder,
    "--json",
    result,
    "--quiet",
    ...decodeAs,
  ];
  if (ignore.length > 0) args.push("--ignore", ignore.join(","));
  const run = spawnSync(process.execPath, [...args, ...names], {
    cwd: CAPTURES,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (run.status !== 0 && run.status !== 1) giveUp(`ERR_ORACLE_RUN: ${run.stderr || run.error?.message}`);
  return JSON.parse(readFileSync(result, "utf8"));
}

/** Names of the layers that our Stack finds, as the decoder prints them. */
async function decodedLayers() {
  const { Stack } = await import(new URL("../../dist/generated/index.js", import.meta.url));
  const stack = new Stack(new DataView(new ArrayBuffer(0)));
  const members = [...Object.keys(stack), ...Object.getOwnPropertyNames(Object.getPrototypeOf(stack))];
  return members
    .map((member) => stack[member]?.layout?.name)
    .filter((name) => name !== undefined)
    .map((name) => (name === "icmp" ? "icmpv4" : name));
}

function capturesBelow(path) {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(pcap|pcapng|cap)$/.test(entry.name))
    .map((entry) => relative(path, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

function report(captures, totals, mapping, notImplemented, ignored, problems) {
  const { packets, skipped, mismatched, tolerated } = totals;
  console.log(tableText(totals, mapping, notImplemented));
  console.log(
    `\n${captures.length} captures, ${packets} packets (${skipped} more of link types that the oracle has not); ` +
      `${mismatched} mismatches; ${tolerated} layers that tshark could not verify; ${ignored.length} differences ignored`,
  );
  for (const { capture, ignore, why } of notImplemented.captures) {
    if (captures.includes(capture)) {
      console.log(`not implemented in ${capture}: ${why} (${ignore.join(", ")})`);
    }
  }
  if (mismatched > 0) console.log(`\nmismatches:\n${mismatchText(totals)}`);
  for (const problem of problems) console.log(`problem: ${problem}`);
}

function giveUp(message) {
  console.error(`oracle: ${message.trim()}`);
  process.exit(2);
}
