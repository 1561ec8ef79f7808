import { parseArgs } from "node:util";

/** What the command line asks for. */
export interface LiveArguments {
  readonly help: boolean;
  readonly interfaceName: string | undefined;
  readonly seconds: number | undefined;
}

export const USAGE = `Usage: npm start -- [options]

Decodes live packets in place, with the classes that were generated from schemas/, and sums up what it saw.
Without options it makes traffic of its own in a private network namespace, for about 10 seconds.

Options:
  --interface NAME  capture on this interface, until Ctrl-C
  --seconds N       end after so many seconds (default 10; with --interface none)
  --help            print this help

Exit codes: 0 all is well, 1 the ring could not be opened or its interface vanished, 2 wrong usage.
NO_COLOR=1 switches colour off.`;

/** A wrong command line, in words. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Reads the command line. @throws UsageError */
export function readArguments(args: readonly string[]): LiveArguments {
  const { help, interface: interfaceName, seconds } = parse(args);
  if (interfaceName === "") throw new UsageError("--interface wants the name of a network interface");
  return { help, interfaceName, seconds: seconds === undefined ? undefined : readSeconds(seconds) };
}

function parse(args: readonly string[]): { help: boolean; interface?: string; seconds?: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: "boolean", default: false },
        interface: { type: "string" },
        seconds: { type: "string" },
      },
    });
    return values;
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== "" && seconds > 0 && seconds <= 86_400) return seconds;
  throw new UsageError(`--seconds wants a number above 0 and up to 86400, not ${JSON.stringify(text)}`);
}
