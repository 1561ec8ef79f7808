import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { vi } from "vitest";

import { hasAddon } from "../../../native/binding.js";
import { requirement, type Requirement } from "../../support/requirement.js";

const CHILDREN = new URL("../children/", import.meta.url);
const BUILT = fileURLToPath(new URL("../../../dist/native/index.js", import.meta.url));
const TIMEOUT_MS = process.env["ZC_SOAK_PACKETS"] === undefined ? 60_000 : 3_600_000;
vi.setConfig({ testTimeout: TIMEOUT_MS });

/** util-linux's words for a network namespace of our own; a user namespace as well where we are not root. */
export const UNSHARE: readonly string[] = ["unshare", process.getuid?.() === 0 ? "-n" : "-rn"];

/** A private network namespace, the addon, and the compiled package: what every test on a real ring needs. */
export const needsNamespace: Requirement = requirement(
  "a network namespace of its own, and the addon",
  () => {
    if (process.platform !== "linux") return `this is ${process.platform}`;
    if (!hasAddon()) return "the addon is not built";
    if (!existsSync(BUILT)) return "dist/ is not built";
    const { status, stderr } = spawnSync(UNSHARE[0] as string, [...UNSHARE.slice(1), "true"], {
      encoding: "utf8",
    });
    return status === 0 || `unshare says: ${stderr?.trim() || "not found"}`;
  },
  "run `npm test` as root or where unprivileged user namespaces work, with g++, make, python3 and util-linux installed",
);

/** `ip`, for veth pairs. */
export const needsIproute: Requirement = requirement(
  "ip (iproute2)",
  () => runs("ip", "-V"),
  "apt-get install iproute2",
);

/** `tcpreplay`. */
export const needsTcpreplay: Requirement = requirement(
  "tcpreplay",
  () => runs("tcpreplay", "--version"),
  "apt-get install tcpreplay",
);

function runs(command: string, argument: string): true | string {
  return spawnSync(command, [argument], { stdio: "ignore" }).status === 0 || `${command} cannot be run`;
}

/** How a child ended. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A veth pair va-vb, up, for frames of any length, without IPv6: it would send neighbour discovery by itself. */
const VETH = [
  "for f in /proc/sys/net/ipv6/conf/*/disable_ipv6; do echo 1 > $f; done 2>/dev/null",
  "ip link add va type veth peer name vb",
  "ip link set va mtu 65535",
  "ip link set vb mtu 65535",
  "ip link set va up",
  "ip link set vb up",
].join("\n");

/** What a scenario asks of its namespace. */
export interface Scene {
  /** Make a veth pair, va and vb. */
  readonly veth?: boolean;
  /** Arguments of the child. */
  readonly args?: readonly string[];
  /** The most descriptors the child may have. */
  readonly descriptors?: number;
  /** Options of Node. */
  readonly node?: readonly string[];
  /** Sent to the child when it has printed "READY". */
  readonly signal?: NodeJS.Signals;
}

/** Runs a script of `../children/` in a fresh network namespace, to its end. */
export function runChild(script: string, scene: Scene = {}): Promise<ChildEnd> {
  const file = fileURLToPath(new URL(script, CHILDREN));
  const limit = scene.descriptors === undefined ? "" : `ulimit -n ${scene.descriptors}\n`;
  const shell = `${scene.veth === true ? `${VETH}\n` : ""}${limit}exec "$@"`;
  const command = [...UNSHARE.slice(1), "sh", "-ec", shell, "sh"];
  const node = [process.execPath, ...(scene.node ?? []), file, ...(scene.args ?? [])];
  const child = spawn(UNSHARE[0] as string, [...command, ...node], { stdio: ["ignore", "pipe", "pipe"] });
  return new Promise((resolve, reject) => {
    const output = { stdout: "", stderr: "" };
    const timer = setTimeout(() => child.kill("SIGKILL"), TIMEOUT_MS);
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output.stdout += text;
      if (scene.signal !== undefined && text.includes("READY")) child.kill(scene.signal);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, ...output });
    });
  });
}

/** Runs a scenario and gives what it reported, as JSON in its last line. @throws Error with its output when it failed */
export async function runScenario<T>(script: string, scene: Scene = {}): Promise<T> {
  const end = await runChild(script, scene);
  const last = end.stdout.trimEnd().split("\n").at(-1) ?? "";
  if (end.code !== 0) {
    throw new Error(`${script} ended with ${end.code ?? end.signal}:\n${end.stdout}\n${end.stderr}`);
  }
  return JSON.parse(last) as T;
}
