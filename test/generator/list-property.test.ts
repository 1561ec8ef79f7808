import fc from "fast-check";
import { expect, it } from "vitest";
import type { Header, List } from "../../runtime/index.js";
import { readBits } from "./support/bit-model.js";
import { runFiles } from "./support/modules.js";
import { emitTexts } from "./support/schemas.js";

// Lists and switches with random layouts over random bytes, against a slow walk over bits that shares nothing with the
// generator.
const RUNS = 12;
const LAYOUTS_A_RUN = 8;
const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
console.info(`list-property: seed ${seed} (FAST_CHECK_SEED repeats it)`);

interface RandomList {
  readonly order: "big" | "little";
  readonly tagBits: number;
  readonly lengthBits: number;
  readonly tagFirst: boolean;
  readonly counts: "element" | "value";
  readonly unit: number;
  readonly plus: number;
  readonly absent: readonly number[];
  readonly stop: readonly number[];
  readonly align: number;
  readonly cases: readonly (readonly [min: number, max: number, bytes: number])[];
  readonly otherwise: boolean;
}

/** Tags and lengths that make whole bytes together; bits only where they are in the order of the bytes. */
const widths = fc.oneof(
  fc.tuple(fc.constantFrom(8, 16, 24, 32), fc.constantFrom(8, 16, 24, 32)),
  fc.constantFrom([4, 4] as const, [7, 9] as const, [3, 5] as const, [12, 12] as const, [5, 11] as const),
);

const randomList: fc.Arbitrary<RandomList> = fc
  .record({
    order: fc.constantFrom("big" as const, "little" as const),
    widths,
    tagFirst: fc.boolean(),
    counts: fc.constantFrom("element" as const, "value" as const),
    unit: fc.constantFrom(1, 1, 2, 4, 8),
    plus: fc.constantFrom(0, 0, 1, -1, -2),
    absent: fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { maxLength: 2 }),
    stop: fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { maxLength: 2 }),
    align: fc.constantFrom(1, 1, 2, 4),
    cases: fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 1, max: 4 })), { maxLength: 3, selector: ([tag]) => tag }), // prettier-ignore
    otherwise: fc.boolean(),
  })
  .map(({ widths: [tagBits, lengthBits], cases, ...rest }) => {
    const whole = tagBits % 8 === 0;
    const tagFirst = rest.tagFirst || rest.absent.length > 0;
    const absent = whole || tagBits + lengthBits === 8 ? rest.absent : [];
    return {
      ...rest,
      tagBits,
      lengthBits,
      tagFirst,
      absent,
      cases: cases.map(([tag, bytes]) => [tag, tag, bytes] as const),
    };
  });

function textOf(name: string, list: RandomList): string {
  const { order, tagBits, lengthBits, counts, unit, plus, absent, stop, align, cases, otherwise } = list;
  const tag = `    tag: { t: u${tagBits} }`;
  const more = absent.length === 0 ? "" : `, absent: [${absent.join(", ")}]`;
  const length = `    length: { l: u${lengthBits}, counts: ${counts}, unit: ${unit} bytes, plus: ${plus}${more} }`;
  const head = list.tagFirst ? [tag, length] : [length, tag];
  const values = cases.map(
    ([min, max, bytes]) => `      ${min}${max > min ? `..${max}` : ""}: { x: u${bytes * 8} }`,
  );
  const lines = [
    ...head,
    ...(stop.length === 0 ? [] : [`    stop: [${stop.join(", ")}]`]),
    ...(align === 1 ? [] : [`    align: ${align}`]),
    ...(values.length === 0
      ? []
      : ["    value:", "      switch: t", ...values, ...(otherwise ? ["      else: { rest: bytes }"] : [])]),
  ];
  const bitOrder = order === "big" ? "msb" : "lsb";
  return `zc: 1\nname: ${name}\nendian: ${order}\nbit_order: ${bitOrder}\nfields: { n: u8, items: { list: ${name}_item, until: end } }\ntypes:\n  ${name}_item:\n${lines.join("\n")}\n`;
}

interface Element {
  readonly tag: number;
  readonly length: number | undefined;
  readonly value: readonly number[];
  readonly x: number | undefined;
}

