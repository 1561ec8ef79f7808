import * as prettier from "prettier";
import { Lexer } from "yaml";

/** What fits into a line stays in it: a field with its `doc` is one line of a table. */
const LINE_WIDTH = 200;

/**
 * A schema's text with its indentation, blanks and quotes as all schemas have them. Comments stay; those that follow
 * each other at the ends of lines stand below each other. Formatting a second time changes nothing.
 */
export async function formatSchema(text: string): Promise<string> {
  const unix = text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n");
  const formatted = await prettier.format(unix, {
    parser: "yaml",
    printWidth: LINE_WIDTH,
    proseWrap: "preserve",
  });
  return alignComments(formatted);
}

/** Comments at the ends of lines that follow each other begin in one column. */
function alignComments(text: string): string {
  const lines = text.split("\n");
  const columns = trailingComments(text);
  let at = 0;
  while (at < lines.length) {
    let end = at;
    while (columns.has(end)) end++;
    alignLines(lines, at, end, columns);
    at = Math.max(end, at + 1);
  }
  return lines.join("\n");
}

function alignLines(lines: string[], from: number, to: number, columns: ReadonlyMap<number, number>): void {
  const codes = lines.slice(from, to).map((line, i) => line.slice(0, columns.get(from + i)).trimEnd());
  const widest = Math.max(0, ...codes.map(({ length }) => length));
  for (const [i, code] of codes.entries()) {
    const comment = (lines[from + i] ?? "").slice(columns.get(from + i));
    lines[from + i] = `${code.padEnd(widest)} ${comment}`;
  }
}

/** Where the comment begins on each line that has something before it; lines from 0. */
function trailingComments(text: string): Map<number, number> {
  const found = new Map<number, number>();
  let line = 0;
  let column = 0;
  let hasCode = false;
  for (const token of new Lexer().lex(text)) {
    // Marks of the lexer, which are no part of the text.
    if (/^[\u0002\u0018\u001f\ufeff]$/.test(token)) continue;
    if (token.startsWith("#") && hasCode) found.set(line, column);
    else if (token.trim() !== "") hasCode = true;
    const parts = token.split("\n");
    if (parts.length > 1) {
      line += parts.length - 1;
      column = 0;
      hasCode = false;
    }
    column += parts.at(-1)?.length ?? 0;
  }
  return found;
}
