import { statSync } from "node:fs";
import { resolve } from "node:path";
import { GeneratorError, isSystemError, reasonOf } from "./errors.js";

/** @throws GeneratorError naming the first input that cannot be read. */
export function requireInputs(inputs: readonly string[], cwd: string): void {
  for (const input of inputs) {
    try {
      statSync(resolve(cwd, input));
    } catch (cause) {
      if (!isSystemError(cause)) throw cause;
      throw new GeneratorError("ERR_ZC_INPUT", `cannot read ${input}: ${reasonOf(cause)}`, { cause });
    }
  }
}
