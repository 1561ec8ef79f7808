import pc from "picocolors";

/** Colours of the terminal; plain text anywhere else, and where NO_COLOR asks for it (https://no-color.org). */
export const colors: ReturnType<typeof pc.createColors> = pc.createColors(
  isTerminal() && !process.env["NO_COLOR"],
);

const MAX_COLUMNS = 100;

/** Whether a person is looking. */
export function isTerminal(): boolean {
  return process.stdout.isTTY;
}

/** The width to write for: the terminal's, 100 at most. */
export function columns(): number {
  return Math.min(process.stdout.columns || MAX_COLUMNS, MAX_COLUMNS);
}

/** A whole number with its thousands apart: "1,234,567". */
export function grouped(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** Bytes for people: "12.3 MB". */
export function byteText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}
