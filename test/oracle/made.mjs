// `npm run oracle:made`: packets that are made at random, by seed, decoded by us and by tshark, field by field. They get
// to places where no capture was: every layer below every other, every option, cut anywhere. `npm run oracle:made -- SEED
// COUNT`; `mutants SEED COUNT` changes packets of ../shared/pcaps instead, of which tshark makes much that is not in any
// RFC: a mismatch there is to be looked at, not to be mended as such. `sweeps SEED [NAME]`: one packet and more for every
// number that leads to another layer and every tag of a list. ZC_MADE names a folder in which the captures stay.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { PcapWriter } from "../../dist/files/index.js";
import { mutant, packetsByLink } from "./mutants.mjs";
import { Chance, randomNumbers } from "./packets/bytes.mjs";
import { LINKS } from "./packets/link.mjs";
import { SWEEPS } from "./packets/sweeps.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SHARED = resolve(process.env.ZC_SHARED ?? join(ROOT, "../shared"));
const DECODER = `${process.execPath} ${join(ROOT, "dist/generator/bin.js")} decode --json {}`;
/** One packet of so many is cut off. */
const CUT_OF = 12;
/** Packets of each link type, where nothing is said. */
const MOST = 4000;

const args = process.argv.slice(2);
const kind = args[0] === "mutants" || args[0] === "sweeps" ? args.shift() : "made";
const [seed = "1", ...rest] = args;
const folder = process.env.ZC_MADE ?? mkdtempSync(join(tmpdir(), "zc-made-"));
try {
  const chance = new Chance(randomNumbers(Number(seed)));
  console.log(`seed ${seed}`);
  process.exitCode = compare(captures(chance));
} finally {
  if (process.env.ZC_MADE === undefined) rmSync(folder, { recursive: true, force: true });
}

function captures(chance) {
  if (kind === "sweeps") return sweeps(chance, rest[0]);
  const most = Number(rest[0] ?? MOST);
  return kind === "mutants" ? mutants(chance, most) : made(chance, most);
}

function made(chance, most) {
  return Object.entries(LINKS).map(([linkType, make]) =>
    capture(linkType, most, () => {
      const whole = Uint8Array.from(make(chance));
      const bytes = chance.once(CUT_OF) ? whole.slice(0, 1 + chance.below(whole.length)) : whole;
      return { bytes, originalLength: whole.length };
    }),
  );
}

function mutants(chance, most) {
  return [...packetsByLink(join(SHARED, "pcaps"))].map(([linkType, captures]) =>
    capture(linkType, most, () => mutant(chance.pick(chance.pick(captures)), chance)),
  );
}

/** A capture for each link type of each sweep, or of the one of that name. */
function sweeps(chance, name) {
  const wanted = Object.entries(SWEEPS).filter(([one]) => name === undefined || one === name);
  return wanted.flatMap(([one, sweep]) => {
    const packets = [...sweep(chance)];
    const linkTypes = [...new Set(packets.map(([linkType]) => linkType))];
    return linkTypes.map((linkType) => {
      const ours = packets.filter((packet) => packet[0] === linkType);
      return capture(linkType, ours.length, () => whole(Uint8Array.from(ours.shift()[1])), one);
    });
  });
}

function whole(bytes) {
  return { bytes, originalLength: bytes.length };
}

/** Writes a capture and tells its path. */
function capture(linkType, count, next, name = "link") {
  const path = join(folder, `${name}-${linkType}.pcap`);
  const writer = PcapWriter.create(path, { linkType: Number(linkType) });
  for (let i = 0; i < count; i++) {
    const { bytes, originalLength } = next();
    writer.write(bytes, { seconds: i, originalLength });
  }
  writer.finish();
  return path;
}

function compare(paths) {
  const run = spawnSync(
    process.execPath,
    [join(SHARED, "oracle/compare.mjs"), "--decoder", DECODER, ...paths],
    { stdio: "inherit" },
  );
  return run.status ?? 2;
}
