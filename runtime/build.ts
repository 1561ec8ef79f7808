import { BuildError } from "./build-error.js";
import { type FieldsOf, fieldsOf } from "./build-fields.js";
import { type AnyFields, type BuildPlan, isGiven, planOf, writeFields } from "./build-plan.js";
import { Scratch } from "./build-scratch.js";
import { finish, restFrom } from "./build-variable.js";
import type { PseudoHeader } from "./checksum-verdict.js";
import { Fault } from "./fault.js";
import { type Header, type HeaderClass, viewOf } from "./header.js";
import type { StackBase } from "./stack.js";
import { FieldValueError } from "./value-error.js";

/** A layer of a packet to build: its class, and what its fields are. What is left out is derived, or zero. */
export type Layer<T extends Header> = readonly [header: HeaderClass<T>, fields?: FieldsOf<T>];

/** A layer of any kind. */
type AnyLayer = readonly [header: HeaderClass, fields?: AnyFields];

/** A header in its place, and where what it carries ends. */
export interface Placed {
  readonly header: Header;
  readonly plan: BuildPlan;
  readonly payloadOffset: number;
  readonly end: number;
  readonly fields: AnyFields;
}

/**
 * Writes a packet into `target`, from its first byte on, and returns its length in bytes.
 *
 * Layers stand outermost first. Lengths, the numbers that lead from a layer to the next, and checksums follow from the
 * schemas; a field that is given is written as it is given, right or wrong.
 *
 * ```ts
 * const length = buildPacket(frame, [[Ethernet, { dstText: "02:00:00:00:00:01" }], [Ipv4, { ttl: 64 }], [Udp, { dstPort: 53 }]], payload);
 * ```
 *
 * @throws BuildError (a RangeError's `needed` and `had` where the target is too short), FieldValueError for a value that
 * does not fit its field. The target is as it was then.
 */
export function buildPacket<const T extends readonly Header[]>(
  target: ArrayBuffer | ArrayBufferView,
  layers: { readonly [K in keyof T]: Layer<T[K]> },
  payload: ArrayLike<number> = [],
): number {
  const written = target instanceof Uint8Array ? target : bytesIn(target);
  const all = (layers as readonly AnyLayer[]).map(withRest);
  const needed = bytesFor(all, payload);
  if (needed > written.length) throw noRoom(all, needed, written.length);
  const scratch = Scratch.take(needed);
  try {
    derive(place(scratch, needed, all, payload));
    written.set(scratch.first(needed));
  } finally {
    scratch.giveBack();
  }
  return needed;
}

/** A packet in bytes of its own, with the accessors that stand on it. Errors are those of {@link buildPacket}. */
export function placePacket(
  layers: readonly Layer<Header>[],
  payload: ArrayLike<number>,
): { readonly bytes: Uint8Array; readonly placed: readonly Placed[] } {
  const all = (layers as readonly AnyLayer[]).map(withRest);
  const length = bytesFor(all, payload);
  const scratch = Scratch.own(length);
  const placed = place(scratch, length, all, payload);
  derive(placed);
  return { bytes: scratch.bytes, placed };
}

/**
 * Derives lengths, next-layer numbers and checksums of headers anew, after they or the payload have changed.
 *
 * @param headers outermost first, as `stack.layers()` gives them. They are wrapped again.
 * @param payloadEnd where the innermost payload ends, from the start of the view; default: where it ended.
 */
export function finalizePacket(headers: readonly Header[], payloadEnd?: number): void {
  const last = headers.at(-1);
  if (last === undefined) return;
  const end = payloadEnd ?? last.payloadEnd;
  derive(
    headers.map((header) => {
      const { layout, payloadOffset } = header;
      return { header, plan: planOf(layout), payloadOffset, end, fields: {} };
    }),
  );
}

