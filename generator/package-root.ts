import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

interface PackageJson {
  readonly name?: string;
  readonly version?: string;
  readonly bugs?: string | { readonly url?: string };
}

/** The package's own folder, found upwards from this file: it lies in `generator/` or in `dist/generator/`. */
export function packageRoot(): string {
  return found().root;
}

/** The version in our package.json. */
export function packageVersion(): string {
  return found().json.version ?? "0.0.0";
}

/** Where to report a bug, as package.json names it. */
export function bugsUrl(): string | undefined {
  const { bugs } = found().json;
  return typeof bugs === "string" ? bugs : bugs?.url;
}

let cached: { readonly root: string; readonly json: PackageJson } | undefined;

function found(): { readonly root: string; readonly json: PackageJson } {
  return (cached ??= search(dirname(fileURLToPath(import.meta.url))));
}

function search(start: string): { root: string; json: PackageJson } {
  for (let folder = start; ; folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (existsSync(file)) {
      const json = JSON.parse(readFileSync(file, "utf8")) as PackageJson;
      if (json.name === "zc-gen") return { root: folder, json };
    }
    if (dirname(folder) === folder) throw new Error(`zc-gen's own package.json was not found above ${start}`);
  }
}
