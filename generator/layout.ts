// The model that the passes share: what a set of schemas means. Built once, changed never.
import type { SourceFile, Span } from "./diagnostics.js";
import type { Expression } from "./expression.js";
import type { ScalarNode } from "./nodes.js";

export type Endian = "big" | "little" | "host";
export type BitOrder = "msb" | "lsb";

/** What a field's bits mean. */
export type FieldType =
  | { readonly kind: "uint" | "int"; readonly bits: number; readonly endian: Endian }
  | { readonly kind: "float"; readonly bits: 32 | 64; readonly endian: Endian }
  | { readonly kind: "flag"; readonly bits: 1 }
  | { readonly kind: "mac" | "ipv4" | "ipv6"; readonly bits: number }
  | { readonly kind: "bytes"; readonly bits: number }
  | { readonly kind: "struct"; readonly bits: number; readonly struct: StructModel }
  | { readonly kind: "array"; readonly bits: number; readonly element: FieldType; readonly count: number }
  | ({ readonly kind: "text"; readonly bits: number } & TextContent)
  | { readonly kind: "span"; readonly bits: 0; readonly content: SpanContent; readonly size: SpanSize };

/** Bytes that are characters. */
export interface TextContent {
  readonly encoding: "ascii" | "latin1" | "utf8";
  /** The byte that fills a text shorter than its place. */
  readonly pad?: number;
}

/** What a run of bytes holds whose length the packet tells. */
export type SpanContent =
  | { readonly kind: "bytes" }
  | ({ readonly kind: "text" } & TextContent)
  | { readonly kind: "array"; readonly element: FieldType }
  | VarintType
  /** One of several structures; or always the same, of no fixed length or with an end of its own. */
  | { readonly kind: "switch"; readonly model: SwitchModel }
  /** Structures one after the other, each as long as it says. */
  | { readonly kind: "sequence"; readonly struct: StructModel }
  /** A domain name, which may end in a pointer to another. */
  | { readonly kind: "name" }
  /** Elements with a tag; the structure says how they are walked. */
  | { readonly kind: "list"; readonly struct: StructModel };

/** How long such a run is. */
export type SpanSize =
  /** So many bytes, or elements of an array. */
  | { readonly by: "expression"; readonly value: Expression; readonly counts: "bytes" | "elements" }
  /** A number before it says how many bytes. */
  | {
      readonly by: "prefix";
      readonly prefix: PrefixType;
      readonly range?: readonly [min: number, max: number];
    }
  /** All that is left. */
  | { readonly by: "rest"; readonly until: "end" | "header_end" }
  /** Structures up to the one of which this holds, that one included; `isOpen`: or to the end. */
  | { readonly by: "stop"; readonly value: Expression; readonly isOpen: boolean }
  /** Until those bytes, which are no part of it. */
  | { readonly by: "terminator"; readonly bytes: readonly number[] }
  /** Up to a multiple of `to` bytes from the structure's start. */
  | { readonly by: "boundary"; readonly to: number }
  /** As many as what stands there takes: a structure, or a number that says so. */
  | { readonly by: "self" };

export type PrefixType =
  { readonly kind: "uint"; readonly bits: number; readonly endian: Endian } | VarintType;

/** A number of as many bytes as it says, `maxBytes` at most. */
export interface VarintType {
  readonly kind: "varint";
  readonly encoding: "quic" | "leb128";
  readonly maxBytes: number;
}

/** What a receiver may expect of the value, apart from its width. */
export type FieldRule =
  | { readonly kind: "constant"; readonly value: number }
  /** Of bytes: these. */
  | { readonly kind: "contents"; readonly bytes: readonly number[] }
  | {
      readonly kind: "range";
      readonly min: number;
      readonly max: number;
      /** Set: only multiples of this. */
      readonly multipleOf?: number;
    }
  | { readonly kind: "reserved" };

/** What a checksum field is the checksum of. */
export interface ChecksumModel {
  readonly algorithm: "internet" | "crc32" | "crc32c" | "adler32" | "fletcher16" | "fletcher32";
  /** This header alone, or to the end of what it carries. */
  readonly over: "header" | "payload_end";
  readonly usesPseudoHeader: boolean;
  /** A 0 says that there is none; a sum of 0 is then sent as all ones. */
  readonly zeroMeansNone: boolean;
}

/** A number that counts parts of a whole. */
export interface ScaleModel {
  /** So many are one; 1 where it counts wholes. */
  readonly by: number;
  /** Set: seconds after this moment, which is in seconds from 1970. */
  readonly epoch?: number;
  /** The field beside it that counts the parts of a second. */
  readonly fraction?: string;
}

