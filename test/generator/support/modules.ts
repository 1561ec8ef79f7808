import ts from "typescript";
import * as runtime from "../../../runtime/index.js";

/** The exports of generated modules. */
export type Exports = Readonly<Record<string, unknown>>;

/** Generated TypeScript, run in memory: `zc-gen` is the runtime's source. Gives each module's exports by its path. */
export function runFiles(files: Readonly<Record<string, string>>): Record<string, Exports> {
  const loaded: Record<string, Exports> = {};
  const importFrom = (specifier: string): Exports => {
    if (specifier === "zc-gen") return runtime;
    const path = specifier.replace(/^\.\//, "").replace(/\.js$/, ".ts");
    const text = files[path];
    if (text === undefined) throw new Error(`generated code imports ${specifier}, which there is not`);
    return (loaded[path] ??= runModule(text, importFrom));
  };
  for (const path of Object.keys(files)) {
    if (path.endsWith(".ts")) importFrom(`./${path.replace(/\.ts$/, ".js")}`);
  }
  return loaded;
}

function runModule(text: string, importFrom: (specifier: string) => Exports): Exports {
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(text, { compilerOptions: options });
  const exports = {};
  new Function("require", "exports", outputText)(importFrom, exports);
  return exports;
}
