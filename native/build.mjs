// Builds the addon in native/build/Release. `prepare` runs it: without a compiler, python or on another system it says
// in one sentence what is missing and succeeds, since everything but the live ring works without. `--require` fails
// instead. `--if-changed` leaves an addon alone that is newer than all it is made from; `--update` builds none where
// there is none.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const NATIVE = dirname(fileURLToPath(import.meta.url));
const ADDON = join(NATIVE, "build/Release/zc_gen.node");
const options = new Set(process.argv.slice(2));

const skipped = (options.has("--if-changed") && isFresh()) || (options.has("--update") && !existsSync(ADDON));
if (!skipped) buildWherePossible();

function buildWherePossible() {
  if (process.platform !== "linux") {
    return giveUp(`the live ring is for Linux, and this is ${process.platform}`);
  }
  const missing = missingTools();
  if (missing.length === 0) return build();
  return giveUp(`the addon was not built, because ${missing.join(" and ")} cannot be found`);
}

function isFresh() {
  const changed = (path) => statSync(resolve(NATIVE, path), { throwIfNoEntry: false })?.mtimeMs ?? Number.NaN;
  const sources = readdirSync(join(NATIVE, "src")).map((name) => join("src", name));
  const newest = Math.max(...[...sources, "binding.gyp", "../generated/layout_asserts.h"].map(changed));
  return changed(ADDON) >= newest;
}

function missingTools() {
  const tools = [
    ["make", ["make"]],
    ["a C++ compiler (g++)", [process.env.CXX, "g++", "c++", "clang++"]],
    ["python3", [process.env.PYTHON, process.env.npm_config_python, "python3", "python"]],
  ];
  return tools.filter(([, commands]) => !commands.some(runs)).map(([name]) => name);
}

function runs(command) {
  return Boolean(command) && spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
}

function build() {
  const nodeGyp = createRequire(import.meta.url).resolve("node-gyp/bin/node-gyp.js");
  const args = [nodeGyp, "rebuild", "--directory", NATIVE, ...headersBesideNode()];
  const result = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout}\n${result.stderr}\n`);
  giveUp("the addon could not be built; node-gyp's words are above");
}

/** Headers of this very Node, where its installation has them: then nothing is fetched. */
function headersBesideNode() {
  const prefix = join(dirname(process.execPath), "..");
  const header = join(prefix, "include/node/node_version.h");
  if (!existsSync(header)) return [];
  const text = readFileSync(header, "utf8");
  const part = (name) => new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(text)?.[1];
  const version = `v${part("MAJOR")}.${part("MINOR")}.${part("PATCH")}`;
  return version === process.version ? ["--nodedir", prefix] : [];
}

function giveUp(reason) {
  const then = "Everything but the live ring works (MockRing too); `npm run build:native` tries again.";
  console.error(`zc-gen: ${reason}. ${then}`);
  process.exitCode = options.has("--require") ? 1 : 0;
}