/** A decoded packet as layers and payload that {@link buildPacket} makes the same bytes of. Views on the packet. */
export function layersOf(stack: StackBase): { layers: [HeaderClass, AnyFields][]; payload: Uint8Array } {
  const headers = stack.layers();
  const last = headers.at(-1);
  const layers = headers.map((header): [HeaderClass, AnyFields] => {
    const $trailing = bytesOf(header, header.payloadEnd, header.end);
    const fields = fieldsOf(header) as AnyFields;
    return [header.constructor as HeaderClass, $trailing.length === 0 ? fields : { ...fields, $trailing }];
  });
  const payload = last === undefined ? new Uint8Array() : bytesOf(last, last.payloadOffset, last.payloadEnd);
  return { layers, payload };
}

function bytesIn(target: ArrayBuffer | ArrayBufferView): Uint8Array {
  const { buffer, byteOffset, byteLength } = viewOf(target);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function bytesOf({ view }: Header, from: number, to: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + from, Math.max(0, to - from));
}

/** The layer with the bytes of its late fields, and with what its fixed part says of them. */
function withRest(layer: AnyLayer): AnyLayer {
  const [Class, fields = {}] = layer;
  const { late: known, hasDefaults } = planOf(Class.LAYOUT);
  const late = known.length === 0 ? undefined : known.find((one) => isGiven(one, fields));
  const isGivenWhole = fields["$rest"] !== undefined;
  if (late === undefined && (isGivenWhole || !hasDefaults)) return layer;
  if (late !== undefined && isGivenWhole) {
    const { name } = Class.LAYOUT;
    const message = `${name}.${late.field.name} lies in what $rest gives: say one of them`;
    throw new BuildError("ERR_ZC_BUILD_FIELD", message, { layout: name });
  }
  const { bytes, told } = restFrom(Class, fields);
  return [Class, { ...told, ...fields, $rest: bytes }];
}

function restOf([, fields]: AnyLayer): ArrayLike<number> {
  return (fields?.["$rest"] as ArrayLike<number> | undefined) ?? [];
}

function trailingOf([, fields]: AnyLayer): ArrayLike<number> {
  return (fields?.["$trailing"] as ArrayLike<number> | undefined) ?? [];
}

/** With its options, padded to what its length is counted in. */
function headerBytes(layer: AnyLayer): number {
  const { minLength, headerStep = 1 } = layer[0].LAYOUT;
  return Math.ceil((minLength + restOf(layer).length) / headerStep) * headerStep;
}

function bytesFor(layers: readonly AnyLayer[], payload: ArrayLike<number>): number {
  let needed = payload.length;
  for (const layer of layers) needed += headerBytes(layer) + trailingOf(layer).length;
  return needed;
}

function noRoom(layers: readonly AnyLayer[], needed: number, had: number): BuildError {
  const names = layers.map(([{ LAYOUT }]) => LAYOUT.name);
  const message = `a packet of ${names.join(", ")} and its payload takes ${needed} bytes; the target has ${had}`;
  return new BuildError("ERR_ZC_BUILD_ROOM", message, { layout: names.at(-1), needed, had });
}

/** Headers with their constants, options, payload and trailing bytes: everything in its place. */
function place(
  scratch: Scratch,
  length: number,
  layers: readonly AnyLayer[],
  payload: ArrayLike<number>,
): Placed[] {
  const { bytes } = scratch;
  const placed: Placed[] = [];
  let [at, end] = [0, length];
  for (const layer of layers) {
    const [Class, fields = {}] = layer;
    const trailing = trailingOf(layer);
    end -= trailing.length;
    if (trailing.length > 0) bytes.set(trailing, end);
    let earlier = 0;
    for (const one of placed) if (one.header.constructor === Class) earlier++;
    const header = scratch.headerOf(Class, earlier);
    prepare(header, at, end);
    const rest = restOf(layer);
    if (rest.length > 0) bytes.set(rest, at + header.layout.minLength);
    at += headerBytes(layer);
    placed.push({ header, plan: planOf(Class.LAYOUT), payloadOffset: at, end, fields });
  }
  bytes.set(payload, at);
  return placed;
}

