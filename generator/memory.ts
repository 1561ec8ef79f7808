// Remembers what output was made from, so that a run after one change makes only what the change concerns.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { OutputFile } from "./compile.js";
import { isSystemError } from "./errors.js";
import type { Origin } from "./fresh.js";
import { hashText, type Manifest } from "./manifest.js";
import { look } from "./output.js";
import { NO_REUSE, type Reuse } from "./reuse.js";

/** What is remembered of a run, for the next one into the same folder. */
interface Memory {
  /** Which generator it was: a hash of its own files. */
  readonly generator: string;
  /** What all of it was made from. */
  readonly origin: string;
  /** A file without a key is made in every run. */
  readonly files: Readonly<Record<string, { readonly key?: string; readonly hash: string }>>;
}

/** Texts in the folder `out` (absolute), as far as they still are what an earlier run of this generator wrote. */
export function textsIn(out: string): Reuse {
  const memory = readMemory(out);
  if (memory?.generator !== generatorHash()) return NO_REUSE;
  return (path, key) => {
    const file = memory.files[path];
    return file?.key === key ? intact(out, path, file.hash) : undefined;
  };
}

/** The file's text, if it is what was written. */
function intact(out: string, path: string, hash: string): string | undefined {
  const { text } = look(out, path);
  return text !== undefined && !text.includes("\r") && hashText(text) === hash ? text : undefined;
}

/** True when `out` holds what this generator made of the same inputs, and the manifest names no other files. */
export function isRemembered(out: string, origin: Origin, manifest: Manifest): boolean {
  const memory = readMemory(out);
  if (memory?.generator !== generatorHash() || memory.origin !== hashOf(origin)) return false;
  if (Object.keys(manifest.files).some((path) => memory.files[path] === undefined)) return false;
  return Object.entries(memory.files).every(([path, { hash }]) => intact(out, path, hash) !== undefined);
}

function hashOf({ generator, options, inputs }: Origin): string {
  return hashText(JSON.stringify({ generator, options, inputs }));
}

/** Remembers by which keys the files were made. Where nothing can be remembered, the next run makes all of them again. */
export function remember(out: string, origin: Origin, files: readonly OutputFile[]): void {
  const place = memoryPlace(out);
  if (place === undefined) return;
  const entries = files.map(({ path, text, key }) => [path, { key, hash: hashText(text) }]);
  const memory: Memory = {
    generator: generatorHash(),
    origin: hashOf(origin),
    files: Object.fromEntries(entries) as Memory["files"],
  };
  try {
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, JSON.stringify(memory));
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

function readMemory(out: string): Memory | undefined {
  const place = memoryPlace(out);
  if (place === undefined) return undefined;
  try {
    const memory = JSON.parse(readFileSync(place, "utf8")) as Partial<Memory> | null;
    return typeof memory?.files === "object" ? (memory as Memory) : undefined;
  } catch {
    return undefined;
  }
}

/** In the `node_modules/.cache` of the project that `out` lies in, where other tools have theirs; none without it. */
function memoryPlace(out: string): string | undefined {
  for (let folder = out; ; folder = dirname(folder)) {
    const packages = join(folder, "node_modules");
    if (existsSync(packages)) return join(packages, ".cache", "zc-gen", `${hashText(out)}.json`);
    if (dirname(folder) === folder) return undefined;
  }
}

let ownHash: string | undefined;

function generatorHash(): string {
  return (ownHash ??= hashFolder(dirname(fileURLToPath(import.meta.url))));
}

function hashFolder(folder: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(folder).sort()) {
    if (/\.[jt]s$/.test(name)) hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  }
  return hash.digest("hex");
}
