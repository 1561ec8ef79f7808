import { describe, expect, it } from "vitest";
import { Fault, Header, isIncomplete, List, type FieldLayout, type HeaderClass, type ListClass } from "zc-gen";
import * as protocols from "zc-gen/protocols";

const CLASSES = (Object.values(protocols) as unknown[]).filter(
  (value): value is HeaderClass => typeof value === "function" && value.prototype instanceof Header,
);
const SURROUNDINGS = [0x00, 0xff, 0xa5];
const ROUNDS = 300;

/** Small and repeatable (mulberry32): a failing test prints its seed in the title. */
function randomBytes(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) & 0xff;
  };
}

/** What a class says of some bytes: its fault, or all fields and lengths. */
function answer(Class: HeaderClass, packet: Uint8Array, filler: number, before: number): unknown {
  const bytes = new Uint8Array(before + packet.length + 70).fill(filler);
  bytes.set(packet, before);
  const header = new Class(new DataView(bytes.buffer));
  const fault = header.wrap(before, before + packet.length);
  if (fault !== 0) return { fault, explained: header.explain(fault)?.code };
  const rule = header.validate();
  const { headerLength, declaredLength, truncated, trailing } = header;
  const payload = [header.payloadOffset - before, header.payloadEnd - before];
  return { rule, fields: header.toJSON(), headerLength, declaredLength, truncated, trailing, payload };
}

describe.each(CLASSES.map((Class) => ({ name: Class.LAYOUT.className, Class })))("$name", ({ Class }) => {
  const { minLength, fields } = Class.LAYOUT;

  it("is incomplete at every length below its fixed part, and never read", () => {
    const header = new Class(new DataView(new ArrayBuffer(0)));
    for (let length = 0; length < minLength; length++) {
      const fault = header.wrap(0, length);
      expect(fault).toBe(Fault.TRUNCATED);
      expect(isIncomplete(fault)).toBe(true);
    }
  });

  it("gives the same answer whatever lies around the packet, for random bytes of every length (seed 1)", () => {
    const next = randomBytes(1);
    for (let round = 0; round < ROUNDS; round++) {
      const packet = Uint8Array.from({ length: round % (minLength + 64) }, next);
      const [first, ...others] = SURROUNDINGS.map((filler, i) => answer(Class, packet, filler, 13 * i));
      for (const other of others) expect(other).toEqual(first);
    }
  });

  it("keeps its payload inside the packet (seed 2)", () => {
    const next = randomBytes(2);
    const bytes = new Uint8Array(minLength + 128);
    const header = new Class(new DataView(bytes.buffer));
    for (let round = 0; round < ROUNDS; round++) {
      for (let i = 0; i < bytes.length; i++) bytes[i] = next();
      const end = 16 + (round % (bytes.length - 16));
      if (header.wrap(8, end) !== 0) continue;
      expect(header.payloadOffset).toBeGreaterThanOrEqual(8 + minLength);
      expect(header.payloadOffset).toBeLessThanOrEqual(header.payloadEnd);
      expect(header.payloadEnd).toBeLessThanOrEqual(end);
    }
  });

  it.each(fields.filter(isInFixedPart).filter(isWritableNumber))("writes $name and touches no other bit", (field) => {
    for (const value of testValues(field)) {
      const bytes = new Uint8Array(minLength + 2).fill(0xa5);
      const header = new Class(new DataView(bytes.buffer)) as Header & Record<string, unknown>;
      header.offset = 1;
      header.end = minLength + 1;
      header[field.member] = value;
      expect(header[field.member]).toEqual(value);
      expect(otherBits(bytes, field)).toBe(otherBits(new Uint8Array(minLength + 2).fill(0xa5), field));
    }
  });

  const elsewhere = fields.filter((field) => !isInFixedPart(field)).filter(isWritableNumber);
  const packets = packetsWith(Class, elsewhere);

  it.each(elsewhere)("writes $name where a packet has it, and touches no other bit", (field) => {
    const packet = packets.get(field.name) as Uint8Array;
    expect(packet, "a random packet that has the field").toBeDefined();
    const images = testValues(field).map((value) => {
      const bytes = Uint8Array.from(packet);
      const header = new Class(new DataView(bytes.buffer)) as Header & Record<string, unknown>;
      expect(header.wrap(0, bytes.length)).toBe(0);
      header[field.member] = value;
      expect(header[field.member]).toEqual(value);
      return bitsOf(bytes);
    });
    const touched = (_: string, bit: number): boolean => new Set(images.map((image) => image[bit])).size > 1;
    const bits = [...bitsOf(packet)];
    const first = bits.findIndex(touched);
    expect(first % 8).toBe(field.bitOffset % 8);
    expect(bits.filter(touched).length).toBe(field.bitWidth);
    const others = (image: string): string => image.slice(0, first) + image.slice(first + field.bitWidth);
    for (const image of images) expect(others(image)).toBe(others(bits.join("")));
  });

  it("has a layout without gaps or overlaps, frozen", () => {
    let bit = 0;
    for (const { bitOffset, bitWidth } of fields.filter(isInFixedPart)) {
      expect(bitOffset).toBe(bit);
      bit += bitWidth;
    }
    expect(bit).toBe(minLength * 8);
    expect([Object.isFrozen(Class.LAYOUT), Object.isFrozen(fields), Object.isFrozen(fields[0] ?? fields)]).toEqual([true, true, true]);
  });
});

