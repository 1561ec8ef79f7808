// `node dist/bench/filter-live.js`: a ring on one end of a veth pair, in a network namespace of its own, while another
// process sends; one frame in a hundred is wanted. What a ring costs when the kernel drops the others, and when we do.
import { fileURLToPath } from "node:url";
import { runWithVeth } from "./veth.js";

const SECONDS = Number(process.env["ZC_BENCH_SECONDS"] ?? 1);
const ROUNDS = Number(process.env["ZC_BENCH_ROUNDS"] ?? 5);
const READER = fileURLToPath(new URL("./filter-live-reader.js", import.meta.url));

runWithVeth(READER, [`${SECONDS}`, `${ROUNDS}`]);