/** The header with its constants; where zeros are no legal header it stands there all the same. */
function prepare(header: Header, offset: number, end: number): void {
  if (header.init(offset, end) === Fault.OK) return;
  header.offset = offset;
  header.end = end;
}

/** Lengths first, then numbers, then what was given; checksums when all else stands, innermost first. */
function derive(placed: readonly Placed[]): void {
  for (let index = 0; index < placed.length; index++) {
    const one = placed[index] as Placed;
    const next = placed[index + 1];
    declare(one);
    if (next !== undefined) lead(one, next);
    writeFields(one.header, one.fields, "fixed");
  }
  const faults = placed.map(rewrap);
  for (let index = placed.length - 1; index >= 0; index--) {
    if (faults[index] === Fault.OK) updateChecksums(placed, index);
  }
}

/** A length beyond its field is no matter where the field is given: 0 in a jumbogram, say. */
function declare({ header, payloadOffset, end, fields }: Placed): void {
  try {
    header.setLengths(payloadOffset - header.offset, end - payloadOffset);
  } catch (error) {
    if (!(error instanceof FieldValueError)) throw error;
    const field = header.layout.fields.find(({ name }) => name === error.field);
    if (field === undefined || fields[field.member] === undefined) throw error;
  }
}

/** A header whose given fields make it no sound one stays where it is. */
function rewrap({ header, end, fields }: Placed): number {
  const { offset } = header;
  const fault = finish(header, end, fields);
  if (fault !== Fault.OK) {
    header.offset = offset;
    header.end = end;
  }
  return fault;
}

/** Writes the number that leads from a header to the next, unless it leads there already. */
function lead({ header, fields }: Placed, next: Placed): void {
  const ways = next.plan.waysFrom(header);
  const [way] = ways;
  if (way === undefined) throw cannotFollow(next.header, header);
  for (const { members, min, max } of ways) {
    for (const { name, read } of members) if (isWithin(fields[name] ?? read(header), min, max)) return;
  }
  way.members.at(-1)?.write(header, way.min);
}

function isWithin(found: unknown, min: number, max: number): boolean {
  return typeof found === "number" && found >= min && found <= max;
}

function cannotFollow({ layout: child }: Header, { layout: parent }: Header): BuildError {
  const places = [...new Set((child.attach ?? []).map(({ to }) => to))].join(", ");
  const known = places === "" ? "nothing" : places;
  const message = `${child.name} cannot follow ${parent.name}: it is attached to ${known}`;
  return new BuildError("ERR_ZC_BUILD_ORDER", message, { layout: child.name });
}

/** What was given stays; what a parent is needed for and none is there stays zero, and so do parts of messages. */
export function updateChecksums(placed: readonly Placed[], index: number): void {
  const { header, plan, fields } = placed[index] as Placed;
  for (const { field, update } of plan.checksums) {
    const { checksum, member } = field;
    if (checksum === undefined || fields[member] !== undefined) continue;
    const parent = checksum.pseudoHeader === true ? pseudoHeaderOf(placed, index) : undefined;
    if (checksum.pseudoHeader === true && parent === undefined) continue;
    if (checksum.over !== "payload_end" || !isPart(placed, index)) update(header, parent);
  }
}

/** The innermost header around one that has addresses to sum up. */
function pseudoHeaderOf(placed: readonly Placed[], index: number): PseudoHeader | undefined {
  for (let outer = index - 1; outer >= 0; outer--) {
    const { header } = placed[outer] as Placed;
    if ("addressSum" in header) return header as Header & PseudoHeader;
  }
  return undefined;
}

/** Whether some header around one carries a fragment. */
function isPart(placed: readonly Placed[], index: number): boolean {
  for (let outer = 0; outer < index; outer++) if ((placed[outer] as Placed).header.isFragment) return true;
  return false;
}
