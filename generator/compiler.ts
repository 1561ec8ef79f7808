import type { Compilation, CompileOptions } from "./compile.js";

/** What `generate` needs of the compiler; tests put a small one in its place. */
export interface Compiler {
  readonly compile: (options: CompileOptions, reuse?: Reuse) => Promise<Compilation>;
  readonly readInputs: (
    options: CompileOptions,
  ) => Promise<{ readonly sources: readonly string[]; readonly inputsHash: string }>;
}
import type { Reuse } from "./reuse.js";

/** Schemas to files in memory: writes nothing, and reports bad schemas in `diagnostics` without throwing. */
export async function compile(options: CompileOptions): Promise<Compilation> {
  return (await import("./compile.js")).compile(options);
}

/** Loads the passes when they are needed: ts-morph and prettier take half a second that an unchanged run saves. */
export const realCompiler: Compiler = {
  compile: async (options, reuse) => (await import("./compile.js")).compile(options, reuse),
  readInputs: async (options) => (await import("./inputs.js")).readInputs(options),
};
