import { parentPort, workerData } from "node:worker_threads";
import { type CompileOptions, compileShare } from "./compile.js";
import { readInputs } from "./inputs.js";
import { NO_REUSE } from "./reuse.js";
import { type HalfMade, SECOND_HALF } from "./second-thread.js";

const options = workerData as CompileOptions;
const inputs = await readInputs(options);
const { inputsHash, files } = await compileShare(options, inputs, NO_REUSE, SECOND_HALF);
parentPort?.postMessage({ inputsHash, files } satisfies HalfMade);
