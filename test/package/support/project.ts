import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import { requirement, type Requirement } from "../../support/requirement.js";
import { run, runOk, type Finished } from "./commands.js";

const TSC = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));

/** Packing needs what building the addon needs. */
export const needsTarball: Requirement = requirement(
  "the packed package",
  () => inject("tarball") !== "" || inject("packFailure"),
  "install g++, make, python3 and binutils",
);

/** An empty folder of a user's, with a package.json, removed with `remove`. */
export class Project {
  readonly folder: string = mkdtempSync(join(tmpdir(), "zc-user-"));

  constructor() {
    this.write("package.json", JSON.stringify({ name: "user", private: true, type: "module" }));
  }

  write(path: string, text: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Installs the packed package. */
  install(...more: string[]): void {
    const quick = ["--no-audit", "--no-fund", "--prefer-offline"];
    runOk(this.folder, "npm", ["install", inject("tarball"), ...quick, ...more]);
  }

  run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Finished {
    return run(this.folder, command, args, env);
  }

  /** Runs a module given as text; gives what it printed. @throws Error when it fails. */
  node(script: string, type: "module" | "commonjs" = "module", env: NodeJS.ProcessEnv = {}): string {
    const args = [`--input-type=${type}`, "--disable-warning=ExperimentalWarning", "--eval", script];
    return runOk(this.folder, process.execPath, args, env).trim();
  }

  /** The complaints of TypeScript about the project's files; empty when there are none. */
  typeErrors(compilerOptions: Readonly<Record<string, unknown>>, files: readonly string[]): string {
    this.write("tsconfig.json", JSON.stringify({ compilerOptions, files }));
    return this.run(process.execPath, [TSC, "-p", "."]).stdout;
  }

  /** Size of all that was installed, in bytes. */
  installedBytes(): number {
    return bytesBelow(join(this.folder, "node_modules"));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function bytesBelow(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** For the README: bytes as people read them. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
