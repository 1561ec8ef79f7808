// Records from real rings into files, reads them back with the tools that others use, and `zc-gen capture -w` with Ctrl-C.
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PcapFile, PcapNgRecorder, record } from "zc-gen/files";
import { DatagramSource, RxRing } from "zc-gen/ring";
import { runCapture } from "../../../dist/capture/command.js";
import { ETHERTYPE, frame, loopbackSender, report, sleep } from "./support.mjs";

const folder = mkdtempSync(join(tmpdir(), "zc-record-"));
const path = (name) => join(folder, name);
const sender = loopbackSender();

/** What the file says: counts of its statistics, added up, and packets by our own reader. */
async function readBack(files) {
  const counts = { accepted: 0, osDropped: 0, delivered: 0 };
  const numbers = [];
  for (const name of files) {
    const onInfo = (info) => {
      if (info.kind !== "statistics") return;
      for (const key of Object.keys(counts)) counts[key] += Number(info.counts[key]);
    };
    const file = PcapFile.open(name, { onInfo });
    for await (const block of file) {
      for (const packet of block) {
        if (file.view.getUint16(packet.dataOffset + 12) !== ETHERTYPE) continue;
        numbers.push(file.view.getUint32(packet.dataOffset + 14));
      }
    }
  }
  const inOrder = numbers.every((number, i) => i === 0 || number > numbers[i - 1]);
  return { ...counts, read: numbers.length, inOrder };
}

/** Not under the sanitizer that we may run under. */
const READER = {
  encoding: "utf8",
  stdio: ["ignore", "pipe", "ignore"],
  env: { ...process.env, LD_PRELOAD: "" },
};

/** tshark's words on each packet of these fields. */
function tshark(name, ...fields) {
  const args = ["-r", name, "-T", "fields", ...fields.flatMap((field) => ["-e", field])];
  return execFileSync("tshark", args, READER).trimEnd().split("\n");
}

/** Packets that tcpdump shows: lines that begin with a time, not those of bytes. */
function tcpdumpCount(name) {
  return execFileSync("tcpdump", ["-nr", name], READER).match(/^\d\d:/gm).length;
}

/** More than a small ring holds: the reader gets its turn only now and then. */
async function flood(total) {
  const frames = Array.from({ length: 256 }, () => frame(64));
  const views = frames.map((bytes) => new DataView(bytes.buffer));
  for (let sent = 0; sent < total; sent += frames.length) {
    for (const [i, view] of views.entries()) view.setUint32(14, sent + i);
    for (let done = 0; done < frames.length;) done += sender.send(frames.slice(done));
    if ((sent / frames.length) % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function overload(source, name) {
  const recorder = PcapNgRecorder.create(path(name), { rotateBytes: 100_000 });
  const recording = record(source, recorder);
  const sent = 256 * 400;
  await flood(sent);
  void source.close();
  const { packets, stats } = await recording;
  await recorder.close();
  return { sent, packets, stats, ...(await readBack(recorder.files)), files: recorder.files.length };
}

async function tools() {
  const recorder = PcapNgRecorder.create(path("tools.pcapng"));
  const ring = RxRing.open({ interface: "lo", blockTimeoutMs: 1 });
  const recording = record(ring, recorder);
  const tagged = frame(68, 7);
  tagged.set([0x81, 0x00, 0x20, 0x07, ETHERTYPE >> 8, ETHERTYPE & 0xff], 12);
  sender.send([frame(64, 1), tagged, frame(1000, 2)]);
  await sleep(30);
  await ring.close();
  await recording;
  await recorder.close();
  const name = path("tools.pcapng");
  return {
    rows: tshark(name, "frame.len", "frame.cap_len", "vlan.id", "vlan.priority", "frame.interface_name"),
    tcpdump: tcpdumpCount(name),
    delay: tshark(name, "frame.time_epoch").map((text) => Date.now() / 1000 - Number(text)),
  };
}

async function cooked() {
  const recorder = PcapNgRecorder.create(path("cooked.pcapng"));
  const ring = RxRing.open({ interface: "any", blockTimeoutMs: 1, ignoreOutgoing: true });
  const recording = record(ring, recorder);
  sender.send(frame(64, 1), 2);
  await sleep(30);
  await ring.close();
  await recording;
  await recorder.close();
  const fields = [
    "sll.etype",
    "sll.ifindex",
    "sll.hatype",
    "sll.pkttype",
    "sll.halen",
    "sll.src.eth",
    "frame.len",
  ];
  return { rows: tshark(path("cooked.pcapng"), ...fields) };
}

async function command(args, during) {
  const output = { stdout: "", stderr: "" };
  const stream = (name) => ({ isTTY: true, write: (text) => (output[name] += text) });
  const ended = new AbortController();
  const running = runCapture("capture", args, {
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    signal: ended.signal,
  });
  await during(ended);
  return { code: await running, ...output };
}

/** Ctrl-C right behind the last packet: what the kernel has not handed over yet must be in the file. */
const interrupted = async (ended) => {
  await sleep(50);
  await flood(256 * 20);
  ended.abort();
};

async function capture() {
  const run = await command(
    ["-i", "lo", "-q", "--json", "-w", path("one.pcapng"), "--rotate", "100kB"],
    interrupted,
  );
  const { summary } = JSON.parse(run.stdout);
  return { code: run.code, summary, ...(await readBack(summary.files)) };
}

async function workers() {
  const during = async (ended) => {
    await sleep(1500);
    await flood(256 * 20);
    ended.abort();
  };
  const args = ["-i", "lo", "-q", "--json", "-w", path("many.pcapng"), "--workers", "2", "-F", "length"];
  const run = await command(args, during);
  const lines = run.stdout.trimEnd().split("\n");
  const { summary } = JSON.parse(lines.at(-1));
  return { code: run.code, rows: lines.length - 1, summary, ...(await readBack(summary.files)) };
}

report({
  ring: await overload(
    RxRing.open({ interface: "lo", blockBytes: 65536, blocks: 4, blockTimeoutMs: 2 }),
    "ring.pcapng",
  ),
  slots: await overload(DatagramSource.onInterface({ interface: "lo", dataBytes: 192 }), "slots.pcapng"),
  tools: await tools(),
  cooked: await cooked(),
  capture: await capture(),
  workers: await workers(),
  full: await command(["-i", "lo", "-q", "-w", "/dev/full"], async () => {}),
  wrong: await Promise.all(
    [
      ["--rotate", "1MB"],
      ["-w", "x", "--rotate", "many"],
      ["-w", "-", "--rotate", "1s"],
      ["-w", "x", "--files", "3"],
      ["-w", "x", "--workers", "2", "-c", "3"],
      ["-w", "-", "--json"],
    ].map((args) => command(["-i", "lo", ...args], async () => {})),
  ),
});
process.exit(0);
