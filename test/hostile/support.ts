import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { addon, hasAddon } from "../../native/binding.js";
import { requirement, type Requirement } from "../support/requirement.js";

/** Memory between guard pages is the addon's. */
export const needsAddon: Requirement = requirement(
  "the addon",
  () => (hasAddon() ? "guardedMemory" in addon() || "it is older than its sources" : "it is not built"),
  "run `npm run build:native` on Linux with g++, make and python3 installed",
);

/** How a child ended. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The lines of its output; the last is its result. */
  readonly lines: readonly string[];
  readonly stderr: string;
}

/** A child that takes longer is in a loop. */
const MOST_MS = 900_000;

/** Runs a script of `children/` to its end. */
export function runChild(
  script: string,
  args: readonly (string | number)[],
  timeout: number = MOST_MS,
): Promise<End> {
  const file = fileURLToPath(new URL(`children/${script}`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args.map(String)], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve({ code, signal, lines: stdout.trimEnd().split("\n"), stderr }),
    );
  });
}

/** Runs a script that must succeed, and gives its result. @throws Error with its output when it does not */
export async function resultOf<T>(script: string, args: readonly (string | number)[]): Promise<T> {
  const { code, signal, lines, stderr } = await runChild(script, args);
  const last = lines.at(-1) ?? "";
  if (code !== 0) {
    throw new Error(`${script} ${args.join(" ")} ended with ${code ?? signal}: ${last}\n${stderr}`);
  }
  return JSON.parse(last) as T;
}
