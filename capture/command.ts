import { CaptureError } from "../files/index.js";
import { FilterError } from "../filter/index.js";
import { RingError } from "../native/index.js";
import { captureLive } from "./live.js";
import { doctor } from "./doctor.js";
import { interfaces } from "./interface-list.js";
import { HELP, parseOptions, UsageError } from "./options.js";

/** Where a command writes. */
export interface OutputStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** What the commands touch of the process; tests bring their own. */
export interface CaptureHost {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Ends a capture in order: Ctrl-C, or a reader of the output that has gone. */
  readonly signal: AbortSignal;
}

/** Runs `zc-gen interfaces`, `doctor` or `capture` with the arguments behind it; the result is the exit code: 0, 1 for a problem, 2 for wrong usage. */
export async function runCapture(
  command: string,
  args: readonly string[],
  host: CaptureHost,
): Promise<number> {
  try {
    const options = parseOptions(command, args);
    if (options.help) {
      host.stdout.write(HELP[command] ?? "");
      return 0;
    }
    if (command === "interfaces") return interfaces(options, host);
    if (command === "doctor") return await doctor(options, host);
    return await captureLive(options, host);
  } catch (error) {
    if (!isExpected(error)) throw error;
    host.stderr.write(`zc-gen ${command}: ${error.message}\n`);
    return error instanceof UsageError || error instanceof FilterError ? 2 : 1;
  }
}

/** Not a bug of ours: a ring's error, also one that came from a worker, wrong usage, a file that cannot be written. */
function isExpected(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const ours = error instanceof RingError || error instanceof CaptureError || error instanceof UsageError;
  return ours || error instanceof TypeError || "code" in error;
}
