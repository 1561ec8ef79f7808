import { spawnSync } from "node:child_process";

/** A pair va-vb, up, without IPv6: it would send neighbour discovery by itself. */
const VETH = [
  "for f in /proc/sys/net/ipv6/conf/*/disable_ipv6; do echo 1 > $f; done 2>/dev/null",
  "ip link add va type veth peer name vb",
  "ip addr add 198.51.100.1/24 dev vb",
  "ip link set va up",
  "ip link set vb up",
  'exec "$@"',
].join("\n");

/** Runs a Node script in a network namespace of its own, which has a veth pair; `false`, with words, where none can be made. */
export function runWithVeth(script: string, args: readonly string[]): boolean {
  const unshare = process.getuid?.() === 0 ? ["-n"] : ["-rn"];
  const command = [...unshare, "sh", "-ec", VETH, "sh", process.execPath, script, ...args];
  const { status, error } = spawnSync("unshare", command, { stdio: "inherit" });
  if (error !== undefined) {
    console.error(`SKIPPED ${script}: it needs Linux, util-linux and iproute2 (${error.message})`);
    return false;
  }
  if (status !== 0) process.exitCode = status ?? 1;
  return status === 0;
}
