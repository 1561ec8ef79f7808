import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { requirement, type Requirement } from "../../support/requirement.js";

const EXAMPLES = fileURLToPath(new URL("../../../dist/examples/", import.meta.url));
const TIMEOUT_MS = 60_000;

/** The compiled examples: they are run as users run them. */
export const needsExamples: Requirement = requirement(
  "the compiled examples",
  () => existsSync(`${EXAMPLES}live/main.js`) || "dist/examples/ is not there",
  "npm run build",
);

/** How a program ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run an example. */
export interface RunOptions {
  /** What runs it: `["unshare", "-n"]`. */
  readonly under?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Send a signal each time the standard output, as far as it came, satisfies the next of these. */
  readonly signals?: readonly { readonly when: RegExp; readonly signal: NodeJS.Signals }[];
}

/** Runs a compiled example to its end: `runExample("live/main.js", ["--seconds", "1"])`. */
export function runExample(
  name: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<Ended> {
  return runCommand([...(options.under ?? []), process.execPath, `${EXAMPLES}${name}`, ...args], options);
}

/** Runs a command to its end. */
export function runCommand(command: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const [file, ...args] = command as [string, ...string[]];
  const env = { ...process.env, NO_COLOR: "1", ...options.env };
  const child = spawn(file, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const waiting = [...(options.signals ?? [])];
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
    if (waiting[0]?.when.test(output.stdout)) child.kill(waiting.shift()?.signal);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), TIMEOUT_MS);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, ...output });
    });
  });
}
