import {
  Elements,
  type Fielded,
  type FieldLayout,
  type Header,
  type HeaderClass,
  isPresent,
  List,
  type StackBase,
} from "../runtime/index.js";
import { bytesTest } from "./read-bytes.js";
import { isRepeated } from "./field-kind.js";
import type { FilterPacket, PacketTest } from "./packet.js";
import { contains } from "./ranges.js";
import { accessed, fieldTest, maskedTest, numberAt, numberTest, type NumberTest } from "./read-number.js";
import { VALUE } from "./paths.js";
import type {
  Compared,
  Comparison,
  FieldAt,
  HasBytes,
  InRanges,
  LayerAt,
  Operand,
  PacketFact,
  Test,
  Through,
  Typed,
} from "./typed.js";

/** A question to a header, or to an element of a list. */
type HeaderTest = (header: Fielded) => boolean;

/** The test of an expression on what a Stack found last. Nothing is allocated a packet, but for text that is looked into. */
export function predicate(typed: Typed, stack: StackBase): PacketTest {
  switch (typed.kind) {
    case "all":
      return allOf(typed.parts.map((part) => predicate(part, stack)));
    case "any":
      return anyOf(typed.parts.map((part) => predicate(part, stack)));
    case "not": {
      const test = predicate(typed.of, stack);
      return (packet) => !test(packet);
    }
    default:
      return testOf(typed, stack);
  }
}

function allOf(tests: readonly PacketTest[]): PacketTest {
  const [first, second, ...more] = tests as [PacketTest, PacketTest, ...PacketTest[]];
  if (more.length === 0) return (packet) => first(packet) && second(packet);
  return (packet) => {
    for (const test of tests) if (!test(packet)) return false;
    return true;
  };
}

function anyOf(tests: readonly PacketTest[]): PacketTest {
  const [first, second, ...more] = tests as [PacketTest, PacketTest, ...PacketTest[]];
  if (second === undefined) return first;
  if (more.length === 0) return (packet) => first(packet) || second(packet);
  return (packet) => {
    for (const test of tests) if (test(packet)) return true;
    return false;
  };
}

function testOf(test: Test, stack: StackBase): PacketTest {
  switch (test.kind) {
    case "layer":
      return layerTest(test.layer, stack);
    case "field":
      return onField(
        test.field,
        stack,
        () => true,
        () => true,
      );
    case "bytes":
      return onField(test.field, stack, valueBytes(test), () => true);
    case "ranges":
      return anyOf(test.operands.map((operand) => operandTest(operand, test, stack)));
    case "compared":
      return comparedTest(test, stack);
  }
}

function layerTest({ layer, depth }: LayerAt, stack: StackBase): PacketTest {
  const headers = stack.headersOf(layer);
  const wanted = depth === "any" ? 0 : depth;
  const [outermost] = headers as [Header];
  if (layer.LAYOUT.name === "vlan") {
    return (packet) => {
      const inData = packet.hasVlan === true ? wanted - 1 : wanted;
      return inData < 0 || stands(headers[inData]);
    };
  }
  return wanted === 0 ? () => outermost.offset >= 0 : () => stands(headers[wanted]);
}

function stands(header: Header | undefined): boolean {
  return header !== undefined && header.offset >= 0;
}

function operandTest(operand: Operand, { ranges }: InRanges, stack: StackBase): PacketTest {
  const { mask } = operand;
  if ("fact" in operand) return factTest(operand.fact, numberTest(ranges, mask));
  const { field, layer, through, owner } = operand;
  const test = isRepeated(field) ? undefined : fieldTest(field, owner.LAYOUT.bitOrder, ranges, mask);
  if (test !== undefined && through.length === 0 && field.slot === undefined && field.optional !== true) {
    const at = field.bitOffset >> 3;
    const headers = stack.headersOf(layer);
    const [outermost] = headers as [Header];
    if (operand.depth === 0 && layer.LAYOUT.name !== "vlan") {
      return () => outermost.offset >= 0 && test(outermost.view, outermost.offset + at);
    }
  }
  const ofAccessor = (value: number | bigint): boolean => contains(ranges, masked(BigInt(value), mask));
  return onField(
    operand,
    stack,
    test === undefined
      ? accessorTest(field, ofAccessor)
      : (header) => test(header.view, header.startOf(field)),
    tagTest(field, numberTest(ranges, mask)),
  );
}

function factTest(fact: PacketFact, test: NumberTest): PacketTest {
  if (fact === "captured_length") return (packet) => test(packet.dataEnd - packet.dataOffset);
  return (packet) => test(packet.originalLength ?? packet.dataEnd - packet.dataOffset);
}

function masked(value: bigint, mask: bigint | undefined): bigint {
  return mask === undefined ? value : value & mask;
}

/** Every value of one operand with every value of the other, until a pair fits. */
function comparedTest({ left, comparison, right }: Compared, stack: StackBase): PacketTest {
  let packet: FilterPacket;
  let ofLeft: number | bigint = 0;
  const compare = COMPARISONS[comparison];
  const withRight = visiting(right, stack, (ofRight) => compare(ofLeft, ofRight));
  const withLeft = visiting(left, stack, (value) => {
    ofLeft = value;
    return withRight(packet);
  });
  return (given) => {
    packet = given;
    return withLeft(given);
  };
}

/** Numbers and bigints compare as they are; `===` would tell them apart. */
const COMPARISONS: Readonly<Record<Comparison, (left: number | bigint, right: number | bigint) => boolean>> =
  {
    "==": (left, right) => left >= right && left <= right,
    "<": (left, right) => left < right,
    "<=": (left, right) => left <= right,
    ">": (left, right) => left > right,
    ">=": (left, right) => left >= right,
  };

