/** How bytes become characters. */
export type TextEncoding = "ascii" | "latin1" | "utf8";

const UTF8 = new TextDecoder("utf-8");
const REPLACEMENT = "\ufffd";

/**
 * The text of `length` bytes at `offset`, without the padding at its end. What is no character of the encoding becomes
 * U+FFFD. Allocates: ask when the text is needed.
 */
export function decodeText(
  view: DataView,
  offset: number,
  length: number,
  encoding: TextEncoding,
  pad: number = -1,
): string {
  if (length < 0) throw new RangeError("the text lies beyond the end of what was captured");
  let end = length;
  while (end > 0 && view.getUint8(offset + end - 1) === pad) end--;
  if (encoding === "utf8") return UTF8.decode(new Uint8Array(view.buffer, view.byteOffset + offset, end));
  const limit = encoding === "ascii" ? 0x80 : 0x100;
  let text = "";
  for (let i = 0; i < end; i++) {
    const byte = view.getUint8(offset + i);
    text += byte < limit ? String.fromCharCode(byte) : REPLACEMENT;
  }
  return text;
}

/** The bytes of a text. @throws RangeError for a character that latin1 has not. */
export function encodeText(text: string, encoding: "latin1" | "utf8"): number[] {
  if (encoding === "utf8") return [...new TextEncoder().encode(text)];
  return Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 256) return code;
    throw new RangeError(`${JSON.stringify(character)} is no character of latin1`);
  });
}

/** Where the characters of `text`, a byte each, first stand in `[offset, end)`, or -1. */
export function findText(view: DataView, offset: number, end: number, text: string): number {
  const last = end - text.length;
  const first = text.charCodeAt(0);
  for (let at = offset; at <= last; at++) {
    if (view.getUint8(at) === first && textStands(view, at, text)) return at;
  }
  return -1;
}

/** Whether the characters of `text`, a byte each, stand at `offset`. */
export function textStands(view: DataView, offset: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (view.getUint8(offset + index) !== text.charCodeAt(index)) return false;
  }
  return true;
}

/** Where `byte` first stands in `[offset, end)`, or -1. */
export function findByte(view: DataView, offset: number, end: number, byte: number): number {
  for (let at = offset; at < end; at++) if (view.getUint8(at) === byte) return at;
  return -1;
}
