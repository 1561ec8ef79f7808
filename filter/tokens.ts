import { FilterError, type Span } from "./error.js";

/** A word of the language: `address` is anything with colons, or four decimals with dots, with or without a prefix. */
export interface Token extends Span {
  readonly kind: "name" | "number" | "address" | "string" | "symbol" | "end";
  /** As it stands in the text; of a string what it means. */
  readonly text: string;
}

/** UTF-16 units of a filter's text. */
const MAX_TEXT = 16_384;

const KINDS: readonly (readonly [Token["kind"], RegExp])[] = [
  ["address", /\d+(?:\.\d+){3}(?:\/\d+)?(?![\w:])/y],
  ["address", /[0-9a-fA-F]{0,4}:[0-9a-fA-F:]*(?:\d+(?:\.\d+){3})?(?:\/\d+)?(?!\w)/y],
  ["number", /-?(?:0x[0-9a-fA-F]+|\d+)(?!\w)/y],
  ["name", /[A-Za-z_]\w*/y],
  ["string", /"(?:[^"\\]|\\.)*"/y],
  ["symbol", /&&|\|\||==|!=|<=|>=|\.\.|[!<>~(){}[\],.*&]/y],
];

/** Words that are written as symbols, too. */
const SYMBOLS: Readonly<Record<string, string>> = { and: "&&", or: "||", not: "!", contains: "~" };

/** The words of a text, an `end` last. @throws FilterError */
export function tokens(text: string): Token[] {
  if (text.length > MAX_TEXT) {
    const problem = `a filter has at most ${MAX_TEXT} characters, not ${text.length}`;
    throw new FilterError("ERR_FILTER_TOO_LARGE", problem, text, { start: 0, end: 1 });
  }
  const found: Token[] = [];
  for (let at = skipBlanks(text, 0); at < text.length; at = skipBlanks(text, at)) {
    const token = tokenAt(text, at);
    found.push(token);
    at = token.end;
  }
  found.push({ kind: "end", text: "the end", start: text.length, end: text.length });
  return found;
}

function skipBlanks(text: string, at: number): number {
  let place = at;
  while (/\s/.test(text[place] ?? "x")) place++;
  return place;
}

function tokenAt(text: string, start: number): Token {
  for (const [kind, pattern] of KINDS) {
    pattern.lastIndex = start;
    const word = pattern.exec(text)?.[0];
    if (word === undefined || word === "") continue;
    const end = start + word.length;
    if (kind === "string") return { kind, text: stringText(word), start, end };
    const symbol = kind === "name" ? SYMBOLS[word] : undefined;
    return symbol === undefined
      ? { kind, text: word, start, end }
      : { kind: "symbol", text: symbol, start, end };
  }
  const what =
    text[start] === '"' ? "this string has no end" : `nothing begins with ${JSON.stringify(text[start])}`;
  throw new FilterError("ERR_FILTER_SYNTAX", what, text, { start, end: start + 1 });
}

function stringText(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(.)/g, "$1");
}
