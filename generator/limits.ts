import { Lexer } from "yaml";

/** Schemas are untrusted. Larger files than this are refused before the YAML parser sees them. */
export const MAX_FILE_BYTES: number = 1024 * 1024;
/** Deeper nesting is refused as well: yaml 2.9 recurses, and some thousand levels abort the process. */
export const MAX_NESTING = 64;
/** Structures inside structures. */
export const MAX_STRUCT_NESTING = 16;
/** The largest fixed part of a structure: offsets in generated code stay far below 2^31 bits. */
export const MAX_STRUCT_BYTES: number = 1024 * 1024;
/** Fields and values of a file, all its structures together: each becomes some hundred bytes of code. */
export const MAX_FIELDS = 4096;
/** Labels of a file's enums. */
export const MAX_LABELS = 16384;

/**
 * The nesting of a YAML text, by its tokens alone: flow brackets that are open, and columns that block items opened.
 * Stops counting at `limit` and gives the place in the text where it was passed.
 */
export function nestingBeyond(text: string, limit: number): number | undefined {
  const blockColumns: number[] = [];
  let flowDepth = 0;
  let offset = 0;
  let lineStart = 0;
  for (const token of new Lexer().lex(text)) {
    if (isControl(token)) {
      if (token === "\ufeff") lineStart = ++offset;
      continue;
    }
    if (token === "[" || token === "{") flowDepth++;
    else if (token === "]" || token === "}") flowDepth = Math.max(0, flowDepth - 1);
    else if (flowDepth === 0 && token.trim() !== "") openColumn(blockColumns, offset - lineStart);
    if (flowDepth + blockColumns.length > limit) return offset;
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
