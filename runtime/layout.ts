import type { Formula } from "./formula.js";
import type { HeaderClass } from "./header.js";
import type { ListClass } from "./list.js";

/**
 * The agreement between generated code and this runtime. It rises when a generated file of an older zc-gen would
 * no longer be right on this runtime, and `defineLayout` then refuses the file by name.
 */
export const RUNTIME_ABI = 1;

/** `true` on a little-endian machine: what `endian: host` layouts pass to `DataView`. */
export const HOST_LITTLE_ENDIAN: boolean = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** The values an enum gives names to. */
export interface EnumLayout {
  /** The enum's name in its schema. */
  readonly name: string;
  /** A closed enum has no other values; a packet with one is invalid. */
  readonly closed: boolean;
  /** The schema's label for each value. */
  readonly labels: Readonly<Record<number, string>>;
  /** Labels of several values in a row, sorted; a label of one of these values goes before. */
  readonly rows?: readonly { readonly min: number; readonly max: number; readonly label: string }[];
}

/** What an enum calls a value: its own label, or that of the row it stands in. */
export function enumLabel({ labels, rows }: EnumLayout, value: number): string | undefined {
  return labels[value] ?? rows?.find(({ min, max }) => value >= min && value <= max)?.label;
}

/** What bytes hold that are one of several structures, or always the same one. */
export interface ChoiceLayout {
  /** The number that chooses. Absent: there is nothing to choose, or something beside the fields tells. */
  readonly on?: Formula;
  /** In the schema's order, by the member that reads it: `bodyAsOpen`, `asMss`. */
  readonly cases: Readonly<Record<string, CaseLayout>>;
}

/** One of them. */
export interface CaseLayout {
  readonly of: HeaderClass | ListClass;
  /** The numbers that choose it, both ends of each range included; absent: every other. */
  readonly values?: readonly (readonly [min: number, max: number])[];
}

/** One field of a layout. */
export interface FieldLayout {
  /** The field's name in the schema, and in `toJSON()`. */
  readonly name: string;
  /** The accessor's name in TypeScript. */
  readonly member: string;
  /** The schema's type word: `u16`, `flag`, `mac_address`, `bytes`, `struct`, `array`, `list`. */
  readonly type: string;
  /** What `bitOffset` is counted from: absent for the header's first bit, else a place that `wrap` found out. */
  readonly slot?: number;
  /** The first bit, counted from the header's first bit (or its slot) in the layout's bit order. */
  readonly bitOffset: number;
  /** How many bits the field takes, all elements of an array together; 0 where the packet tells. */
  readonly bitWidth: number;
  /** How many bytes it takes is told by the packet: `xOffset` and `xLength` say where it lies. */
  readonly variable?: true;
  /** It may be absent: `hasX` tells. */
  readonly optional?: true;
  /** What says whether it is there: a flag's member, or a condition over fields. */
  readonly present?: Formula;
  /** It is counted from the packet's end. */
  readonly fromEnd?: true;
  /** Of a variable field, what says its length: absent where it says so itself, or takes what is left. */
  readonly size?: {
    /** A number before it, of so many bytes; `little` endian. */
    readonly prefix?: number | "quic" | "leb128";
    readonly little?: true;
    /** Those bytes after it, which it does not contain. */
    readonly until?: readonly number[];
    /** It ends at a multiple of so many bytes from the structure's start. */
    readonly align?: number;
    /** A field before it, by its member: times `per`, so many bytes, or `elements`. */
    readonly from?: string;
    readonly per?: number;
    readonly elements?: true;
  };
  /** A text of one byte a character. */
  readonly latin1?: true;
  /** Of an array whose elements have a fixed length: bytes of one. */
  readonly each?: number;
  /** Byte order, where the field has more than one byte. */
  readonly endian?: "big" | "little" | "host";
  readonly doc?: string;
  readonly source?: string;
  /** How a 64-bit field is read. */
  readonly as?: "bigint" | "parts" | "safe";
  /** The bytes that it always holds. */
  readonly contents?: readonly number[];
  /** The one legal value. */
  readonly constant?: number;
  /** The smallest and largest legal value. */
  readonly range?: readonly [min: number, max: number];
  /** The field before it that it repeats. */
  readonly equals?: string;
  /** Legal values are multiples of this. */
  readonly multipleOf?: number;
  /** Sent as zero, ignored on receipt. */
  readonly reserved?: true;
  readonly enum?: EnumLayout;
  /** What the wire's number counts: `{ scale: 8, of: "bytes" }`. */
  readonly unit?: { readonly scale: number; readonly of: string };
  /** It counts parts, `by` of which are one; seconds after `epoch` (from 1970), with a `fraction` field: see `xText`. */
  readonly scale?: { readonly by: number; readonly epoch?: number; readonly fraction?: string };
  /** What it is the checksum of; the class has `verifyX`, `updateX` and, for internet checksums, `adjustX`. */
  readonly checksum?: {
    readonly algorithm: "internet" | "crc32" | "crc32c" | "adler32" | "fletcher16" | "fletcher32";
    readonly over: "header" | "payload_end";
    /** It covers the addresses of the header before, too. */
    readonly pseudoHeader?: true;
    /** 0 says that there is none. */
    readonly zeroMeansNone?: true;
  };
  /** The element's type word, for arrays. */
  readonly element?: string;
  /** The class of a list's cursor. */
  readonly list?: ListClass;
  /** The class of the elements of an array of structures that have no fixed length: a cursor moves over them. */
  readonly elements?: HeaderClass;
  /** What a switch leads to, or which structure of no fixed length it is. */
  readonly choice?: ChoiceLayout;
  /** The number of elements, for arrays. */
  readonly count?: number;
  /** Proved: the field lies at a multiple of its own size wherever the layout keeps its `align` promise. */
  readonly aligned: boolean;
}