const LISTS = (Object.values(protocols) as unknown[]).filter(
  (value): value is ListClass => typeof value === "function" && value.prototype instanceof List,
);

describe.each(LISTS.map((Class) => ({ name: Class.LAYOUT.className, Class })))("$name", ({ Class }) => {
  it("walks random bytes to an end, each element inside the list, whatever lies around it (seed 3)", () => {
    const next = randomBytes(3);
    for (let round = 0; round < ROUNDS; round++) {
      const list = Uint8Array.from({ length: round % 64 }, () => (round % 2 === 0 ? next() : next() & 7));
      const answers = SURROUNDINGS.map((filler, i) => walk(Class, list, filler, 13 * i));
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[2]).toEqual(answers[0]);
    }
  });
});

/** What a cursor says of some bytes. */
function walk(Class: ListClass, bytes: Uint8Array, filler: number, before: number): unknown {
  const all = new Uint8Array(before + bytes.length + 70).fill(filler);
  all.set(bytes, before);
  const list = new Class(new DataView(all.buffer)).over(before, before + bytes.length);
  let at = before;
  let steps = 0;
  while (list.next()) {
    expect(++steps).toBeLessThanOrEqual(bytes.length);
    expect(list.offset).toBeGreaterThanOrEqual(at);
    expect(list.valueOffset).toBeGreaterThan(list.offset);
    expect(list.valueEnd).toBeGreaterThanOrEqual(list.valueOffset);
    expect(list.valueEnd).toBeLessThanOrEqual(before + bytes.length);
    at = list.valueEnd;
  }
  return { steps, json: list.toJSON(), fault: list.fault, explained: list.explain()?.code };
}

/** Fields that stand where they do whatever the bytes are. */
function isInFixedPart({ slot, optional, variable }: FieldLayout): boolean {
  return (slot ?? 0) === 0 && optional !== true && variable !== true;
}

/** How packets begin that have fields which chance would hardly find, by layout. */
const BEGINNINGS: Readonly<Record<string, readonly number[]>> = {
  gre: [0x30, 0x81, 0x88, 0x0b],
  snap: [0x00, 0x80, 0xc2, 0x00, 0x07],
};

/** For each field a random packet that has it (seed 4): of several lengths, and of small numbers, for what few values lead to. */
function packetsWith(Class: HeaderClass, fields: readonly FieldLayout[]): ReadonlyMap<string, Uint8Array> {
  const next = randomBytes(4);
  const packets = new Map<string, Uint8Array>();
  for (let round = 0; round < 20_000 && packets.size < fields.length; round++) {
    const most = [0xff, 0x0f, 0x03][round % 3] as number;
    const packet = Uint8Array.from({ length: Class.LAYOUT.minLength + (round % 200) }, () => next() & most);
    if (round % 2 === 1) packet.set((BEGINNINGS[Class.LAYOUT.name] ?? []).slice(0, packet.length));
    const header = new Class(new DataView(packet.buffer));
    if (header.wrap(0, packet.length) !== 0) continue;
    const found = header.toJSON();
    for (const { name } of fields) if (name in found && !packets.has(name)) packets.set(name, packet);
  }
  return packets;
}

function isWritableNumber({ type, as }: FieldLayout): boolean {
  return as !== "parts" && (/^[ui]\d/.test(type) || ["flag", "mac_address", "ipv4_address"].includes(type));
}

function testValues({ type, bitWidth, as }: FieldLayout): (number | bigint | boolean)[] {
  if (as === "bigint") return [0n, 1n, 2n ** BigInt(bitWidth) - 1n, 2n ** BigInt(bitWidth) / 3n];
  if (type === "flag") return [true, false];
  if (type.startsWith("i")) return type === "ipv4_address" ? [0, 2 ** 32 - 1] : [0, -1, 2 ** (bitWidth - 1) - 1];
  return [0, 1, 2 ** bitWidth - 1, Math.floor(2 ** bitWidth / 3)];
}

/** All bits but the field's, as text. Every bundled schema counts bits from the most significant. */
function otherBits(bytes: Uint8Array, { bitOffset, bitWidth }: FieldLayout): string {
  const bits = bitsOf(bytes);
  return bits.slice(0, 8 + bitOffset) + bits.slice(8 + bitOffset + bitWidth);
}

function bitsOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
}
