import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command as a user's shell would: without what npm and vitest put into the environment of this test. */
export function run(
  folder: string,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Finished {
  const options = {
    cwd: folder,
    encoding: "utf8" as const,
    env: { ...userEnvironment(), ...env },
    timeout: 280_000,
  };
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  if (error !== undefined) throw error;
  return { code: status, stdout, stderr };
}

/** Like `run`, for commands that must succeed: gives what they printed. @throws Error with all they said. */
export function runOk(
  folder: string,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): string {
  const { code, stdout, stderr } = run(folder, command, args, env);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${stdout}\n${stderr}`);
  return stdout;
}

function userEnvironment(): NodeJS.ProcessEnv {
  const ours =
    /^(npm_(package|lifecycle|command|execpath|node_execpath|config_(local_prefix|omit|include))|VITEST|NODE_ENV$|INIT_CWD$|NODE_OPTIONS$)/;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  const path = (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"));
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter) };
}

/** What a system has that never built anything. */
const PLAIN_COMMANDS = [
  "sh",
  "env",
  "uname",
  "sed",
  "dirname",
  "basename",
  "git",
  "getconf",
  "ldd",
  "cat",
  "rm",
];

/** An environment in which Node, npm and a plain shell are found, but no compiler, make or python. */
export function withoutCompiler(folder: string): NodeJS.ProcessEnv {
  const bin = join(folder, "plain-bin");
  mkdirSync(bin);
  for (const name of [...PLAIN_COMMANDS, "node", "npm", "npx"]) {
    const found = find(name);
    if (found !== undefined) symlinkSync(found, join(bin, name));
  }
  return { PATH: bin, CC: "", CXX: "", PYTHON: "", npm_config_python: "" };
}

function find(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"));
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
