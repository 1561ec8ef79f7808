// Which other files a schema says it needs: found before the passes, so that they see all of them at once.
import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { compare, Diagnostics, type SourceFile } from "./diagnostics.js";
import { load } from "./load.js";
import { type ScalarNode, valueOf } from "./nodes.js";
import { packageRoot } from "./package-root.js";
import { schemaFiles } from "./schema-files.js";

/** A schema's text, and where on the disk it lies: what it imports is found from there. */
export interface PlacedFile extends SourceFile {
  readonly absolute: string;
}

/** `@acme/radio/schemas/frame.yaml`: the package, and a file or a folder in it. */
const IN_PACKAGE = /^(?<name>(?:@[\w.-]+\/)?[\w-][\w.-]*)\/(?<path>.+)$/;

/** What the schemas import, and what those import: real paths of files and folders, those that exist. */
export function importedPaths(file: PlacedFile): string[] {
  return importsOf(file).flatMap((node) => importedPath(file, String(node.value)) ?? []);
}

/** Tells of imports that lead nowhere, and of files that import themselves through others. */
export function checkImports(files: readonly PlacedFile[], diagnostics: Diagnostics): void {
  const byPath = new Map(files.map((file) => [file.absolute, file]));
  const folders = new Map<string, readonly string[]>();
  const filesAt = (path: string): readonly string[] => {
    const known = folders.get(path) ?? schemaFiles(path).sort(compare);
    folders.set(path, known);
    return known;
  };
  const done = new Set<string>();
  const visit = (file: PlacedFile, path: readonly PlacedFile[]): void => {
    done.add(file.absolute);
    for (const node of importsOf(file)) {
      const text = String(node.value);
      const target = importedPath(file, text);
      if (target === undefined) {
        diagnostics.error("import-missing", node.span, whyMissing(file, text));
        continue;
      }
      const cycle = [...path, file];
      // A folder in which the file lies itself stands for the others there.
      const others = filesAt(target).filter((one) => one === target || one !== file.absolute);
      for (const imported of others.flatMap((one) => byPath.get(one) ?? [])) {
        if (cycle.includes(imported)) tellCycle([...cycle, imported], node, diagnostics);
        else if (!done.has(imported.absolute)) visit(imported, cycle);
      }
    }
  };
  for (const file of files) if (!done.has(file.absolute)) visit(file, []);
}

function tellCycle(files: readonly PlacedFile[], node: ScalarNode, diagnostics: Diagnostics): void {
  const last = files.at(-1);
  const names = files.slice(files.findIndex((file) => file === last)).map(({ path }) => path);
  diagnostics.error("import-cycle", node.span, `schemas import each other: ${names.join(" > ")}`);
}

/** The words under `imports:`. A file without the key is not read as YAML for that. */
function importsOf(file: SourceFile): ScalarNode[] {
  if (!/^imports\s*:/m.test(file.text)) return [];
  const loaded = load(file, new Diagnostics());
  const imports = loaded && valueOf(loaded.root, "imports");
  return imports?.kind === "list" ? imports.items.filter((item) => item.kind === "scalar") : [];
}

/** `./x.yaml` beside the file, else in a package that is installed for it; ours is there always. */
function importedPath(from: PlacedFile, text: string): string | undefined {
  const { name, path } = IN_PACKAGE.exec(text)?.groups ?? {};
  if (/^\.\.?\//.test(text)) return realPath(resolve(dirname(from.absolute), text));
  if (name === undefined || path === undefined || path.split("/").includes("..")) return undefined;
  const root = name === "zc-gen" ? packageRoot() : installed(name, from);
  return root === undefined ? undefined : realPath(join(root, path));
}

/** The package's folder as Node.js would find it from the file's. */
function installed(name: string, { absolute }: PlacedFile): string | undefined {
  for (let folder = dirname(absolute); ; folder = dirname(folder)) {
    const root = join(folder, "node_modules", name);
    if (existsSync(root)) return root;
    if (dirname(folder) === folder) return undefined;
  }
}

function realPath(path: string): string | undefined {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  const real = realpathSync(path);
  return statSync(real).isDirectory() || /\.ya?ml$/.test(real) ? real : undefined;
}

function whyMissing(from: PlacedFile, text: string): string {
  const shown = JSON.stringify(text);
  if (/^\.\.?\//.test(text)) return `there is no schema or folder ${shown} beside this file`;
  const { name } = IN_PACKAGE.exec(text)?.groups ?? {};
  if (name === undefined) return `${shown} names no schema: write \`./file.yaml\`, or \`package/file.yaml\``;
  const isThere = name === "zc-gen" || installed(name, from) !== undefined;
  return isThere
    ? `the package ${JSON.stringify(name)} has no schema or folder ${shown}`
    : `the package ${JSON.stringify(name)} is not installed here: \`npm install ${name}\``;
}
