/** Thrown at code whose form only prettier knows; one object for all, since nobody asks where it came from. */
export const LEFT_TO_PRETTIER: Error = new Error("only prettier knows the form of this");

/** The longest line, in characters. */
export const PRINT_WIDTH = 110;

/** Characters that may be wider, or narrower, than one column; the joiner is the one in marks of what is held. */
const ODD_WIDTH = /[^\0-\u02ff\u200d\u2010-\u2027]/;

/** @throws LEFT_TO_PRETTIER */
export function fits(line: string): boolean {
  if (!isPlainWidth(line)) throw LEFT_TO_PRETTIER;
  return line.length <= PRINT_WIDTH;
}

/** @throws LEFT_TO_PRETTIER */
export function fitting(line: string): string {
  if (fits(line)) return line;
  throw LEFT_TO_PRETTIER;
}

/** Whether a text is as wide as it has characters. */
export function isPlainWidth(text: string): boolean {
  return !ODD_WIDTH.test(text);
}
