import { warnUnreachable } from "./attach.js";
import { check } from "./check.js";
import type { Diagnostics, SourceFile } from "./diagnostics.js";
import type { Model, SchemaRef } from "./layout.js";
import { load } from "./load.js";
import { type ReadSchema, resolve } from "./resolve.js";
import { validate } from "./validate.js";

/** A schema's text, and whether it is the user's or came with zc-gen. */
export interface SchemaText extends SourceFile {
  readonly origin: SchemaRef["origin"];
}

/** The passes that only read: load, validate, resolve, check. The model is whole when no error was told. */
export function analyze(files: readonly SchemaText[], diagnostics: Diagnostics, standalone = false): Model {
  const loaded = files.map((file) => loadValid(file, diagnostics));
  const model = check(resolve(loaded, diagnostics, standalone), diagnostics);
  if (!diagnostics.hasErrors) warnUnreachable(model, diagnostics);
  return model;
}

/** What can be read of a file: nodes, if it is a sound schema; else at least its name, which others may refer to. */
function loadValid(file: SchemaText, diagnostics: Diagnostics): ReadSchema {
  const loaded = load(file, diagnostics);
  const sound = loaded !== undefined && validate(loaded, diagnostics) ? loaded : undefined;
  return sound === undefined
    ? { origin: file.origin, brokenName: nameIn(file.text) }
    : { origin: file.origin, loaded: sound };
}

/** The `name:` of a schema, found without reading the file as YAML. */
export function nameIn(text: string): string | undefined {
  return /^name:\s*["']?([a-z][a-z0-9_]{0,63})\b/m.exec(text)?.[1];
}
