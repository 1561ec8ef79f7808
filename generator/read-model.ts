import { analyze, nameIn } from "./analyze.js";
import { Diagnostics } from "./diagnostics.js";
import { SchemaError } from "./errors.js";
import { readInputs } from "./inputs.js";
import type { Model } from "./layout.js";
import { requireInputs } from "./require-inputs.js";

/**
 * The model of some schema files and folders together with the bundled schemas. With `replacing`, a file takes the
 * place of the bundled one of its name, as when two versions of ours are compared.
 * @throws GeneratorError when an input cannot be read; SchemaError when the schemas have errors.
 */
export async function readModel(inputs: readonly string[], cwd: string, replacing = false): Promise<Model> {
  requireInputs(inputs, cwd);
  const { files } = await readInputs({ inputs, cwd });
  const diagnostics = new Diagnostics();
  const taken = new Set(files.flatMap(({ origin, text }) => (origin === "own" ? (nameIn(text) ?? []) : [])));
  const read = files.filter(({ origin, text }) => {
    return origin === "own" || !replacing || !taken.has(nameIn(text) ?? "");
  });
  const model = analyze(read, diagnostics);
  if (diagnostics.hasErrors) throw new SchemaError(diagnostics.sorted());
  return model;
}
