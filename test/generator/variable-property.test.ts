// Random layouts of what has no fixed length, read by the generated class and by a slow interpreter that shares nothing
// with the generator: both must find the same values, and the same bytes too few.
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  type AnyFields,
  buildPacket,
  type FieldLayout,
  type Header,
  type HeaderClass,
  isIncomplete,
} from "zc-gen";
import { byName, faultsOf } from "../generated/support/by-name.js";
import { runFiles } from "./support/modules.js";
import { emitTexts } from "./support/schemas.js";

type Probe = Header & Record<string, unknown>;

/** A kind of field: how it is written, and how it is read at the cursor. Numbers before it are known by their names. */
interface Kind {
  readonly text: string;
  readonly types?: string;
  read(cursor: Cursor, known: Map<string, number>): unknown;
  /** Set: where the field is there, in a schema's words and worked out. */
  readonly when?: readonly [text: string, holds: (n: number, m: number) => boolean];
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

/** Up to what ends it, which is read as well. */
function until(cursor: Cursor, ...ending: number[]): number[] {
  const found: number[] = [];
  while (!ending.every((byte, index) => byte === found[found.length - ending.length + index])) {
    found.push(cursor.number(1));
  }
  return found.slice(0, -ending.length);
}

const padding = (cursor: Cursor, to: number): number[] => cursor.take((to - (cursor.at % to)) % to);

/**
 * A field of one of the kinds; the numbers it may name come first: `n`, one of 0 to 7, and `m`, a byte that is there where `n`
 * is more than 3.
 */
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
  { text: "{ text: ascii, until: 0x07 }", read: (cursor) => ascii(until(cursor, 7)) },
  { text: '{ text: ascii, until: "\\x01\\x02" }', read: (cursor) => ascii(until(cursor, 1, 2)) },
  { text: "{ type: bytes, until: 5 }", read: (cursor) => hex(until(cursor, 5)) },
  { text: "{ align: 4 }", read: (cursor) => hex(padding(cursor, 4)) },
  { text: "{ align: 6 }", read: (cursor) => hex(padding(cursor, 6)) },
  {
    text: "{ bytes: 'n > 3 ? m : n' }",
    read: (cursor, known) =>
      hex(cursor.take((known.get("n") ?? 0) > 3 ? (known.get("m") ?? 0) : (known.get("n") ?? 0))),
  },
  {
    text: "{ bytes: 'n <= 3 ? 1 : m' }",
    read: (cursor, known) => hex(cursor.take((known.get("n") ?? 0) > 3 ? (known.get("m") ?? 0) : 1)),
  },
  {
    text: "{ bytes: m }",
    when: ["n > 3", (n) => n > 3],
    read: (cursor, known) => hex(cursor.take(known.get("m") ?? 0)),
  },
  {
    text: "u16",
    when: ["n > 3 && m > 3", (n, m) => n > 3 && m > 3],
    read: (cursor) => cursor.number(2),
  },
  {
    text: "{ switch: m, 0..3: { a: u8 }, else: { b: u16 } }",
    when: ["!(n < 6 || m == 200)", (n, m) => !(n < 6 || m === 200)],
    read: (cursor, known) => ((known.get("m") ?? 0) < 4 ? { a: cursor.number(1) } : { b: cursor.number(2) }),
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
    // All cases must be possible.
    when: ["n >= 0", () => true],
    read: (cursor, known) => {
      const n = known.get("n") ?? 0;
      if (n === 0) return { a: cursor.number(1) };
      return n <= 3
        ? { b: cursor.number(2), c: hex(cursor.take(cursor.number(1))) }
        : { d: cursor.number(1) };
    },
  },
  {
    text: "{ switch: n & 1, bytes: u8, 0: { a: u16 }, else: { d: u8, items: { list: item, until: end } } }",
    read: (cursor, known) => {
      const bytes = cursor.take(cursor.number(1));
      const inner = new Cursor(bytes);
      const isOdd = (known.get("n") ?? 0) % 2 === 1;
      if (bytes.length < (isOdd ? 1 : 2)) return hex(bytes);
      return isOdd ? { d: inner.number(1), items: items(inner, true) } : { a: inner.number(2) };
    },
  },
  {
    text: "{ list: item, bytes: u8 }",
    read: (cursor) => items(new Cursor(cursor.take(cursor.number(1))), false),
  },
  {
    text: "{ list: item, bytes: n * 3 }",
    read: (cursor, known) => items(new Cursor(cursor.take((known.get("n") ?? 0) * 3)), false),
  },
  {
    text: "{ array: { text: ascii, bytes: u8 }, bytes: u8 }",
    read: (cursor) =>
      walked(new Cursor(cursor.take(cursor.number(1))), (one) => ({ value: ascii(one.take(one.number(1))) })),
  },
  {
    text: "{ array: { key: u8, more: { bytes: u8 } }, bytes: n }",
    read: (cursor, known) =>
      walked(new Cursor(cursor.take(known.get("n") ?? 0)), (one) => ({
        key: one.number(1),
        more: hex(one.take(one.number(1))),
      })),
  },
  // What is described in place names fields of the structure around it, at any depth.
  {
    text: "{ array: { key: u8, more: { bytes: n } }, count: n }",
    read: (cursor, known) =>
      Array.from({ length: known.get("n") ?? 0 }, () => ({
        key: cursor.number(1),
        more: hex(cursor.take(known.get("n") ?? 0)),
      })),
  },
  {
    text: "{ array: { key: u8, more: { bytes: m & 3, when: key > m } }, count: n & 3 }",
    when: ["n > 3", (n) => n > 3],
    read: (cursor, known) =>
      Array.from({ length: (known.get("n") ?? 0) & 3 }, () => {
        const key = cursor.number(1);
        const m = known.get("m") ?? 0;
        return key > m ? { key, more: hex(cursor.take(m & 3)) } : { key };
      }),
  },
  {
    text: "{ array: { key: u8, inner: { array: { x: u8, y: { type: u8, when: n > key } }, count: key & 1 } }, count: n & 3 }",
    read: (cursor, known) =>
      Array.from({ length: (known.get("n") ?? 0) & 3 }, () => {
        const key = cursor.number(1);
        const inner = Array.from({ length: key & 1 }, () => {
          const x = cursor.number(1);
          return (known.get("n") ?? 0) > key ? { x, y: cursor.number(1) } : { x };
        });
        return { key, inner };
      }),
  },
  {
    text: "{ switch: n & 1, 0: { a: { bytes: n } }, else: { b: { type: u8, when: 'n > 3 && m > 100' }, c: u8 } }",
    read: (cursor, known) => {
      const [n = 0, m = 0] = [known.get("n"), known.get("m")];
      if ((n & 1) === 0) return { a: hex(cursor.take(n)) };
      return n > 3 && m > 100 ? { b: cursor.number(1), c: cursor.number(1) } : { c: cursor.number(1) };
    },
  },
  {
    text: "{ array: { a: u8, b: i16 }, count: n }",
    read: (cursor, known) =>
      Array.from({ length: known.get("n") ?? 0 }, () => ({
        a: cursor.number(1),
        b: (cursor.number(2) << 16) >> 16,
      })),
  },
];

