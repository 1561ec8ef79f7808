// The public entry `zc-gen/generator`: what the command line does, as functions.
export { generate, type GenerateOptions, type GenerateResult } from "./generate.js";
export type { Diagnostic, Note, SourceFile, Span } from "./diagnostics.js";
export { GeneratorError, type GeneratorErrorCode, SchemaError } from "./errors.js";
export type { OutputChanges } from "./output.js";
export type { Compilation, CompileOptions, OutputFile } from "./compile.js";
export { compile } from "./compiler.js";
export {
  diagnosticToJSON,
  formatDiagnostic,
  formatDiagnostics,
  type JsonDiagnostic,
  type JsonNote,
  type JsonPlace,
  type PrintOptions,
} from "./print.js";
export type { StaleFile } from "./stale.js";
