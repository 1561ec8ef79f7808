import { yaml } from "./on-demand.js";

/** Schemas are untrusted. Larger files than this are refused before the YAML parser sees them. */
export const MAX_FILE_BYTES: number = 1024 * 1024;
/** Deeper nesting is refused as well: yaml 2.9 recurses, and some thousand levels abort the process. */
export const MAX_NESTING = 64;
/** More tokens than this are no schema: the parser keeps an error of its own for every bracket too many. */
export const MAX_TOKENS = 400_000;
/** Structures inside structures. */
export const MAX_STRUCT_NESTING = 16;
/** The largest fixed part of a structure: offsets in generated code stay far below 2^31 bits. */
export const MAX_STRUCT_BYTES: number = 1024 * 1024;
/** Fields and values of a file, all its structures together: each becomes some hundred bytes of code. */
export const MAX_FIELDS = 4096;
/** Labels of a file's enums. */
export const MAX_LABELS = 16384;

/** The first place where a text passes a limit. */
export interface Passed {
  readonly offset: number;
  readonly limit: "nesting" | "tokens";
}

/**
 * Looks at a YAML text by its tokens alone. Nesting is the number of flow brackets that are open and of columns that
 * block items opened.
 */
export function limitPassed(text: string): Passed | undefined {
  const blockColumns: number[] = [];
  let flowDepth = 0;
  let tokens = 0;
  let offset = 0;
  let lineStart = 0;
  for (const token of new (yaml().Lexer)().lex(text)) {
    if (isControl(token)) {
      if (token === "\ufeff") lineStart = ++offset;
      continue;
    }
    if (token === "[" || token === "{") flowDepth++;
    else if (token === "]" || token === "}") flowDepth = Math.max(0, flowDepth - 1);
    else if (flowDepth === 0 && token.trim() !== "") openColumn(blockColumns, offset - lineStart);
    if (flowDepth + blockColumns.length > MAX_NESTING) return { offset, limit: "nesting" };
    if (++tokens > MAX_TOKENS) return { offset, limit: "tokens" };
    offset += token.length;
    const newline = token.lastIndexOf("\n");
    if (newline >= 0) lineStart = offset - token.length + newline + 1;
  }
  return undefined;
}

/** The lexer marks documents, scalars and errors with one control character that is not part of the text. */
function isControl(token: string): boolean {
  return token === "\u0002" || token === "\u0018" || token === "\u001f" || token === "\ufeff";
}

function openColumn(columns: number[], column: number): void {
  while (columns.length > 0 && (columns.at(-1) as number) > column) columns.pop();
  if (columns.at(-1) !== column) columns.push(column);
}