/** Elements of no fixed length up to the end, or to one that does not fit. */
function walked(cursor: Cursor, read: (cursor: Cursor) => object): object[] {
  const found: object[] = [];
  try {
    while (cursor.at < cursor.end) found.push(read(cursor));
  } catch (error) {
    if (!(error instanceof TooShort)) throw error;
    found.push({ fault: "ERR_ZC_TRUNCATED_HEADER" });
  }
  return found;
}

/** A list of the type `item`, which can lie in itself. `isOpen`: more bytes could mend an element that is cut. */
function items(cursor: Cursor, isOpen: boolean): object[] {
  const found: object[] = [];
  while (cursor.at < cursor.end) {
    const at = cursor.at;
    try {
      const t = cursor.number(1);
      if (t === 0) return found;
      if (t === 1) {
        found.push({ t });
        continue;
      }
      const l = cursor.number(1);
      const value = cursor.take(l);
      found.push(l === 0 ? { t, l } : { t, l, value: valueOf(t, value) });
    } catch (error) {
      if (!(error instanceof TooShort)) throw error;
      const fault = isOpen ? "ERR_ZC_TRUNCATED_ELEMENT" : "ERR_ZC_ELEMENT_LENGTH";
      return [...found, { fault, rest: hex(cursor.bytes.slice(at, cursor.end)) }];
    }
  }
  return found;
}

