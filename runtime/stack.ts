import { payloadHexDump } from "./dump.js";
import { Fault, faultCode, isIncomplete } from "./fault.js";
import { elementIndex } from "./bytes.js";
import type { Header, HeaderClass } from "./header.js";
import { fieldToJSON, headerToJSON, jsonText, type JsonObject } from "./json.js";
import { wrapLax, type Lax } from "./lax.js";
import { explainFault, type LayoutError } from "./layout-error.js";
import type { DefinedLayout } from "./layout.js";
import { WalkPath } from "./walk-path.js";

/** Where a packet lies in its view: what every packet source gives, and all that `Stack.decode` needs. */
export interface PacketBounds {
  /** The first byte, from the start of the view. */
  readonly dataOffset: number;
  /** One past the last captured byte. */
  readonly dataEnd: number;
  /** LINKTYPE_ number: 1 is Ethernet (https://www.tcpdump.org/linktypes.html). */
  readonly linkType: number;
}

/**
 * How often one header may repeat in a packet. A label or tag takes 4 bytes, so hostile packets can hold thousands; a
 * walk takes time by the packet's length alone, but every depth keeps a cursor for the life of the Stack, of some 100
 * bytes. A frame of 1500 bytes holds 375 labels.
 */
const MAX_DEPTH = 512;

/** Set in what a hot method returns when there is more to do than to compare. */
const UNSETTLED = 0x20000000;

/** How the layers of a Stack show in its presence word. The tables go by the layer's number, from 1. */
export interface LayerPresence {
  readonly layers: readonly HeaderClass[];
  readonly values: Int32Array;
  readonly masks: Int32Array;
  /** The numbers of the layers that quote an earlier packet: few. */
  readonly quoting: readonly number[];
  /** The layer's number by its `LAYOUT.id`. */
  readonly numbers: Uint16Array;
}

/**
 * What generated `Stack` classes share: everything that is asked for now and then, and what a packet needs whose layers
 * are not those of the packet before.
 *
 * A generated Stack has one method a layer; each moves its cursor and calls the next one's, and returns the bits of the
 * layers found. Where a packet leads to a layer for the second time, it is walked again: layer by layer, with a cursor
 * for every depth.
 */
export abstract class StackBase {
  declare readonly view: DataView; // as in Header
  /** The fault that ended the last `decode`: 0 is clean. */
  fault: number = Fault.OK;
  /** The presence of the last packet's layers. */
  protected found: number = 0;
  /** What a packet gives that has the layers of the last one, and no fault either; -1 when the last one had. */
  protected expected: number = -1;
  /** The cursors of each layer by depth; the first is made with the Stack. */
  protected abstract readonly cursors: Header[][];
  protected abstract presence: LayerPresence;
  /** Every rule of the schemas with the largest value it can look up. */
  protected abstract readonly rules: Readonly<Record<string, number>>;
  /** Layer numbers by rule and value. */
  private bindings: Map<string, number> | undefined = undefined;
  private pending: number = Fault.OK;
  private repeating: boolean = false;
  /** Set for a packet whose outermost layer has no presence. */
  private outermost: number = 0;
  private outermostOffset: number = 0;
  private outermostEnd: number = 0;
  /** Whether the last packet was walked: its layers are then those of `path`. */
  private walked: boolean = false;
  private path: WalkPath = new WalkPath();
  /** For the next walk; empty. */
  private spare: WalkPath = new WalkPath();
  private faultHeader: Header | undefined = undefined;
  private faultOffset: number = 0;
  private faultEnd: number = 0;
  private linkType: number = 0;

  constructor(view: DataView) {
    this.view = view;
  }

  /**
   * Finds the layers of a packet. Returns 0, or the fault that ended the walk; the layers before it stay readable.
   *
   * @throws RangeError when the packet is not within `view`; until the next packet nothing is to be read then.
   */
  abstract decode(packet: PacketBounds): number;
  abstract decode(offset: number, end: number, linkType: number): number;

  /**
   * Whether the last decoded packet has that layer. `stack.udp.isWrapped` tells the same of the outermost layer of a
   * kind, and faster.
   */
  abstract has(layer: HeaderClass): boolean;

  /** Makes every later read of every layer throw, until the next `decode`. */
  park(): void {
    this.settle(UNSETTLED);
  }

