// Makes the binary that goes into the package, native/prebuilds/<platform>-<arch>/zc-gen.<libc>.node: builds, strips,
// and checks that it loads on an old system. Nothing is done (and nothing fails) where the addon cannot be built,
// unless `--require` is given.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NATIVE = dirname(fileURLToPath(import.meta.url));
const BUILT = join(NATIVE, "build/Release/zc_gen.node");
const required = process.argv.includes("--require");

run(process.execPath, [join(NATIVE, "build.mjs"), ...(required ? ["--require"] : [])]);
if (existsSync(BUILT)) prebuild();

function prebuild() {
  const libc = process.report.getReport().header.glibcVersionRuntime === undefined ? "musl" : "glibc";
  const folder = join(NATIVE, `prebuilds/${process.platform}-${process.arch}`);
  const target = join(folder, `zc-gen.${libc}.node`);
  mkdirSync(folder, { recursive: true });
  copyFileSync(BUILT, target);
  run("strip", ["--strip-unneeded", target]);
  if (libc === "glibc") run(process.execPath, [join(NATIVE, "check-symbols.mjs"), target]);
  console.log(target);
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: "inherit" });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
