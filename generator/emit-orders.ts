import type { OrderedStruct, OrderModel } from "./layout.js";
import { swapBytes } from "./orders.js";

/** For each structure of a file with two byte orders: its two classes under one name, and how to choose. */
export function orderStatements(orders: OrderModel): string[] {
  return orders.structs.map((struct) => pairStatement(struct, orders));
}

function pairStatement(struct: OrderedStruct, orders: OrderModel): string {
  const { name, className, big, little, isHeader } = struct;
  const chooser = isHeader
    ? `\n/** The order in which \`${orders.by.name}\` at \`offset\` makes sense; \`undefined\` when it does in neither. */
       orderOf(view: DataView, offset: number, end: number): "big" | "little" | undefined;`
    : "";
  const method = isHeader ? orderOfMethod(orders) : "";
  return `/** The classes of ${name}, by byte order. */
export const ${className}: {
  readonly big: typeof ${big.className};
  readonly little: typeof ${little.className};${chooser}
} = { big: ${big.className}, little: ${little.className}, ${method} };

/** A ${name} in either byte order. */
export type ${className} = ${big.className} | ${little.className};`;
}

function orderOfMethod({ by, is }: OrderModel): string {
  const { bits } = by.type;
  const end = (by.bitOffset + bits) / 8;
  const at = by.bitOffset === 0 ? "offset" : `offset + ${by.bitOffset / 8}`;
  const cases = (values: readonly number[]): string =>
    values.map((value) => `case 0x${value.toString(16).padStart(bits / 4, "0")}:`).join("\n");
  return `orderOf(view, offset, end) {
    if (end - offset < ${end}) return undefined;
    switch (view.getUint${bits}(${at}, false)) {
      ${cases(is)}
        return "big";
      ${cases(is.map((value) => swapBytes(value, bits)))}
        return "little";
      default:
        return undefined;
    }
  }`;
}
