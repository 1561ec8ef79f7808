// A structure as rows of 32 bits: what both kinds of diagram draw.
import { expressionText } from "./expression-text.js";
import { plural, sizeText } from "./field-text.js";
import type { FieldModel, StructModel } from "./layout.js";

export const ROW_BITS = 32;

/** More full rows of one field than this are drawn as one open row. */
const MAX_ROWS = 4;

/** The part of a field that lies in one row. */
export interface Cell {
  /** The same for all parts of a field. */
  readonly key: number;
  readonly name: string;
  /** In the row, from 0. */
  readonly start: number;
  readonly bits: number;
  /** The part that carries the field's name. */
  readonly isLabelled: boolean;
}

export interface Row {
  readonly cells: readonly Cell[];
  /** Bits that are taken. */
  readonly width: number;
  /** Of a length that is not drawn to scale. */
  readonly isOpen: boolean;
}

export interface Grid {
  readonly rows: readonly Row[];
  /** What a drawing cannot show: conditions. */
  readonly notes: readonly string[];
}

interface Part {
  readonly key: number;
  readonly name: string;
  /** From the first bit of its block. */
  readonly offset: number;
  readonly bits: number;
}

/** The rows of a structure, from its resolved layout. Every place that only the packet tells begins a new row. */
export function gridOf(struct: StructModel): Grid {
  const rows: Row[] = [];
  let block: Part[] = [];
  let slot = 0;
  const close = (): void => {
    rows.push(...rowsOf(block));
    block = [];
  };
  for (const field of struct.fields) {
    if (field.slot !== slot) close();
    if (field === struct.endReads?.[0]) rows.push(openRow(struct.fields.length, "payload"));
    slot = field.slot;
    if (field.type.kind !== "span") block.push(partOf(field));
    else {
      const size = field.type.size;
      if (size.by === "prefix" && size.prefix.kind === "uint") {
        const offset = block.reduce((sum, { bits }) => sum + bits, 0);
        const name = `${field.name} length`;
        block.push({ key: -1 - field.index, name, offset, bits: size.prefix.bits });
      }
      close();
      rows.push(openRow(field.index, `${field.name} (${sizeText(field)})`));
    }
  }
  close();
  const header = struct.headerLength;
  if (
    header !== undefined &&
    header.range.max > struct.size &&
    struct.slots === 0 &&
    struct.tail === undefined
  ) {
    rows.push(openRow(struct.fields.length, `rest of the header, up to ${expressionText(header)} bytes`));
  }
  return { rows, notes: struct.fields.flatMap(noteOf) };
}

function partOf({ index, name, type, bitOffset }: FieldModel): Part {
  return { key: index, name, offset: bitOffset, bits: type.bits };
}

function noteOf({ name, when }: FieldModel): string[] {
  return when === undefined ? [] : [`${name}: only if ${expressionText(when)}`];
}

function openRow(key: number, name: string): Row {
  return {
    cells: [{ key, name, start: 0, bits: ROW_BITS, isLabelled: true }],
    width: ROW_BITS,
    isOpen: true,
  };
}

function rowsOf(parts: readonly Part[]): Row[] {
  const rows: Cell[][] = [];
  for (const part of parts) {
    const pieces = piecesOf(part);
    const widest = Math.max(...pieces.map(({ bits }) => bits));
    const full = pieces.filter(({ bits }) => bits === widest);
    const labelled = full[(full.length - 1) >> 1];
    for (const { row, start, bits } of pieces) {
      const isLabelled = row === labelled?.row;
      (rows[row] ??= []).push({ key: part.key, name: part.name, start, bits, isLabelled });
    }
  }
  return shortened(
    rows.map((cells) => ({ cells, width: Math.max(...cells.map(endOf)), isOpen: false })),
    parts,
  );
}

function piecesOf({ offset, bits }: Part): { row: number; start: number; bits: number }[] {
  const pieces = [];
  for (let at = offset; at < offset + bits;) {
    const start = at % ROW_BITS;
    const piece = Math.min(ROW_BITS - start, offset + bits - at);
    pieces.push({ row: Math.floor(at / ROW_BITS), start, bits: piece });
    at += piece;
  }
  return pieces;
}

/** A field of many full rows, with one open row in their place. */
function shortened(rows: readonly Row[], parts: readonly Part[]): Row[] {
  const isFull = ({ cells }: Row): boolean => cells.length === 1 && cells[0]?.bits === ROW_BITS;
  const long = parts.filter(
    ({ key }) => rows.filter((row) => isFull(row) && row.cells[0]?.key === key).length > MAX_ROWS,
  );
  return rows.flatMap((row, index) => {
    const part = isFull(row) ? long.find(({ key }) => key === row.cells[0]?.key) : undefined;
    if (part === undefined) return [row];
    const previous = rows[index - 1];
    const isFirst = previous === undefined || !isFull(previous) || previous.cells[0]?.key !== part.key;
    return isFirst ? [openRow(part.key, `${part.name} (${plural(part.bits / 8, "byte")})`)] : [];
  });
}

export function endOf({ start, bits }: Cell): number {
  return start + bits;
}

/** Whether a field goes on from one row to the one below it at this bit, so that no line lies between. */
export function isJoined(above: Row | undefined, below: Row | undefined, bit: number): boolean {
  const key = cellAt(above, bit)?.key;
  return key !== undefined && key === cellAt(below, bit)?.key;
}

function cellAt(row: Row | undefined, bit: number): Cell | undefined {
  return row?.cells.find((cell) => cell.start <= bit && bit < endOf(cell));
}
