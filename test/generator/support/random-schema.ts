import fc from "fast-check";
import { type Endian, HOST, type Run } from "./bit-model.js";

/** A field of a random schema: how it is written, and what the second opinion needs to know of it. */
export interface RandomField {
  readonly name: string;
  readonly yaml: string;
  readonly run: Run;
  readonly kind: "uint" | "int" | "flag" | "float" | "mac" | "ipv4" | "ipv6" | "bytes" | "array" | "struct";
  readonly as?: "bigint" | "parts" | "safe";
  readonly element?: RandomField;
  readonly count?: number;
  readonly fields?: readonly RandomField[];
}

export interface RandomSchema {
  readonly name: string;
  readonly text: string;
  readonly size: number;
  readonly fields: readonly RandomField[];
}

interface Orders {
  readonly endian: Endian;
  readonly bitOrder: "msb" | "lsb";
}

/** A field without its name and place. */
type Draft = Omit<RandomField, "name" | "run" | "element" | "fields"> & {
  readonly bits: number;
  readonly order: "big" | "little";
  readonly element?: Draft;
  readonly fields?: readonly Draft[];
};

const orders: fc.Arbitrary<Orders> = fc.record({
  endian: fc.constantFrom<Endian>("big", "little", "host"),
  bitOrder: fc.constantFrom<"msb" | "lsb">("msb", "lsb"),
});

const known = (endian: Endian): "big" | "little" => (endian === "host" ? HOST : endian);
const bitFieldOrder = ({ bitOrder }: Orders): "big" | "little" => (bitOrder === "msb" ? "big" : "little");

/** The same field in its short form or as a map. */
function written(word: string, more: string): string {
  return more === "" ? word : `{ type: ${word}, ${more} }`;
}

function asOf(bits: number, kind: string): fc.Arbitrary<"bigint" | "parts" | "safe" | undefined> {
  if (bits <= 53) return fc.constant(undefined);
  return fc.constantFrom(undefined, "bigint" as const, "safe" as const, bits === 64 && kind === "uint" ? ("parts" as const) : undefined); // prettier-ignore
}

/** Numbers of whole bytes; a byte order of their own where they are asked for one. */
function wholeNumber({ endian }: Orders): fc.Arbitrary<Draft> {
  const suffix = fc.constantFrom<["", Endian] | [string, Endian]>(["", endian], ["le", "little"], ["be", "big"], ["host", "host"]); // prettier-ignore
  return fc
    .tuple(fc.constantFrom("uint" as const, "int" as const), fc.integer({ min: 1, max: 8 }), suffix)
    .chain(([kind, bytes, [ending, own]]) => {
      const bits = own === "host" ? ([8, 16, 32, 64][bytes % 4] as number) : bytes * 8;
      const word = `${kind === "uint" ? "u" : "i"}${bits}${ending}`;
      return asOf(bits, kind).map((as): Draft => {
        const common = {
          yaml: written(word, as === undefined ? "" : `as: ${as}`),
          kind,
          bits,
          order: known(own),
        };
        return as === undefined ? common : { ...common, as };
      });
    });
}

function bitField(bits: number, all: Orders): fc.Arbitrary<Draft> {
  return fc.constantFrom("uint" as const, "int" as const, "flag" as const).chain((wanted) => {
    const kind = wanted === "flag" && bits !== 1 ? "uint" : wanted;
    const word = kind === "flag" ? "flag" : `${kind === "uint" ? "u" : "i"}${bits}`;
    const as = bits % 8 === 0 ? fc.constant(undefined) : asOf(bits, kind);
    return as.map((as): Draft => {
      const common = {
        yaml: written(word, as === undefined ? "" : `as: ${as}`),
        kind,
        bits,
        order: bitFieldOrder(all),
      };
      return as === undefined ? common : { ...common, as };
    });
  });
}

/** Bit fields that together fill whole bytes: across them where the orders agree, else within each. */
function bitFields(all: Orders): fc.Arbitrary<Draft[]> {
  const agree =
    (all.endian === "big" && all.bitOrder === "msb") || (all.endian === "little" && all.bitOrder === "lsb");
  const widths = agree
    ? fc
        .array(fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 33, max: 64 })), {
          minLength: 1,
          maxLength: 5,
        })
        .map(filled)
    : fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 2 }).map(withinByte);
  return widths.chain((all_) => fc.tuple(...all_.map((bits) => bitField(bits, all))));
}

function filled(widths: number[]): number[] {
  const rest = (8 - (widths.reduce((sum, bits) => sum + bits, 0) % 8)) % 8;
  return rest === 0 ? widths : [...widths, rest];
}

function withinByte(widths: number[]): number[] {
  const fitting = widths.reduce((sum, bits) => sum + bits, 0) < 8 ? widths : widths.slice(0, 1);
  return filled(fitting);
}

