import { ts } from "ts-morph";
import type { OutputFile } from "./compile.js";
import { MARKER } from "./marker.js";

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
export function transpileFiles(files: readonly OutputFile[]): OutputFile[] {
  return files
    .flatMap((file) => (file.path.endsWith(".ts") ? transpileFile(file) : [file]))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function transpileFile({ path, text }: OutputFile): OutputFile[] {
  const base = path.slice(0, -".ts".length);
  const common = { fileName: path, reportDiagnostics: true };
  const code = ts.transpileModule(text, { ...common, compilerOptions: OPTIONS });
  const types = ts.transpileDeclaration(text, { ...common, compilerOptions: TYPE_OPTIONS });
  requireClean(path, [...(code.diagnostics ?? []), ...(types.diagnostics ?? [])]);
  const firstLine = text.slice(0, text.indexOf("\n"));
  return [
    { path: `${base}.js`, text: withFirstLine(firstLine, code.outputText) },
    { path: `${base}.d.ts`, text: withFirstLine(firstLine, types.outputText) },
  ];
}

/** What we generate is correct TypeScript; if not, that is a bug of ours and no diagnostic of the user's. */
function requireClean(path: string, diagnostics: readonly ts.Diagnostic[]): void {
  const [first] = diagnostics;
  if (first === undefined) return;
  throw new Error(`${path} does not transpile: ${ts.flattenDiagnosticMessageText(first.messageText, " ")}`);
}

/** TypeScript drops a leading comment along with an import that it drops. */
function withFirstLine(line: string, text: string): string {
  return text.startsWith(MARKER) ? text : `${line}\n${text}`;
}
