import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Option } from "commander";
import { newCommand, type RunCommand, runCommand } from "./command.js";
import { didYouMean } from "./diagnostics.js";
import { drawAscii } from "./draw-ascii.js";
import { drawSvg } from "./draw-svg.js";
import { GeneratorError } from "./errors.js";
import type { Model, SchemaModel, StructModel } from "./layout.js";
import { readModel } from "./read-model.js";
import { referencePage } from "./reference-page.js";
import { ExitCode } from "./report.js";

interface Flags {
  readonly schemas: readonly string[];
  readonly type?: string;
  readonly svg?: boolean;
  readonly markdown?: boolean;
}

const HELP = `
Examples:
  zc-gen layout ipv4                           a bundled header
  zc-gen layout my-schemas/reading.yaml        one of yours
  zc-gen layout reading --schemas my-schemas   the same, by its name
  zc-gen layout tcp --svg > tcp.svg
  zc-gen layout tcp --markdown > tcp.md        fields, values, lengths, what follows`;

/** `zc-gen layout WHAT`: a diagram of every structure of one schema, or its reference page. */
export const layoutCommand: RunCommand = (args, host) => {
  const command = newCommand("layout", "Draws a layout as RFCs do, 32 bits a line.", HELP)
    .argument("<what>", "the name of a header or enum, or a schema file")
    .option("--schemas <path...>", "files and folders with schemas of your own", [])
    .option("--type <name>", "only this structure of the file")
    .addOption(new Option("--svg", "a picture, of the header or of --type").conflicts("markdown"))
    .option("--markdown", "the reference page");
  return runCommand(command, args, host, async () => {
    host.stdout.write(await rendered(command.processedArgs[0] as string, command.opts<Flags>(), host.cwd));
    return ExitCode.OK;
  });
};

async function rendered(what: string, flags: Flags, cwd: string): Promise<string> {
  const isFile = /\.ya?ml$/.test(what) || (what.includes("/") && existsSync(resolve(cwd, what)));
  const model = await readModel(isFile ? [what, ...flags.schemas] : flags.schemas, cwd);
  const schema = isFile ? schemaOfFile(model, resolve(cwd, what), cwd) : schemaNamed(model, what);
  const structs = chosen(schema, flags.type);
  if (flags.markdown) return referencePage(schema, structs, model);
  const [first] = structs;
  if (first === undefined) {
    throw new GeneratorError("ERR_ZC_OPTION", `${schema.ref.name} is an enum; only --markdown shows it`);
  }
  return flags.svg ? drawSvg(first) : structs.map(titled).join("\n");
}

function titled(struct: StructModel): string {
  const source = struct.source === undefined ? "" : ` (${struct.source})`;
  return `${struct.name}${source}\n\n${drawAscii(struct)}`;
}

function schemaOfFile({ schemas }: Model, file: string, cwd: string): SchemaModel {
  const found = schemas.find(({ ref }) => resolve(cwd, ref.file.path) === file);
  if (found === undefined) throw new GeneratorError("ERR_ZC_INPUT", `${file} holds no schema`);
  return found;
}

function schemaNamed({ schemas }: Model, name: string): SchemaModel {
  const found = schemas.find(({ ref }) => ref.name === name);
  if (found !== undefined) return found;
  const [near] = didYouMean(
    name,
    schemas.map(({ ref }) => ref.name),
  );
  const hint = near?.message ?? "--schemas adds a folder of yours";
  throw new GeneratorError("ERR_ZC_INPUT", `there is no schema named ${JSON.stringify(name)}; ${hint}`);
}

/** The header, then its types; of a pair for two byte orders the big one stands for both. */
export function structsOf({ header, types, orders }: SchemaModel): readonly StructModel[] {
  if (orders === undefined) return header === undefined ? types : [header, ...types];
  const ordered = [...orders.structs].sort((a, b) => Number(b.isHeader) - Number(a.isHeader));
  return ordered.map(({ big }) => big);
}

function chosen(schema: SchemaModel, type: string | undefined): readonly StructModel[] {
  const all = structsOf(schema);
  if (type === undefined) return all;
  const found = all.filter(({ name }) => name === type);
  if (found.length > 0) return found;
  const names = all.map(({ name }) => name).join(", ");
  throw new GeneratorError(
    "ERR_ZC_OPTION",
    `${schema.ref.name} has no structure ${JSON.stringify(type)}; it has ${names}`,
  );
}
