import type { FieldLayout, HeaderClass } from "../runtime/index.js";
import type { Ranges } from "./ranges.js";

/** An expression whose names and values were found right. */
export type Typed = All | Any | Not | Test;

export interface All {
  readonly kind: "all";
  readonly parts: readonly Typed[];
}

export interface Any {
  readonly kind: "any";
  readonly parts: readonly Typed[];
}

export interface Not {
  readonly kind: "not";
  readonly of: Typed;
}

/** A question to a packet. Each of them is false where what it asks about is not there. */
export type Test = HasLayer | HasField | InRanges | HasBytes | Compared;

/** Whether the packet has the layer. */
export interface HasLayer {
  readonly kind: "layer";
  readonly layer: LayerAt;
}

/** Whether the packet has the field. */
export interface HasField {
  readonly kind: "field";
  readonly field: FieldAt;
}

/** Whether one of the fields has one of the values. */
export interface InRanges {
  readonly kind: "ranges";
  readonly operands: readonly Operand[];
  readonly ranges: Ranges;
}

/** Whether a value of one operand compares so with one of the other: numbers, or addresses of one kind. */
export interface Compared {
  readonly kind: "compared";
  readonly left: Operand;
  readonly comparison: Comparison;
  readonly right: Operand;
}

export type Comparison = "==" | "<" | "<=" | ">" | ">=";

/** Whether the field's bytes are, or contain, one of these. */
export interface HasBytes {
  readonly kind: "bytes";
  readonly field: FieldAt;
  readonly relation: "equals" | "contains";
  readonly values: readonly Uint8Array[];
}

/** A layer, counted from the outermost (0), or all of its kind. */
export interface LayerAt {
  readonly layer: HeaderClass;
  readonly depth: number | "any";
}

/** A step into a field, or into what an element of a list holds, where something of that class stands there. */
export interface Through {
  readonly field: FieldLayout;
  readonly inner: HeaderClass;
}

/** A field of a layer: of the layer itself, of a structure in it, or of any element of an array or list in it. */
export interface FieldAt extends LayerAt {
  /** Structures, arrays, lists and what they hold on the way, if any. */
  readonly through: readonly Through[];
  /** The layer, or the structure on the way, whose field it is. */
  readonly owner: HeaderClass;
  readonly field: FieldLayout;
  /** The bits of its value that count. */
  readonly mask?: bigint;
}

/** What a source tells of a packet. */
export type PacketFact = "captured_length" | "original_length";

export type Operand = FieldAt | { readonly fact: PacketFact; readonly mask?: bigint };
