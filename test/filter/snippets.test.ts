import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";

const PAGE = readFileSync(new URL("../../docs/filters.md", import.meta.url), "utf8");
const CONFIG = fileURLToPath(new URL("../tsconfig.json", import.meta.url));
const FOLDER = fileURLToPath(new URL(".", import.meta.url));

/** The programs of docs/filters.md, as files that are not there. */
const snippets = new Map(
  [...PAGE.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text = ""], i) => [`${FOLDER}snippet-${i}.ts`, text]),
);

it("the programs of docs/filters.md are what the compiler takes", () => {
  const { config } = ts.readConfigFile(CONFIG, (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(
    { ...config, include: [], files: [] },
    ts.sys,
    `${FOLDER}..`,
  );
  const host = ts.createCompilerHost({ ...options, noEmit: true });
  const [read, exists] = [host.getSourceFile.bind(host), host.fileExists.bind(host)];
  host.fileExists = (path) => snippets.has(path) || exists(path);
  host.getSourceFile = (path, ...rest) => {
    const text = snippets.get(path);
    return text === undefined ? read(path, ...rest) : ts.createSourceFile(path, text, ts.ScriptTarget.ES2022);
  };
  const program = ts.createProgram([...snippets.keys()], { ...options, noEmit: true }, host);
  const problems = [...snippets.keys()].flatMap((path) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  });
  expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "))).toEqual([]);
  expect(snippets.size).toBe(2);
});
