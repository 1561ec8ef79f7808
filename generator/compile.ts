import { check } from "./check.js";
import { compare, type Diagnostic, Diagnostics } from "./diagnostics.js";
import { emit } from "./emit.js";
import { format } from "./format.js";
import { type InputFile, readInputs } from "./inputs.js";
import { load } from "./load.js";
import { resolve } from "./resolve.js";
import { validate } from "./validate.js";

export interface CompileOptions {
  /** Schema files, and folders that are searched for them; relative to `cwd`. */
  readonly inputs: readonly string[];
  readonly cwd?: string;
  /** How relative imports end. Default: `".js"`. */
  readonly importExtension?: ".js" | ".ts" | "";
  /** The module that generated code imports the runtime from. Default: `"zc-gen"`. */
  readonly runtimeImport?: string;
  /** Emits classes for the bundled schemas too, instead of importing them. */
  readonly standalone?: boolean;
}

export interface OutputFile {
  /** Relative to the output folder. */
  readonly path: string;
  readonly text: string;
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
 * diagnostic, never an exception.
 */
export async function compile(options: CompileOptions): Promise<Compilation> {
  const { files, sources, inputsHash } = await readInputs(options);
  const diagnostics = new Diagnostics();
  const loaded = files.flatMap((file) => loadValid(file, diagnostics));
  const failed = (): Compilation => {
    return {
      files: [],
      diagnostics: diagnostics.sorted(),
      schemas: sources.length,
      classes: 0,
      sources,
      inputsHash,
    };
  };
  const model = check(resolve(loaded, diagnostics), diagnostics);
  if (diagnostics.hasErrors) return failed();
  const { importExtension = ".js", runtimeImport = "zc-gen" } = options;
  const emitted = emit(model, { importExtension, runtimeImport });
  const formatted = await Promise.all(emitted.map(format));
  const own = model.schemas.filter(({ ref }) => ref.origin === "own");
  return {
    files: formatted.sort((a, b) => compare(a.path, b.path)),
    diagnostics: diagnostics.sorted(),
    schemas: own.length,
    classes: own.reduce((sum, { header, types }) => sum + types.length + (header === undefined ? 0 : 1), 0),
    sources,
    inputsHash,
  };
}

function loadValid(file: InputFile, diagnostics: Diagnostics): Parameters<typeof resolve>[0][number][] {
  const loaded = load(file, diagnostics);
  return loaded !== undefined && validate(loaded, diagnostics) ? [{ loaded, origin: file.origin }] : [];
}
