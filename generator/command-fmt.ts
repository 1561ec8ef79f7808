import { writeFileSync } from "node:fs";
import { newCommand, type RunCommand, runCommand } from "./command.js";
import { Diagnostics } from "./diagnostics.js";
import { GeneratorError, SchemaError } from "./errors.js";
import { ownSchemas } from "./inputs.js";
import { load } from "./load.js";
import { ExitCode } from "./report.js";
import { requireInputs } from "./require-inputs.js";
import { formatSchema } from "./schema-format.js";

const HELP = `
Examples:
  zc-gen fmt schemas/           formats every schema, and names those that changed
  zc-gen fmt schemas/ --check   in CI: writes nothing; exit 1 when one is not formatted`;

/** `zc-gen fmt INPUTS...`. */
export const fmtCommand: RunCommand = (args, host) => {
  const command = newCommand("fmt", "Formats schemas; comments stay.", HELP)
    .argument("<inputs...>", "schema files, and folders to search for *.yaml and *.yml")
    .option("--check", "write nothing; exit 1 when a schema is not formatted");
  return runCommand(command, args, host, async () => {
    const inputs = command.processedArgs[0] as readonly string[];
    const { check = false } = command.opts<{ check?: boolean }>();
    requireInputs(inputs, host.cwd);
    const changed = await changedFiles(inputs, host.cwd);
    for (const { absolute, path, formatted } of changed) {
      if (!check) writeFileSync(absolute, formatted);
      host.stdout.write(`${path}\n`);
    }
    if (!check || changed.length === 0) return ExitCode.OK;
    host.stderr.write(`zc-gen: ${changed.length} not formatted; run: npx zc-gen fmt ${inputs.join(" ")}\n`);
    return ExitCode.SCHEMA;
  });
};

/** All are read before the first is written, so that a broken one leaves the others as they are. */
async function changedFiles(
  inputs: readonly string[],
  cwd: string,
): Promise<{ absolute: string; path: string; formatted: string }[]> {
  const files = ownSchemas(inputs, cwd);
  if (files.length === 0) {
    throw new GeneratorError("ERR_ZC_INPUT", `no schema (*.yaml, *.yml) in ${inputs.join(", ")}`);
  }
  const diagnostics = new Diagnostics();
  for (const file of files) load(file, diagnostics);
  if (diagnostics.hasErrors) throw new SchemaError(diagnostics.sorted());
  const changed = [];
  for (const { absolute, path, text } of files) {
    const formatted = await formatSchema(text);
    if (formatted !== text) changed.push({ absolute, path, formatted });
  }
  return changed;
}
