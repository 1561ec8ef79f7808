import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { newCommand, type RunCommand, runCommand } from "./command.js";
import { GeneratorError } from "./errors.js";
import { ExitCode } from "./report.js";

const HELP = `
Makes my-schemas/reading.yaml, a line in .gitattributes that marks gen/ as generated, and the
scripts "schemas" and "schemas:check" in package.json. What is there already stays as it is.`;

const SCHEMAS = "my-schemas";
const SCRIPTS = {
  schemas: `zc-gen ${SCHEMAS} --out gen`,
  "schemas:check": `zc-gen ${SCHEMAS} --out gen --check && zc-gen fmt ${SCHEMAS} --check`,
};
const ATTRIBUTES = "gen/** linguist-generated=true eol=lf";

/** `zc-gen init [FOLDER]`. */
export const initCommand: RunCommand = (args, host) => {
  const command = newCommand("init", "Begins a project: a first schema and its settings.", HELP).argument(
    "[folder]",
    "the project's folder",
    ".",
  );
  return runCommand(command, args, host, async () => {
    const folder = resolve(host.cwd, command.processedArgs[0] as string);
    const scripts = planScripts(folder);
    const told = [writeSchema(folder), writeAttributes(folder), writeScripts(folder, scripts)];
    host.stdout.write(`${told.flat().join("\n")}\n\nNext: npm run schemas\n`);
    return ExitCode.OK;
  });
};

function writeSchema(folder: string): string {
  const path = `${SCHEMAS}/reading.yaml`;
  const file = join(folder, path);
  if (existsSync(file)) return `kept     ${path}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, SCHEMA, { flag: "wx" });
  return `written  ${path}`;
}

function writeAttributes(folder: string): string {
  const file = join(folder, ".gitattributes");
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (before.split(/\r?\n/).some((line) => line.startsWith("gen/"))) return "kept     .gitattributes";
  const gap = before === "" || before.endsWith("\n") ? "" : "\n";
  writeFileSync(file, `${before}${gap}${ATTRIBUTES}\n`);
  return `${before === "" ? "written " : "added to"} .gitattributes`;
}

interface Plan {
  readonly text: string;
  readonly told: readonly string[];
}

/** Before anything is written: a package.json that cannot be read ends the run. */
function planScripts(folder: string): Plan {
  const file = join(folder, "package.json");
  const before = existsSync(file)
    ? readFileSync(file, "utf8")
    : '{\n  "private": true,\n  "type": "module"\n}\n';
  const json = parsed(before, file);
  const scripts = (json["scripts"] ?? {}) as Record<string, string>;
  const missing = Object.entries(SCRIPTS).filter(([name]) => !Object.hasOwn(scripts, name));
  const kept = Object.keys(SCRIPTS).filter((name) => Object.hasOwn(scripts, name));
  const told = [
    ...missing.map(([name]) => `added    package.json: script "${name}"`),
    ...kept.map((name) => `kept     package.json: script "${name}"`),
  ];
  if (missing.length === 0) return { text: before, told };
  const indent = /^([ \t]+)"/m.exec(before)?.[1] ?? "  ";
  const after = { ...json, scripts: { ...scripts, ...Object.fromEntries(missing) } };
  return { text: `${JSON.stringify(after, null, indent)}\n`, told };
}

function parsed(text: string, file: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === "object" && json !== null && !Array.isArray(json)) {
      return json as Record<string, unknown>;
    }
  } catch (cause) {
    throw new GeneratorError("ERR_ZC_INPUT", `cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
  throw new GeneratorError("ERR_ZC_INPUT", `${file} is no JSON object`);
}

function writeScripts(folder: string, { text, told }: Plan): readonly string[] {
  const file = join(folder, "package.json");
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
  return told;
}

const SCHEMA = `# yaml-language-server: $schema=../node_modules/zc-gen/schema.json
zc: 1
name: reading
doc: One reading of a sensor.
endian: big
attach: { udp.dst_port: 5600 }
fields:
  version: u8 = 1
  kind: { type: u8, enum: reading_kind }
  sensor: { type: u16, doc: Which sensor. }
  temperature: { type: i16, doc: In hundredths of a degree Celsius. }
enums:
  reading_kind:
    values: { 1: indoor, 2: outdoor }
`;
