// Fails when an addon needs a newer system than the prebuilt one promises: glibc 2.28 (Debian 10, RHEL 8) and the
// libstdc++ of GCC 8. Usage: node native/check-symbols.mjs FILE [LIBRARY=VERSION...]. Needs readelf (binutils).
import { execFileSync } from "node:child_process";

const LIMITS = { GLIBC: "2.28", GLIBCXX: "3.4.25", CXXABI: "1.3.11", GCC: "4.2.0" };

const [file, ...others] = process.argv.slice(2);
if (file === undefined) throw new TypeError("usage: node native/check-symbols.mjs FILE");

for (const other of others) Object.assign(LIMITS, Object.fromEntries([other.split("=")]));

const text = execFileSync("readelf", ["-W", "--dyn-syms", file], { encoding: "utf8" });
const needed = [...text.matchAll(/UND (\S+)@(GLIBC|GLIBCXX|CXXABI|GCC)_([\d.]+)/g)];
if (needed.length === 0) throw new Error(`${file} needs no versioned symbol at all: is it an addon?`);

const tooNew = needed.filter(([, , library, version]) => compare(version, LIMITS[library]) > 0);
for (const [, symbol, library, version] of tooNew) {
  console.error(`${file}: ${symbol} needs ${library}_${version}; the limit is ${LIMITS[library]}`);
}
for (const library of Object.keys(LIMITS)) {
  const versions = needed.filter(([, , of]) => of === library).map(([, , , version]) => version);
  console.log(`${library} ${versions.sort(compare).at(-1) ?? "-"} (limit ${LIMITS[library]})`);
}
process.exitCode = tooNew.length === 0 ? 0 : 1;

/** Orders dotted versions. */
function compare(a, b) {
  const [x, y] = [a, b].map((version) => version.split(".").map(Number));
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    if ((x[i] ?? 0) !== (y[i] ?? 0)) return (x[i] ?? 0) - (y[i] ?? 0);
  }
  return 0;
}
