// `npm run oracle:made`: packets that are made at random, by seed, decoded by us and by tshark, field by field. They get
// to places where no capture was: every layer below every other, every option, cut anywhere. `npm run oracle:made -- SEED
// COUNT`; `mutants SEED COUNT` changes packets of ../shared/pcaps instead, of which tshark makes much that is not in any
// RFC: a mismatch there is to be looked at, not to be mended as such.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { PcapWriter } from "../../dist/files/index.js";
import { mutant, packetsByLink } from "./mutants.mjs";
import { Chance, randomNumbers } from "./packets/bytes.mjs";
import { LINKS } from "./packets/link.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SHARED = resolve(process.env.ZC_SHARED ?? join(ROOT, "../shared"));
const DECODER = `${process.execPath} ${join(ROOT, "dist/generator/bin.js")} decode --json {}`;
/** One packet of so many is cut off. */
const CUT_OF = 12;

const args = process.argv.slice(2);
const isMutants = args[0] === "mutants";
const [seed = "1", count = "4000"] = isMutants ? args.slice(1) : args;
const folder = mkdtempSync(join(tmpdir(), "zc-made-"));
try {
  const chance = new Chance(randomNumbers(Number(seed)));
  console.log(`seed ${seed}, ${count} packets of each link type`);
  const captures = isMutants ? mutants(chance, Number(count)) : made(chance, Number(count));
  process.exitCode = compare(captures);
} finally {
  rmSync(folder, { recursive: true, force: true });
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

/** Writes a capture and tells its path. */
function capture(linkType, count, next) {
  const path = join(folder, `link-${linkType}.pcap`);
  const writer = PcapWriter.create(path, { linkType: Number(linkType) });
  for (let i = 0; i < count; i++) {
    const { bytes, originalLength } = next();
    writer.write(bytes, { seconds: i, originalLength });
  }
  writer.finish();
  return path;
}

function compare(captures) {
  const run = spawnSync(
    process.execPath,
    [join(SHARED, "oracle/compare.mjs"), "--decoder", DECODER, ...captures],
    { stdio: "inherit" },
  );
  return run.status ?? 2;
}