function valueOf(tag: number, bytes: readonly number[]): unknown {
  const inner = new Cursor(bytes);
  if (tag === 2) {
    if (bytes.length < 2) return hex(bytes);
    return { x: inner.number(2), ...(bytes.length > 2 ? { y: inner.number(1) } : {}) };
  }
  return tag === 3 ? items(inner, false) : hex(bytes);
}

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
    const { text = "", when: own } = KINDS[kind] ?? {};
    const condition = own?.[0] ?? (when === undefined ? undefined : `n > ${when}`);
    if (condition === undefined) return `  f${index}: ${text}`;
    const inner = text.startsWith("{") ? text.slice(1, -1).trim() : `type: ${text}`;
    return `  f${index}: { ${inner}, when: "${condition}" }`;
  });
  return (
    `zc: 1\nname: probe\nendian: big\nfields:\n  n: u8 in 0..7\n  m: { type: u8, when: n > 3 }\n${lines.join("\n")}\n` +
    "types:\n  pair: { fields: { key: u8, value: { bytes: u8 } } }\n" +
    "  item:\n    tag: { t: u8 }\n    length: { l: u8, counts: value, absent: [0, 1] }\n    stop: 0\n" +
    "    value: { switch: t, 2: { x: u16, y: { type: u8, when: l > 2 } }, 3: { list: item, until: end } }\n"
  );
}

