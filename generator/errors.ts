import type { Diagnostic } from "./diagnostics.js";
import { formatDiagnostics } from "./print.js";

/** The schemas hold problems; nothing was written. Carries all of them, in the order in which they are printed. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
  readonly code = "ERR_ZC_SCHEMA";
  readonly diagnostics: readonly Diagnostic[];

  /** The message is the printed text of all diagnostics, without colour. */
  constructor(diagnostics: readonly Diagnostic[]) {
    super(formatDiagnostics(diagnostics));
    this.diagnostics = diagnostics;
  }
}

/**
 * - `ERR_ZC_INPUT`: an input is missing, cannot be read, or holds no schema;
 * - `ERR_ZC_OUTPUT`: the output folder cannot be written, or holds a file that is not ours;
 * - `ERR_ZC_OPTION`: two options contradict each other.
 */
export type GeneratorErrorCode = "ERR_ZC_INPUT" | "ERR_ZC_OUTPUT" | "ERR_ZC_OPTION";

/** The run could not do its work, for a reason outside the schemas. The message names the remedy; nothing was written. */
export class GeneratorError extends Error {
  override readonly name = "GeneratorError";
  readonly code: GeneratorErrorCode;

  constructor(code: GeneratorErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENOENT: "no such file or folder",
  ENOTDIR: "a part of the path is not a folder",
  EISDIR: "it is a folder",
  EEXIST: "a file of that name is in the way",
  ELOOP: "too many symbolic links",
  EMFILE: "too many open files",
  EBUSY: "it is in use",
};

/** What a system call threw, as Node gives it; spelt out, so that our declarations need no @types/node. */
export interface SystemError extends Error {
  readonly code?: string;
  readonly syscall?: string;
  readonly path?: string;
}

/** True for what a system call threw: it has `code` and `syscall`. */
export function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && "code" in error && "syscall" in error;
}

/** A system error's reason in words, followed by its code: `permission denied (EACCES)`. */
export function reasonOf(error: SystemError): string {
  const code = error.code ?? "unknown";
  const words = SYSTEM_REASONS[code];
  return words === undefined ? code : `${words} (${code})`;
}
