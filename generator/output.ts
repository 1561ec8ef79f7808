import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { OutputFile } from "./compile.js";
import { GeneratorError, isSystemError, reasonOf } from "./errors.js";
import { isMarked, MARKER } from "./marker.js";
import { isSafePath, type Manifest, MANIFEST_NAME, manifestText, unixLines } from "./manifest.js";

/** What a run changed; paths below the output folder, with `/`, sorted. */
export interface OutputChanges {
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: readonly string[];
}

interface Plan {
  readonly write: readonly OutputFile[];
  readonly remove: readonly string[];
  readonly unchanged: readonly string[];
}

/**
 * Brings the folder `out` (absolute) to `files`: writes what differs, removes what `earlier` lists and nobody
 * generates any more. All or nothing: new files are written aside first and renamed into place, and when one cannot
 * be, those before it are put back.
 *
 * @throws GeneratorError ERR_ZC_OUTPUT when a file that is not ours is in the way, or the folder cannot be written.
 */
export function writeOutput(
  out: string,
  files: readonly OutputFile[],
  manifest: Manifest,
  earlier: Manifest | undefined,
): OutputChanges {
  try {
    const plan = planOutput(out, files, earlier);
    apply(out, plan, { path: MANIFEST_NAME, text: manifestText(manifest) });
    return { written: plan.write.map(({ path }) => path), removed: plan.remove, unchanged: plan.unchanged };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const message = `cannot write ${error.path ?? out}: ${reasonOf(error)}`;
    throw new GeneratorError("ERR_ZC_OUTPUT", message, { cause: error });
  }
}

function planOutput(out: string, files: readonly OutputFile[], earlier: Manifest | undefined): Plan {
  for (const { path, text } of files) requireOurs(path, text);
  const found = files.map((file) => ({ file, current: look(out, file.path) }));
  refuseForeign(
    out,
    found.filter(({ file, current }) => isForeign(current, file.text)).map(({ file }) => file.path),
  );
  const same = found.filter(
    ({ file, current }) => current.text !== undefined && equal(current.text, file.text),
  );
  const unchanged = same.map(({ file }) => file.path);
  return {
    write: files.filter(({ path }) => !unchanged.includes(path)),
    remove: superfluous(out, files, earlier),
    unchanged,
  };
}

function requireOurs(path: string, text: string): void {
  if (!isSafePath(path)) {
    throw new Error(`the generated path ${JSON.stringify(path)} leaves the output folder`);
  }
  if (!isMarked(text)) throw new Error(`the generated file ${path} does not start with "${MARKER}"`);
}

/** Files that an earlier run wrote here, that still are ours, and that `files` no longer has. Sorted. */
export function superfluous(
  out: string,
  files: readonly OutputFile[],
  earlier: Manifest | undefined,
): string[] {
  const kept = new Set(files.map(({ path }) => path));
  return Object.keys(earlier?.files ?? {})
    .filter((path) => !kept.has(path))
    .filter((path) => isMarked(look(out, path).text ?? ""))
    .sort();
}

/** What stands at a place: nothing, a plain file with its text, or something else that we leave alone. */
interface Found {
  readonly kind: "nothing" | "file" | "other";
  readonly text?: string;
}

/** Looks without following links, so that neither a link nor a linked folder takes us out of `out`. */
export function look(out: string, path: string): Found {
  const parts = path.split("/");
  for (let depth = 1; depth < parts.length; depth++) {
    const folder = lstatSync(join(out, ...parts.slice(0, depth)), { throwIfNoEntry: false });
    if (folder === undefined) return { kind: "nothing" };
    if (!folder.isDirectory()) return { kind: "other" };
  }
  const full = join(out, path);
  const entry = lstatSync(full, { throwIfNoEntry: false });
  if (entry === undefined) return { kind: "nothing" };
  return entry.isFile() ? { kind: "file", text: readFileSync(full, "utf8") } : { kind: "other" };
}

function isForeign({ kind, text }: Found, generated: string): boolean {
  if (kind === "nothing") return false;
  return text === undefined || !(isMarked(text) || equal(text, generated));
}

function refuseForeign(out: string, paths: readonly string[]): void {
  const [first] = paths;
  if (first === undefined) return;
  const more = paths.length > 1 ? ` (and ${paths.length - 1} more)` : "";
  throw new GeneratorError(
    "ERR_ZC_OUTPUT",
    `${join(out, first)}${more} was not written by zc-gen: it is no plain file that starts with "${MARKER}". ` +
      "Nothing was written; move or delete it, or choose another folder with --out",
  );
}

function equal(onDisk: string, generated: string): boolean {
  return onDisk === generated || unixLines(onDisk) === generated;
}

/** Where new files are written before they are renamed into place. */
const ASIDE = ".zc-gen-tmp-";
/** Another run may be at work: writing takes it less than a second. */
const ASIDE_AT_MOST_MS = 60_000;

/** What runs left that were ended by force. A folder that cannot be removed harms nobody. */
function removeStale(out: string): void {
  for (const entry of readdirSync(out, { withFileTypes: true })) {
    const folder = join(out, entry.name);
    if (!entry.isDirectory() || !entry.name.startsWith(ASIDE)) continue;
    const age = Date.now() - (lstatSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Infinity);
    if (age > ASIDE_AT_MOST_MS) rmSync(folder, { recursive: true, force: true });
  }
}

function apply(out: string, plan: Plan, manifest: OutputFile): void {
  mkdirSync(out, { recursive: true });
  removeStale(out);
  const stale = look(out, manifest.path).text !== manifest.text;
  const write = stale ? [...plan.write, manifest] : plan.write;
  if (write.length + plan.remove.length > 0) {
    const aside = mkdtempSync(join(out, ASIDE));
    try {
      write.forEach(({ text }, index) => writeFileSync(join(aside, `new-${index}`), text));
      commit(out, aside, write, plan.remove);
    } finally {
      rmSync(aside, { recursive: true, force: true });
    }
  }
  touch(join(out, manifest.path));
}

/** Synchronous, so that nothing of this process comes between two renames. */
function commit(out: string, aside: string, write: readonly OutputFile[], remove: readonly string[]): void {
  const undo: (() => void)[] = [];
  try {
    write.forEach(({ path }, index) => undo.push(replace(join(out, path), aside, index)));
    remove.forEach((path, index) => undo.push(takeAway(join(out, path), join(aside, `removed-${index}`))));
  } catch (error) {
    for (const step of undo.reverse()) step();
    throw error;
  }
  for (const path of remove) removeIfEmpty(out, dirname(path));
}

/** Renames new file number `index` into place; the result puts the old state back. */
function replace(target: string, aside: string, index: number): () => void {
  const old = join(aside, `old-${index}`);
  const existed = lstatSync(target, { throwIfNoEntry: false }) !== undefined;
  if (existed) copyFileSync(target, old);
  else mkdirSync(dirname(target), { recursive: true });
  renameSync(join(aside, `new-${index}`), target);
  return existed ? () => renameSync(old, target) : () => unlinkSync(target);
}

function takeAway(target: string, aside: string): () => void {
  renameSync(target, aside);
  return () => renameSync(aside, target);
}

function removeIfEmpty(out: string, folder: string): void {
  if (folder === ".") return;
  try {
    rmdirSync(join(out, folder));
  } catch {
    // Not empty: others use it too.
  }
}

/** Its time tells when the output was last brought up to date; see `isFresh`. */
function touch(manifest: string): void {
  const now = new Date();
  utimesSync(manifest, now, now);
}
