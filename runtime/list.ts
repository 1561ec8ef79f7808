import { Fault, fieldFault } from "./fault.js";
import type { Header } from "./header.js";
import { fieldToJSON, headerToJSON, hexText, isPresent, type JsonObject, type JsonValue } from "./json.js";
import { explainElement, type LayoutError } from "./layout-error.js";
import type { DefinedLayout, FieldLayout } from "./layout.js";
import { PARKED } from "./parked.js";
import { lent } from "./spare.js";
import { type FieldValueError, refusedValue } from "./value-error.js";

/** In so many lists a list may lie that can hold lists of their kind. */
const MAX_DEPTH = 32;

/** A constructor of list cursors: any generated list class. */
export interface ListClass<T extends List = List> {
  new (view: DataView): T;
  readonly LAYOUT: DefinedLayout;
}

/**
 * A cursor over a list of elements with a tag and mostly a length: TCP options, DHCP options, LLDP.
 *
 * Nothing is looked at before it is asked for, no array is made and no object an element. `first()` and `next()` move
 * the cursor and tell whether it stands on an element; `find(tag)` looks for one from the start. Every step goes at
 * least one byte on, so a walk ends for any bytes. An element that lies about its length ends it: `fault` then says
 * why, `faultOffset` where, and everything before it was readable.
 *
 * While the cursor stands on no element, reading one throws a `RangeError`.
 */
export abstract class List {
  declare readonly view: DataView; // as in Header
  /** The element's first byte, from the start of `view`. */
  offset: number = PARKED;
  /** The first byte of the element's value. */
  valueOffset: number = PARKED;
  /** One past the last byte of the element's value. */
  valueEnd: number = PARKED;
  /** Where the list begins. */
  start: number = 0;
  /** Where the list ends; 0 before it was put on one. */
  end: number = 0;
  /** Why the walk ended early, or 0: see `explain()`. */
  fault: number = Fault.OK;
  /** The element that the fault blames, from the start of `view`. */
  faultOffset: number = 0;
  /** Where the tag stands that ended the list, if one did; negative otherwise. */
  stopOffset: number = PARKED;
  /** Why the value that was asked for last does not fit what the schema says of it, or 0. */
  valueFault: number = Fault.OK;
  /** In how many lists it lies that can hold lists of their kind. */
  depth: number = 0;
  protected nextOffset: number = 0;
  /** Why nothing of the list is looked at, or 0. */
  private entryFault: number = Fault.OK;
  private faultRequired: number = 0;
  private faultHave: number = 0;
  /** The list ends where the capture does: what runs past may be whole elsewhere. */
  private isCut: boolean = false;

  constructor(view: DataView) {
    this.view = view;
  }

  /** Goes to the first element. `false`: there is none, or `fault` tells why it cannot be read. */
  abstract first(): boolean;

  /** Goes to the next element; the first after the cursor was put on a list. `false` as for {@link first}. */
  abstract next(): boolean;

  /** Goes to the first element with that tag. `false`: there is none up to the end or a fault. */
  abstract find(tag: number): boolean;

  /** Goes to the next element with that tag, from the one the cursor stands on. */
  abstract findNext(tag: number): boolean;

  /** The element's tag: all of its bits as one number. */
  abstract get tag(): number;

  /** The element's value where the schema says what it holds, moved by each call; `undefined` where it does not fit. */
  get value(): Header | List | undefined {
    return undefined;
  }

  /** How many bytes the value has. */
  get valueLength(): number {
    return this.valueEnd - this.valueOffset;
  }

  /** A view on the value's bytes. It is not parked with the cursor: use it before the packet is released. */
  valueBytes(): Uint8Array {
    return new Uint8Array(this.view.buffer, this.view.byteOffset + this.valueOffset, this.valueLength);
  }

  /** Whether the cursor stands on an element. */
  get isWrapped(): boolean {
    return this.offset >= 0;
  }

  /** Puts the cursor before the first element of `[start, end)`. For generated code; `isCut`: the capture ends there. */
  over(start: number, end: number, isCut: boolean = false): this {
    this.start = start;
    this.end = end;
    this.isCut = isCut;
    this.depth = 0;
    this.entryFault = Fault.OK;
    this.rewind();
    return this;
  }

  /** The same for a list that lies in others of its kind: one that lies too deep is a fault. For generated code. */
  inside(depth: number, start: number, end: number, isCut: boolean = false): this {
    const isTooDeep = depth > MAX_DEPTH;
    this.over(start, isTooDeep ? start : end, isCut);
    this.depth = depth;
    if (!isTooDeep) return this;
    this.entryFault = Fault.DEPTH;
    this.faultOffset = start;
    this.faultRequired = depth;
    this.faultHave = MAX_DEPTH;
    this.rewind();
    return this;
  }

  /** Makes every later read throw, until the cursor is put on a list again. */
  park(): void {
    this.over(0, 0);
  }

