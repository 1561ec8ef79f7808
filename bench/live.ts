// `node dist/bench/live.js`: a ring with default options on one end of a veth pair, in a network namespace of its own,
// while another process sends small frames on the other end as fast as it can.
import { fileURLToPath } from "node:url";
import { runWithVeth } from "./veth.js";

const SECONDS = Number(process.env["ZC_BENCH_SECONDS"] ?? 5);
const READER = fileURLToPath(new URL("./live-reader.js", import.meta.url));

runWithVeth(READER, [`${SECONDS}`]);
