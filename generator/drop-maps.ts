// `node dist/generator/drop-maps.js`, a step of a build: takes the source maps of generated code and of the generator away.
// They would be half of the package; what generated code was made from is a schema, and its JavaScript reads as well.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const GENERATOR = dirname(fileURLToPath(import.meta.url));
const REFERENCE = /\n\/\/# sourceMappingURL=[^\n]*\n?$/;

const FOLDERS: readonly (readonly [folder: string, ending: string])[] = [
  [GENERATOR, ".js.map"],
  [join(dirname(GENERATOR), "generated"), ".js.map"],
  [join(dirname(GENERATOR), "filter"), "-parser.js.map"],
];

for (const [folder, ending] of FOLDERS) {
  const maps = readdirSync(folder).filter((name) => name.endsWith(ending));
  for (const map of maps) {
    const script = join(folder, map.slice(0, -".map".length));
    writeFileSync(script, readFileSync(script, "utf8").replace(REFERENCE, "\n"));
    rmSync(join(folder, map));
  }
}
