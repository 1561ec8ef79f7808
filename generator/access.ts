// The expressions and statements that read and write bits: every offset, shift and mask is worked out here.
import type { BitOrder, Endian, FieldModel, FieldType, PrefixType } from "./layout.js";

/** Where and how a run of bits lies. */
interface Bits {
  readonly offset: number;
  readonly bits: number;
  /** Big: the first bit is the most significant. */
  readonly order: Endian;
  /** The header's start in generated code: `this.offset`, or `offset` inside `wrap`. */
  readonly base: string;
}

/** The byte order of whole bytes is the type's own; that of bit fields follows the bit order. */
function bitsOf(type: FieldType, bitOffset: number, bitOrder: BitOrder, base: string): Bits {
  const whole = bitOffset % 8 === 0 && type.bits % 8 === 0 && "endian" in type;
  return {
    offset: bitOffset,
    bits: type.bits,
    order: whole ? type.endian : bitOrder === "msb" ? "big" : "little",
    base,
  };
}

/** Where a field's place is counted from, in an accessor. */
export function baseOf({ slot }: Pick<FieldModel, "slot">): string {
  return slot === 0 ? "this.offset" : `this.slot${slot}`;
}

/** An expression that reads a number, flag or 64-bit value. */
export function readCode(field: FieldModel, bitOrder: BitOrder, base: string): string {
  return readType(field.type, field.bitOffset, bitOrder, base, field.as);
}

/** As {@link readCode}, for a value that is no field of its own: an element of an array. */
export function readType(
  type: FieldType,
  bitOffset: number,
  bitOrder: BitOrder,
  base: string,
  as: FieldModel["as"] = "number",
): string {
  const bits = bitsOf(type, bitOffset, bitOrder, base);
  switch (type.kind) {
    case "flag":
      return `(${get(bits, 1, 0)} & ${hex(1 << containerOf(bits).shift)}) !== 0`;
    case "float":
      return `${viewAt(base)}.getFloat${type.bits}(${at(bits)}${littleEndian(type.bits, type.endian)})`;
    case "int":
      return signed(bits, as);
    default:
      return type.bits > 53 && as !== "number"
        ? wide(bits, as)
        : unsigned({ ...bits, order: orderOf(type, bits) });
  }
}

/** Addresses are in network order whatever the schema says of numbers. */
function orderOf(type: FieldType, bits: Bits): Endian {
  return type.kind === "mac" || type.kind === "ipv4" ? "big" : bits.order;
}

/** One of the two unsigned halves of a 64-bit field. In host order it depends on the machine which comes first. */
export function readHalf(field: FieldModel, bitOrder: BitOrder, half: "high" | "low"): string {
  return unsigned(halfOf(field, bitOrder, half));
}

export function writeHalf(field: FieldModel, bitOrder: BitOrder, half: "high" | "low"): string[] {
  return writeUnsigned(halfOf(field, bitOrder, half), "value");
}

function halfOf(field: FieldModel, bitOrder: BitOrder, half: "high" | "low"): Bits {
  const bits = bitsOf(field.type, field.bitOffset, bitOrder, baseOf(field));
  if (bits.order === "host") {
    const [onLittle, onBig] = half === "high" ? [4, 0] : [0, 4];
    return { ...bits, bits: 32, base: `${bits.base} + (HOST_LITTLE_ENDIAN ? ${onLittle} : ${onBig})` };
  }
  const first = (half === "high") === (bits.order === "big");
  return { ...bits, bits: 32, offset: bits.offset + (first ? 0 : 32) };
}

function at({ offset, base }: Bits, moreBytes: number = 0): string {
  const bytes = (offset >> 3) + moreBytes;
  return bytes === 0 ? base : `${base} + ${bytes}`;
}

/** The view in generated code: `wrap` reads it once, into a local. */
function viewAt(base: string): string {
  return base === "offset" ? "view" : "this.view";
}

/**
 * The last argument of a `DataView` method: a literal, so that the engine folds it. Big-endian goes without saying, and
 * keeps a getter below the 27 bytes of bytecode that V8 inlines whatever the budget.
 */
function littleEndian(bits: number, order: Endian): string {
  if (bits === 8 || order === "big") return "";
  return order === "host" ? ", HOST_LITTLE_ENDIAN" : ", true";
}

