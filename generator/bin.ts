#!/usr/bin/env node
import module from "node:module";
import { missingPackage, missingPackageText } from "./missing-package.js";

// TypeScript's ten megabytes are compiled once a machine, where Node (22.1 and later) keeps what it compiled.
const { enableCompileCache } = module as { enableCompileCache?: () => void };
enableCompileCache?.();

// Loads the rest at run time, so that a package that is not installed can be told in a sentence.
try {
  process.exitCode = await start();
} catch (error) {
  const missing = missingPackage(error);
  if (missing === undefined) throw error;
  process.stderr.write(`${missingPackageText(missing)}\n`);
  process.exitCode = 2;
}

async function start(): Promise<number> {
  const [, , command = "", ...rest] = process.argv;
  if (command === "decode") return decode(rest);
  if (command === "filter") return filter(rest);
  if (["interfaces", "doctor", "capture"].includes(command)) return capture(command, rest);
  const [{ main }, { generate }] = await Promise.all([import("./cli.js"), import("./generate.js")]);
  const { stdout, stderr, env } = process;
  const ended = new AbortController();
  ignoreClosedPipes(() => ended.abort());
  if (process.argv.includes("--watch")) endOnInterrupt(() => ended.abort());
  return main(process.argv.slice(2), {
    stdout,
    stderr,
    env,
    cwd: process.cwd(),
    signal: ended.signal,
    generate,
  });
}

/** `zc-gen decode`: reads captures, and needs nothing of the generator unless schemas are to be compiled. */
async function decode(args: readonly string[]): Promise<number> {
  const command = await import("../decode/command.js");
  const { stdout, stderr } = process;
  const ended = new AbortController();
  ignoreClosedPipes(() => ended.abort());
  return command.decode(args, { stdout, stderr, signal: ended.signal });
}

/** `zc-gen filter`: needs nothing of the generator unless schemas are to be compiled. */
async function filter(args: readonly string[]): Promise<number> {
  const { filterCommand } = await import("../decode/filter-command.js");
  ignoreClosedPipes(() => undefined);
  return filterCommand(args, process);
}

/** `zc-gen capture` and what goes with it: needs nothing of the generator. Ctrl-C ends a capture in order. */
async function capture(command: string, args: readonly string[]): Promise<number> {
  const { runCapture } = await import("../capture/command.js");
  const { stdout, stderr } = process;
  const ended = new AbortController();
  ignoreClosedPipes(() => ended.abort());
  endOnInterrupt(() => ended.abort());
  return runCapture(command, args, { stdout, stderr, signal: ended.signal });
}

/** `zc-gen ... | head`: whoever closed the pipe has read enough, which is no error. */
function ignoreClosedPipes(onClosed: () => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      onClosed();
    });
  }
}

/** Ctrl-C lets a run that is under way finish; a second one does not wait. */
function endOnInterrupt(onInterrupt: () => void): void {
  process.once("SIGINT", onInterrupt);
  process.once("SIGTERM", onInterrupt);
}
