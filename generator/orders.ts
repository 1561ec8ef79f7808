// Files whose byte order their own first bytes tell, as pcap's magic does: two classes for each structure, so that
// each of them reads with a literal order.
import type { Diagnostics } from "./diagnostics.js";
import type { OrderModel, StructModel } from "./layout.js";
import { className } from "./names.js";
import { entryOf, type MapNode, textOf, valueOf } from "./nodes.js";
import type { ResolvedSchema, StructDefinition } from "./resolve.js";

/** A byte order that is known when code is generated. */
export type Order = "big" | "little";

/** Whether the file's bytes tell their order. */
export function hasOrders(root: MapNode): boolean {
  return valueOf(root, "endian")?.kind === "map";
}

/** Each definition twice, `PcapHeaderBig` and `PcapHeaderLittle`. Such a file begins something: it follows no header. */
export function inBothOrders(
  definitions: readonly StructDefinition[],
  diagnostics: Diagnostics,
): StructDefinition[] {
  const root = definitions[0]?.root;
  for (const key of ["attach", "next", "layout"]) {
    const entry = root && entryOf(root, key);
    if (entry === undefined) continue;
    const message = `\`${key}\` does not go with a byte order that the bytes tell: such a header begins a file`;
    diagnostics.error("order-stray-key", entry.key.span, message);
  }
  return definitions.flatMap((one) => [inOrder(one, "big"), inOrder(one, "little")]);
}

function inOrder(definition: StructDefinition, order: Order): StructDefinition {
  const suffix = order === "big" ? "Big" : "Little";
  return { ...definition, className: className(definition.name) + suffix, order };
}

/** How to choose between the two classes, once they are built. */
export function buildOrders(
  schema: ResolvedSchema,
  built: ReadonlyMap<StructDefinition, StructModel>,
  diagnostics: Diagnostics,
): OrderModel | undefined {
  const endian = valueOf(schema.root, "endian");
  if (endian?.kind !== "map") return undefined;
  const structs = schema.types.flatMap((definition, index) => {
    const [big, little] = [built.get(definition), built.get(schema.types[index + 1] ?? definition)];
    if (definition.order !== "big" || big === undefined || little === undefined) return [];
    const { name, isHeader } = definition;
    return [{ name, className: className(name), isHeader, big, little }];
  });
  const header = structs.find(({ isHeader }) => isHeader);
  const by = header?.big.fields.find(({ name }) => name === textOf(endian, "by"));
  if (header === undefined) return undefined;
  const whole = by?.type.kind === "uint" && [8, 16, 32].includes(by.type.bits) && by.bitOffset % 8 === 0;
  const span = valueOf(endian, "by")?.span ?? endian.span;
  if (by === undefined || !whole) {
    diagnostics.error(
      "order-field",
      span,
      "the byte order is told by a field of 16 or 32 bits of the header itself",
    );
    return undefined;
  }
  const is = magicsOf(endian);
  const wrong = is.find((value) => value >= 2 ** by.type.bits || swapBytes(value, by.type.bits) === value);
  if (wrong === undefined) return { by, is, structs };
  const isTooLarge = wrong >= 2 ** by.type.bits;
  const why = isTooLarge ? `it does not fit ${by.word}` : "it reads the same in both orders";
  diagnostics.error(
    isTooLarge ? "magic-too-large" : "magic-same",
    valueOf(endian, "is")?.span ?? endian.span,
    `0x${wrong.toString(16)} does not tell: ${why}`,
  );
  return undefined;
}

function magicsOf(endian: MapNode): number[] {
  const node = valueOf(endian, "is");
  const nodes = node?.kind === "list" ? node.items : node === undefined ? [] : [node];
  return nodes.flatMap((one) => (one.kind === "scalar" ? [Number(one.value)] : []));
}

/** A number's bytes the other way round. */
export function swapBytes(value: number, bits: number): number {
  let swapped = 0;
  for (let bit = 0; bit < bits; bit += 8) swapped = swapped * 256 + (Math.floor(value / 2 ** bit) & 255);
  return swapped;
}
