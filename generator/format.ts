import { format as prettier } from "prettier";
import type { EmittedFile } from "./emit.js";

/** Last pass: the house style, whatever configuration the user's project has. */
export async function format(file: EmittedFile): Promise<EmittedFile> {
  if (!file.path.endsWith(".ts")) return file;
  const text = await prettier(file.text, { parser: "typescript", printWidth: 110 });
  return { path: file.path, text };
}
