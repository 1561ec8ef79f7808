import { labelsFor } from "./cell-labels.js";
import type { StructModel } from "./layout.js";
import { gridOf, isJoined, ROW_BITS, type Row } from "./layout-grid.js";

const BIT = 24;
const ROW = 36;
const MARGIN = 12;
const RULER = 18;
const CHARACTER = 7.6;

/** A structure as a picture: SVG without scripts, fonts or links, readable on light and dark pages. */
export function drawSvg(struct: StructModel): string {
  const { rows, notes } = gridOf(struct);
  const { byKey, legend } = labelsFor(rows, (bits) => Math.floor((bits * BIT - 4) / CHARACTER));
  const below = [...legend, ...notes];
  const width = ROW_BITS * BIT + 2 * MARGIN;
  const top = MARGIN + RULER;
  const height = top + rows.length * ROW + MARGIN + below.length * 16;
  const body = [
    ...ruler(),
    ...rows.flatMap((row, index) => texts(row, top + index * ROW, byKey)),
    `<path d="${outline(rows, top)}" fill="none" stroke="currentColor"/>`,
    ...below.map((line, index) => text(MARGIN, top + rows.length * ROW + 16 * (index + 1), line, "start")),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
      `role="img" font-family="monospace" font-size="12" fill="currentColor">`,
    `<title>${escaped(struct.name)}</title>`,
    ...body,
    "</svg>",
    "",
  ].join("\n");
}

function ruler(): string[] {
  return Array.from({ length: ROW_BITS }, (_, bit) =>
    text(MARGIN + (bit + 0.5) * BIT, MARGIN + 8, String(bit), "middle", 9),
  );
}

function texts({ cells }: Row, y: number, labels: ReadonlyMap<number, string>): string[] {
  return cells
    .filter(({ isLabelled }) => isLabelled)
    .map(({ key, start, bits }) =>
      text(MARGIN + (start + bits / 2) * BIT, y + ROW / 2 + 4, labels.get(key) ?? "", "middle"),
    );
}

function text(x: number, y: number, content: string, anchor: string, size?: number): string {
  const font = size === undefined ? "" : ` font-size="${size}"`;
  return `<text x="${x}" y="${y}" text-anchor="${anchor}"${font}>${escaped(content)}</text>`;
}

/** Every line between two cells, once. */
function outline(rows: readonly Row[], top: number): string {
  const parts: string[] = [];
  for (let index = 0; index <= rows.length; index++) {
    const [above, below] = [rows[index - 1], rows[index]];
    const width = Math.max(above?.width ?? 0, below?.width ?? 0);
    for (let bit = 0; bit < width; bit++) {
      if (isJoined(above, below, bit)) continue;
      const from = bit;
      while (bit + 1 < width && !isJoined(above, below, bit + 1)) bit++;
      parts.push(`M${MARGIN + from * BIT} ${top + index * ROW}h${(bit + 1 - from) * BIT}`);
    }
  }
  for (const [index, { cells, width, isOpen }] of rows.entries()) {
    // An open row leans, as a break does in drawings.
    const side = isOpen ? `l-4 ${ROW / 2}l8 0l-4 ${ROW / 2}` : `v${ROW}`;
    const edges = [...cells.map(({ start }) => start), width];
    parts.push(...edges.map((bit) => `M${MARGIN + bit * BIT} ${top + index * ROW}${side}`));
  }
  return parts.join("");
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
