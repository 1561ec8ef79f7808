import { join } from "node:path";
import type { Diagnostic } from "./diagnostics.js";
import { GeneratorError, isSystemError, type SystemError, reasonOf, SchemaError } from "./errors.js";
import type { GenerateResult } from "./generate.js";
import { missingPackage, missingPackageText } from "./missing-package.js";
import { bugsUrl } from "./package-root.js";
import { diagnosticToJSON, formatDiagnostics, type JsonDiagnostic, wantsColor } from "./print.js";
import { cutRight, visible } from "./snippet.js";
import type { StaleFile } from "./stale.js";

/** What the exit code says. */
export const ExitCode = {
  OK: 0,
  /** Errors in the schemas, or stale output under --check. */
  SCHEMA: 1,
  /** Wrong usage, a missing input, an output folder that cannot be written. */
  USAGE: 2,
  /** A bug of ours; EX_SOFTWARE of sysexits.h. */
  INTERNAL: 70,
} as const;

export interface TextStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface ReportOptions {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly env: NodeJS.ProcessEnv;
  readonly format: "text" | "json";
  readonly quiet: boolean;
  /** Nothing is written: the words are those of a comparison. */
  readonly check: boolean;
  /** JSON on one line a run, so that a reader of --watch can tell runs apart. */
  readonly oneLine: boolean;
  /** The output folder as the user spelled it. */
  readonly out: string;
  /** The command that brings the output up to date. */
  readonly remedy: string;
}

/** Tells outcomes to people, or to programs under `--format json`, and turns each into an exit code. */
export class Reporter {
  private readonly options: ReportOptions;

  constructor(options: ReportOptions) {
    this.options = options;
  }

  /** A run that went through. */
  done(result: GenerateResult, milliseconds: number): number {
    const stale = result.stale.map((file) => this.staleToJSON(file));
    this.problems(result.diagnostics, stale);
    if (result.stale.length > 0) return this.stale(result);
    const text = this.options.check ? this.upToDateText(result) : this.changesText(result);
    this.summary(`zc-gen: ${madeText(result, milliseconds)} ${text}\n`);
    return ExitCode.OK;
  }

  failed(error: unknown): number {
    if (error instanceof SchemaError) return this.schemaErrors(error.diagnostics);
    const missing = missingPackage(error);
    if (missing !== undefined) return this.complain(missingPackageText(missing));
    if (error instanceof GeneratorError) return this.complain(`zc-gen: ${visible(error.message)}`);
    if (isSystemError(error)) return this.complain(`zc-gen: ${systemText(error)}`);
    this.complain(internalText(error, this.options.env));
    return ExitCode.INTERNAL;
  }

  /** A line for people; on stderr when stdout is for programs. */
  summary(text: string): void {
    if (this.options.quiet) return;
    (this.options.format === "json" ? this.options.stderr : this.options.stdout).write(text);
  }

  private schemaErrors(diagnostics: readonly Diagnostic[]): number {
    this.problems(diagnostics, []);
    const errors = diagnostics.filter(({ severity }) => severity === "error").length;
    const files = new Set(diagnostics.map(({ span }) => span.file.path)).size;
    if (this.options.format === "text") {
      this.complain(`\nzc-gen: ${count(errors, "error")} in ${count(files, "file")}; nothing was written`);
    }
    return ExitCode.SCHEMA;
  }

  private problems(diagnostics: readonly Diagnostic[], more: readonly JsonDiagnostic[]): void {
    const { format, stdout, stderr, env, oneLine } = this.options;
    if (format === "json") {
      const all = [...diagnostics.map(diagnosticToJSON), ...more];
      stdout.write(`${JSON.stringify(all, null, oneLine ? 0 : 2)}\n`);
    } else if (diagnostics.length > 0) {
      stderr.write(`${formatDiagnostics(diagnostics, { color: wantsColor(stderr, env) })}\n`);
    }
  }

  private stale({ stale, unchanged }: GenerateResult): number {
    const [first] = stale;
    if (this.options.format === "text" && first !== undefined) {
      const total = count(stale.length + unchanged.length, "file");
      const lines = [
        `${join(this.options.out, first.path)}:${first.line}: ${STALE_TEXT[first.kind]}`,
        ...(first.onDisk === undefined ? [] : [`- ${lineOf(first.onDisk)}`]),
        ...(first.generated === undefined ? [] : [`+ ${lineOf(first.generated)}`]),
        `zc-gen: ${stale.length} of ${total} in ${this.folder} out of date; run: ${this.options.remedy}`,
      ];
      this.complain(lines.join("\n"));
    }
    return ExitCode.SCHEMA;
  }

  private staleToJSON({ path, kind, line, onDisk, generated }: StaleFile): JsonDiagnostic {
    const file = join(this.options.out, path).replaceAll("\\", "/");
    const notes = [
      ...(onDisk === undefined ? [] : [{ message: `on disk: ${onDisk}` }]),
      ...(generated === undefined ? [] : [{ message: `generated: ${generated}` }]),
      { message: `run: ${this.options.remedy}` },
    ];
    const place = { file, line, column: 1, endLine: line, endColumn: (onDisk?.length ?? 0) + 1 };
    return { ...place, severity: "error", code: `stale-${kind}`, message: STALE_TEXT[kind], notes };
  }

  private changesText({ fresh, written, removed }: GenerateResult): string {
    const changes = [
      ...(written.length > 0 ? [`${written.length} written`] : []),
      ...(removed.length > 0 ? [`${removed.length} removed`] : []),
    ];
    const nothing = fresh ? "inputs unchanged, nothing to do" : "nothing changed";
    return `-> ${this.folder} (${changes.join(", ") || nothing})`;
  }

  private upToDateText({ unchanged }: GenerateResult): string {
    return `= ${this.folder} (${count(unchanged.length, "file")} up to date)`;
  }

  private get folder(): string {
    return this.options.out.replace(/[\\/]*$/, "/");
  }

  private complain(text: string): number {
    this.options.stderr.write(`${text}\n`);
    return ExitCode.USAGE;
  }
}

const STALE_TEXT = {
  changed: "differs from what the schemas give",
  missing: "is missing",
  superfluous: "is no longer generated, and is still there",
} as const;

/** Terminal cells of a line that `--check` shows. */
const LINE_CELLS = 160;

function lineOf(text: string): string {
  return cutRight(visible(text), LINE_CELLS);
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

function madeText({ classes, schemas }: GenerateResult, milliseconds: number): string {
  const seconds = (milliseconds / 1000).toFixed(2);
  return `${count(classes, "class", "classes")} from ${count(schemas, "schema")} in ${seconds} s`;
}

function systemText(error: SystemError): string {
  return `cannot ${error.syscall ?? "use"} ${error.path ?? "a file"}: ${reasonOf(error)}`;
}

function internalText(error: unknown, env: NodeJS.ProcessEnv): string {
  const message = visible(error instanceof Error ? error.message : String(error));
  const where = bugsUrl();
  const report = `please report it${where === undefined ? "" : ` at ${where}`}, with the schemas that showed it`;
  const text = `zc-gen: internal error: ${message}\nThis is a bug in zc-gen, not in your schemas; ${report}.`;
  if (env["ZC_GEN_DEBUG"] !== "1") return `${text} ZC_GEN_DEBUG=1 shows where it happened.`;
  return `${text}\n${error instanceof Error ? (error.stack ?? "") : ""}`;
}