/** What the slow interpreter finds; `short`: bytes lack, `wrong`: a number is too large. */
function interpret(layout: readonly Field[], bytes: readonly number[]): object | "short" | "wrong" {
  const cursor = new Cursor(bytes);
  try {
    const n = cursor.number(1);
    if (n > 7) return "wrong";
    const found: Record<string, unknown> = { n };
    if (n > 3) found["m"] = cursor.number(1);
    const m = Number(found["m"] ?? 0);
    const known = new Map([["n", n], ["m", m]]); // prettier-ignore
    for (const [index, { kind, when = -1 }] of layout.entries()) {
      const one = KINDS[kind];
      if (one?.when?.[1](n, m) ?? n > when) found[`f${index}`] = one?.read(cursor, known);
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

const byte = fc.oneof(fc.nat({ max: 7 }), fc.nat({ max: 255 }));
const packets = fc.array(fc.tuple(fc.nat({ max: 7 }), fc.array(byte, { minLength: 0, maxLength: 60 })), {
  minLength: 4,
  maxLength: 4,
});

it("generated classes find what a slow interpreter finds, at every length", { timeout: 60_000 }, () => {
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

/** The packets of a layout that are whole, each in the middle of other bytes. */
function wholePackets(
  layout: readonly Field[],
  samples: readonly [number, number[]][],
): { probe: Probe; bytes: Uint8Array }[] {
  const Class = runFiles(emitTexts(schemaOf(layout)))["probe.ts"]?.["Probe"] as HeaderClass<Probe>;
  return samples.flatMap(([n, rest]) => {
    const bytes = new Uint8Array(rest.length + 200).fill(0xa5);
    bytes.set([n, ...rest], 9);
    // Behind the sample there are zeros, which are legal for each kind of field.
    bytes.fill(0, 10 + rest.length, 190);
    const probe = new Class(new DataView(bytes.buffer));
    return probe.wrap(9, 190) === 0 ? [{ probe, bytes }] : [];
  });
}

const call = (probe: Probe, name: string, ...values: unknown[]): unknown =>
  (probe[name] as (...all: unknown[]) => unknown).apply(probe, values);
const upper = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** What a number that says its size has for bytes, bit by bit. */
function varintBytes(type: string, value: number, size: number): number[] {
  const digits = Array.from({ length: size }, (_, i) => Math.floor(value / (type === "varint.quic" ? 256 ** (size - 1 - i) : 128 ** i)) % (type === "varint.quic" ? 256 : 128)); // prettier-ignore
  if (type === "varint.quic") return [(digits[0] ?? 0) | (Math.log2(size) << 6), ...digits.slice(1)];
  return digits.map((digit, index) => (index < size - 1 ? digit | 128 : digit));
}

/** Writes a field anew by its setter: the bytes that are its own then, and where; none: it has no setter of these kinds. */
function written(
  probe: Probe,
  field: FieldLayout,
  noise: (count: number) => number[],
): { at: number; bytes: number[] } | undefined {
  const { member, type, bitWidth, endian } = field;
  const [at, length] = [Number(probe[`${member}Offset`]), Number(probe[`${member}Length`])];
  if (type.startsWith("varint.")) {
    const most = type === "varint.quic" ? Math.min(2 ** (length * 8 - 2), 2 ** 53) : 2 ** (length * 7);
    const value = noise(6).reduce((sum, one) => sum * 256 + one, 0) % most;
    probe[member] = value;
    expect(probe[member]).toBe(value);
    return { at, bytes: varintBytes(type, value, length) };
  }
  if (field.variable !== true && /^u/.test(type)) {
    const bytes = noise(bitWidth / 8);
    const value = (endian === "little" ? bytes.toReversed() : bytes).reduce((sum, one) => sum * 256 + one, 0);
    const start = probe.startOf(field);
    probe[member] = value;
    return { at: start, bytes };
  }
  if (typeof probe[`set${upper(member)}At`] === "function") {
    const bytes = noise(length);
    for (let index = 0; index < length / 2; index++) {
      call(
        probe,
        `set${upper(member)}At`,
        index,
        (bytes[index * 2] ?? 0) * 256 + (bytes[index * 2 + 1] ?? 0),
      );
    }
    return { at, bytes };
  }
  if (typeof probe[`set${upper(member)}`] !== "function") return undefined;
  expect(() => call(probe, `set${upper(member)}`, noise(length + 1))).toThrow(RangeError);
  const bytes = noise(length);
  call(probe, `set${upper(member)}`, bytes);
  return { at, bytes };
}

it("setters of what has no fixed length write its bytes, and no others", { timeout: 60_000 }, () => {
  const noises = fc.infiniteStream(fc.nat(255));
  let count = 0;
  fc.assert(
    fc.property(fields, packets, noises, (layout, samples, stream) => {
      const noise = (size: number): number[] =>
        Array.from({ length: size }, () => stream.next().value as number);
      for (const { probe, bytes } of wholePackets(layout, samples)) {
        for (const field of probe.layout.fields.slice(1)) {
          if (field.optional === true && probe[`has${upper(field.member)}`] !== true) {
            if (typeof probe[`set${upper(field.member)}`] === "function") {
              expect(() => call(probe, `set${upper(field.member)}`, [1])).toThrow(RangeError);
            }
            continue;
          }
          const before = bytes.slice();
          const done = written(probe, field, noise);
          if (done === undefined) continue;
          count++;
          before.set(done.bytes, done.at);
          expect(bytes, field.name).toEqual(before);
        }
      }
    }),
    { numRuns: 30 },
  );
  expect(count).toBeGreaterThan(100);
});

/** A list is written without what follows its stop, so that padding behind it may be longer or shorter. */
function withoutPadding(probe: Probe): object {
  const padding = new Set(probe.layout.fields.filter(({ size }) => size?.align).map(({ name }) => name));
  return Object.fromEntries(Object.entries(probe.toJSON()).filter(([name]) => !padding.has(name)));
}

it("what is read is written again by the names of its fields", { timeout: 60_000 }, () => {
  let count = 0;
  fc.assert(
    fc.property(fields, packets, (layout, samples) => {
      for (const { probe } of wholePackets(layout, samples).filter(({ probe: one }) => faultsOf(one) === 0)) {
        const given: AnyFields = byName(probe);
        const target = new Uint8Array(400);
        const length = buildPacket(target, [[probe.constructor as HeaderClass<Probe>, given]] as never);
        const again = new (probe.constructor as HeaderClass<Probe>)(new DataView(target.buffer)).wrapOrThrow(
          0,
          length,
        );
        expect(withoutPadding(again)).toEqual(withoutPadding(probe));
        count++;
      }
    }),
    { numRuns: 30 },
  );
  expect(count).toBeGreaterThan(20);
});
