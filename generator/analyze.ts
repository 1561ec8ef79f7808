import { warnUnreachable } from "./attach.js";
import { keptRoot } from "./bundled-nodes.js";
import { check } from "./check.js";
import type { Diagnostics, SourceFile } from "./diagnostics.js";
import { checkImports, type PlacedFile } from "./imports.js";
import type { Model, SchemaRef } from "./layout.js";
import { load, type LoadedSchema } from "./load.js";
import { type ReadSchema, resolve } from "./resolve.js";
import { validate } from "./validate.js";

/** A schema's text, and whether it is the user's or came with zc-gen. */
export interface SchemaText extends SourceFile {
  /** Where it lies, if on a disk: its imports are found from there. */
  readonly absolute?: string;
  readonly origin: SchemaRef["origin"];
}

/** The passes that only read: load, validate, resolve, check. The model is whole when no error was told. */
export function analyze(files: readonly SchemaText[], diagnostics: Diagnostics, standalone = false): Model {
  checkImports(files.filter(isPlaced), diagnostics);
  return analyzeRead(
    files.map((file) => loadValid(file, diagnostics)),
    diagnostics,
    standalone,
  );
}

function isPlaced(file: SchemaText): file is SchemaText & PlacedFile {
  return file.absolute !== undefined && file.origin === "own";
}

/** The passes after the first two, over files that were read before. */
export function analyzeRead(
  read: readonly ReadSchema[],
  diagnostics: Diagnostics,
  standalone = false,
): Model {
  const model = check(resolve(read, diagnostics, standalone), diagnostics);
  if (!diagnostics.hasErrors) warnUnreachable(model, diagnostics);
  return model;
}

/** What can be read of a file: nodes, if it is a sound schema; else at least its name, which others may refer to. */
export function loadValid(file: SchemaText, diagnostics: Diagnostics): ReadSchema {
  const sound = readSchema(file, diagnostics);
  return sound === undefined
    ? { origin: file.origin, brokenName: nameIn(file.text) }
    : { origin: file.origin, loaded: sound };
}

/** Sound schemas, by place: a process that compiles more than once, as `--watch` does, reads again what has changed. */
const soundOnes = new Map<string, LoadedSchema>();

function readSchema(file: SchemaText, diagnostics: Diagnostics): LoadedSchema | undefined {
  const key = `${file.absolute ?? ""}\0${file.path}`;
  const earlier = soundOnes.get(key);
  if (earlier?.file.text === file.text) return earlier;
  const sound = keptSchema(file) ?? soundSchema(file, diagnostics);
  if (sound !== undefined) soundOnes.set(key, sound);
  return sound;
}

function keptSchema(file: SchemaText): LoadedSchema | undefined {
  const root = keptRoot(file);
  return root && { file, root };
}

function soundSchema(file: SchemaText, diagnostics: Diagnostics): LoadedSchema | undefined {
  const loaded = load(file, diagnostics);
  return loaded !== undefined && validate(loaded, diagnostics) ? loaded : undefined;
}

/** The `name:` of a schema, found without reading the file as YAML. */
export function nameIn(text: string): string | undefined {
  return /^name:\s*["']?([a-z][a-z0-9_]{0,63})\b/m.exec(text)?.[1];
}