/** Shows the values of an operand one by one, until `visit` says that one is enough. */
function visiting(
  operand: Operand,
  stack: StackBase,
  visit: (value: number | bigint) => boolean,
): PacketTest {
  const { mask } = operand;
  const ofNumber = maskedTest(visit, mask);
  if ("fact" in operand) return factTest(operand.fact, ofNumber);
  const { field, owner } = operand;
  const test = isRepeated(field) ? undefined : numberAt(field, owner.LAYOUT.bitOrder, ofNumber);
  const ofAccessor =
    mask === undefined ? visit : (value: number | bigint) => visit(masked(BigInt(value), mask));
  const ofHeader: HeaderTest =
    test === undefined
      ? accessorTest(field, ofAccessor)
      : (header) => test(header.view, header.startOf(field));
  return onField(operand, stack, ofHeader, tagTest(field, ofNumber));
}

/** A test through accessors, for what has no simple place. */
function accessorTest(field: FieldLayout, test: (value: number | bigint) => boolean): HeaderTest {
  if (!isRepeated(field)) return (header) => test(accessed(header, field));
  const { member, count } = field;
  return (header) => {
    const members = header as unknown as Readonly<Record<string, unknown>>;
    const at = members[`${member}At`] as (index: number) => number | bigint | boolean;
    const length = count ?? Number(members[`${member}Count`] ?? 0);
    for (let i = 0; i < length; i++) {
      const value = at.call(header, i);
      if (test(typeof value === "boolean" ? Number(value) : value)) return true;
    }
    return false;
  };
}

function valueBytes({ field, relation, values }: HasBytes): HeaderTest {
  const tests = values.map((value) => bytesTest(field.field, relation, value));
  return (header) => {
    for (const test of tests) if (test(header)) return true;
    return false;
  };
}

/**
 * A test of a field: of one header, or of all of a kind, and there of any element that it stands in. `ofTag` tests the
 * VLAN tag that the kernel took out, the outermost then.
 */
function onField(
  at: FieldAt,
  stack: StackBase,
  test: HeaderTest,
  ofTag: (tci: number, stack: StackBase) => boolean,
): PacketTest {
  const { layer, depth, through, field } = at;
  const headers = stack.headersOf(layer);
  const inner: HeaderTest = field === VALUE ? hasValue : (header) => isPresent(header, field) && test(header);
  const whole = throughFields(through, inner, stack.view);
  const inData = (wanted: number | "any"): boolean => {
    if (wanted === "any") return anyHeader(headers, whole);
    const header = headers[wanted];
    return header !== undefined && header.offset >= 0 && whole(header);
  };
  if (layer.LAYOUT.name !== "vlan") return () => inData(depth);
  return (packet: FilterPacket) => {
    if (packet.hasVlan !== true) return inData(depth);
    const isTag = (depth === 0 || depth === "any") && ofTag(packet.vlanTci ?? 0, stack);
    return isTag || (depth !== 0 && inData(depth === "any" ? depth : depth - 1));
  };
}

function anyHeader(headers: readonly Header[], test: HeaderTest): boolean {
  for (const header of headers) if (header.offset >= 0 && test(header)) return true;
  return false;
}

/** The test of a field of the tag that the kernel took out; the EtherType behind it stands in the packet. */
function tagTest(field: FieldLayout, test: NumberTest): (tci: number, stack: StackBase) => boolean {
  const shift = 16 - field.bitOffset - field.bitWidth;
  if (shift >= 0) return (tci) => test((tci >> shift) & (2 ** field.bitWidth - 1));
  return (_, stack) => {
    const ethernet = stack.layerClasses.find(({ LAYOUT }) => LAYOUT.name === "ethernet");
    const header = ethernet === undefined ? undefined : stack.headersOf(ethernet)[0];
    return header !== undefined && header.offset >= 0 && test(header.view.getUint16(header.offset + 12));
  };
}

/** The test of what stands in structures, arrays, lists and what they hold: one that passes is enough. */
function throughFields(through: readonly Through[], test: HeaderTest, view: DataView): HeaderTest {
  const [step, ...rest] = through;
  if (step === undefined) return test;
  const { field, inner } = step;
  const behind = throughFields(rest, test, view);
  if (field.elements !== undefined) {
    const cursor = new Elements(new field.elements(view));
    return onCursor(field, cursor, () => behind(cursor.element));
  }
  if (field.list !== undefined) {
    const cursor = new field.list(view);
    return onCursor(field, cursor, () => behind(cursor));
  }
  if (field === VALUE) return (element) => hasValue(element) && chosenTest(element, field, inner, behind);
  return (header) => isPresent(header, field) && chosenTest(header, field, inner, behind);
}

/** The test of what stands in a field, where that is of the class; of a list, of its elements. */
function chosenTest(header: Fielded, { member }: FieldLayout, inner: HeaderClass, test: HeaderTest): boolean {
  const found = (header as unknown as Readonly<Record<string, Header | List | undefined>>)[member];
  if (found?.constructor !== inner) return false;
  if (!(found instanceof List)) return test(found);
  while (found.next()) if (test(found)) return true;
  return false;
}

/** What an element holds counts as there when it has bytes. */
function hasValue(element: Fielded): boolean {
  const { valueOffset, valueEnd } = element as List;
  return valueEnd > valueOffset;
}

function onCursor(field: FieldLayout, cursor: Elements<Header> | List, test: () => boolean): HeaderTest {
  const on = `${field.member}On`;
  return (header) => {
    if (!isPresent(header, field)) return false;
    (header as unknown as Record<string, (cursor: unknown) => void>)[on]?.(cursor);
    while (cursor.next()) if (test()) return true;
    return false;
  };
}
