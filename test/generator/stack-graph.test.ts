import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Header, HeaderClass } from "../../runtime/index.js";
import { runFiles } from "./support/modules.js";
import { emitTexts } from "./support/schemas.js";

/** What the test uses of a generated Stack. */
interface Probe {
  fault: number;
  decode(offset: number, end: number, linkType: number): number;
  has(layer: HeaderClass): boolean;
  layers(): Header[];
  toJSON(): unknown;
}

const MAX_DEPTH = 8;
const DEPTH = 33;
const RANGE = 17;

/**
 * Schemas of `count` layers. Each header is two bytes, `kind` and `check` (at most 200); the layer `n` follows whatever
 * `parentsOf(n)` lists, on the kind `n + 1`.
 */
function schemasOf(
  count: number,
  parentsOf: (layer: number) => readonly (number | "link")[],
): Record<string, string> {
  const files = Array.from({ length: count }, (_, layer) => {
    const attach = parentsOf(layer).map((parent) =>
      parent === "link" ? `  link_type: ${layer}` : `  layer${parent}.kind: ${layer + 1}`,
    );
    const lines = [
      `zc: 1`,
      `name: layer${layer}`,
      `endian: big`,
      ...(attach.length === 0 ? [] : ["attach:", ...attach]),
      `fields: { kind: u8, check: u8 in 0..200 }`,
      `next: { by: kind }`,
    ];
    return [`layer${layer}.yaml`, lines.join("\n")] as const;
  });
  return Object.fromEntries(files);
}

/** The layers that a packet of kinds leads to, worked out one after the other, and the fault. */
function expected(
  bytes: Uint8Array,
  root: number,
  parentsOf: (layer: number) => readonly (number | "link")[],
): { layers: number[]; fault: number } {
  const layers: number[] = [];
  for (let layer = root, at = 0; ; at += 2) {
    if (layers.filter((one) => one === layer).length === MAX_DEPTH) return { layers, fault: DEPTH };
    if (bytes.length - at < 2) return { layers, fault: 1 };
    layers.push(layer);
    if ((bytes[at + 1] as number) > 200) return { layers, fault: RANGE };
    const child = (bytes[at] as number) - 1;
    if (child < 0 || !parentsOf(child).includes(layer)) return { layers, fault: 0 };
    layer = child;
  }
}

/** Graphs with circles: few layers, as many as the presence word has bits, and more than it can hold. */
const GRAPHS: Readonly<Record<string, { count: number; parentsOf: (layer: number) => (number | "link")[] }>> =
  {
    "5 layers, each after each": { count: 5, parentsOf: (layer) => (layer === 0 ? ["link", 0, 1, 2, 3, 4] : [0, 1, 2, 3, 4]) }, // prettier-ignore
    "29 in a chain": { count: 29, parentsOf: (layer) => (layer === 0 ? ["link"] : [layer - 1]) },
    "60 in a tree, some leading back": {
      count: 60,
      parentsOf: (layer) => (layer === 0 ? ["link", 59] : layer < 4 ? [0, 20] : [Math.floor(layer / 3), 30]),
    },
    "70 in a chain": { count: 70, parentsOf: (layer) => (layer < 2 ? ["link", ...(layer === 1 ? [0] : [69])] : [layer - 1]) }, // prettier-ignore
  };

describe.each(Object.entries(GRAPHS))("a Stack of %s", (_, { count, parentsOf }) => {
  let Stack: new (view: DataView) => Probe;
  let classes: HeaderClass[];

  beforeAll(() => {
    const modules = runFiles(emitTexts(schemasOf(count, parentsOf)));
    Stack = modules["stack.ts"]?.["Stack"] as new (view: DataView) => Probe;
    classes = Array.from(
      { length: count },
      (_, layer) => modules[`layer${layer}.ts`]?.[`Layer${layer}`] as HeaderClass,
    );
  }, 120_000);

  it("finds what a walk by hand finds of a packet that is cut anywhere, and of one that breaks a rule anywhere", () => {
    const whole = longestPath(count, parentsOf);
    const packets = whole.flatMap((_, byte) => [
      whole.slice(0, byte),
      whole.map((value, at) => (at === (byte | 1) ? 201 : value)),
    ]);
    compareWithWalk(Stack, classes, [...packets, whole], parentsOf);
  });

  it("finds what a walk by hand finds, packet after packet", () => {
    const packet = fc.array(fc.tuple(fc.nat(count), fc.nat(60)), { maxLength: 90 });
    // A path along the graph, so that more than the first layer is found.
    const path = fc.array(fc.nat(1000), { maxLength: 90 }).map((turns) => {
      let layer = 0;
      return turns.map((turn) => {
        const children = Array.from({ length: count }, (_, child) => child).filter((child) =>
          parentsOf(child).includes(layer),
        );
        layer = children.length === 0 ? layer : (children[turn % children.length] as number);
        return [children.length === 0 ? 0 : layer + 1, turn % 211] as [number, number];
      });
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(packet, path), { minLength: 1, maxLength: 6 }), (packets) => {
        const all = packets.map((headers) => headers.flat());
        compareWithWalk(Stack, classes, all, parentsOf);
      }),
      { numRuns: 60 },
    );
  });
});

/** The bytes of a packet that goes from each layer to the first that follows it and is not there yet, if any. */
function longestPath(
  count: number,
  parentsOf: (layer: number) => readonly (number | "link")[],
): readonly number[] {
  const layers = [0];
  for (;;) {
    const last = layers.at(-1) as number;
    const all = Array.from({ length: count }, (_, layer) => layer);
    const next = all.find((layer) => !layers.includes(layer) && parentsOf(layer).includes(last));
    if (next === undefined) return layers.flatMap((_, index) => [(layers[index + 1] ?? -1) + 1, index]);
    layers.push(next);
  }
}

/** One Stack decodes all the packets, each in the same place, and has to say of each what a walk by hand says. */
function compareWithWalk(
  Stack: new (view: DataView) => Probe,
  classes: readonly HeaderClass[],
  packets: readonly (readonly number[])[],
  parentsOf: (layer: number) => readonly (number | "link")[],
): void {
  const view = new DataView(new ArrayBuffer(200));
  const stack = new Stack(view);
  for (const packet of packets) {
    const bytes = Uint8Array.from(packet);
    new Uint8Array(view.buffer).set(bytes, 4);
    const { layers, fault } = expected(bytes, 0, parentsOf);
    stack.decode(4, 4 + bytes.length, 0);
    expect(stack.fault & 0xff).toBe(fault);
    expect(stack.layers().map(({ layout }) => layout.name)).toEqual(layers.map((one) => `layer${one}`));
    expect(stack.layers().map(({ offset }) => offset)).toEqual(layers.map((_, index) => 4 + index * 2));
    for (const [layer, one] of classes.entries()) expect(stack.has(one)).toBe(layers.includes(layer));
    const standing = cursorsOf(stack).filter(({ isWrapped }) => isWrapped);
    expect(standing.length).toBe(layers.length);
  }
}

/** All cursors that a Stack has made, deeper ones too. */
function cursorsOf(stack: Probe): Header[] {
  return (stack as unknown as { cursors: Header[][] }).cursors.flat();
}
