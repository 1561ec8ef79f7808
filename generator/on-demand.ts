// Packages of many files that not every run needs: what comes with zc-gen was read and validated when it was built.
import { createRequire } from "node:module";
import type * as Ajv from "ajv";
import type * as Yaml from "yaml";

const require = createRequire(import.meta.url);

let loadedYaml: typeof Yaml | undefined;

/** The YAML reader. */
export function yaml(): typeof Yaml {
  return (loadedYaml ??= require("yaml") as typeof Yaml);
}

/** The validator of JSON Schema. */
export function ajv(): typeof Ajv {
  return require("ajv") as typeof Ajv;
}