function get(where: Bits, size: 1 | 2 | 4, moreBytes: number): string {
  return `${viewAt(where.base)}.getUint${size * 8}(${at(where, moreBytes)}${littleEndian(size * 8, where.order)})`;
}

/** How the bytes that hold a run of bits are read as one number, and what of it is not ours. */
interface Container {
  readonly bytes: number;
  /** Bits below ours. */
  readonly shift: number;
  /** Bits above ours. */
  readonly above: number;
}

function containerOf({ offset, bits, order }: Bits): Container {
  const start = offset % 8;
  const bytes = Math.ceil((start + bits) / 8);
  const rest = bytes * 8 - start - bits;
  return order === "big" ? { bytes, shift: rest, above: start } : { bytes, shift: start, above: rest };
}

function unsigned(where: Bits): string {
  const { bytes, shift, above } = containerOf(where);
  if (bytes > 4) return splitRead(where);
  let code = containerRead(where, bytes);
  if (shift > 0) code = `(${code} ${bytes === 4 ? ">>>" : ">>"} ${shift})`;
  return above > 0 ? `${code} & ${hex(2 ** where.bits - 1)}` : code.replace(/^\((.*)\)$/, "$1");
}

function containerRead(where: Bits, bytes: number): string {
  if (bytes !== 3) return get(where, bytes as 1 | 2 | 4, 0);
  const [pair, single] = [get(where, 2, 0), get(where, 1, 2)];
  return where.order === "big" ? `((${pair} << 8) | ${single})` : `(${pair} | (${single} << 16))`;
}

/** More than four bytes: the low 25 to 32 bits in one read, what is above them by itself. */
function halves(where: Bits): { low: Bits; high: Bits } {
  const lowBits = 32 - containerOf(where).shift;
  const highBits = where.bits - lowBits;
  if (where.order === "big") {
    const lowOffset = where.offset + highBits;
    return { high: { ...where, bits: highBits }, low: { ...where, offset: lowOffset, bits: lowBits } };
  }
  return {
    low: { ...where, bits: lowBits },
    high: { ...where, offset: where.offset + lowBits, bits: highBits },
  };
}

function splitRead(where: Bits): string {
  const { low, high } = halves(where);
  return `(${unsigned(high)}) * ${hex(2 ** low.bits)} + (${unsigned(low)})`;
}

function signed(where: Bits, as: FieldModel["as"]): string {
  const { bits } = where;
  if (bits > 53) return wideSigned(where, as);
  const whole = where.offset % 8 === 0;
  if (whole && [8, 16, 32].includes(bits)) {
    return `${viewAt(where.base)}.getInt${bits}(${at(where)}${littleEndian(bits, where.order)})`;
  }
  if (bits > 32) return `signExtend(${unsigned(where)}, ${bits})`;
  return bits === 32 ? `(${unsigned(where)}) | 0` : `((${unsigned(where)}) << ${32 - bits}) >> ${32 - bits}`;
}

/** More than 53 bits, unsigned. */
function wide(where: Bits, as: FieldModel["as"]): string {
  const whole = where.offset % 8 === 0 && where.bits === 64;
  if (as === "safe") return where.order === "host" ? `Number(${bigRead(where, "Uint")})` : splitRead(where);
  if (whole) return bigRead(where, "Uint");
  const { low, high } = halves(where);
  return `(BigInt(${unsigned(high)}) << ${low.bits}n) | BigInt(${unsigned(low)})`;
}

function bigRead(where: Bits, sign: "Int" | "Uint"): string {
  return `${viewAt(where.base)}.getBig${sign}64(${at(where)}${littleEndian(64, where.order)})`;
}

function wideSigned(where: Bits, as: FieldModel["as"]): string {
  const whole = where.offset % 8 === 0 && where.bits === 64;
  const value = whole ? bigRead(where, "Int") : `BigInt.asIntN(${where.bits}, ${wide(where, "bigint")})`;
  return as === "safe" ? `Number(${value})` : value;
}

/** Statements that write `value` into the field and touch no other bit. */
export function writeCode(field: FieldModel, bitOrder: BitOrder): string[] {
  return writeType(field.type, field.bitOffset, bitOrder, field.as, baseOf(field));
}