export interface FieldModel {
  readonly name: string;
  /** The accessor's name in TypeScript. */
  readonly member: string;
  /** As a reader of the schema knows the type: `u16`, `mac_address`, `bytes`. */
  readonly word: string;
  readonly type: FieldType;
  /** The place in the class's `LAYOUT.fields`. */
  readonly index: number;
  /**
   * What the place is counted from: 0 is the header's first byte; others are places that `wrap` finds out, because
   * something before them has no fixed length.
   */
  readonly slot: number;
  /** Set: so many bytes before the header's end, a place that `wrap` finds out; such fields are the last. */
  readonly back?: Expression;
  /** From the first bit of its slot, in the layout's bit order. */
  readonly bitOffset: number;
  /** Set: the field is there only when this holds, and has a slot of its own. */
  readonly when?: Expression;
  readonly rule?: FieldRule;
  /** Set: it repeats an earlier field, and any other value is wrong. */
  readonly equals?: FieldModel;
  readonly as: "number" | "bigint" | "parts" | "safe";
  readonly enum?: EnumModel;
  readonly unit?: { readonly scale: number; readonly of: string };
  readonly scale?: ScaleModel;
  readonly checksum?: ChecksumModel;
  readonly doc?: string;
  readonly source?: string;
  /** The member's path in the C struct. */
  readonly c: string;
  /** Proved to lie at a multiple of its size wherever the layout keeps its `align` promise. */
  readonly aligned: boolean;
  readonly span: Span;
}

export interface LetModel {
  readonly name: string;
  readonly member: string;
  readonly value: Expression;
  readonly doc?: string;
  readonly source?: string;
}

/** A declared length: `from` bytes, unless it is 0 and that means nothing, and only `when` that holds. */
export interface DeclaredLength {
  readonly counts: "total" | "payload";
  readonly from: Expression;
  readonly zeroMeansCaptured: boolean;
  readonly when?: Expression;
}

/** A field that is counted from its header's end. */
export type EndRead = FieldModel & { readonly back: Expression };

/** A rule for the header that follows. */
export interface NextRule {
  /** What children attach to: a field's name, or a relation's. Rules without fields have a name nobody can write. */
  readonly key: string;
  /** One field; the two fields of a relation, of which the lower value is looked up first; none: `to` and `peek`. */
  readonly fields: readonly FieldModel[];
  /** Set: the value is that of so many bits of what follows, the first of them the most significant. */
  readonly peek?: number;
  /** Of the peeked bits those that count. */
  readonly mask?: number;
  /** Headers that the rule itself names, for the values from `min` to `max`; `none` ends the search. */
  readonly named: readonly {
    readonly min: number;
    readonly max: number;
    readonly to: ScalarNode;
    readonly span: Span;
  }[];
  /** Another rule, as `ethernet.ether_type`, whose children follow here too. */
  readonly like?: ScalarNode;
  readonly when?: Expression;
  readonly unless?: Expression;
}

export interface Alignment {
  readonly to: 1 | 2 | 4 | 8;
  readonly at: number;
}

/** What bytes hold, told by a value before them. */
export interface SwitchModel {
  readonly on: Expression;
  readonly cases: readonly CaseModel[];
  /** Where no case has the value. */
  readonly otherwise?: CaseModel;
}

/** One thing that bytes can hold. */
export interface CaseModel {
  /** Ranges of values that lead here, both ends included. */
  readonly values: readonly (readonly [min: number, max: number])[];
  /** As accessors have it: `mss` for `asMss`. */
  readonly member: string;
  readonly struct: StructModel;
}

/** How the elements of a list are walked. */
export interface ListModel {
  /** The bits of all fields of the tag, as one number. */
  readonly tag: {
    readonly fields: readonly FieldModel[];
    readonly bitOffset: number;
    readonly type: FieldType;
    readonly enum?: EnumModel;
  };
  /** The field that tells the length: `(length + plus) * unit` bytes; `self`: the value tells, and the field is the tag. */
  readonly length: {
    readonly field: FieldModel;
    readonly counts: "element" | "value" | "self";
    readonly unit: number;
    readonly plus: number;
  };
  /** Tags of elements that are nothing but their tag. */
  readonly absent: readonly number[];
  /** How many bytes such an element has. */
  readonly tagBytes: number;
  /** Tags that end the list. */
  readonly stop: readonly number[];
  /** Elements begin at multiples of this, counted from the list's start. */
  readonly align: number;
  readonly value?: SwitchModel;
}