/** How a list's elements tell where they end. */
export interface ListLayout {
  /**
   * The member that tells the length, and what it counts: `(length + plus) * unit` bytes. `self`: the value's own fields
   * tell it, and the member is the tag.
   */
  readonly length: {
    readonly member: string;
    readonly counts: "element" | "value" | "self";
    readonly unit: number;
    readonly plus: number;
  };
  /** Bytes of tag and length. */
  readonly head: number;
  /** Tags of elements that are nothing but their tag. */
  readonly absent: readonly number[];
  /** Tags that end the list. */
  readonly stop: readonly number[];
  /** Elements begin at multiples of this, counted from the list's start. */
  readonly align: number;
  /** What a value holds; absent: nobody described it. */
  readonly choice?: ChoiceLayout;
  /** What the tags are called. */
  readonly tags?: EnumLayout;
}

/** What a generated class knows of itself: facts for tools, explanations and dumps. */
export interface Layout {
  /** The schema's name: `ipv4`. */
  readonly name: string;
  /** The class's name: `Ipv4`. */
  readonly className: string;
  readonly doc?: string;
  readonly source?: string;
  readonly bitOrder: "msb" | "lsb";
  /** Length of the fixed part, in bytes. */
  readonly minLength: number;
  /** Where the header may be assumed to start: at `at` modulo `to`. */
  readonly align: { readonly to: number; readonly at: number };
  /** In wire order; of a list, those of an element before its value. */
  readonly fields: readonly FieldLayout[];
  /** What the header's length is counted in, in bytes: 4 for IPv4. Absent: 1. */
  readonly headerStep?: number;
  /** Whom it follows, and which number (or row of numbers) in one of that header's members leads here. */
  readonly attach?: readonly {
    readonly to: string;
    readonly members: readonly string[];
    readonly value: number;
    readonly max?: number;
  }[];
  /** Set for the elements of a list. */
  readonly list?: ListLayout;
  /** What follows is an earlier packet, or its beginning. */
  readonly quotes?: true;
  /** What stands for this header where so little of it is quoted that it does not fit. */
  readonly quoted?: HeaderClass;
}

/** A layout with the process-wide number that `Stack.has` looks a class up by. */
export interface DefinedLayout extends Layout {
  readonly id: number;
}

/** Who wrote a generated file, and for which runtime. */
export interface GeneratedBy {
  readonly abi: number;
  readonly version: string;
  readonly file: string;
}

/** A class, or where it stands further down in its file, as one that can hold itself does, a function that gives it. */
type Stated<T> = T | (() => T);

type StatedChoice = Omit<ChoiceLayout, "cases"> & {
  readonly cases: Readonly<
    Record<string, Omit<CaseLayout, "of"> & { readonly of: Stated<CaseLayout["of"]> }>
  >;
};

type StatedField = Omit<FieldLayout, "list" | "elements" | "choice"> & {
  readonly list?: Stated<ListClass>;
  readonly elements?: Stated<HeaderClass>;
  readonly choice?: StatedChoice;
};

/** A layout as generated code states it. */
type StatedLayout = Omit<Layout, "fields" | "list"> & {
  readonly fields: readonly StatedField[];
  readonly list?: Omit<ListLayout, "choice"> & { readonly choice?: StatedChoice };
};

let definedLayouts = 0;

/**
 * Freezes a generated layout and gives it its number.
 *
 * @throws Error when the file was generated for another runtime, with the remedy.
 */
export function defineLayout(by: GeneratedBy, layout: StatedLayout): DefinedLayout {
  requireAbi(by);
  for (const field of layout.fields) {
    nameLater(field, "list");
    nameLater(field, "elements");
    nameCases(field.choice);
    Object.freeze(field);
  }
  nameCases(layout.list?.choice);
  Object.freeze(layout.fields);
  return Object.freeze({ ...(layout as Layout), id: definedLayouts++ });
}

function nameCases(choice: StatedChoice | undefined): void {
  if (choice !== undefined) for (const one of Object.values(choice.cases)) nameLater(one, "of");
}

/** A class that comes as a function is asked for when it is needed: by then it has been defined. */
function nameLater<K extends string>(owner: { readonly [key in K]?: object }, key: K): void {
  const get = owner[key];
  if (typeof get !== "function" || "prototype" in get) return;
  Object.defineProperty(owner, key, { get: get as () => object, enumerable: true });
}

/** Refuses a generated file that was made for another runtime. */
export function requireAbi(by: GeneratedBy): void {
  if (by.abi === RUNTIME_ABI) return;
  throw new Error(
    `${by.file} was generated by zc-gen ${by.version} for runtime ${by.abi}, but this is runtime ${RUNTIME_ABI}. ` +
      "Run `npx zc-gen` on its schemas again.",
  );
}
