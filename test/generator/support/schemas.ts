import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { check } from "../../../generator/check.js";
import { diagnosticEntry } from "../../../generator/diagnostic-table.js";
import { Diagnostics, positionOf } from "../../../generator/diagnostics.js";
import { emit, type EmittedFile } from "../../../generator/emit.js";
import type { Model } from "../../../generator/layout.js";
import { load } from "../../../generator/load.js";
import { type ReadSchema, resolve } from "../../../generator/resolve.js";
import { validate } from "../../../generator/validate.js";

const SCHEMAS = fileURLToPath(new URL("../../../schemas", import.meta.url));

/** Schema texts by file name. */
export type Texts = Readonly<Record<string, string>>;

export interface Checked {
  /** `a.yaml:5:11 topic: message`, each followed by its notes, in the order they are printed. */
  readonly problems: string[];
  readonly model: Model;
}

/** The passes up to `check`, in memory: nothing is written and no bundled schema is read. */
export function checkTexts(texts: Texts | string, bundled: Texts = {}): Checked {
  const diagnostics = new Diagnostics();
  const own = typeof texts === "string" ? { "a.yaml": texts } : texts;
  const read = [...reading(own, "own", diagnostics), ...reading(bundled, "library", diagnostics)];
  const model = check(resolve(read, diagnostics, false), diagnostics);
  const problems = diagnostics.sorted().map(({ span, code, message, notes }) => {
    const { line, column } = positionOf(span.file, span.start);
    return [
      `${span.file.path}:${line}:${column} ${diagnosticEntry(code)?.topic}: ${message}`,
      ...notes.map((note) => note.message),
    ].join(" | ");
  });
  return { problems, model };
}

function reading(texts: Texts, origin: ReadSchema["origin"], diagnostics: Diagnostics): ReadSchema[] {
  return Object.entries(texts).map(([path, text]) => {
    const known = origin === "library" ? readBefore.get(text) : undefined;
    if (known !== undefined) return known;
    const loaded = load({ path, text }, diagnostics);
    const read = loaded !== undefined && validate(loaded, diagnostics) ? { origin, loaded } : { origin };
    if (origin === "library") readBefore.set(text, read);
    return read;
  });
}

/** Bundled files are sound and never change: reading them once is enough for a test file. */
const readBefore = new Map<string, ReadSchema>();

/** What a schema is refused for; none when it is accepted. */
export function problemsOf(texts: Texts | string, bundled: Texts = {}): string[] {
  return checkTexts(texts, bundled).problems;
}

/** The generated files, as emitted: not yet formatted. @throws Error when the schemas are refused. */
export function emitFiles(
  texts: Texts | string,
  bundled: Texts = {},
  strict: boolean = false,
): EmittedFile[] {
  const { problems, model } = checkTexts(texts, bundled);
  if (problems.length > 0) throw new Error(`refused:\n${problems.join("\n")}\n${JSON.stringify(texts)}`);
  return emitModel(model, strict);
}

/** The files of a model that was checked. */
export function emitModel(model: Model, strict: boolean = false): EmittedFile[] {
  return emit(model, { importExtension: ".js", runtimeImport: "zc-gen", standalone: false, strict });
}

/** Their texts by path. */
export function emitTexts(
  texts: Texts | string,
  bundled: Texts = {},
  strict: boolean = false,
): Record<string, string> {
  return Object.fromEntries(emitFiles(texts, bundled, strict).map(({ path, text }) => [path, text]));
}

/** The schemas that come with zc-gen, by file name. */
export function bundledSchemas(folder = ""): Record<string, string> {
  const root = join(SCHEMAS, folder);
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".yaml"),
  );
  return Object.fromEntries(
    names.sort().map((name) => [basename(name), readFileSync(join(root, name), "utf8")]),
  );
}

/** A header named `probe` with these lines below `fields:`, and more keys before them. */
export function header(fields: string, more = "endian: big\nbit_order: msb"): string {
  const lines = fields.split("\n").map((line) => `  ${line}`);
  return `zc: 1\nname: probe\n${more}\nfields:\n${lines.join("\n")}\n`;
}
