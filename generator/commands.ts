import type { RunCommand } from "./command.js";

/** The commands beside generating, by their first word; each is loaded when it is asked for. */
const COMMANDS: Readonly<Record<string, () => Promise<RunCommand>>> = {
  diff: async () => (await import("./command-diff.js")).diffCommand,
  explain: async () => (await import("./command-explain.js")).explainCommand,
  fmt: async () => (await import("./command-fmt.js")).fmtCommand,
  init: async () => (await import("./command-init.js")).initCommand,
  layout: async () => (await import("./command-layout.js")).layoutCommand,
};

/** The command of that name; undefined when the word is an input. */
export async function commandNamed(word: string | undefined): Promise<RunCommand | undefined> {
  return word !== undefined && Object.hasOwn(COMMANDS, word) ? COMMANDS[word]?.() : undefined;
}
