import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const FOLDER = `${ROOT}strict-check/`;

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noFallthroughCasesInSwitch: true,
  noImplicitReturns: true,
  exactOptionalPropertyTypes: true,
  erasableSyntaxOnly: true,
  isolatedDeclarations: true,
  verbatimModuleSyntax: true,
  declaration: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts"],
  types: [],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  paths: { "zc-gen": [`${ROOT}runtime/index.ts`], "zc-gen/protocols": [`${ROOT}generated/index.ts`] },
};

/** What the strictest TypeScript says of generated files, kept in memory: `udp.ts:3:1: ...`. */
export function strictProblems(files: Readonly<Record<string, string>>): string[] {
  const virtual = new Map(Object.entries(files).map(([path, text]) => [`${FOLDER}${path}`, text]));
  const names = [...virtual.keys()].filter((path) => path.endsWith(".ts"));
  const program = ts.createProgram(names, OPTIONS, hostOf(virtual));
  return ts
    .getPreEmitDiagnostics(program)
    .filter(({ file }) => file === undefined || virtual.has(file.fileName))
    .map(textOf);
}

function hostOf(virtual: ReadonlyMap<string, string>): ts.CompilerHost {
  const host = ts.createCompilerHost(OPTIONS);
  const [readFile, fileExists, getSourceFile] = [host.readFile, host.fileExists, host.getSourceFile];
  host.readFile = (name) => virtual.get(name) ?? readFile.call(host, name);
  host.fileExists = (name) => virtual.has(name) || fileExists.call(host, name);
  host.directoryExists = (name) => FOLDER.startsWith(name) || ts.sys.directoryExists(name);
  host.getSourceFile = (name, version, ...rest) => {
    const text = virtual.get(name);
    return text === undefined
      ? getSourceFile.call(host, name, version, ...rest)
      : ts.createSourceFile(name, text, version);
  };
  return host;
}

function textOf({ file, start, messageText }: ts.Diagnostic): string {
  const message = ts.flattenDiagnosticMessageText(messageText, " ");
  if (file === undefined) return message;
  const { line, character } = file.getLineAndCharacterOfPosition(start ?? 0);
  const text = file.text.split("\n")[line] ?? "";
  return `${file.fileName.slice(FOLDER.length)}:${line + 1}:${character + 1}: ${message} in: ${text.trim()}`;
}
