import { resolve } from "node:path";
import type { Compilation, CompileOptions, OutputFile } from "./compile.js";
import { type Compiler, realCompiler } from "./compiler.js";
import type { Diagnostic } from "./diagnostics.js";
import { GeneratorError, SchemaError } from "./errors.js";
import { isFresh, type Origin } from "./fresh.js";
import { hashFiles, hashText, type Manifest, readManifest } from "./manifest.js";
import { isRemembered, remember, textsIn } from "./memory.js";
import { type OutputChanges, writeOutput } from "./output.js";
import { packageVersion } from "./package-root.js";
import { requireInputs } from "./require-inputs.js";
import { NO_REUSE } from "./reuse.js";
import { findStale, type StaleFile } from "./stale.js";
import { runtimeFiles, runtimeHash, standaloneImport } from "./standalone.js";

export interface GenerateOptions {
  /** Schema files, and folders that are searched for them; relative to `cwd`. At least one. */
  readonly inputs: readonly string[];
  /** The output folder, relative to `cwd`. */
  readonly out?: string;
  /** Default: the process's working folder. */
  readonly cwd?: string;
  /** How relative imports end; `""` for bundlers. Default: `".js"`. */
  readonly importExtension?: ".js" | ".ts" | "";
  /** Copies the runtime beside the output, which then needs no installed zc-gen. Default: false. */
  readonly standalone?: boolean;
  /** Setters also refuse what breaks a rule: constants, ranges, reserved bits, closed enums. Default: false. */
  readonly strict?: boolean;
  /** `"js"` writes `.js` and `.d.ts`, for projects without a TypeScript build. Default: `"ts"`. */
  readonly target?: "ts" | "js";
  /** Writes nothing and tells in `stale` what would change. Default: false. */
  readonly check?: boolean;
}

export interface GenerateResult extends OutputChanges {
  /** The output folder's absolute path. */
  readonly out: string;
  readonly schemas: number;
  readonly classes: number;
  /** True when inputs and output were as an earlier run left them, so that nothing was done again. */
  readonly fresh: boolean;
  /** With `check`: files that are not up to date. Empty is good. */
  readonly stale: readonly StaleFile[];
  /** Warnings; errors are thrown. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of every schema that was read. */
  readonly sources: readonly string[];
}

/**
 * Generates accessor classes from schemas and writes them to a folder: only files that changed, all or none.
 *
 * @throws SchemaError with all diagnostics when the schemas hold errors; nothing was written.
 * @throws GeneratorError when an input is missing, options contradict each other, or the output cannot be written.
 * @throws TypeError when an option is not of its type.
 */
export async function generate(options: GenerateOptions): Promise<GenerateResult> {
  return generateWith(realCompiler, options);
}

/** `generate` with a compiler of the caller's. */
export async function generateWith(compiler: Compiler, options: GenerateOptions): Promise<GenerateResult> {
  const settings = settingsOf(options);
  requireInputs(settings.inputs, settings.cwd);
  const earlier = readManifest(settings.out);
  if (earlier !== undefined) {
    const { sources, inputsHash } = await compiler.readInputs(compileOptionsOf(settings));
    // A manifest is committed with the output, so that a check must not believe it; what ran here is another matter.
    const isDone = settings.check ? isRemembered : isFresh;
    if (isDone(settings.out, originOf(settings, inputsHash), earlier)) {
      return freshResult(settings, earlier, sources);
    }
  }
  const reuse = settings.target === "ts" ? textsIn(settings.out) : NO_REUSE;
  const compilation = await compiler.compile(compileOptionsOf(settings), reuse);
  requireGood(compilation, settings);
  const files = await outputOf(compilation, settings);
  if (settings.check) return checkResult(settings, compilation, files, earlier);
  const { schemas, classes, inputsHash } = compilation;
  const manifest = { ...originOf(settings, inputsHash), schemas, classes, files: hashFiles(files) };
  const changes = writeOutput(settings.out, files, manifest, earlier);
  remember(settings.out, originOf(settings, inputsHash), files);
  return { ...resultOf(settings, compilation), ...changes };
}

