import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { CompileOptions } from "./compile.js";
import { compare } from "./diagnostics.js";
import { importedPaths, type PlacedFile } from "./imports.js";
import type { SchemaRef } from "./layout.js";
import { MAX_FILE_BYTES } from "./limits.js";
import { packageRoot, packageVersion } from "./package-root.js";
import { schemaFiles } from "./schema-files.js";

/** A schema file of this run. */
export interface InputFile extends PlacedFile {
  readonly origin: SchemaRef["origin"];
}

/** Every schema of a run, and a hash over all that the output depends on. */
export interface Inputs {
  readonly files: readonly InputFile[];
  readonly sources: readonly string[];
  readonly inputsHash: string;
}

/**
 * Reads and hashes the schemas: the user's with what they import, and those of the bundled ones that are not among them.
 */
export async function readInputs(options: CompileOptions): Promise<Inputs> {
  const cwd = resolve(options.cwd ?? ".");
  const bundled = schemaFiles(join(packageRoot(), "schemas"));
  const own = withImports(ownPaths(options.inputs, cwd), new Set(bundled), cwd);
  const sources = own.map(({ absolute }) => absolute);
  const library = bundled.filter((file) => !sources.includes(file));
  const files = [...own, ...library.map((file) => readInput(file, cwd, "library"))];
  return { files, sources, inputsHash: hashOf(files) };
}

/** Each file once, sorted by path. The bundled schemas are known without being imported. */
function withImports(paths: readonly string[], bundled: ReadonlySet<string>, cwd: string): InputFile[] {
  const read = new Map<string, InputFile>();
  let found = paths;
  while (found.length > 0) {
    const files = found.map((path) => readInput(path, cwd, "own"));
    for (const file of files) read.set(file.absolute, file);
    const imported = files.flatMap(importedPaths).flatMap(schemaFiles);
    found = distinct(imported.filter((path) => !read.has(path) && !bundled.has(path)));
  }
  return [...read.values()].sort((a, b) => compare(a.absolute, b.absolute));
}

/** The user's schemas alone, sorted by path. */
export function ownSchemas(inputs: readonly string[], cwd: string): InputFile[] {
  return ownPaths(inputs, cwd).map((file) => readInput(file, cwd, "own"));
}

function ownPaths(inputs: readonly string[], cwd: string): string[] {
  return distinct(inputs.flatMap((input) => schemaFiles(resolve(cwd, input))));
}

function distinct(files: readonly string[]): string[] {
  return [...new Set(files)].sort(compare);
}

/** Of a file beyond the limit just enough is read to refuse it by its size. */
function readInput(absolute: string, cwd: string, origin: SchemaRef["origin"]): InputFile {
  const tooLarge = statSync(absolute).size > MAX_FILE_BYTES;
  const text = tooLarge ? " ".repeat(MAX_FILE_BYTES + 1) : readFileSync(absolute, "utf8");
  return { path: shownPath(cwd, absolute), text, absolute, origin };
}

function shownPath(cwd: string, file: string): string {
  const path = relative(cwd, file);
  return (path.startsWith("..") || isAbsolute(path) ? file : path).split(sep).join("/");
}

/** The same for any order of files and any folder they lie in. */
function hashOf(files: readonly InputFile[]): string {
  const hash = createHash("sha256").update(`zc-gen ${packageVersion()}\0`);
  const parts = files.map(({ absolute, origin, text }) => `${origin}\0${basename(absolute)}\0${text}\0`);
  for (const part of parts.sort(compare)) hash.update(part);
  return hash.digest("hex");
}
