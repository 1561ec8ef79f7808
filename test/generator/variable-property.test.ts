// Random layouts of what has no fixed length, read by the generated class and by a slow interpreter that shares nothing
// with the generator: both must find the same values, and the same bytes too few.
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Header, type HeaderClass, isIncomplete } from "zc-gen";
import { runFiles } from "./support/modules.js";
import { emitTexts } from "./support/schemas.js";

type Probe = Header & Record<string, unknown>;

/** A kind of field: how it is written, and how it is read at the cursor. Numbers before it are known by their names. */
interface Kind {
  readonly text: string;
  readonly types?: string;
  read(cursor: Cursor, known: Map<string, number>): unknown;
}

class TooShort extends Error {}

/** Bytes one after the other. */
class Cursor {
  at = 0;
  readonly bytes: readonly number[];
  readonly end: number;
  constructor(bytes: readonly number[], end: number = bytes.length) {
    this.bytes = bytes;
    this.end = end;
  }
  take(count: number): number[] {
    if (this.at + count > this.end) throw new TooShort();
    this.at += count;
    return this.bytes.slice(this.at - count, this.at);
  }
  number(count: number, isLittle = false): number {
    const bytes = this.take(count);
    return (isLittle ? bytes.reverse() : bytes).reduce((sum, byte) => sum * 256 + byte, 0);
  }
}

const hex = (bytes: readonly number[]): string => Buffer.from(bytes).toString("hex");
const ascii = (bytes: readonly number[]): string =>
  bytes.map((byte) => (byte < 128 ? String.fromCharCode(byte) : "\ufffd")).join("");

function leb128(cursor: Cursor): number {
  for (let value = 0, factor = 1; ; factor *= 128) {
    const byte = cursor.number(1);
    value += (byte % 128) * factor;
    if (byte < 128) return value;
    if (factor === 128 ** 3) throw new RangeError();
  }
}

function quicLength(cursor: Cursor): number {
  const first = cursor.bytes[cursor.at] ?? 0;
  const size = 2 ** (first >> 6);
  const bytes = cursor.take(size);
  return [first % 64, ...bytes.slice(1)].reduce((sum, byte) => sum * 256 + byte, 0);
}

/** A value must be exact; a length only runs past the end. */
function quic(cursor: Cursor): number {
  const value = quicLength(cursor);
  if (value > Number.MAX_SAFE_INTEGER) throw new RangeError();
  return value;
}

/** A field of one of the kinds; the number it may name is `n`, one of 0 to 7 that comes first. */
const KINDS: readonly Kind[] = [
  { text: "u24", read: (cursor) => cursor.number(3) },
  { text: "u16le", read: (cursor) => cursor.number(2, true) },
  { text: "varint.quic", read: quic },
  { text: "varint.leb128 max 4 bytes", read: leb128 },
  { text: "{ bytes: n }", read: (cursor, known) => hex(cursor.take(known.get("n") ?? 0)) },
  { text: "{ bytes: n * 2 + 1 }", read: (cursor, known) => hex(cursor.take((known.get("n") ?? 0) * 2 + 1)) },
  { text: "{ bytes: u8 }", read: (cursor) => hex(cursor.take(cursor.number(1))) },
  { text: "{ text: ascii, bytes: u16le }", read: (cursor) => ascii(cursor.take(cursor.number(2, true))) },
  { text: "{ text: ascii, bytes: varint.quic }", read: (cursor) => ascii(cursor.take(quicLength(cursor))) },
  {
    text: "{ text: ascii, until: 0 }",
    read: (cursor) => {
      const found: number[] = [];
      for (let byte = cursor.number(1); byte !== 0; byte = cursor.number(1)) found.push(byte);
      return ascii(found);
    },
  },
  { text: "{ text: ascii, size: 3, pad: 32 }", read: (cursor) => ascii(cursor.take(3)).replace(/ +$/, "") },
  {
    text: "{ array: u16, count: n }",
    read: (cursor, known) => Array.from({ length: known.get("n") ?? 0 }, () => cursor.number(2)),
  },
  {
    text: "{ array: pair, count: n }",
    read: (cursor, known) =>
      Array.from({ length: known.get("n") ?? 0 }, () => ({
        key: cursor.number(1),
        value: hex(cursor.take(cursor.number(1))),
      })),
  },
  {
    text: "{ array: pair, stop: key < 64 }",
    read: (cursor) => {
      const found: { key: number; value: string }[] = [];
      do found.push({ key: cursor.number(1), value: hex(cursor.take(cursor.number(1))) });
      while ((found.at(-1)?.key ?? 0) >= 64);
      return found;
    },
  },
  {
    text: "{ switch: n, 0: { a: u8 }, 1..3: { b: u16, c: { bytes: u8 } }, else: { d: u8 } }",
    read: (cursor, known) => {
      const n = known.get("n") ?? 0;
      if (n === 0) return { a: cursor.number(1) };
      return n <= 3
        ? { b: cursor.number(2), c: hex(cursor.take(cursor.number(1))) }
        : { d: cursor.number(1) };
    },
  },
];

