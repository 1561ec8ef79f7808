import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { runOk } from "./commands.js";

declare module "vitest" {
  export interface ProvidedContext {
    /** The packed package; empty where it could not be packed. */
    tarball: string;
    /** Why it could not. */
    packFailure: string;
  }
}

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const LEFT_OUT = new Set(["node_modules", ".git", "dist", "coverage", "native/build", "native/prebuilds"]);

/** What `npm pack` runs besides Node, to put the prebuilt addon into the package. */
const TOOLS = ["g++", "make", "python3", "strip", "readelf"];

/** Packs the package once for all tests in this folder, in a copy, as `npm publish` would from a fresh clone. */
export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "zc-pack-"));
  const missing = TOOLS.filter((tool) => spawnSync(tool, ["--version"]).status !== 0);
  project.provide("tarball", missing.length === 0 ? packIn(folder) : "");
  project.provide("packFailure", `${missing.join(", ")} cannot be found`);
  return () => rmSync(folder, { recursive: true, force: true });
}

function packIn(folder: string): string {
  const copy = copyTree(join(folder, "tree"));
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
  runOk(copy, "npm", ["pack", "--pack-destination", folder]);
  return join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")) as string);
}

/** Copies the repository's files without what is installed or built. */
export function copyTree(target: string): string {
  cpSync(ROOT, target, { recursive: true, filter: (path) => !isLeftOut(path) });
  return target;
}

function isLeftOut(path: string): boolean {
  return LEFT_OUT.has(relative(ROOT, path)) || basename(path) === "node_modules";
}
