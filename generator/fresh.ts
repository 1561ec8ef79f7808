import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { hashText, type Manifest, MANIFEST_NAME } from "./manifest.js";
import { look } from "./output.js";

/** What a run would be made from: if all of it is as the manifest says, there is nothing to do. */
export type Origin = Pick<Manifest, "generator" | "options" | "inputs">;

/** True when the folder holds exactly what an earlier run with the same origin wrote. */
export function isFresh(out: string, origin: Origin, manifest: Manifest): boolean {
  return sameOrigin(manifest, origin) && filesIntact(out, manifest) && !generatorIsNewer(out);
}

function sameOrigin(manifest: Manifest, { generator, options, inputs }: Origin): boolean {
  return (
    manifest.generator === generator &&
    manifest.inputs === inputs &&
    Object.keys(options).length === Object.keys(manifest.options).length &&
    Object.entries(options).every(([name, value]) => manifest.options[name] === value)
  );
}

function filesIntact(out: string, { files }: Manifest): boolean {
  const paths = Object.entries(files);
  return paths.length > 0 && paths.every(([path, hash]) => hashText(look(out, path).text ?? "") === hash);
}

/** For those who work on the generator itself: its version stays while its files change. */
function generatorIsNewer(out: string): boolean {
  const folder = dirname(fileURLToPath(import.meta.url));
  const written = statSync(join(out, MANIFEST_NAME)).mtimeMs;
  return readdirSync(folder).some((name) => statSync(join(folder, name)).mtimeMs > written);
}
