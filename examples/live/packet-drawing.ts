import { viewOf } from "zc-gen";
import { Stack } from "zc-gen/protocols";
import type { Sample } from "./tally.js";
import { colors } from "./terminal.js";

/** Where a dump's explanations begin: after two spaces, the offset, sixteen bytes and the gaps. */
const TEXT_COLUMN = 57;
const PAYLOAD_LINES = 4;

/** A kept packet as an annotated hex dump: every byte of its headers with the fields it holds, and some payload. */
export function drawPacket(sample: Sample, columns: number): string {
  const stack = new Stack(viewOf(sample.bytes));
  stack.decode(0, sample.bytes.length, sample.linkType);
  const lines = shorten(stack.hexDump().split("\n"));
  return [String(stack), "", ...lines.flatMap((line) => wrapLine(line, columns)).map(paint)].join("\n");
}

/** The headers whole, the beginning of the payload. */
function shorten(lines: readonly string[]): string[] {
  const payload = lines.findIndex((line) => line.startsWith("payload:"));
  const last = payload + 1 + PAYLOAD_LINES;
  if (payload < 0 || lines.length <= last) return [...lines];
  return [...lines.slice(0, last), `  ... ${lines.length - last} more lines like these`];
}

/** Breaks the explanation of a line that is too long, between two fields. */
function wrapLine(line: string, columns: number): string[] {
  const lines = [""];
  for (const part of line.split(/(?<=, )/)) {
    const tooLong = (lines.at(-1) as string).length + part.trimEnd().length > columns;
    if (tooLong && columns > TEXT_COLUMN) lines.push(" ".repeat(TEXT_COLUMN) + part);
    else lines.push((lines.pop() as string) + part);
  }
  return lines.map((each) => each.trimEnd());
}

function paint(line: string): string {
  if (!line.startsWith(" ")) return colors.bold(line);
  return line.replace(/^ {2}[0-9a-f]{4}(?= )/, colors.dim("$&"));
}
