import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Compilation, CompileOptions } from "../../../generator/compile.js";
import type { Compiler } from "../../../generator/compiler.js";
import type { Diagnostic } from "../../../generator/diagnostics.js";
import { hashText } from "../../../generator/manifest.js";
import { MARKER } from "../../../generator/marker.js";

/** A compiler that makes one class a line of its inputs; a line `broken` is an error. Counts its runs. */
export class FakeCompiler implements Compiler {
  compiled = 0;
  lastOptions: CompileOptions | undefined;

  readonly readInputs = async (
    options: CompileOptions,
  ): Promise<{ sources: string[]; inputsHash: string }> => {
    const sources = options.inputs.map((input) => resolve(options.cwd ?? ".", input));
    return { sources, inputsHash: hashText(sources.map((path) => readFileSync(path, "utf8")).join("\0")) };
  };

  readonly compile = async (options: CompileOptions): Promise<Compilation> => {
    this.compiled++;
    this.lastOptions = options;
    const inputs = await this.readInputs(options);
    const text = inputs.sources.map((path) => readFileSync(path, "utf8")).join("");
    const names = text.split("\n").filter((line) => line !== "");
    const diagnostics = errorsIn(options.inputs[0] ?? "", text);
    const files = diagnostics.length > 0 ? [] : names.map(classFile);
    return { files, diagnostics, schemas: inputs.sources.length, classes: names.length, ...inputs };
  };
}

function classFile(name: string): { path: string; text: string } {
  return { path: `${name}.ts`, text: `${MARKER}\nexport const ${name}: string = "${name}";\n` };
}

function errorsIn(path: string, text: string): Diagnostic[] {
  const file = { path, text };
  return Array.from(text.matchAll(/^broken$/gm), ({ index }): Diagnostic => {
    const span = { file, start: index, end: index + "broken".length };
    return { severity: "error", code: "broken", message: "this line is broken", span, notes: [] };
  });
}