  /** What the class knows of the elements. */
  get layout(): DefinedLayout {
    return (this.constructor as ListClass).LAYOUT;
  }

  /** The first byte of a field of the element; negative when it is absent. */
  startOf(field: FieldLayout): number {
    const slot = field.slot === undefined ? this.offset : this.slotAt(field.slot);
    return slot + (field.bitOffset >> 3);
  }

  /** The place of what follows the tag, where an element may have a tag alone. */
  protected slotAt(_slot: number): number {
    return this.offset;
  }

  /** The error that says {@link fault} in words, or `undefined` for 0. */
  explain(): LayoutError | undefined {
    return explainElement(this.layout, this.fault, {
      offset: this.faultOffset,
      required: this.faultRequired,
      have: this.faultHave,
      end: this.end,
    });
  }

  /** Every element from the start, as plain objects. Does not move this cursor. */
  toJSON(): JsonValue[] {
    return this.aside((cursor) => cursor.restToJSON());
  }

  /** Walks on to the end, for `toJSON`. */
  restToJSON(): JsonValue[] {
    const elements: JsonValue[] = [];
    while (this.next()) elements.push(this.elementToJSON());
    const error = this.explain();
    if (error !== undefined) elements.push({ fault: error.code, rest: this.bytesFrom(this.faultOffset) });
    return elements;
  }

  /** The element the cursor stands on, as a plain object: its fields, then its `value`. */
  elementToJSON(): JsonObject {
    const json: JsonObject = {};
    for (const field of this.layout.fields) {
      if (isPresent(this, field)) json[field.name] = fieldToJSON(this, field);
    }
    if (this.valueEnd > this.valueOffset) json["value"] = this.valueToJSON();
    return json;
  }

  /** One line: the layout's name and every element. */
  toString(): string {
    return `${this.layout.name} ${JSON.stringify(this.toJSON())}`.replaceAll('"', "");
  }

  /** A second cursor over the same bytes, before their first element. */
  another(): this {
    const cursor = new (this.constructor as ListClass)(this.view) as this;
    return cursor.inside(this.depth, this.start, this.end, this.isCut);
  }

  /** Lets `use` walk the same bytes from their first element, with a cursor that is not to be kept. */
  aside<R>(use: (cursor: this) => R): R {
    const Class = this.constructor as ListClass;
    const make = (): this => new Class(this.view) as this;
    return lent(this.view, Class, make, (cursor) =>
      use(cursor.inside(this.depth, this.start, this.end, this.isCut)),
    );
  }

  private valueToJSON(): JsonValue {
    const { value } = this;
    if (value === undefined) return hexText(this.valueBytes());
    return value instanceof List ? value.toJSON() : headerToJSON(value);
  }

  private bytesFrom(offset: number): string {
    return hexText(new Uint8Array(this.view.buffer, this.view.byteOffset + offset, this.end - offset));
  }

  /** The error of a setter of this element; as {@link Header}'s. For generated code. */
  protected valueError(
    fieldIndex: number,
    value: unknown,
    min?: number | bigint,
    max?: number | bigint,
  ): FieldValueError {
    return refusedValue(this.layout, fieldIndex, value, min, max);
  }

  /** Back to before the first element. For generated code. */
  protected rewind(): void {
    this.nextOffset = this.start;
    this.fault = this.entryFault;
    this.valueFault = Fault.OK;
    this.stopOffset = PARKED;
    this.leave();
  }

  /** The cursor stands on no element. */
  private leave(): void {
    this.offset = PARKED;
    this.valueOffset = PARKED;
    this.valueEnd = PARKED;
  }

  /** The tag at `at` ends the list. For generated code. */
  protected stopAt(at: number): false {
    this.stopOffset = at;
    return this.finish();
  }

  /** No element begins at `at`: the list is over, or has fewer bytes left than the start of one takes. */
  protected lacking(at: number, required: number): false {
    if (at >= this.end) return this.finish();
    return this.refuse(
      this.isCut ? Fault.TRUNCATED_ELEMENT : Fault.ELEMENT_LENGTH,
      at,
      required,
      this.end - at,
    );
  }

  /** The element at `at` says it has `size` bytes, which cannot be; its head takes `head`. For generated code. */
  protected broken(field: number, at: number, size: number, head: number): false {
    const runsPast = size > this.end - at;
    const code = runsPast && this.isCut ? Fault.TRUNCATED_ELEMENT : Fault.ELEMENT_LENGTH;
    const [required, have] = runsPast ? [size, this.end - at] : [head, size];
    return this.refuse(fieldFault(code, field), at, required, have);
  }

  private refuse(fault: number, at: number, required: number, have: number): false {
    this.fault = fault;
    this.faultOffset = at;
    this.faultRequired = required;
    this.faultHave = have;
    return this.finish();
  }

  private finish(): false {
    this.nextOffset = this.end;
    this.leave();
    return false;
  }
}
