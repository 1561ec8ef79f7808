// Bytes that are always the same: `bytes = 0x89504e47`, `bytes = "GIF89a"`.
import type { Diagnostics } from "./diagnostics.js";
import type { FieldRule, FieldType } from "./layout.js";
import { partSpan, type ScalarNode } from "./nodes.js";

/** So many bytes are compared and written one by one. */
const MAX_BYTES = 64;

/** A field that always holds the same bytes. */
export interface ContentsType {
  readonly word: "bytes";
  readonly type: FieldType;
  readonly rule: FieldRule;
  readonly hasEndian: boolean;
}

/** Reads `bytes = ...`; `undefined` where the bytes are wrong, which was told, and "none" for anything else. */
export function contentsType(node: ScalarNode, diagnostics: Diagnostics): ContentsType | undefined | "none" {
  const text = String(node.value);
  const given = /^bytes\s*=\s*(?<value>.*)$/.exec(text)?.groups?.["value"];
  if (given === undefined) return "none";
  const bytes = hexBytes(given) ?? textBytes(given);
  if (bytes !== undefined && bytes.length >= 1 && bytes.length <= MAX_BYTES) {
    return {
      word: "bytes",
      type: { kind: "bytes", bits: bytes.length * 8 },
      rule: { kind: "contents", bytes },
      hasEndian: false,
    };
  }
  const shown = given.slice(0, 40);
  const message = `\`${shown}\` is not 1 to ${MAX_BYTES} bytes: write \`bytes = 0x89504e47\`, two digits a byte, or \`bytes = "GIF89a"\``;
  diagnostics.error("contents-form", partSpan(node, text.length - given.length, text.length), message);
  return undefined;
}

function hexBytes(text: string): number[] | undefined {
  const digits = /^0x((?:[0-9a-fA-F]{2})+)$/.exec(text)?.[1];
  return digits?.match(/../g)?.map((byte) => Number.parseInt(byte, 16));
}

/** A string as JSON has it; each character is a byte. */
function textBytes(text: string): number[] | undefined {
  if (!text.startsWith('"')) return undefined;
  try {
    const bytes = Array.from(JSON.parse(text) as string, (one) => one.charCodeAt(0));
    return bytes.every((byte) => byte < 256) ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** `0x89504e47`. */
export function contentsText(bytes: readonly number[]): string {
  return `0x${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Bytes as a string literal, a character each, in a spelling that no formatter changes. */
export function byteLiteral(bytes: readonly number[]): string {
  const escaped = bytes.map((byte) => {
    const character = String.fromCharCode(byte);
    if (character === "\r") return "\\r";
    if (character === "\n") return "\\n";
    return /^[ -~]$/.test(character) && !/["'\\]/.test(character)
      ? character
      : `\\x${byte.toString(16).padStart(2, "0")}`;
  });
  return `"${escaped.join("")}"`;
}
