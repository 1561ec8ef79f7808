import { execFileSync, spawn, type ChildProcess, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command as users have it, a process of its own, built from the sources as they are now. */
export class Bin {
  private readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Below dist/, so that packages and package.json are found as they are from the real place. */
  static async build(): Promise<Bin> {
    mkdirSync(join(ROOT, "dist"), { recursive: true });
    const folder = mkdtempSync(join(ROOT, "dist", ".bin-"));
    const sources = readdirSync(join(ROOT, "generator")).filter((name) => name.endsWith(".ts"));
    const entryPoints = sources.map((name) => join(ROOT, "generator", name));
    await build({
      entryPoints,
      outdir: join(folder, "generator"),
      format: "esm",
      target: "node20",
      logLevel: "error",
    });
    const bin = new Bin(folder);
    execFileSync(process.execPath, [bin.path("keep-bundled.js")]);
    return bin;
  }

  /** The built file of a source in generator/. */
  path(name: string): string {
    return join(this.folder, "generator", name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  run(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Finished {
    return this.runFile(this.path("bin.js"), args, cwd, env);
  }

  /** Runs the command from a file elsewhere. */
  runFile(file: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Finished {
    const all = { encoding: "utf8" as const, cwd, env: { ...cleanEnvironment(), ...env }, timeout: 60_000 };
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, [file, ...args], all);
    return { code: status, signal, stdout, stderr };
  }

  start(args: readonly string[], cwd: string): Started {
    return new Started(
      spawn(process.execPath, [this.path("bin.js"), ...args], { cwd, env: cleanEnvironment() }),
    );
  }
}

/** A command that is still running, and what it has said so far. */
export class Started {
  readonly child: ChildProcess;
  stdout = "";
  stderr = "";
  private readonly closed: Promise<Finished>;

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.on("data", (data: Buffer) => (this.stdout += data.toString()));
    child.stderr?.on("data", (data: Buffer) => (this.stderr += data.toString()));
    this.closed = new Promise((done) => {
      child.on("close", (code, signal) => done({ code, signal, stdout: this.stdout, stderr: this.stderr }));
    });
  }

  async end(signal?: NodeJS.Signals): Promise<Finished> {
    if (signal !== undefined) this.child.kill(signal);
    return this.closed;
  }
}

/** Without what the test's own terminal or CI says about colour. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { NO_COLOR, FORCE_COLOR, ZC_GEN_DEBUG, NODE_OPTIONS, ...rest } = process.env;
  return rest;
}
