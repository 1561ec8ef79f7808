// `node dist/bench/live.js`: a ring with default options on one end of a veth pair, in a network namespace of its own,
// while another process sends small frames on the other end as fast as it can.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const SECONDS = Number(process.env["ZC_BENCH_SECONDS"] ?? 5);
const READER = fileURLToPath(new URL("./live-reader.js", import.meta.url));

/** A pair va-vb, up, without IPv6: it would send neighbour discovery by itself. */
const VETH = [
  "for f in /proc/sys/net/ipv6/conf/*/disable_ipv6; do echo 1 > $f; done 2>/dev/null",
  "ip link add va type veth peer name vb",
  "ip link set va up",
  "ip link set vb up",
  'exec "$@"',
].join("\n");

const unshare = process.getuid?.() === 0 ? ["-n"] : ["-rn"];
const reader = [process.execPath, READER, `${SECONDS}`];
const { status, error } = spawnSync("unshare", [...unshare, "sh", "-ec", VETH, "sh", ...reader], {
  stdio: "inherit",
});
if (error !== undefined) {
  console.error(`SKIPPED the live ring: it needs Linux, util-linux and iproute2 (${error.message})`);
} else if (status !== 0) {
  process.exitCode = status ?? 1;
}