  /** The layers of the last packet, outermost first. Makes an array: ask when needed, not for every packet. */
  layers(): Header[] {
    if (this.walked) return this.walkedLayers();
    const found: Header[] = [];
    // No flatMap: with some hundred layers, of which a packet has few, it took four times as long (Node 20.20, x86-64).
    for (let layer = 0; layer < this.cursors.length; layer++) {
      const count = this.countOf(layer);
      for (let depth = 0; depth < count; depth++) found.push(this.cursors[layer]?.[depth] as Header);
    }
    return found.sort((a, b) => a.offset - b.offset);
  }

  /** In the order of the walk: a header without bytes begins where the next one does. */
  private walkedLayers(): Header[] {
    const depths: number[] = [];
    return Array.from({ length: this.path.length }, (_, index) => {
      const layer = this.path.layerAt(index);
      const depth = depths[layer] ?? 0;
      depths[layer] = depth + 1;
      return this.cursors[layer]?.[depth] as Header;
    });
  }

  /** Where the last layer's payload starts: the first byte that no layer covers. */
  get payloadOffset(): number {
    return this.layers().at(-1)?.payloadOffset ?? this.faultOffset;
  }

  /** Where the last layer's payload ends. */
  get payloadEnd(): number {
    return this.layers().at(-1)?.payloadEnd ?? this.faultEnd;
  }

  /**
   * The error that says the last packet's fault in words, or `undefined` when it was clean. Its offsets count from
   * `origin`, a place in the view: `packet.dataOffset`, say.
   */
  explain(origin: number = 0): LayoutError | undefined {
    if (this.fault === Fault.OK) return undefined;
    const code = faultCode(this.fault);
    if (code === Fault.LINK_TYPE) return this.explainAt(NO_LAYOUT, origin, { value: this.linkType });
    const layout = this.faultHeader?.layout ?? NO_LAYOUT;
    if (code === Fault.DEPTH) return this.explainAt(layout, origin, { claimed: MAX_DEPTH });
    return this.faultHeader?.explain(this.fault, origin) ?? this.explainAt(layout, origin, {});
  }

  /**
   * What the last packet has of the header at which decoding stopped, which `layers()` does not have: it was cut off, or
   * its lengths are wrong. `undefined` where there is none. Makes an accessor and a view: not for hot code.
   */
  get cut(): Lax<Header> | undefined {
    const { faultHeader: header, faultOffset: offset, faultEnd: end, view } = this;
    if (header === undefined || header.isWrapped || faultCode(this.fault) === Fault.DEPTH) return undefined;
    const packet = new DataView(view.buffer, view.byteOffset, end);
    return wrapLax(header.constructor as HeaderClass, packet, offset);
  }

  /** Layers by name with their offset in the packet, and their fields under schema names. */
  toJSON(): JsonObject {
    const found = this.layers();
    const layers = found.map((header) => ({
      proto: header.layout.name,
      offset: header.offset - (found[0]?.offset ?? 0),
      fields: headerToJSON(header),
    }));
    const error = this.explain();
    return error === undefined ? { layers } : { layers, fault: { code: error.code, message: error.message } };
  }

  /** One line: `ethernet ... > ... | ipv4 192.0.2.1 > 192.0.2.2 | udp 5000 > 53 | 12 bytes`. */
  toString(): string {
    const parts = this.layers().map(summary);
    parts.push(`${Math.max(0, this.payloadEnd - this.payloadOffset)} bytes`);
    const error = this.explain();
    if (error !== undefined) parts.push(`fault: ${error.message}`);
    return parts.join(" | ");
  }

  /** The packet's bytes, each line with the fields it holds, then the payload. */
  hexDump(): string {
    const layers = this.layers();
    const packetOffset = layers[0]?.offset ?? this.faultOffset;
    const packetEnd = layers[0]?.capturedEnd ?? this.faultEnd;
    const blocks = layers.map((header) => header.hexDump(packetOffset));
    const start = this.payloadOffset;
    if (start < packetEnd) blocks.push(payloadHexDump(this.view, start, packetEnd, packetOffset));
    return blocks.join("\n");
  }

  /** How many headers of a layer the last packet has. */
  protected countOf(layer: number): number {
    if (this.walked) return this.path.depthOf(layer);
    const mask = this.presence.masks[layer] ?? 0;
    return mask !== 0 && (this.found & mask) === this.presence.values[layer] ? 1 : 0;
  }

  /** The cursor of a layer at a depth, 0 being the outermost. @throws RangeError when the last packet has none there. */
  protected headerAt(layer: number, depth: number): Header {
    return this.cursors[layer]?.[elementIndex(depth, this.countOf(layer))] as Header;
  }

