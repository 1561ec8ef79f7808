import type { HeaderClass } from "../runtime/index.js";
import type { Operand, Typed } from "./typed.js";

/** Which number of which member of a header leads to a layer; no members: something else than a number does. */
export type Attach = NonNullable<HeaderClass["LAYOUT"]["attach"]>[number];

/** What the schemas say of who follows whom: all that a program knows of headers' numbers and lengths. */
export class Schemas {
  readonly layers: readonly HeaderClass[];
  private readonly byName: ReadonlyMap<string, HeaderClass>;
  // Asked again at each of many thousand places.
  private readonly followers = new Map<string, HeaderClass[]>();
  private readonly reached = new Map<string, ReadonlySet<string>>();

  constructor(layers: readonly HeaderClass[]) {
    this.layers = layers;
    this.byName = new Map(layers.map((layer) => [layer.LAYOUT.name, layer]));
  }

  layer(name: string): HeaderClass | undefined {
    return this.byName.get(name);
  }

  /** Bytes of the part of a header that is always there. */
  bytesOf(name: string): number {
    return this.byName.get(name)?.LAYOUT.minLength ?? 0;
  }

  /** Bytes of a header that has always as many; undefined of others. */
  fixedBytes(name: string): number | undefined {
    const layout = this.byName.get(name)?.LAYOUT;
    if (layout === undefined || layout.headerStep !== undefined) return undefined;
    const isLoose = layout.fields.some(({ variable, optional, slot }) => {
      return variable === true || optional === true || slot !== undefined;
    });
    return isLoose ? undefined : layout.minLength;
  }

  /** Those that may follow a layer. */
  following(parent: string): HeaderClass[] {
    const known = this.followers.get(parent);
    if (known !== undefined) return known;
    const found = this.layers.filter((layer) => rowsOf(layer, parent).length > 0);
    this.followers.set(parent, found);
    return found;
  }

  /** The single numbers that lead from one layer to another. */
  numbers(parent: string, child: string): number[] {
    const layer = this.byName.get(child);
    if (layer === undefined) return [];
    const rows = rowsOf(layer, parent).filter(
      ({ members, max }) => members.length === 1 && max === undefined,
    );
    return [...new Set(rows.map(({ value }) => value))];
  }

  /** Whether a layer, or whatever may come of it, is one of these. */
  reaches(from: HeaderClass, names: ReadonlySet<string>): boolean {
    const reached = this.allFrom(from);
    for (const name of names) if (reached.has(name)) return true;
    return false;
  }

  /** The names of a layer and of whatever may come of it. */
  private allFrom({ LAYOUT: { name } }: HeaderClass): ReadonlySet<string> {
    const known = this.reached.get(name);
    if (known !== undefined) return known;
    const seen = new Set([name]);
    for (const each of seen) for (const next of this.following(each)) seen.add(next.LAYOUT.name);
    this.reached.set(name, seen);
    return seen;
  }
}

/** How a layer follows another. */
export function rowsOf({ LAYOUT }: HeaderClass, parent: string): Attach[] {
  return (LAYOUT.attach ?? []).filter(({ to }) => to === parent);
}

/** The layers that an expression names. */
export function namedLayers(typed: Typed): Set<string> {
  switch (typed.kind) {
    case "all":
    case "any":
      return new Set(typed.parts.flatMap((part) => [...namedLayers(part)]));
    case "not":
      return namedLayers(typed.of);
    case "layer":
      return new Set([typed.layer.layer.LAYOUT.name]);
    case "field":
    case "bytes":
      return new Set([typed.field.layer.LAYOUT.name]);
    case "ranges":
      return layersOf(typed.operands);
    case "compared":
      return layersOf([typed.left, typed.right]);
  }
}

function layersOf(operands: readonly Operand[]): Set<string> {
  return new Set(operands.flatMap((each) => ("fact" in each ? [] : [each.layer.LAYOUT.name])));
}
