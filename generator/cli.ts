import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { commandNamed } from "./commands.js";
import type { generate, GenerateOptions, GenerateResult } from "./generate.js";
import { packageVersion } from "./package-root.js";
import { ExitCode, Reporter, type TextStream } from "./report.js";

/** What the command line touches of the process; tests bring their own. */
export interface CliHost {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Ends `--watch`. */
  readonly signal: AbortSignal;
  readonly generate: typeof generate;
}

interface Flags {
  readonly out: string;
  readonly importExtension: ".js" | ".ts" | "none";
  readonly target: "ts" | "js";
  readonly format: "text" | "json";
  readonly standalone?: boolean;
  readonly strict?: boolean;
  readonly check?: boolean;
  readonly watch?: boolean;
  readonly quiet?: boolean;
}

interface Invocation {
  readonly inputs: readonly string[];
  readonly flags: Flags;
}

/** Runs the command line with its arguments (without `node` and the script); the result is the exit code. */
export async function main(args: readonly string[], host: CliHost): Promise<number> {
  const command = await commandNamed(args[0]);
  if (command !== undefined) return command(args.slice(1), host);
  const invocation = parse(args, host);
  if (typeof invocation === "number") return invocation;
  const reporter = reporterOf(invocation, host);
  const options = generateOptions(invocation, host);
  if (!invocation.flags.watch) return runOnce(options, reporter, host);
  try {
    return await runWatch(options, reporter, host);
  } catch (error) {
    return reporter.failed(error);
  }
}

/** The arguments in order, or the exit code when help was asked for or they are wrong; then commander has told. */
function parse(args: readonly string[], { stdout, stderr }: CliHost): Invocation | number {
  const command = commandLine().configureOutput({
    writeOut: (text) => stdout.write(text),
    writeErr: (text) => stderr.write(text),
  });
  try {
    command.parse(args, { from: "user" });
    return { inputs: command.processedArgs[0] as string[], flags: command.opts<Flags>() };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? ExitCode.OK : ExitCode.USAGE;
  }
}

function commandLine(): Command {
  return new Command("zc-gen")
    .description(
      "Compiles packet layouts in YAML to TypeScript classes that read and write the bytes in place.",
    )
    .argument("<inputs...>", "schema files, and folders to search for *.yaml and *.yml", appendPath)
    .option("--out <dir>", "output folder", onePath, "generated")
    .addOption(choice("--import-extension <ext>", "how relative imports end", [".js", ".ts", "none"]))
    .addOption(choice("--target <language>", "js: .js and .d.ts, for projects without a build", ["ts", "js"]))
    .option("--standalone", "copy the runtime beside the output, which then needs no installed zc-gen")
    .option("--strict", "setters also refuse what breaks a rule: constants, ranges, closed enums")
    .addOption(
      new Option("--check", "write nothing; exit 1 when the output is stale")
        .default(false)
        .conflicts("watch"),
    )
    .option("--watch", "run again whenever a schema changes, until Ctrl-C")
    .addOption(
      choice("--format <format>", "how problems are told; json: an array on stdout", ["text", "json"]),
    )
    .option("--quiet", "say nothing when all is well")
    .version(packageVersion(), "--version", "print the version")
    .helpOption("--help", "print this help")
    .addHelpText("after", HELP)
    .showHelpAfterError("(zc-gen --help shows what there is)")
    .exitOverride();
}

/** An option with a few values, the first being the default. */
function choice(flags: string, description: string, values: readonly string[]): Option {
  return new Option(flags, description).choices(values).default(values[0]);
}

function onePath(text: string): string {
  if (text === "") throw new InvalidArgumentError("A path cannot be empty.");
  return text;
}

function appendPath(text: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), onePath(text)];
}

const HELP = `
Examples:
  zc-gen schemas/                          a class for every schema, in generated/
  zc-gen my/ --out src/gen --standalone    for a project that ships without zc-gen
  zc-gen my/ --out gen --target js         for a project without TypeScript
  zc-gen schemas/ --check                  in CI: is generated/ up to date?
  zc-gen decode traffic.pcapng             packets; see zc-gen decode --help

  zc-gen filter 'udp.port == 53' --explain what the kernel runs of a filter

Other commands (zc-gen COMMAND --help; a folder of that name is ./COMMAND):
  init      makes a first schema with its settings
  layout    draws a layout, or writes its reference page
  fmt       formats schemas
  diff      tells what a change of schemas breaks
  explain   explains a diagnostic by its number

Exit codes:
  0   all is well
  1   the schemas have errors, or --check found stale output
  2   wrong usage, a missing input, or output that cannot be written
  70  a bug in zc-gen (ZC_GEN_DEBUG=1 shows where)

A failed run leaves the old output as it was. Colour is used on a terminal only;
NO_COLOR=1 switches it off.`;

function generateOptions({ inputs, flags }: Invocation, { cwd }: CliHost): GenerateOptions {
  const { out, standalone = false, strict = false, target, check = false } = flags;
  const importExtension = flags.importExtension === "none" ? "" : flags.importExtension;
  return { inputs, cwd, out, standalone, strict, target, check, importExtension };
}

function reporterOf({ inputs, flags }: Invocation, { stdout, stderr, env }: CliHost): Reporter {
  const { format, quiet = false, check = false, watch: oneLine = false, out } = flags;
  const remedy = remedyOf(inputs, flags);
  return new Reporter({ stdout, stderr, env, format, quiet, check, oneLine, out, remedy });
}

/** The command without --check, spelled so that a shell understands it. */
function remedyOf(inputs: readonly string[], flags: Flags): string {
  const { out, importExtension, target, standalone, strict } = flags;
  return [
    "npx zc-gen",
    ...inputs.map(quoted),
    ...(out === "generated" ? [] : ["--out", quoted(out)]),
    ...(importExtension === ".js" ? [] : ["--import-extension", importExtension]),
    ...(target === "ts" ? [] : ["--target", target]),
    ...(standalone ? ["--standalone"] : []),
    ...(strict ? ["--strict"] : []),
  ].join(" ");
}

function quoted(word: string): string {
  return /^[\w./\\:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

async function runOnce(
  options: GenerateOptions,
  reporter: Reporter,
  host: CliHost,
  tell: (result: GenerateResult) => boolean = () => true,
): Promise<number> {
  const start = performance.now();
  try {
    const result = await host.generate(options);
    return tell(result) ? reporter.done(result, performance.now() - start) : ExitCode.OK;
  } catch (error) {
    return reporter.failed(error);
  }
}

/** Until the signal comes. The first run may fail for the schemas' sake, but wrong usage ends it. */
async function runWatch(options: GenerateOptions, reporter: Reporter, host: CliHost): Promise<number> {
  const { watch } = await import("./watch.js");
  const refused = new AbortController();
  const signal = AbortSignal.any([host.signal, refused.signal]);
  let runs = 0;
  const run = async (alsoWatch: (paths: readonly string[]) => void): Promise<void> => {
    const first = runs++ === 0;
    const code = await runOnce(options, reporter, host, ({ fresh, sources }) => {
      alsoWatch(sources);
      return first || !fresh;
    });
    if (first && code === ExitCode.USAGE) refused.abort();
    else if (first) reporter.summary(`zc-gen: watching ${options.inputs.join(", ")}; Ctrl-C ends it\n`);
  };
  const onError = (error: unknown): void => void reporter.failed(error);
  await watch({ inputs: options.inputs, cwd: host.cwd, signal, run, onError });
  return refused.signal.aborted ? ExitCode.USAGE : ExitCode.OK;
}
