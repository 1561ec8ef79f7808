import { Command, CommanderError } from "commander";
import { ExitCode, Reporter, type TextStream } from "./report.js";

/** What a command touches of the process; tests bring their own. */
export interface CommandHost {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** A command beside generating: its arguments without its name; the result is the exit code. */
export type RunCommand = (args: readonly string[], host: CommandHost) => Promise<number>;

/** A command with what all of them share. */
export function newCommand(name: string, description: string, help: string): Command {
  return new Command(`zc-gen ${name}`)
    .description(description)
    .helpOption("--help", "print this help")
    .addHelpText("after", help)
    .showHelpAfterError(`(zc-gen ${name} --help shows what there is)`)
    .exitOverride();
}

/** Parses the arguments and does the work; whatever is wrong is told in a sentence and becomes an exit code. */
export async function runCommand(
  command: Command,
  args: readonly string[],
  { stdout, stderr, env }: CommandHost,
  work: () => Promise<number>,
): Promise<number> {
  command.configureOutput({
    writeOut: (text) => stdout.write(text),
    writeErr: (text) => stderr.write(text),
  });
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? ExitCode.OK : ExitCode.USAGE;
  }
  try {
    return await work();
  } catch (error) {
    const plain = { format: "text", quiet: false, check: true, oneLine: false, out: "", remedy: "" } as const;
    return new Reporter({ stdout, stderr, env, ...plain }).failed(error);
  }
}