/** One generated class: a header, a type inside its file, or the cursor of a list. */
export interface StructModel {
  readonly name: string;
  readonly className: string;
  readonly schema: SchemaRef;
  readonly doc?: string;
  readonly source?: string;
  readonly endian: Endian;
  readonly bitOrder: BitOrder;
  readonly isC: boolean;
  readonly c?: { readonly struct: string; readonly header?: string };
  readonly align: Alignment;
  readonly fields: readonly FieldModel[];
  readonly lets: readonly LetModel[];
  /** Length of the fixed part, in bytes: everything before the first field of no fixed length. */
  readonly size: number;
  /** How many places `wrap` has to find out; 0 for a layout that is all fixed. */
  readonly slots: number;
  /** The last field ends where the header does, or where all of it does: `wrap` has no place to find out for that. */
  readonly tail?: "header_end" | "end";
  /** The largest size an aligned read of one of its fields would have, in bytes. */
  readonly natural: number;
  readonly headerLength?: Expression;
  readonly declared?: DeclaredLength;
  /** Set: fields that are counted from the end. */
  readonly endReads?: readonly EndRead[];
  /** Set: so many bytes follow the payload. */
  readonly trailer?: Expression;
  readonly next: readonly NextRule[];
  /** What checksums of the payload cover of this header. */
  readonly pseudoHeader?: readonly FieldModel[];
  /** Holds where the payload is one fragment of several. */
  readonly fragment?: Expression;
  /** Most traffic has it: where headers are told apart it is asked for first. */
  readonly isCommon: boolean;
  /** What follows is an earlier packet, or its beginning. */
  readonly quotes?: true;
  /** What stands for it where only its beginning is quoted. */
  readonly quoted?: StructModel;
  /** Set for the elements of a list: `fields` are those before an element's value. */
  readonly list?: ListModel;
  /** The structure is what a switch leads to under this name. */
  readonly caseName?: string;
  /** Set: it is described in place, and depends on fields of the structure around it, whose class this is. */
  readonly enclosing?: string;
  /** Fields that structures described in place depend on. */
  readonly shared?: readonly FieldModel[];
  readonly span: Span;
}

/** Whether every packet has as many bytes of it. */
export function isFixedSize({ headerLength, slots, tail }: StructModel): boolean {
  return headerLength === undefined && slots === 0 && tail === undefined;
}

/**
 * Whether what stands there has to be read to find its end, or where it begins: a number or a name, or what such a number
 * is before. It has a slot of its own, which is set only when that can be read.
 */
export function tellsItsEnd(type: FieldType): boolean {
  if (type.kind !== "span") return false;
  const { content, size } = type;
  return (
    content.kind === "varint" ||
    content.kind === "name" ||
    (size.by === "prefix" && size.prefix.kind === "varint")
  );
}

export interface EnumLabel {
  readonly value: number;
  readonly label: string;
  readonly member: string;
  readonly doc?: string;
  readonly source?: string;
}

/** A label that all values from `min` to `max` share. */
export interface EnumRow {
  readonly min: number;
  readonly max: number;
  readonly label: string;
  readonly doc?: string;
  readonly source?: string;
  readonly span: Span;
}

export interface EnumModel {
  readonly name: string;
  readonly className: string;
  readonly schema: SchemaRef;
  readonly closed: boolean;
  /** Sorted by value. */
  readonly labels: readonly EnumLabel[];
  /** Labels of several values in a row, sorted; a label of one of these values goes before. */
  readonly rows: readonly EnumRow[];
  readonly doc?: string;
  readonly source?: string;
  readonly span: Span;
}

/** The file something was defined in. */
export interface SchemaRef {
  readonly name: string;
  /** The generated file's name without its ending. */
  readonly stem: string;
  readonly file: SourceFile;
  /** `library`: bundled with zc-gen, and imported from it; `own`: generated in this run. */
  readonly origin: "own" | "library";
}

/** A child that a value of the parent's field (or the link type) leads to, or several values in a row. */
export interface Attachment {
  /** The parent, or `undefined` for the link type. */
  readonly parent: StructModel | undefined;
  readonly key: string;
  /** The first value. */
  readonly value: number;
  /** The last; a narrower row of values goes before a wider one. */
  readonly max: number;
  /** Set: any value will do, where this holds of the parent and no value leads anywhere. The highest is asked first. */
  readonly condition?: { readonly when: Expression; readonly priority: number };
  /** `undefined` where the value is known to lead nowhere. */
  readonly child: StructModel | undefined;
  readonly span: Span;
}

/** A file whose byte order its own bytes tell: two classes for each structure, and how to choose. */
export interface OrderModel {
  /** The field that tells, as the header has it. */
  readonly by: FieldModel;
  /** What it reads as in the right order. */
  readonly is: readonly number[];
  readonly structs: readonly OrderedStruct[];
}

/** The two classes of one structure. */
export interface OrderedStruct {
  readonly name: string;
  /** The name the two share: `PcapHeader` for `PcapHeaderBig` and `PcapHeaderLittle`. */
  readonly className: string;
  readonly isHeader: boolean;
  readonly big: StructModel;
  readonly little: StructModel;
}

/** Everything a schema file defines. */
export interface SchemaModel {
  readonly ref: SchemaRef;
  /** The header; a file of one enum has none. */
  readonly header?: StructModel;
  readonly types: readonly StructModel[];
  readonly enums: readonly EnumModel[];
  readonly orders?: OrderModel;
}

/** The whole run. */
export interface Model {
  /** Sorted by name. */
  readonly schemas: readonly SchemaModel[];
  /** Sorted by parent, key and value. */
  readonly attachments: readonly Attachment[];
}

/** The least and the largest whole number that a type's bits can be. */
export function boundsOf({ kind, bits }: FieldType): readonly [min: number, max: number] {
  return kind === "int" ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, maxOf(bits)];
}

/** The largest value of an unsigned field, as a number (exact up to 53 bits). */
export function maxOf(bits: number): number {
  return 2 ** bits - 1;
}
