import { spawn, type ChildProcess } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

/** How running in a private network namespace went: its exit code, or why it could not begin. */
export type NamespaceOutcome = { readonly exitCode: number } | { readonly refused: string };

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs one of our modules in a network namespace of its own (util-linux `unshare`), which ends with it. Root makes one
 * directly; others as root of a user namespace of their own, where the system allows that.
 */
export async function runInNamespace(module: URL, args: readonly string[]): Promise<NamespaceOutcome> {
  const attempts =
    process.getuid?.() === 0 ? [["--net"], ["--map-root-user", "--net"]] : [["--map-root-user", "--net"]];
  let outcome: NamespaceOutcome = { refused: "" };
  for (const flags of attempts) {
    outcome = await run([...flags, process.execPath, fileURLToPath(module), ...args]);
    if ("exitCode" in outcome) break;
  }
  return outcome;
}

/** The child is in a session of its own, so that Ctrl-C reaches it once: through us. */
function run(args: readonly string[]): Promise<NamespaceOutcome> {
  const child = spawn("unshare", args, { detached: true, stdio: ["ignore", "inherit", "pipe", "ipc"] });
  const forget = forwardSignals(child);
  return new Promise<NamespaceOutcome>((resolve) => {
    let ready = false;
    let complaint = "";
    child.once("message", () => (ready = true));
    child.stderr?.on("data", (chunk: Buffer) => {
      if (ready) process.stderr.write(chunk);
      else complaint += chunk.toString();
    });
    child.once("error", (error) => resolve({ refused: spawnProblem(error) }));
    child.once("close", (code, signal) => {
      if (signal !== null) resolve({ exitCode: 128 + constants.signals[signal] });
      else resolve(ready ? { exitCode: code ?? 1 } : { refused: lastLine(complaint) });
    });
  }).finally(forget);
}

function forwardSignals(child: ChildProcess): () => void {
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of FORWARDED) process.on(signal, forward);
  return () => {
    for (const signal of FORWARDED) process.off(signal, forward);
  };
}

function spawnProblem(error: NodeJS.ErrnoException): string {
  return error.code === "ENOENT" ? "the unshare command of util-linux is not installed" : error.message;
}

/** The line that says what is wrong: of a stack trace the one with the error's name. */
function lastLine(text: string): string {
  const lines = text.trim().split("\n");
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? "";
}
