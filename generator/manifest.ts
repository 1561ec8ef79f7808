import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { OutputFile } from "./compile.js";

/** The manifest's name in the output folder. */
export const MANIFEST_NAME = ".zc-gen.json";
const MANIFEST_VERSION = 1;

/** What an earlier run wrote into a folder, and from what: it tells unchanged inputs, and which files may be removed. */
export interface Manifest {
  /** The generator's version. */
  readonly generator: string;
  /** Every option that shapes the output. */
  readonly options: Readonly<Record<string, string | boolean>>;
  /** SHA-256 over all that was read. */
  readonly inputs: string;
  readonly schemas: number;
  readonly classes: number;
  /** SHA-256 of each file, by its path below the output folder, with `/`. */
  readonly files: Readonly<Record<string, string>>;
}

export function manifestText(manifest: Manifest): string {
  const about = "What zc-gen wrote into this folder. Keep it: it tells which files zc-gen may remove.";
  return `${JSON.stringify({ about, version: MANIFEST_VERSION, ...manifest }, null, 2)}\n`;
}

/** The manifest of an output folder; undefined where there is none that makes sense, a merge conflict for example. */
export function readManifest(out: string): Manifest | undefined {
  try {
    return asManifest(JSON.parse(readFileSync(join(out, MANIFEST_NAME), "utf8")));
  } catch {
    return undefined;
  }
}

function asManifest(value: unknown): Manifest | undefined {
  if (!isRecord(value) || value["version"] !== MANIFEST_VERSION) return undefined;
  const { generator, options, inputs, schemas, classes, files } = value;
  if (typeof generator !== "string" || typeof inputs !== "string") return undefined;
  if (typeof schemas !== "number" || typeof classes !== "number") return undefined;
  if (!isRecord(options) || !isRecord(files)) return undefined;
  return {
    generator,
    options: options as Manifest["options"],
    inputs,
    schemas,
    classes,
    files: safeFiles(files),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A manifest may come from anywhere, so paths that could lead out of the folder are dropped. */
function safeFiles(files: Record<string, unknown>): Record<string, string> {
  const safe = Object.entries(files).filter(([path, hash]) => isSafePath(path) && typeof hash === "string");
  return Object.fromEntries(safe) as Record<string, string>;
}

/** True for a path that stays below the folder it is joined to, on every system: `a/b.ts`, but not `../a` or `C:a`. */
export function isSafePath(path: string): boolean {
  const parts = path.split("/");
  return !/[\\:\0]/.test(path) && parts.every((part) => part !== "" && part !== "." && part !== "..");
}

export function hashFiles(files: readonly OutputFile[]): Record<string, string> {
  return Object.fromEntries(files.map(({ path, text }) => [path, hashText(text)]));
}

/** Line breaks do not count: git may have turned them into CRLF on the way. */
export function hashText(text: string): string {
  return createHash("sha256").update(unixLines(text)).digest("hex");
}

export function unixLines(text: string): string {
  return text.replaceAll("\r\n", "\n");
}
