import { labelsFor } from "./cell-labels.js";
import type { StructModel } from "./layout.js";
import { type Grid, gridOf, isJoined, ROW_BITS, type Row } from "./layout-grid.js";

/** A structure as RFCs draw it: 32 bits a line, each two characters wide. Ends with a line break. */
export function drawAscii(struct: StructModel): string {
  const grid = gridOf(struct);
  const { byKey, legend } = labelsFor(grid.rows, (bits) => 2 * bits - 1);
  const lines = [...ruler(widthOf(grid)), separator(undefined, grid.rows[0])];
  for (const [index, row] of grid.rows.entries()) {
    lines.push(textLine(row, byKey), separator(row, grid.rows[index + 1]));
  }
  const notes = [...legend, ...grid.notes, ...bitOrderNote(struct)];
  return [...lines, ...(notes.length > 0 ? ["", ...notes] : []), ""].join("\n");
}

/** Said where it matters: which bit of a byte the drawing begins with. */
function bitOrderNote({ bitOrder, fields }: StructModel): string[] {
  const hasBits = fields.some(({ type }) => type.bits % 8 !== 0);
  return hasBits && bitOrder === "lsb"
    ? ["Bits of a byte are drawn from the least significant one on (bit_order: lsb)."]
    : [];
}

function widthOf({ rows }: Grid): number {
  return Math.max(1, ...rows.map(({ width }) => width));
}

function ruler(width: number): string[] {
  const bits = Array.from({ length: Math.min(width, ROW_BITS) }, (_, bit) => bit);
  const tens = bits.map((bit) => (bit % 10 === 0 ? ` ${bit / 10}` : "  ")).join("");
  const ones = bits.map((bit) => ` ${bit % 10}`).join("");
  return [tens.trimEnd(), ones];
}

function textLine({ cells, isOpen }: Row, labels: ReadonlyMap<number, string>): string {
  const edge = isOpen ? "/" : "|";
  const texts = cells.map(({ key, bits, isLabelled }) =>
    centred(isLabelled ? (labels.get(key) ?? "") : "", 2 * bits - 1),
  );
  return `${edge}${texts.join(edge)}${edge}`;
}

function centred(text: string, width: number): string {
  const left = Math.floor((width - text.length) / 2);
  return `${" ".repeat(left)}${text}`.padEnd(width);
}

/** `+-+-+`, with blanks where a field goes on below. */
function separator(above: Row | undefined, below: Row | undefined): string {
  const width = Math.max(above?.width ?? 0, below?.width ?? 0);
  let line = "";
  for (let bit = 0; bit <= width; bit++) {
    const left = bit > 0 && isJoined(above, below, bit - 1);
    const right = bit < width && isJoined(above, below, bit);
    line += (left && right ? " " : "+") + (bit === width ? "" : right ? " " : "-");
  }
  return line;
}
