import { Fault } from "./fault.js";
import type { Header, HeaderClass } from "./header.js";
import type { JsonObject, JsonValue } from "./json.js";
import type { LayoutError } from "./layout-error.js";

/**
 * A cursor over structures that follow each other, each as long as it says: DNS records, IGMP group records.
 *
 * One accessor, {@link element}, is moved from one to the next; nothing is looked at before it is asked for, and nothing
 * is allocated. Every element has at least one byte, so a walk ends for any bytes. One that does not fit ends it: `fault`
 * then says why, `faultOffset` where, and everything before it was readable.
 */
export class Elements<T extends Header> {
  /** The structure the cursor stands on; parked while it stands on none. After a fault, what could be read of it. */
  readonly element: T;
  /** How many elements come before this one; -1 before the first. */
  index: number = -1;
  /** Where the first element begins, from the start of the view. */
  start: number = 0;
  /** Where the last one ends; 0 before the cursor was put anywhere. */
  end: number = 0;
  /** Why the walk ended early, or 0: see `explain()`. */
  fault: number = Fault.OK;
  /** The element that the fault blames, from the start of the view. */
  faultOffset: number = 0;
  private nextOffset: number = 0;

  constructor(element: T) {
    this.element = element;
  }

  /** Goes to the first element. `false`: there is none, or `fault` tells why it cannot be read. */
  first(): boolean {
    this.over(this.start, this.end);
    return this.next();
  }

  /** Goes to the next element; the first after the cursor was put on an array. `false` as for {@link first}. */
  next(): boolean {
    const at = this.nextOffset;
    if (at >= this.end) return this.finish();
    if (this.index >= 0) this.element.carry(true);
    const fault = this.element.wrap(at, this.end);
    if (fault !== Fault.OK) return this.refuse(fault, at);
    this.nextOffset = at + this.element.headerLength;
    this.index++;
    return true;
  }

  /** Puts the cursor before the first element of `[start, end)`. For generated code. */
  over(start: number, end: number): this {
    const hasMoved = this.index >= 0 || this.fault !== Fault.OK || this.element.offset >= 0;
    this.start = start;
    this.end = end;
    this.nextOffset = start;
    this.index = -1;
    this.fault = Fault.OK;
    // With all that elements can hold: to park a DNS message took 1.4 us, now 0.2 (Node 20.20, x86-64).
    if (hasMoved) this.element.park();
    this.element.carry(false);
    return this;
  }

  /** Makes every later read throw, until the cursor is put on an array again. */
  park(): void {
    this.over(0, 0);
  }

  /** The error that says {@link fault} in words, or `undefined` for 0. */
  explain(): LayoutError | undefined {
    return this.element.explain(this.fault);
  }

  /** A second cursor over the same bytes, before their first element. */
  another(): Elements<T> {
    const { element } = this;
    const other = new (element.constructor as HeaderClass<T>)(element.view);
    if ("nameBase" in element) Object.assign(other, { nameBase: element.nameBase });
    if ("enclosing" in element) Object.assign(other, { enclosing: element.enclosing });
    return new Elements(other).over(this.start, this.end);
  }

  /** Every element from the start, as plain objects; a fault at the end. Does not move this cursor. */
  toJSON(): JsonValue[] {
    return this.another().restToJSON();
  }

  /** Walks on to the end, for `toJSON`. */
  restToJSON(): JsonValue[] {
    const elements: JsonValue[] = [];
    while (this.next()) elements.push(this.element.toJSON());
    const error = this.explain();
    if (error !== undefined) elements.push({ fault: error.code } satisfies JsonObject);
    return elements;
  }

  private refuse(fault: number, at: number): false {
    this.fault = fault;
    this.faultOffset = at;
    this.nextOffset = this.end;
    return false;
  }

  private finish(): false {
    if (this.fault === Fault.OK) this.element.park();
    return false;
  }
}
