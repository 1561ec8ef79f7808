import type { OutputFile } from "./compile.js";
import { type Manifest, unixLines } from "./manifest.js";
import { look, superfluous } from "./output.js";

/** A file on disk that is not what the schemas give now. */
export interface StaleFile {
  /** Below the output folder, with `/`. */
  readonly path: string;
  readonly kind: "changed" | "missing" | "superfluous";
  /** The first line that differs, from 1. */
  readonly line: number;
  /** That line on disk; undefined when the file ends before it. */
  readonly onDisk?: string | undefined;
  /** That line as generated; undefined when the text ends before it. */
  readonly generated?: string | undefined;
}

/** Compares a folder with what would be written into it; sorted by path, empty when all is up to date. */
export function findStale(
  out: string,
  files: readonly OutputFile[],
  manifest: Manifest | undefined,
): StaleFile[] {
  const differing = files.map((file) => compareFile(out, file)).filter((stale) => stale !== undefined);
  const extra = superfluous(out, files, manifest).map((path): StaleFile => {
    return { path, kind: "superfluous", line: 1, onDisk: firstLine(look(out, path).text ?? "") };
  });
  return [...differing, ...extra].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function compareFile(out: string, { path, text }: OutputFile): StaleFile | undefined {
  const { kind, text: onDisk } = look(out, path);
  if (onDisk === undefined) {
    return { path, kind: kind === "nothing" ? "missing" : "changed", line: 1, generated: firstLine(text) };
  }
  const difference = firstDifference(unixLines(onDisk), text);
  return difference && { path, kind: "changed", ...difference };
}

function firstDifference(onDisk: string, generated: string): Omit<StaleFile, "path" | "kind"> | undefined {
  if (onDisk === generated) return undefined;
  const left = onDisk.split("\n");
  const right = generated.split("\n");
  let at = 0;
  while (left[at] === right[at]) at++;
  return { line: at + 1, onDisk: left[at], generated: right[at] };
}

function firstLine(text: string): string {
  return unixLines(text).split("\n")[0] ?? "";
}
