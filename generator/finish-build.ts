// `node dist/generator/finish-build.js`, the last step of a build: brings the one script that is no TypeScript, and takes
// away what nobody reads. Source maps of generated code, of the compilers and of the commands would be half of the package;
// the comments of generated code are in its declarations; and the declarations of compilers and commands that no entry of
// the package leads to are nobody's. The runtime's sources are in the package, so its maps need not hold them.
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const DIST = dirname(dirname(fileURLToPath(import.meta.url)));
const COMPILERS = ["generator", "filter", "decode", "capture"].map((name) => join(DIST, name));
const GENERATED = join(DIST, "generated");

const REFERENCE = /\n\/\/# sourceMappingURL=[^\n]*\n?$/;
const COMMENT = /^ *\/\*\*.*?\*\/\n/gms;
const INDENT = /^(?: {4})+/gm;
const IMPORTED = /(?<=from |import\()"(\.[^"]*)\.js"/g;

const PARSER = "filter/tcpdump-parser.js";
copyFileSync(join(dirname(DIST), PARSER), join(DIST, PARSER));

for (const folder of [GENERATED, ...COMPILERS]) {
  // A script without a map was here before, and the compiler has not written it since.
  for (const map of namesIn(folder, ".js.map")) {
    const script = join(folder, map.slice(0, -".map".length));
    const text = readFileSync(script, "utf8").replace(REFERENCE, "\n");
    writeFileSync(script, folder === GENERATED ? withoutComments(text) : text);
    rmSync(join(folder, map));
  }
}

const runtime = join(DIST, "runtime");
for (const name of namesIn(runtime, ".js.map")) {
  const map = JSON.parse(readFileSync(join(runtime, name), "utf8")) as Record<string, unknown>;
  delete map["sourcesContent"];
  writeFileSync(join(runtime, name), JSON.stringify(map));
}

const entries = ["runtime", "generated", "native", "files", "filter", "generator"];
const needed = new Set<string>();
for (const entry of entries) addDeclaration(join(DIST, entry, "index"));
for (const folder of COMPILERS) {
  for (const name of namesIn(folder, ".d.ts")) {
    const stem = join(folder, name.slice(0, -".d.ts".length));
    if (!needed.has(stem)) rmSync(`${stem}.d.ts`);
  }
}

function namesIn(folder: string, ending: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith(ending));
}

function withoutComments(text: string): string {
  return text.replace(COMMENT, "").replace(INDENT, (spaces) => spaces.slice(spaces.length / 2));
}

/** A declaration, and those that it imports. */
function addDeclaration(stem: string): void {
  if (needed.has(stem) || !existsSync(`${stem}.d.ts`)) return;
  needed.add(stem);
  for (const [, path = ""] of readFileSync(`${stem}.d.ts`, "utf8").matchAll(IMPORTED)) {
    addDeclaration(join(dirname(stem), path));
  }
}