export function writeType(
  type: FieldType,
  bitOffset: number,
  bitOrder: BitOrder,
  as: FieldModel["as"],
  base: string,
): string[] {
  const where = bitsOf(type, bitOffset, bitOrder, base);
  switch (type.kind) {
    case "flag":
      return writeFlag(where);
    case "float":
      return [`this.view.setFloat${type.bits}(${at(where)}, value${littleEndian(type.bits, type.endian)});`];
    default:
      if (type.bits > 53 && as !== "number") return writeWide(where, as);
      return writeUnsigned({ ...where, order: orderOf(type, where) }, "value", {
        isChecked: type.kind !== "int",
      });
  }
}

function writeFlag(where: Bits): string[] {
  const { bytes, shift } = containerOf(where);
  if (where.bits === bytes * 8) return setBytes(where, bytes, "value ? 1 : 0");
  const bit = 2 ** shift;
  return setBytes(
    where,
    bytes,
    `(${containerRead(where, bytes)} & ${hex(2 ** (bytes * 8) - 1 - bit)}) | (value ? ${hex(bit)} : 0)`,
  );
}

/**
 * The check of an unsigned `value` of 33 to 53 bits: what is above its low 32 bits, in a local of which the value can be
 * put together again when it fits. Writing uses the local.
 */
export function splitCheck(bits: number): { readonly local: string; readonly test: string } {
  return {
    local: `const high = (value / ${hex(2 ** 32)}) & ${hex(2 ** (bits - 32) - 1)};`,
    test: `value !== high * ${hex(2 ** 32)} + (value >>> 0)`,
  };
}

function writeWide(where: Bits, as: FieldModel["as"]): string[] {
  const value = as === "safe" ? "BigInt(value)" : "value";
  if (where.offset % 8 === 0 && where.bits === 64) {
    return [
      `this.view.setBigUint64(${at(where)}, BigInt.asUintN(64, ${value})${littleEndian(64, where.order)});`,
    ];
  }
  const { low, high } = halves(where);
  return [
    `const high = Number(BigInt.asUintN(${high.bits}, ${value} >> ${low.bits}n));`,
    `const low = Number(BigInt.asUintN(${low.bits}, ${value}));`,
    ...writeUnsigned(high, "high"),
    ...writeUnsigned(low, "low"),
  ];
}

/** Bits of the name `name` that `value` works out. `isChecked`: the name is no more than the bits hold, unsigned. */
function writeUnsigned(
  where: Bits,
  name: string,
  { value = name, isChecked = false }: { readonly value?: string; readonly isChecked?: boolean } = {},
): string[] {
  const container = containerOf(where);
  if (container.bytes > 4) {
    const { low, high } = halves(where);
    const above = isChecked && low.bits === 32 ? "high" : `Math.floor(${value} / ${hex(2 ** low.bits)})`;
    return [
      ...writeUnsigned(high, name, { value: above, isChecked }),
      ...writeUnsigned(low, name, { value }),
    ];
  }
  const { bytes, shift, above } = container;
  if (shift === 0 && above === 0) return setBytes(where, bytes, value);
  const mask = (2 ** where.bits - 1) * 2 ** shift;
  const keep = 2 ** (bytes * 8) - 1 - mask;
  const moved = shift === 0 ? value : `(${value} << ${shift})`;
  const put = isChecked ? moved : `(${moved} & ${hex(mask)})`;
  return setBytes(where, bytes, `(${containerRead(where, bytes)} & ${hex(keep)}) | ${put}`);
}

function setBytes(where: Bits, bytes: number, value: string): string[] {
  if (bytes !== 3) {
    return [`this.view.setUint${bytes * 8}(${at(where)}, ${value}${littleEndian(bytes * 8, where.order)});`];
  }
  const [pair, single] = where.order === "big" ? ["bytes >> 8", "bytes"] : ["bytes", "bytes >> 16"];
  const bytesLocal = value.includes(" ") ? [`const bytes = ${value};`] : [];
  const named = (code: string): string => (bytesLocal.length > 0 ? code : code.replace("bytes", value));
  return [
    ...bytesLocal,
    `this.view.setUint16(${at(where)}, ${named(pair)}${littleEndian(16, where.order)});`,
    `this.view.setUint8(${at(where, 2)}, ${named(single)});`,
  ];
}

/** Masks in hex, small numbers as they are. */
function hex(value: number): string {
  return value < 10 ? `${value}` : `0x${value.toString(16)}`;
}

/** An expression that reads the number before a span, at `at`. */
export function readPrefix(prefix: Extract<PrefixType, { kind: "uint" }>): string {
  return unsigned({ offset: 0, bits: prefix.bits, order: prefix.endian, base: "at" });
}