  /** Whether a packet that was walked has a layer, for those that have no room in the presence word. */
  protected walkedOver(layer: HeaderClass): boolean {
    return this.walked && this.countOf(this.presence.layers.indexOf(layer) + 1) > 0;
  }

  /**
   * Lets a class follow where the schemas know nothing of it: `stack.bind("udp.port", 5600, SensorReading)`. It goes
   * before what the schemas say. The rule is `parent.key`, as in `attach:`. From then on this Stack walks every packet
   * layer by layer, which takes two to three times as long; `headerOf` gives the cursor.
   *
   * @throws RangeError when no layer has such a rule, or when the value is none that it can look up.
   */
  bind(rule: string, value: number, layer: HeaderClass): void {
    const most = this.rules[rule];
    if (most === undefined) {
      throw new RangeError(
        `there is no rule ${JSON.stringify(rule)}; there are: ${Object.keys(this.rules).join(", ")}`,
      );
    }
    if (!Number.isInteger(value) || value < 0 || value > most) {
      throw new RangeError(`${rule} has values from 0 to ${most}, not ${value}`);
    }
    this.bindings ??= new Map();
    this.bindings.set(`${rule}=${value}`, this.numberOf(layer));
    this.expected = -1;
  }

  /** The outermost header of a class on the last packet: for layers that were bound, which have no member. */
  headerOf<T extends Header>(layer: HeaderClass<T>): T | undefined {
    const number = this.presence.layers.indexOf(layer) + 1;
    return this.countOf(number) === 0 ? undefined : (this.cursors[number]?.[0] as T);
  }

  /** For a walk: the layer that was bound to the value of a rule, or to the lower or higher of two; 0 is none. */
  protected bound(rule: string, first: number, second: number = first): number {
    if (this.bindings === undefined) return 0;
    const lower = this.bindings.get(`${rule}=${Math.min(first, second)}`);
    return lower ?? this.bindings.get(`${rule}=${Math.max(first, second)}`) ?? 0;
  }

  /** The number of a layer; one that the generated class does not know gets one. */
  private numberOf(layer: HeaderClass): number {
    const known = this.presence.layers.indexOf(layer) + 1;
    // Layers without a bit are counted, which the generated method need not know of.
    const has = (one: HeaderClass): boolean => this.countOf(this.presence.layers.indexOf(one) + 1) > 0;
    Object.defineProperty(this, "has", { value: has, configurable: true });
    return known === 0 ? this.addLayer(layer) : known;
  }

  /** A layer without a bit, in a table of this Stack's own. */
  private addLayer(layer: HeaderClass): number {
    const { layers, values, masks } = this.presence;
    this.presence = presenceOf([...layers, layer], Int32Array.of(...values, 0), Int32Array.of(...masks, 0));
    return this.cursors.push([new layer(this.view)]) - 1;
  }

  /** Every layer that this Stack can find; those of its own first, then what was bound. */
  get layerClasses(): readonly HeaderClass[] {
    return this.presence.layers;
  }

  /**
   * The cursors of a layer by depth, for those who ask many packets: the first is there for the Stack's life, deeper ones
   * are added as packets need them. One stands on the last packet if its `isWrapped` says so. Empty for a layer that this
   * Stack does not know.
   */
  headersOf<T extends Header>(layer: HeaderClass<T>): readonly T[] {
    return (this.cursors[this.presence.layers.indexOf(layer) + 1] ?? []) as T[];
  }

  /** Whether layers were bound to this Stack besides those of its schemas. */
  get hasBindings(): boolean {
    return this.bindings !== undefined;
  }

  /** Whether the schemas let anything follow a layer: a generated Stack has a method for each of these. */
  leads({ LAYOUT: { className } }: HeaderClass): boolean {
    return `childOf${className}` in this;
  }

  /** Parks the cursors whose layers are in `before` and not in `after`. */
  protected abstract parkStale(before: number, after: number): void;

  /** The number of the layer that follows a header, or 0. */
  protected abstract childOf(layer: number, header: Header): number;

