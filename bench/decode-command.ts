// `node dist/bench/decode-command.js`: `zc-gen decode` beside tshark on the captures of ../shared/pcaps (or of the folder
// in ZC_PCAPS), repeated to 50 MB; then its memory on 1 GB. Needs tshark; 2 GB of room for temporary files.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CaptureError, PcapFile, PcapNgWriter, type PacketCopy } from "../files/index.js";
import { machine, rounds } from "./report.js";
import { spread } from "./measure.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const BIN = join(ROOT, "dist/generator/bin.js");
const PCAPS = process.env["ZC_PCAPS"] ?? join(ROOT, "../shared/pcaps");
const TIMED_BYTES = 50e6;
const LARGE_BYTES = 1e9;
/** Beyond the mapped file. */
const MOST_MEGABYTES = 200;

interface Contest {
  readonly name: string;
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
  /** How many times as fast as tshark it has to be. */
  readonly least: number;
}

const CONTESTS: readonly Contest[] = [
  { name: "JSON", ours: ["--json"], theirs: ["-T", "json"], least: 10 },
  {
    name: "four fields",
    ours: ["--fields", "ipv4.src,ipv4.dst,udp.src_port,tcp.dst_port"],
    theirs: ["-T", "fields", "-e", "ip.src", "-e", "ip.dst", "-e", "udp.srcport", "-e", "tcp.dstport"],
    least: 3,
  },
];

/** A program of a user's: reads all packets of a file, and decodes each. */
const READER = `
  import { PcapFile } from "zc-gen/files";
  import { Stack } from "zc-gen/protocols";
  const file = PcapFile.open(process.argv[1]);
  const stack = file.bind(Stack);
  for await (const block of file) for (const packet of block) stack.decode(packet);
`;

const folder = mkdtempSync(join(tmpdir(), "zc-bench-"));
try {
  if (!existsSync(PCAPS)) console.log(`left out: no captures at ${PCAPS}; ZC_PCAPS names another folder`);
  else measure(packetsOf(PCAPS));
} finally {
  rmSync(folder, { recursive: true });
}

function measure(packets: readonly PacketCopy[]): void {
  console.log(`\n${machine()}\n\nzc-gen decode on ${TIMED_BYTES / 1e6} MB of captures\n`);
  const hasTshark = spawnSync("tshark", ["--version"]).status === 0;
  if (hasTshark) compareTimes(written("timed.pcapng", packets, TIMED_BYTES));
  else console.log("left out: tshark cannot be run; apt-get install tshark");
  const path = written("large.pcapng", packets, LARGE_BYTES);
  for (const { name, ours } of CONTESTS) tellMemory(name, [BIN, "decode", path, ...ours]);
  tellMemory("lines", [BIN, "decode", path]);
  tellMemory("zc-gen/files", ["--input-type=module", "--eval", READER, path]);
}

function compareTimes(path: string): void {
  console.log("| | zc-gen, s | tshark, s | times as fast | at least |\n|---|---|---|---|---|");
  for (const { name, ours, theirs, least } of CONTESTS) {
    const runs = Array.from({ length: rounds(1) }, () => ({
      ours: secondsOf(process.execPath, [BIN, "decode", path, ...ours]),
      theirs: secondsOf("tshark", ["-r", path, ...theirs]),
    }));
    const ratio = spread(runs.map((run) => run.theirs / run.ours)).median;
    const [mine, other] = [
      spread(runs.map((run) => run.ours)).median,
      spread(runs.map((run) => run.theirs)).median,
    ];
    console.log(`| ${name} | ${mine.toFixed(1)} | ${other.toFixed(1)} | ${ratio.toFixed(1)} | ${least} |`);
    if (ratio < least) fail(`${name}: ${ratio.toFixed(1)} times as fast as tshark, at least ${least}`);
  }
}

/** The packets again and again, of all link types in one pcapng. */
function written(name: string, packets: readonly PacketCopy[], bytes: number): string {
  const path = join(folder, name);
  const writer = PcapNgWriter.create(path);
  const interfaces = new Map<number, number>();
  for (const { linkType } of packets) {
    if (!interfaces.has(linkType)) interfaces.set(linkType, writer.addInterface({ linkType }));
  }
  for (let total = 0, seconds = 0; total < bytes; seconds++) {
    for (const packet of packets) {
      const { linkType, originalLength } = packet;
      const interfaceIndex = interfaces.get(linkType) ?? 0;
      writer.write(packet.bytes, { interfaceIndex, seconds, originalLength });
      total += packet.bytes.length;
    }
  }
  writer.finish();
  return path;
}

function packetsOf(pcaps: string): PacketCopy[] {
  const names = readdirSync(pcaps, { recursive: true }).map(String).sort();
  return names
    .filter((name) => /\.(pcap|pcapng|cap)$/.test(name))
    .flatMap((name) => packetsIn(join(pcaps, name)));
}

/** Those before the damage, if there is any. */
function packetsIn(path: string): PacketCopy[] {
  const packets: PacketCopy[] = [];
  using file = PcapFile.open(path);
  try {
    for (const packet of file.copies()) {
      packets.push({ ...packet, originalLength: Math.max(packet.originalLength, packet.bytes.length) });
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
  }
  return packets;
}

function secondsOf(command: string, args: readonly string[]): number {
  const nowhere = openSync("/dev/null", "w");
  const before = performance.now();
  const { status, stderr } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ["ignore", nowhere, "pipe"],
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${stderr}`);
  return (performance.now() - before) / 1000;
}

/** Memory of a process that is no page of a file, the most of it, written to where it says. */
function memoryHook(out: string): string {
  const code = [
    'import { readFileSync, writeFileSync } from "node:fs";',
    "let most = 0;",
    'const look = () => { const found = /RssAnon:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8")); most = Math.max(most, Number(found?.[1] ?? 0)); };',
    "setInterval(look, 20).unref();",
    `process.on("exit", () => { look(); writeFileSync(${JSON.stringify(out)}, String(most)); });`,
  ];
  return `data:text/javascript,${encodeURIComponent(code.join("\n"))}`;
}

function tellMemory(name: string, args: readonly string[]): void {
  const out = join(folder, "memory");
  secondsOf(process.execPath, ["--import", memoryHook(out), ...args]);
  const megabytes = Number(readFileSync(out, "utf8")) / 1024;
  console.log(
    `\n${name} of ${LARGE_BYTES / 1e9} GB: ${megabytes.toFixed(0)} MB beyond the mapped file, at most ${MOST_MEGABYTES}`,
  );
  if (megabytes > MOST_MEGABYTES) fail(`${name}: ${megabytes.toFixed(0)} MB, at most ${MOST_MEGABYTES}`);
}

function fail(text: string): void {
  console.error(`beyond the promise: ${text}`);
  process.exitCode = 1;
}