type Settings = Required<GenerateOptions>;

function settingsOf(options: GenerateOptions): Settings {
  const cwd = resolve(options.cwd ?? ".");
  const settings: Settings = {
    inputs: options.inputs,
    out: resolve(cwd, requireText("out", options.out ?? "generated")),
    cwd,
    importExtension: oneOf("importExtension", options.importExtension ?? ".js", [".js", ".ts", ""]),
    standalone: options.standalone ?? false,
    strict: options.strict ?? false,
    target: oneOf("target", options.target ?? "ts", ["ts", "js"]),
    check: options.check ?? false,
  };
  if (!Array.isArray(settings.inputs) || settings.inputs.length === 0) {
    throw new TypeError("inputs: expected an array of at least one path");
  }
  settings.inputs.forEach((input, index) => requireText(`inputs[${index}]`, input));
  refuseConflict(settings);
  return settings;
}

function requireText(name: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw new TypeError(`${name}: expected a path, got ${JSON.stringify(value)}`);
}

function oneOf<T extends string>(name: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  const expected = allowed.map((word) => JSON.stringify(word)).join(" or ");
  throw new TypeError(`${name}: expected ${expected}, got ${JSON.stringify(value)}`);
}

function refuseConflict({ target, importExtension }: Settings): void {
  if (target !== "js" || importExtension === ".js") return;
  const given = importExtension === "" ? "none" : importExtension;
  throw new GeneratorError(
    "ERR_ZC_OPTION",
    `--target js writes modules that import each other as .js files; leave out --import-extension ${given}`,
  );
}

function requireGood({ diagnostics, schemas }: Compilation, { inputs }: Settings): void {
  if (diagnostics.some(({ severity }) => severity === "error")) throw new SchemaError(diagnostics);
  if (schemas > 0) return;
  throw new GeneratorError("ERR_ZC_INPUT", `no schema (*.yaml, *.yml) in ${inputs.join(", ")}`);
}

function compileOptionsOf({ inputs, cwd, importExtension, standalone, strict }: Settings): CompileOptions {
  const common = { inputs, cwd, importExtension, standalone, strict };
  return standalone ? { ...common, runtimeImport: standaloneImport(importExtension) } : common;
}

function originOf({ importExtension, standalone, strict, target }: Settings, inputsHash: string): Origin {
  return {
    generator: packageVersion(),
    options: { importExtension, standalone, strict, target },
    inputs: standalone ? hashText(`${inputsHash}\n${runtimeHash()}`) : inputsHash,
  };
}

async function outputOf({ files }: Compilation, settings: Settings): Promise<OutputFile[]> {
  const runtime = settings.standalone ? runtimeFiles(settings.importExtension) : [];
  const all = [...files, ...runtime].sort((a, b) => (a.path < b.path ? -1 : 1));
  if (settings.target === "ts") return all;
  return (await import("./transpile.js")).transpileFiles(all);
}

const NO_CHANGES: OutputChanges = { written: [], removed: [], unchanged: [] };

function resultOf(
  settings: Settings,
  { schemas, classes, diagnostics, sources }: Compilation,
): GenerateResult {
  return {
    out: settings.out,
    schemas,
    classes,
    diagnostics,
    sources,
    fresh: false,
    stale: [],
    ...NO_CHANGES,
  };
}

function checkResult(
  settings: Settings,
  compilation: Compilation,
  files: readonly OutputFile[],
  earlier: Manifest | undefined,
): GenerateResult {
  const stale = findStale(settings.out, files, earlier);
  const differing = new Set(stale.map(({ path }) => path));
  const unchanged = files.map(({ path }) => path).filter((path) => !differing.has(path));
  return { ...resultOf(settings, compilation), stale, unchanged };
}

function freshResult(settings: Settings, manifest: Manifest, sources: readonly string[]): GenerateResult {
  const { schemas, classes, files } = manifest;
  const unchanged = Object.keys(files);
  const common = { out: settings.out, schemas, classes, sources, diagnostics: [], stale: [], ...NO_CHANGES };
  return { ...common, unchanged, fresh: true };
}