  /**
   * Takes note of what a packet led to, `found` by the hot methods, when it is not what the last one led to. Returns
   * the fault.
   */
  protected settle(found: number): number {
    const { found: before, path: earlier, walked: wasWalked } = this;
    const { hasBindings } = this;
    const isAgain = this.repeating || this.isQuoteCut(found);
    this.walked = isAgain || (hasBindings && (found & ~UNSETTLED) !== 0);
    this.repeating = false;
    if (this.walked) this.pending = Fault.OK;
    if (this.pending === Fault.OK) this.faultHeader = undefined;
    this.found = this.walked ? this.walk(found) : found & ~UNSETTLED;
    this.parkStale(before, this.found);
    if (wasWalked) {
      this.parkPath(earlier);
      earlier.clear();
    }
    this.fault = this.pending;
    this.pending = Fault.OK;
    // Bound layers do not show in what the hot methods find.
    this.expected = (found & UNSETTLED) === 0 && !hasBindings ? found : -1;
    return this.fault;
  }

  /** A packet whose outermost layer found no room in the presence word: it is walked. */
  protected walkFrom(layer: number, offset: number, end: number): number {
    this.outermost = layer;
    this.outermostOffset = offset;
    this.outermostEnd = end;
    return this.settle(this.again());
  }

  protected settled(found: number): number {
    return found === this.expected ? 0 : this.settle(found); // a literal: an imported name costs a hot method twelve instructions
  }

  /** From a hot method: a layer for the second time, or one without a bit. */
  protected again(): number {
    this.repeating = true;
    return UNSETTLED;
  }

  /** From a hot method, of a header that stands where it does not fit or breaks a rule: tells which. */
  protected refuse(header: Header): number {
    const { offset, end } = header;
    const stopped = this.stop(header.wrap(offset, end) || header.validate(), header, offset, end);
    if (!header.isWrapped) return stopped;
    const { values, numbers } = this.presence;
    return stopped | (values[numbers[header.layout.id] as number] as number);
  }

  protected refuseLinkType(offset: number, end: number, linkType: number): number {
    this.linkType = linkType;
    return this.stop(Fault.LINK_TYPE, undefined, offset, end);
  }

  /** Whether the fault is that a packet is cut off which another one quotes: ICMP errors quote beginnings. */
  private isQuoteCut(found: number): boolean {
    if (!isIncomplete(this.pending)) return false;
    const { quoting, values, masks } = this.presence;
    for (const layer of quoting) {
      const value = values[layer] as number;
      if (value !== 0 && (found & (masks[layer] as number)) === value) return true;
    }
    return false;
  }

  private stop(fault: number, header: Header | undefined, offset: number, end: number): number {
    this.pending = fault;
    this.leave(header, offset, end);
    return UNSETTLED;
  }

  /** Takes note of the header at which decoding stops. */
  private leave(header: Header | undefined, offset: number, end: number): void {
    this.faultHeader = header;
    this.faultOffset = offset;
    this.faultEnd = end;
  }

  /** Layer by layer, each so often as it comes. The outermost of the layers `found` before tells where the packet lies. */
  private walk(found: number): number {
    const { values, quoting } = this.presence;
    if (this.outermost === 0) this.findOutermost(found);
    let { outermost: layer, outermostOffset: offset, outermostEnd: end } = this;
    this.outermost = 0;
    const path = this.spare;
    this.spare = this.path;
    this.path = path;
    let presence = 0;
    let isQuote = false;
    while (layer !== 0) {
      const depth = path.depthOf(layer);
      const header = this.cursorOf(layer, depth < MAX_DEPTH ? depth : 0);
      if (depth === MAX_DEPTH) {
        this.stop(Fault.DEPTH, header, offset, end);
        break;
      }
      const fault = header.wrap(offset, end);
      const isCut = isQuote && isIncomplete(fault);
      const fits = header.offset >= 0; // what isWrapped says, without a call
      if (isCut && !fits && header.layout.quoted !== undefined) {
        layer = this.numberOf(header.layout.quoted);
        continue;
      }
      if (fits) {
        path.add(layer);
        presence |= values[layer] as number;
      }
      if (isCut) {
        if (!fits) this.leave(header, offset, end);
        break;
      }
      isQuote ||= quoting.includes(layer);
      const broken = fault || header.validate();
      if (broken !== Fault.OK) {
        this.stop(broken, header, offset, end);
        break;
      }
      layer = this.childOf(layer, header);
      offset = header.payloadOffset;
      end = header.payloadEnd;
    }
    return presence;
  }

  /** The first layer, by number, that a presence word has. */
  private findOutermost(found: number): void {
    const { values } = this.presence;
    let layer = 1;
    while (((values[layer] as number) & found) === 0) layer++;
    const { offset, end } = this.cursors[layer]?.[0] as Header;
    this.outermost = layer;
    this.outermostOffset = offset;
    this.outermostEnd = end;
  }