/** What a list holds, bit by bit; `broken`: where it cannot go on. */
function walked(list: RandomList, bytes: Uint8Array): { elements: Element[]; broken: number | undefined } {
  const { order, tagBits, lengthBits, tagFirst } = list;
  const head = (tagBits + lengthBits) / 8;
  const read = (at: number, bit: number, bits: number): number =>
    Number(readBits(bytes, at, { bit, bits, order }));
  const elements: Element[] = [];
  let at = 0;
  const next = (end: number): number =>
    Math.min(bytes.length, at + Math.ceil((end - at) / list.align) * list.align);
  while (at < bytes.length) {
    const special = list.absent.length + list.stop.length > 0 && tagFirst;
    const needed = special ? Math.ceil(tagBits / 8) : head;
    const reach = special || tagFirst ? Math.ceil(tagBits / 8) : head;
    if (bytes.length - at < Math.min(needed, head)) return { elements, broken: at };
    if (bytes.length - at < reach) return { elements, broken: at };
    const tag = read(at, tagFirst ? 0 : lengthBits, tagBits);
    if (list.stop.includes(tag)) return { elements, broken: undefined };
    if (list.absent.includes(tag)) {
      elements.push({
        tag,
        length: tagBits % 8 === 0 ? undefined : read(at, tagBits, lengthBits),
        value: [],
        x: undefined,
      });
      at = next(at + Math.ceil(tagBits / 8));
      continue;
    }
    if (bytes.length - at < head) return { elements, broken: at };
    const length = read(at, tagFirst ? tagBits : 0, lengthBits);
    const size = (length + list.plus) * list.unit + (list.counts === "value" ? head : 0);
    if (size < head || size > bytes.length - at) return { elements, broken: at };
    const found = list.cases.find(([min, max]) => tag >= min && tag <= max);
    const value = [...bytes.subarray(at + head, at + size)];
    const x = found !== undefined && value.length >= found[2] ? read(at + head, 0, found[2] * 8) : undefined;
    elements.push({ tag, length, value, x });
    at = next(at + size);
  }
  return { elements, broken: undefined };
}

type Cursor = List & { readonly t: number; readonly l: number; readonly [name: string]: unknown };

it("walks every list as the bit-by-bit model does", { timeout: 240_000 }, () => {
  const runs = fc.array(randomList, { minLength: LAYOUTS_A_RUN, maxLength: LAYOUTS_A_RUN });
  const noise = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 12, maxLength: 12 });
  const property = fc.property(runs, noise, fc.boolean(), (lists, packets, small) => {
    const texts = lists.map((list, index) => textOf(`s${index}`, list));
    const modules = runFiles(
      emitTexts(Object.fromEntries(texts.map((text, index) => [`s${index}.yaml`, text]))),
    );
    const classes = modules["index.ts"] as Record<string, new (view: DataView) => Header & { items: Cursor }>;
    for (const [index, list] of lists.entries()) {
      const Class = classes[`S${index}`] as new (view: DataView) => Header & { items: Cursor };
      for (const packet of packets) checkList(list, Class, packet.map((byte) => (small ? byte & 7 : byte)), texts[index] as string); // prettier-ignore
    }
  });
  fc.assert(property, { seed, numRuns: RUNS, endOnFailure: true });
});

function checkList(
  list: RandomList,
  Class: new (view: DataView) => Header & { items: Cursor },
  packet: Uint8Array,
  text: string,
): void {
  const buffer = new Uint8Array(packet.length + 60).fill(0xa5);
  buffer.set(packet, 8);
  const header = new Class(new DataView(buffer.buffer));
  expect(header.wrap(7, 8 + packet.length)).toBe(0);
  const { elements, broken } = walked(list, packet);
  const { items } = header;
  const found: Element[] = [];
  while (items.next()) {
    const single = items.valueOffset - items.offset < (list.tagBits + list.lengthBits) / 8;
    if (single && list.tagBits % 8 === 0) expect(() => items.l).toThrow(RangeError);
    const length = single && list.tagBits % 8 === 0 ? undefined : items.l;
    const value = items.value as { readonly case: string; readonly x?: number } | undefined;
    found.push({ tag: items.tag, length, value: [...items.valueBytes()], x: value?.x });
  }
  const hint = `${text}\n[${packet.join(", ")}]`;
  expect(found, hint).toEqual(elements);
  expect(items.fault === 0 ? undefined : items.faultOffset - 8, hint).toBe(broken);
  for (const { tag } of elements) expect(items.find(tag), hint).toBe(true);
  expect(items.find(0x7fffffff)).toBe(false);
}
