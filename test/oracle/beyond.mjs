// `npm run oracle:beyond`: protocols that the oracle's mapping has not, beside tshark, by a mapping of our own: packets made
// at random from a seed, then the captures of ../shared/pcaps. Ends with 0 when all fields agree. `-- SEED COUNT`.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { PcapWriter } from "../../dist/files/index.js";
import { readList } from "./lists.mjs";
import { capturesBelow } from "./mutants.mjs";
import { BEYOND, DECODED_AS } from "./packets/beyond.mjs";
import { Chance, randomNumbers } from "./packets/bytes.mjs";
import { mismatchText, Totals } from "./table.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SHARED = resolve(process.env.ZC_SHARED ?? join(ROOT, "../shared"));
const DECODER = `${process.execPath} ${join(ROOT, "dist/generator/bin.js")} decode --json {}`;

const [seed = "1", count = "200"] = process.argv.slice(2);
if (!existsSync(join(SHARED, "oracle/compare.mjs"))) {
  console.error(`oracle: ERR_ORACLE_MISSING: the oracle is not there: ${SHARED}`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "zc-beyond-"));
try {
  const beyond = readList("beyond.json");
  const mapping = mappingFile("mapping", beyond, beyond.enable);
  const totals = new Totals();
  totals.add(compare(mapping, [made("made", Object.values(BEYOND))]));
  const byRule = mappingFile("by-rule", beyond, [...beyond.enable, ...beyond.enable_decoded_as]);
  for (const [rule, make] of Object.entries(DECODED_AS)) {
    totals.add(compare(byRule, [made("decoded-as", [make])], ["--decode-as", rule]));
  }
  totals.add(compare(mapping, capturesBelow(join(SHARED, "pcaps"))));
  process.exitCode = report(totals, Object.keys(beyond.protocols)) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The oracle's own mapping with ours, in a file: the layers on the way have to be known, too. */
function mappingFile(name, beyond, enabled) {
  const mapping = JSON.parse(readFileSync(join(SHARED, "oracle/mapping.json"), "utf8"));
  const enable = [...mapping.enable, ...enabled];
  const vxlan = withoutGpe(mapping.protocols.vxlan);
  const protocols = { ...mapping.protocols, vxlan, ...beyond.protocols };
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify({ ...mapping, enable, protocols }));
  return path;
}

/** tshark calls both of them vxlan; that of the other port has a protocol of its own here. */
function withoutGpe({ stop_if_field: field, ...vxlan }) {
  return { ...vxlan, unless_field: field };
}

/** A capture of made packets, each layer's in turn. */
function made(name, makers) {
  const chance = new Chance(randomNumbers(Number(seed)));
  const path = join(folder, `${name}.pcap`);
  const writer = PcapWriter.create(path);
  for (const make of makers) {
    for (let i = 0; i < Number(count); i++) writer.write(Uint8Array.from(make(chance)));
  }
  writer.finish();
  return path;
}

function compare(mapping, captures, decodeAs = []) {
  const result = join(folder, "result.json");
  const args = [
    join(SHARED, "oracle/compare.mjs"),
    "--mapping",
    mapping,
    "--decoder",
    [DECODER, ...decodeAs].join(" "),
    "--json",
    result,
    "--quiet",
  ];
  const run = spawnSync(process.execPath, [...args, ...decodeAs, ...captures], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (run.status !== 0 && run.status !== 1) {
    throw new Error(`ERR_ORACLE_RUN: ${run.stderr || run.error?.message}`);
  }
  return JSON.parse(readFileSync(result, "utf8"));
}

/** Whether every layer was there, and every field agreed. */
function report(totals, layers) {
  console.log(`seed ${seed}, ${count} packets of each\n${"layer".padEnd(16)}    packets   fields   agreed`);
  for (const name of layers) {
    const { compared = 0, fields = 0, agreed = 0 } = totals.rows.get(name) ?? {};
    console.log(
      name.padEnd(16) + [compared, fields, agreed].map((cell) => String(cell).padStart(9)).join(""),
    );
  }
  const unseen = layers.filter((name) => (totals.rows.get(name)?.fields ?? 0) === 0);
  for (const name of unseen) console.log(`problem: no packet of ${name} was compared`);
  if (totals.mismatched > 0) console.log(`\nmismatches:\n${mismatchText(totals)}`);
  return totals.mismatched === 0 && unseen.length === 0;
}
