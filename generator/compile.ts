import { analyze } from "./analyze.js";
import { compare, type Diagnostic, Diagnostics } from "./diagnostics.js";
import { emit } from "./emit.js";
import { format } from "./format.js";
import { readInputs } from "./inputs.js";
import type { Model } from "./layout.js";
import { NO_REUSE, type Reuse } from "./reuse.js";

export interface CompileOptions {
  /** Schema files, and folders that are searched for them; relative to `cwd`. */
  readonly inputs: readonly string[];
  readonly cwd?: string;
  /** How relative imports end. Default: `".js"`. */
  readonly importExtension?: ".js" | ".ts" | "";
  /** The module that generated code imports the runtime from. Default: `"zc-gen"`. */
  readonly runtimeImport?: string;
  /** Emits classes for the bundled schemas that the output needs too, instead of importing them. */
  readonly standalone?: boolean;
  /** Setters refuse what breaks a rule, too. */
  readonly strict?: boolean;
}

export interface OutputFile {
  /** Relative to the output folder. */
  readonly path: string;
  readonly text: string;
  /** Stands for everything that the text is made from; unset where the text is made in every run. */
  readonly key?: string;
}

export interface Compilation {
  /** Sorted by path; empty when there are errors. */
  readonly files: readonly OutputFile[];
  /** Sorted by file and place. */
  readonly diagnostics: readonly Diagnostic[];
  readonly schemas: number;
  readonly classes: number;
  /** Absolute paths of the user's schemas. */
  readonly sources: readonly string[];
  readonly inputsHash: string;
}

/**
 * The passes in their order: load, validate, resolve, check, emit, format. Writes nothing; a bad schema is a
 * diagnostic, never an exception. A text that `reuse` has is not made again.
 */
export async function compile(options: CompileOptions, reuse: Reuse = NO_REUSE): Promise<Compilation> {
  const { files, sources, inputsHash } = await readInputs(options);
  const { importExtension = ".js", runtimeImport = "zc-gen", standalone = false, strict = false } = options;
  const diagnostics = new Diagnostics();
  const model = analyze(files, diagnostics, standalone);
  const common = { schemas: sources.length, sources, inputsHash };
  if (diagnostics.hasErrors) return { ...common, files: [], classes: 0, diagnostics: diagnostics.sorted() };
  const emitted = emit(model, { importExtension, runtimeImport, standalone, strict }, reuse);
  const formatted = await Promise.all(emitted.map(format));
  return {
    ...common,
    files: inOrder(formatted),
    diagnostics: diagnostics.sorted(),
    classes: ownClasses(model),
  };
}

function inOrder(files: readonly OutputFile[]): OutputFile[] {
  return [...files].sort((a, b) => compare(a.path, b.path));
}

function ownClasses({ schemas }: Model): number {
  const own = schemas.filter(({ ref }) => ref.origin === "own");
  return own.reduce((sum, { header, types }) => sum + types.length + (header === undefined ? 0 : 1), 0);
}