  /** Made when a packet first needs it, and kept. */
  private cursorOf(layer: number, depth: number): Header {
    const cursors = this.cursors[layer] as Header[];
    const first = cursors[0] as Header;
    return (cursors[depth] ??= new (first.constructor as HeaderClass)(this.view));
  }

  /** Parks what an earlier walk left and this packet has not: deeper cursors, and those of layers without a bit. */
  private parkPath(path: WalkPath): void {
    const { values } = this.presence;
    for (let index = 0; index < path.length; index++) {
      const layer = path.layerAt(index);
      const first = values[layer] === 0 ? 0 : 1;
      const now = Math.max(first, this.walked ? this.path.depthOf(layer) : 0);
      for (let depth = now; depth < path.depthOf(layer); depth++) this.cursors[layer]?.[depth]?.park();
    }
  }

  private explainAt(
    layout: DefinedLayout,
    origin: number,
    more: { value?: number; claimed?: number },
  ): LayoutError | undefined {
    const [offset, end] = [this.faultOffset - origin, this.faultEnd - origin];
    return explainFault(layout, this.fault, { offset, end, ...more });
  }
}

const NO_LAYOUT: DefinedLayout = {
  id: -1,
  name: "packet",
  className: "Packet",
  bitOrder: "msb",
  minLength: 0,
  align: { to: 1, at: 0 },
  fields: [],
};

/** A layer's name, and who talks to whom where its fields say so. */
function summary(header: Header): string {
  const ends = ["src", "dst"].map((side) => sideText(header, side));
  return ends.includes(undefined) ? header.layout.name : `${header.layout.name} ${ends.join(" > ")}`;
}

function sideText(header: Header, side: string): string | undefined {
  const field = header.layout.fields.find(({ name }) => name === side || name === `${side}_port`);
  return field === undefined ? undefined : jsonText(fieldToJSON(header, field));
}

/** The tables of a Stack: `values` is what each layer adds to the word, `last` the bits of those that nothing follows. */
export function layerPresence(
  layers: readonly HeaderClass[],
  values: readonly number[],
  last: number,
): LayerPresence {
  const masks = values.map((value) => (value > last ? value : value === 0 ? 0 : last));
  return presenceOf(layers, Int32Array.of(0, ...values), Int32Array.of(0, ...masks));
}

function presenceOf(layers: readonly HeaderClass[], values: Int32Array, masks: Int32Array): LayerPresence {
  const layouts = layers.map(({ LAYOUT }) => LAYOUT);
  const numbers = new Uint16Array(Math.max(0, ...layouts.map(({ id }) => id)) + 1);
  for (const [index, { id }] of layouts.entries()) numbers[id] = index + 1;
  const quoting = layouts.flatMap(({ quotes }, index) => (quotes === true ? [index + 1] : []));
  return { layers, values, masks, quoting, numbers };
}

/** One of those tables by `LAYOUT.id` instead of the layer's number; `none` for classes and layers that have no presence. */
export function presenceById({ layers }: LayerPresence, table: Int32Array, none: number = 0): Int32Array {
  const ids = layers.map(({ LAYOUT }) => LAYOUT.id);
  const byId = new Int32Array(Math.max(...ids) + 1).fill(none);
  for (const [index, id] of ids.entries()) byId[id] = table[index + 1] || none;
  return byId;
}

/**
 * The layer number for every value of a field of `bits` bits; 0 where there is none. `rows` are first value, last value
 * and layer, the later before the earlier, and single values before both.
 */
export function lookupTable(
  bits: number,
  layers: Readonly<Record<number, number>>,
  rows: readonly (readonly number[])[] = [],
): Uint16Array {
  const table = new Uint16Array(2 ** bits);
  for (const [first = 0, last = 0, layer = 0] of rows) table.fill(layer, first, last + 1);
  for (const [value, layer] of Object.entries(layers)) table[Number(value)] = layer;
  return table;
}

/** 1 for each value for which one of the tables has a layer, and for all of the `rows` of first and last value. */
export function leadingValues(
  tables: readonly Uint16Array[],
  rows: readonly (readonly number[])[] = [],
): Uint8Array {
  const leads = new Uint8Array(2 ** 16);
  for (const table of tables) {
    // Not entries(): a pair for each of 65536 values takes longer than all the rest of an import.
    for (let value = 0; value < table.length; value++) if (table[value] !== 0) leads[value] = 1;
  }
  for (const [first = 0, last = 0] of rows) leads.fill(1, first, last + 1);
  return leads;
}
