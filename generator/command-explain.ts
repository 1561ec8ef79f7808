import { readFileSync } from "node:fs";
import { join } from "node:path";
import { newCommand, type RunCommand, runCommand } from "./command.js";
import { diagnosticEntries, diagnosticEntry } from "./diagnostic-table.js";
import { didYouMean } from "./diagnostics.js";
import { GeneratorError } from "./errors.js";
import { packageRoot } from "./package-root.js";
import { ExitCode } from "./report.js";

const HELP = `
Examples:
  zc-gen explain ZC2001    what it is, why, what to do, with an example and its accepted twin
  zc-gen explain           all numbers with their titles`;

/** `zc-gen explain [CODE]`. */
export const explainCommand: RunCommand = (args, host) => {
  const command = newCommand("explain", "Explains a diagnostic by its number.", HELP).argument(
    "[code]",
    "as printed: ZC2001",
  );
  return runCommand(command, args, host, async () => {
    const code = command.processedArgs[0] as string | undefined;
    host.stdout.write(code === undefined ? listText() : explanation(code));
    return ExitCode.OK;
  });
};

function listText(): string {
  return diagnosticEntries()
    .map(({ code, title }) => `${code}  ${title}\n`)
    .join("");
}

/** The diagnostic's section of docs/diagnostics.md, as plain text. */
function explanation(code: string): string {
  const entry = diagnosticEntry(code) ?? diagnosticEntry(`ZC${code}`);
  if (entry === undefined) {
    const codes = diagnosticEntries().map((one) => one.code);
    const [near] = didYouMean(code, codes);
    const hint = near === undefined ? "`zc-gen explain` lists them" : near.message;
    throw new GeneratorError("ERR_ZC_OPTION", `there is no diagnostic ${JSON.stringify(code)}; ${hint}`);
  }
  const page = readFileSync(join(packageRoot(), "docs/diagnostics.md"), "utf8");
  const section = page.split(/^## /m).find((text) => text.startsWith(entry.code)) ?? "";
  return plainText(section);
}

/** Fenced blocks become indented ones, long lines are broken. */
function plainText(section: string): string {
  let isCode = false;
  const lines = section
    .trimEnd()
    .split("\n")
    .flatMap((line) => {
      if (line.startsWith("```")) {
        isCode = !isCode;
        return [];
      }
      return isCode ? [`    ${line}`.trimEnd()] : broken(line);
    });
  return `${lines.join("\n")}\n`;
}

const LINE = 100;

function broken(line: string): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > LINE) {
    const at = rest.lastIndexOf(" ", LINE);
    if (at <= 0) break;
    lines.push(rest.slice(0, at));
    rest = rest.slice(at + 1);
  }
  return [...lines, rest];
}
