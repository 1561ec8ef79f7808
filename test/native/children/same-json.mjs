// The Ethernet frames of captures by three ways: sent by tcpreplay into a ring, through a MockRing, and out of a file.
// `same-json.mjs FOLDER...`. Reports how many there are, and the first lines that differ but in times.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PcapFile, PcapWriter } from "zc-gen/files";
import { Stack } from "zc-gen/protocols";
import { MockRing, RxRing } from "zc-gen/ring";
import { JsonLines } from "../../../dist/decode/json-lines.js";
import { packetsByLink } from "../../oracle/mutants.mjs";
import { LINKS } from "../../oracle/packets/link.mjs";
import { Chance, randomNumbers } from "../../oracle/packets/bytes.mjs";
import { report } from "./support.mjs";

const ETHERNET = 1;
/** An Ethernet header; and the largest frame that a veth pair takes. */
const LEAST_BYTES = 14;
const MOST_BYTES = 65_535 + 14;
const MADE = 500;

/** Frames out of which the kernel took a tag. */
const ringCounts = { taken: 0 };
const folder = mkdtempSync(join(tmpdir(), "zc-same-json-"));
try {
  const frames = [...captured(process.argv.slice(2)), ...made()].filter(isSent);
  const path = join(folder, "frames.pcap");
  write(path, frames);
  const lines = { file: await linesOf(PcapFile.open(path)), ring: await sent(path), mock: await fed(frames) };
  report({ ...counts(frames, lines), differences: differences(lines).slice(0, 5) });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function captured(folders) {
  const packets = folders.flatMap((one) => packetsByLink(one, MOST_BYTES).get(ETHERNET) ?? []).flat();
  return packets
    .filter(({ bytes, originalLength }) => bytes.length === originalLength)
    .map(({ bytes }) => bytes);
}

function made() {
  const chance = new Chance(randomNumbers(1));
  return Array.from({ length: MADE }, () => Uint8Array.from(LINKS[ETHERNET](chance)));
}

/** The kernel drops a frame of which a tag is the end: what it takes out must leave an EtherType. */
function isSent(frame) {
  const type = (frame[12] << 8) | frame[13];
  const isTagged = type === 0x8100 || type === 0x88a8;
  return frame.length >= LEAST_BYTES + (isTagged ? 6 : 0) && frame.length <= MOST_BYTES;
}

function write(path, frames) {
  const writer = PcapWriter.create(path);
  for (const frame of frames) writer.write(frame);
  writer.finish();
}

/** Times and original lengths are left out: all else is to be the same. */
async function linesOf(source, count = {}) {
  const stack = source.bind(Stack);
  const json = new JsonLines();
  const lines = [];
  for await (const block of source) {
    for (const packet of block) {
      stack.decode(packet);
      count.taken += packet.hasVlan === true ? 1 : 0;
      const { ts, len, ...rest } = JSON.parse(json.format({ n: lines.length + 1, packet, stack }));
      lines.push(JSON.stringify(rest));
    }
  }
  return lines;
}

async function sent(path) {
  const ring = RxRing.open({ interface: "vb", blockBytes: 1 << 20, blocks: 32 });
  const reading = linesOf(ring, ringCounts);
  const { status, stderr } = spawnSync("tcpreplay", ["-i", "va", "--topspeed", path], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  await ring.close();
  return await reading;
}

async function fed(frames) {
  const ring = MockRing.create({ blockBytes: 1 << 20 });
  const reading = linesOf(ring);
  await ring.replay(frames.map((bytes) => ({ bytes })));
  ring.end();
  return await reading;
}

function counts(frames, { ring }) {
  return { ...ringCounts, frames: frames.length, arrived: ring.length };
}

function differences({ file, ring, mock }) {
  return file.flatMap((line, index) =>
    [ring[index], mock[index]].filter((other) => other !== line).map((other) => [line, other]),
  );
}
