import prettier from "prettier";
import { ts } from "./ts-morph.js";
import type { OutputFile } from "./compile.js";

/** The language of the output: nothing newer than Node 20 and browsers of its year understand. */
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  strict: true,
  newLine: ts.NewLineKind.LineFeed,
};

const TYPE_OPTIONS: ts.CompilerOptions = { ...OPTIONS, declaration: true, isolatedDeclarations: true };

/** `--target js`: each `.ts` becomes a `.js` and a `.d.ts`; other files stay. Sorted by path. */
export async function transpileFiles(files: readonly OutputFile[]): Promise<OutputFile[]> {
  const made = await Promise.all(files.map(transpileIfScript));
  return made.flat().sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function transpileIfScript(file: OutputFile): Promise<OutputFile[]> {
  return file.path.endsWith(".ts") ? transpileFile(file) : [file];
}

async function transpileFile({ path, text }: OutputFile): Promise<OutputFile[]> {
  const base = path.slice(0, -".ts".length);
  const common = { fileName: path, reportDiagnostics: true };
  const code = ts.transpileModule(text, { ...common, compilerOptions: OPTIONS });
  const types = ts.transpileDeclaration(text, { ...common, compilerOptions: TYPE_OPTIONS });
  requireClean(path, [...(code.diagnostics ?? []), ...(types.diagnostics ?? [])]);
  return [
    { path: `${base}.js`, text: await format(withPreamble(text, code.outputText), "babel") },
    { path: `${base}.d.ts`, text: await format(withPreamble(text, types.outputText), "typescript") },
  ];
}

/** What we generate is correct TypeScript; if not, that is a bug of ours and no diagnostic of the user's. */
function requireClean(path: string, diagnostics: readonly ts.Diagnostic[]): void {
  const [first] = diagnostics;
  if (first === undefined) return;
  throw new Error(`${path} does not transpile: ${ts.flattenDiagnosticMessageText(first.messageText, " ")}`);
}

const PREAMBLE = /^(\/\/.*\n)*/;

/** The comment lines that a file starts with; TypeScript drops them along with an import that it drops. */
function withPreamble(source: string, made: string): string {
  return `${PREAMBLE.exec(source)?.[0] ?? ""}\n${made.replace(PREAMBLE, "")}`;
}

/** No configuration of the user's is looked for: the output is the same everywhere. */
function format(text: string, parser: "babel" | "typescript"): Promise<string> {
  return prettier.format(text, { parser, printWidth: 110 });
}
