// A second thread for many schemas. It reads all of them, too: to read them twice at once takes no longer, and nothing of
// the model has to go from thread to thread.
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { CompileOptions, OutputFile } from "./compile.js";
import type { Share } from "./emit.js";
import type { Inputs } from "./inputs.js";

export const FIRST_HALF: Share = { index: 0, of: 2 };
export const SECOND_HALF: Share = { index: 1, of: 2 };

/** Fewer are made before a thread has loaded what it needs. */
const MANY_SCHEMAS = 24;

export interface SecondThread {
  /** The second half of the files; `undefined` when the thread failed, or has read other texts than we. */
  files(): Promise<readonly OutputFile[] | undefined>;
  stop(): void;
}

/** What the thread answers. */
export interface HalfMade {
  readonly inputsHash: string;
  readonly files: readonly OutputFile[];
}

/** `undefined` where it would not pay: few schemas, one processor, or sources that were not built. */
export function startSecondThread(options: CompileOptions, inputs: Inputs): SecondThread | undefined {
  const script = new URL("second-thread-main.js", import.meta.url);
  if (inputs.sources.length < MANY_SCHEMAS || availableParallelism() < 2) return undefined;
  if (!existsSync(fileURLToPath(script))) return undefined;
  const worker = new Worker(script, { workerData: options });
  const answer = new Promise<readonly OutputFile[] | undefined>((resolve) => {
    worker.once("message", ({ inputsHash, files }: HalfMade) =>
      resolve(inputsHash === inputs.inputsHash ? files : undefined),
    );
    worker.once("error", () => resolve(undefined));
    worker.once("exit", () => resolve(undefined));
  });
  return { files: () => answer, stop: () => void worker.terminate() };
}
