import { format as prettier } from "prettier";
import type { EmittedFile } from "./emit.js";
import type { Piece } from "./style-module.js";
import { PRINT_WIDTH } from "./style-statement.js";

/** Last pass: the house style, whatever configuration the user's project has. */
export async function format({ path, text, pieces }: EmittedFile): Promise<{ path: string; text: string }> {
  if (!path.endsWith(".ts")) return { path, text };
  if (pieces === undefined) return { path, text: await formatText(text) };
  const formatted = await Promise.all(pieces.map(formatPiece));
  return { path, text: formatted.join("") };
}

/** TypeScript as prettier writes it. */
async function formatText(text: string): Promise<string> {
  // babel-ts gives the same text as the typescript parser for what we emit, in three quarters of the time.
  return prettier(text, { parser: "babel-ts", printWidth: PRINT_WIDTH });
}

async function formatPiece({ text, rough }: Piece): Promise<string> {
  if (rough === undefined) return text;
  if (rough === "statement") return formatText(text);
  const wrapped = await formatText(`class A extends B {\n${text}\n}`);
  return wrapped.slice(wrapped.indexOf("\n") + 1, wrapped.lastIndexOf("}"));
}
