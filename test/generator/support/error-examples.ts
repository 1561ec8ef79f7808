import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { analyzeRead, loadValid, type SchemaText } from "../../../generator/analyze.js";
import { type Diagnostic, Diagnostics } from "../../../generator/diagnostics.js";
import { diagnosticEntries, type DiagnosticEntry } from "../../../generator/diagnostic-table.js";
import { formatDiagnostics } from "../../../generator/print.js";
import { checkImports } from "../../../generator/imports.js";
import type { ReadSchema } from "../../../generator/resolve.js";
import { bundledSchemas } from "./schemas.js";

/** One folder: `ZC1042.yaml` is refused, `ZC1042.ok.yaml` accepted, each together with `ZC1042.with.yaml` if there. */
export const ERRORS: string = fileURLToPath(new URL("../errors", import.meta.url));

/** The codes that have an example. */
export function exampleCodes(): string[] {
  return readdirSync(ERRORS).flatMap((name) => /^(ZC\d{4})\.yaml$/.exec(name)?.[1] ?? []);
}

export function readExample(name: string): string {
  return readFileSync(join(ERRORS, name), "utf8");
}

/** An example below the comment that says what is expected of it. */
export function bodyOf(text: string): string {
  return text.replace(/^(#.*\n)+/, "");
}

/** The example with `printed` as its comment. Lines and columns are those below the comment. */
export function withComment(printed: string, body: string): string {
  const lines = printed.split("\n").map((line) => `# ${line}`.trimEnd());
  return `${lines.join("\n")}\n${body}`;
}

/** What the generator says of a file of the folder, and of the one that belongs to it. It is asked once of each. */
export function diagnose(name: string): Diagnostic[] {
  const known = diagnosed.get(name) ?? diagnoseAnew(name);
  diagnosed.set(name, known);
  return known;
}

const diagnosed = new Map<string, Diagnostic[]>();

function diagnoseAnew(name: string): Diagnostic[] {
  const code = name.slice(0, "ZC1042".length);
  const names = readdirSync(ERRORS).filter((other) => other === name || other === `${code}.with.yaml`);
  const own = names.map((path) => ownText(path, bodyOf(readExample(path))));
  const diagnostics = new Diagnostics();
  checkImports(
    own.map((file) => ({ ...file, absolute: join(ERRORS, file.path) })),
    diagnostics,
  );
  analyzeRead([...own.map((file) => loadValid(file, diagnostics)), ...library()], diagnostics);
  return diagnostics.sorted();
}

/** The bundled schemas, which are sound: they are read once for all examples. */
function library(): readonly ReadSchema[] {
  readLibrary ??= Object.entries(bundledSchemas()).map(([path, text]) =>
    loadValid({ path, text, origin: "library" }, new Diagnostics()),
  );
  return readLibrary;
}

let readLibrary: readonly ReadSchema[] | undefined;

/** What is printed of the diagnostic that an example is for. */
export function printedFor(code: string): string {
  return formatDiagnostics(diagnose(`${code}.yaml`).filter((one) => one.code === code));
}

function ownText(path: string, text: string): SchemaText {
  return { path, text: repeated(text), origin: "own" };
}

/** `f{n}: u8 # repeated 3 times` stands for three such lines, with 1, 2, 3 for `{n}`. */
function repeated(text: string): string {
  return text.replace(/^(.*) # repeated (\d+) times\n/gm, (_, line: string, times: string) =>
    Array.from({ length: Number(times) }, (_, i) => `${line.replaceAll("{n}", String(i + 1))}\n`).join(""),
  );
}

/** `docs/diagnostics.md`. */
export function diagnosticsPage(): string {
  return `${INTRODUCTION}\n${diagnosticEntries().map(section).join("\n")}`;
}

function section({ code, title, text }: DiagnosticEntry): string {
  const example = readExample(`${code}.yaml`);
  const beside = exampleExists(`${code}.with.yaml`)
    ? [`Beside it:`, fenced("yaml", readExample(`${code}.with.yaml`))]
    : [];
  return [
    `## ${code}: ${title}`,
    text,
    "Refused:",
    fenced("yaml", bodyOf(example)),
    ...beside,
    fenced("text", `${printedFor(code)}\n`),
    "Accepted:",
    fenced("yaml", readExample(`${code}.ok.yaml`)),
  ]
    .join("\n\n")
    .concat("\n");
}

function exampleExists(name: string): boolean {
  return readdirSync(ERRORS).includes(name);
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\`\`\``;
}

const INTRODUCTION = `# Diagnostics

Everything that the generator can say of a schema, by number. A number stays what it is: callers of \`--format json\` can
rely on it, wording may improve. \`zc-gen explain ZC1042\` prints one section. Each has an example that shows it and one
that is accepted; a line that ends with \`# repeated 3 times\` stands for three, with 1, 2, 3 for \`{n}\`.

This page is written by \`npm run diagnostics\`, from [generator/diagnostic-table.ts](../generator/diagnostic-table.ts)
and [test/generator/errors](../test/generator/errors).
`;