interface Field {
  readonly kind: number;
  /** Set: only if `n` is more. */
  readonly when: number | undefined;
}

const fields = fc.array(
  fc.record({
    kind: fc.nat({ max: KINDS.length - 1 }),
    when: fc.option(fc.nat({ max: 6 }), { nil: undefined, freq: 3 }),
  }),
  { minLength: 1, maxLength: 6 },
);

function schemaOf(layout: readonly Field[]): string {
  const lines = layout.map(({ kind, when }, index) => {
    const text = KINDS[kind]?.text ?? "";
    if (when === undefined) return `  f${index}: ${text}`;
    const inner = text.startsWith("{") ? text.slice(1, -1).trim() : `type: ${text}`;
    return `  f${index}: { ${inner}, when: n > ${when} }`;
  });
  return (
    `zc: 1\nname: probe\nendian: big\nfields:\n  n: u8 in 0..7\n${lines.join("\n")}\n` +
    "types:\n  pair: { fields: { key: u8, value: { bytes: u8 } } }\n"
  );
}

/** What the slow interpreter finds; `short`: bytes lack, `wrong`: a number is too large. */
function interpret(layout: readonly Field[], bytes: readonly number[]): object | "short" | "wrong" {
  const cursor = new Cursor(bytes);
  try {
    const n = cursor.number(1);
    if (n > 7) return "wrong";
    const found: Record<string, unknown> = { n };
    for (const [index, { kind, when }] of layout.entries()) {
      if (when === undefined || n > when) found[`f${index}`] = KINDS[kind]?.read(cursor, new Map([["n", n]]));
    }
    return { ...found, length: cursor.at };
  } catch (error) {
    if (error instanceof TooShort) return "short";
    if (error instanceof RangeError) return "wrong";
    throw error;
  }
}

function read(Class: HeaderClass<Probe>, bytes: readonly number[]): object | "short" | "wrong" {
  const all = new Uint8Array(bytes.length + 30).fill(0x11);
  all.set(bytes, 9);
  const probe = new Class(new DataView(all.buffer));
  const fault = probe.wrap(9, 9 + bytes.length);
  if (fault !== 0) return isIncomplete(fault) ? "short" : "wrong";
  return { ...probe.toJSON(), length: probe.headerLength };
}

it("generated classes find what a slow interpreter finds, at every length", { timeout: 60_000 }, () => {
  const byte = fc.oneof(fc.nat({ max: 7 }), fc.nat({ max: 255 }));
  const packets = fc.array(fc.tuple(fc.nat({ max: 7 }), fc.array(byte, { minLength: 0, maxLength: 60 })), {
    minLength: 4,
    maxLength: 4,
  });
  fc.assert(
    fc.property(fields, packets, (layout, samples) => {
      const Class = runFiles(emitTexts(schemaOf(layout)))["probe.ts"]?.["Probe"] as HeaderClass<Probe>;
      for (const [n, rest] of samples) {
        const bytes = [n, ...rest];
        for (let length = 0; length <= bytes.length; length++) {
          const cut = bytes.slice(0, length);
          expect({ cut, found: read(Class, cut) }).toEqual({ cut, found: interpret(layout, cut) });
        }
      }
    }),
    { numRuns: 30 },
  );
});
