// Which files a path stands for.
import { readdirSync, realpathSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** A file itself, or every *.yaml and *.yml below a folder, links followed; what was installed there is not meant. */
export function schemaFiles(path: string): string[] {
  const real = realpathSync(path);
  if (!statSync(real).isDirectory()) return [real];
  return readdirSync(real, { withFileTypes: true, recursive: true })
    .filter(({ name }) => /\.ya?ml$/.test(name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !relative(real, file).split(sep).includes("node_modules"))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
    .map((file) => realpathSync(file));
}
