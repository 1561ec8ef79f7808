import type { OutputFile } from "./compile.js";
import type { EmittedFile } from "./emit.js";
import type { Piece } from "./style-module.js";
import { PRINT_WIDTH } from "./style-width.js";

/** Last pass: the house style, whatever configuration the user's project has. */
export async function format(file: EmittedFile): Promise<OutputFile> {
  const { path, key } = file;
  return { path, text: await textOf(file), ...(key === undefined ? {} : { key }) };
}

async function textOf(file: EmittedFile): Promise<string> {
  const { path, pieces } = file;
  if (!path.endsWith(".ts")) return file.text;
  if (pieces === undefined) return formatText(file.text);
  return (await Promise.all(pieces.map(formatPiece))).join("");
}

/** TypeScript as prettier writes it. */
async function formatText(text: string): Promise<string> {
  const { format: prettier } = await import("prettier");
  // babel-ts gives the same text as the typescript parser for what we emit, in three quarters of the time.
  return prettier(text, { parser: "babel-ts", printWidth: PRINT_WIDTH });
}

async function formatPiece({ text, rough }: Piece): Promise<string> {
  if (rough === undefined) return text;
  if (rough === "statement") return formatText(text);
  const wrapped = await formatText(`class A extends B {\n${text}\n}`);
  return wrapped.slice(wrapped.indexOf("\n") + 1, wrapped.lastIndexOf("}"));
}