function other(all: Orders): fc.Arbitrary<Draft> {
  const order = "big";
  return fc.oneof(
    fc.constantFrom<Draft>(
      { yaml: "mac_address", kind: "mac", bits: 48, order },
      { yaml: "ipv4_address", kind: "ipv4", bits: 32, order },
      { yaml: "ipv6_address", kind: "ipv6", bits: 128, order },
      { yaml: "f32", kind: "float", bits: 32, order: known(all.endian) },
      { yaml: "f64", kind: "float", bits: 64, order: known(all.endian) },
      { yaml: "f32le", kind: "float", bits: 32, order: "little" },
      { yaml: "f64be", kind: "float", bits: 64, order: "big" },
    ),
    fc
      .integer({ min: 1, max: 20 })
      .map((n): Draft => ({ yaml: `{ bytes: ${n} }`, kind: "bytes", bits: n * 8, order })),
  );
}

function array(all: Orders): fc.Arbitrary<Draft> {
  const element = fc.oneof(wholeNumber(all), other(all)).filter(({ kind, bits }) => kind !== "bytes" && (bits <= 53 || kind === "ipv6" || kind === "float")); // prettier-ignore
  return fc.tuple(element, fc.integer({ min: 1, max: 5 })).map(([one, count]): Draft => {
    return {
      yaml: `{ array: ${one.yaml}, count: ${count} }`,
      kind: "array",
      bits: one.bits * count,
      order: "big",
      element: one,
      count,
    };
  });
}

/** Fields in order, without structures in them. */
function flat(all: Orders, most: number): fc.Arbitrary<Draft[]> {
  const one = fc.oneof(
    bitFields(all),
    wholeNumber(all).map((draft) => [draft]),
    other(all).map((draft) => [draft]),
    array(all).map((draft) => [draft]),
  );
  return fc.array(one, { minLength: 1, maxLength: most }).map((groups) => groups.flat());
}

const drafts: fc.Arbitrary<{ all: Orders; inner: Draft[]; fields: Draft[] }> = orders.chain((all) =>
  fc
    .tuple(flat(all, 3), flat(all, 5), fc.integer({ min: 0, max: 3 }), fc.nat())
    .map(([inner, fields, count, at]) => {
      const bits = inner.reduce((sum, draft) => sum + draft.bits, 0);
      const nested: Draft = { yaml: "{ struct: inner }", kind: "struct", bits, order: "big", fields: inner };
      const many: Draft = {
        yaml: `{ array: inner, count: ${count} }`,
        kind: "array",
        bits: bits * count,
        order: "big",
        element: nested,
        count,
      };
      const added = count === 0 ? [] : count === 1 ? [nested] : [many];
      return { all, inner, fields: placed(fields, added, at) };
    }),
);

/** Puts a draft between others where a byte begins. */
function placed(fields: readonly Draft[], added: readonly Draft[], at: number): Draft[] {
  const places = [0];
  let bits = 0;
  for (const [index, draft] of fields.entries()) {
    bits += draft.bits;
    if (bits % 8 === 0) places.push(index + 1);
  }
  const place = places[at % places.length] as number;
  return [...fields.slice(0, place), ...added, ...fields.slice(place)];
}

function named(draftsInOrder: readonly Draft[]): RandomField[] {
  let bit = 0;
  return draftsInOrder.map((draft, index) => {
    const field = field_(draft, `f${index}`, bit);
    bit += draft.bits;
    return field;
  });
}

function field_({ bits, order, element, fields, ...rest }: Draft, name: string, bit: number): RandomField {
  return {
    ...rest,
    name,
    run: { bit, bits, order },
    ...(element === undefined ? {} : { element: field_(element, name, 0) }),
    ...(fields === undefined ? {} : { fields: named(fields) }),
  };
}

/** A schema with a fixed layout, and its fields as the second opinion sees them. */
export const randomSchema: fc.Arbitrary<(name: string) => RandomSchema> = drafts.map(
  ({ all, inner, fields }) =>
    (name) => {
      const lines = (list: readonly Draft[], indent: string): string => named(list).map((field) => `${indent}${field.name}: ${field.yaml}`).join("\n"); // prettier-ignore
      const usesInner = fields.some(({ yaml }) => yaml.includes("inner"));
      const types = usesInner ? `types:\n  inner:\n    fields:\n${lines(inner, "      ")}\n` : "";
      const text = `zc: 1\nname: ${name}\nendian: ${all.endian}\nbit_order: ${all.bitOrder}\nfields:\n${lines(fields, "  ")}\n${types}`.replaceAll("inner", `${name}_inner`); // prettier-ignore
      return { name, text, size: fields.reduce((sum, { bits }) => sum + bits, 0) / 8, fields: named(fields) };
    },
);
