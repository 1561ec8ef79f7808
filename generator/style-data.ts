// Data as prettier writes it: what stands in literals, without calls or operators.
import { Code, entriesOf, keyCode, literal } from "./literal.js";
import { isPlainWidth, PRINT_WIDTH } from "./style-width.js";

/** A name or a number, with dots or without; prettier has more rules for others. */
const PLAIN_KEY = /^(?:[a-z_$][\w$]*(?:\.[a-z_$][\w$]*)*|\d{1,15})$/i;

/** Whether we know the form: no quotes in texts, for prettier may choose the other ones then. */
export function isPlainData(value: unknown): boolean {
  if (value instanceof Code) return true;
  if (Array.isArray(value)) return value.every(isPlainData);
  if (typeof value === "object" && value !== null) {
    return entriesOf(value).every(([key, one]) => PLAIN_KEY.test(key) && isPlainData(one));
  }
  return typeof value !== "string" || (!/["\\]/.test(value) && isPlainWidth(value));
}

/** `head`, plain data and `tail`: on one line if they fit on it, otherwise opened up. */
export function dataText(value: unknown, indent: string, head: string, tail: string): string {
  if (!mustOpen(value)) {
    const line = `${indent}${head}${literal(value)}${tail}`;
    if (!canOpen(value) || line.length <= PRINT_WIDTH) return line;
  }
  const inner = `${indent}  `;
  const [open, close, rows] = Array.isArray(value)
    ? ["[", "]", rowsOf(value, inner)]
    : [
        "{",
        "}",
        entriesOf(value as object).map(([key, one]) => dataText(one, inner, `${keyCode(key)}: `, ",")),
      ];
  return [`${indent}${head}${open}`, ...rows, `${indent}${close}${tail}`].join("\n");
}

function rowsOf(values: readonly unknown[], indent: string): string[] {
  const isRunOfNumbers = values.length > 1 && values.every((one) => typeof one === "number");
  return isRunOfNumbers
    ? numberRows(values.map(literal), indent)
    : values.map((one) => dataText(one, indent, "", ","));
}

/** As many numbers on each line as it holds. */
export function numberRows(numbers: readonly string[], indent: string): string[] {
  const rows: string[] = [];
  for (const word of numbers.map((one) => `${one},`)) {
    const row = `${rows.at(-1)} ${word}`;
    if (rows.length > 0 && row.length <= PRINT_WIDTH) rows[rows.length - 1] = row;
    else rows.push(`${indent}${word}`);
  }
  return rows;
}

/** What a line that is too long can be broken at. */
function canOpen(value: unknown): value is object {
  if (typeof value !== "object" || value === null || value instanceof Code) return false;
  return Object.values(value).some((one) => one !== undefined);
}

/** Several objects, or several lists, of more than one entry each are never on one line, nor is what holds them. */
function mustOpen(value: unknown): boolean {
  if (!canOpen(value)) return false;
  const parts = Object.values(value);
  return (Array.isArray(value) && isMatrix(parts)) || parts.some(mustOpen);
}

function isMatrix(parts: readonly unknown[]): boolean {
  return (
    parts.length > 1 &&
    parts.every((one) => canOpen(one) && entriesOf(one).length > 1) &&
    new Set(parts.map(Array.isArray)).size === 1
  );
}
