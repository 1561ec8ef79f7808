import type { FieldLayout, HeaderClass } from "../runtime/index.js";
import type { PacketFact } from "./typed.js";

/** Names that lead to several fields of several layers, whose values are of one kind or the other. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  host: ["ipv4.src", "ipv4.dst", "ipv6.src", "ipv6.dst"],
  net: ["ipv4.src", "ipv4.dst", "ipv6.src", "ipv6.dst"],
  port: ["tcp.src_port", "tcp.dst_port", "udp.src_port", "udp.dst_port", "sctp.src_port", "sctp.dst_port"],
};

const FACTS: readonly PacketFact[] = ["captured_length", "original_length"];

/** Names that people write, and those of the schemas. */
const ALIASES: Readonly<Record<string, string>> = { "vlan.id": "vid" };

/** The layers a filter can name, by the names of their schemas. */
export class Catalog {
  private readonly byName: ReadonlyMap<string, HeaderClass>;

  constructor(layers: readonly HeaderClass[]) {
    this.byName = new Map(layers.map((layer) => [layer.LAYOUT.name, layer]));
  }

  layer(name: string): HeaderClass | undefined {
    return this.byName.get(name);
  }

  get layers(): Iterable<HeaderClass> {
    return this.byName.values();
  }

  /** The fields that `host`, `net` or `port` stands for, as far as their layers are known; undefined for other words. */
  group(name: string): readonly (readonly [layer: string, field: string])[] | undefined {
    if (!Object.hasOwn(GROUPS, name)) return undefined;
    const pairs = (GROUPS[name] ?? []).map((path) => path.split(".") as [string, string]);
    return pairs.filter(([layer, field]) => {
      const found = this.byName.get(layer);
      return found !== undefined && fieldNamed(found, field) !== undefined;
    });
  }

  fact(name: string): PacketFact | undefined {
    return FACTS.find((fact) => fact === name);
  }

  /** Every word that an expression can begin with. */
  firstNames(): string[] {
    return [...this.byName.keys(), ...Object.keys(GROUPS), ...FACTS];
  }
}

/** A field by its name in the schema, or by one that people use. */
export function fieldNamed({ LAYOUT }: HeaderClass, name: string): FieldLayout | undefined {
  const wanted = ALIASES[`${LAYOUT.name}.${name}`] ?? name;
  return (
    LAYOUT.fields.find((field) => field.name === wanted) ?? (name === FLAGS ? flagsOf(LAYOUT) : undefined)
  );
}

/** Where a layer's flags all lie side by side, that is them as one number, the last its lowest bit. */
const FLAGS = "flags";

function flagsOf({ fields, bitOrder }: HeaderClass["LAYOUT"]): FieldLayout | undefined {
  const flags = fields.filter(({ type }) => type === "flag");
  const [first] = flags;
  const isRun = flags.every((flag, i) => {
    const isFixed = flag.slot === undefined && flag.optional !== true;
    return isFixed && flag.bitOffset === (first?.bitOffset ?? 0) + i;
  });
  if (first === undefined || flags.length < 2 || flags.length > MOST_FLAGS) return undefined;
  if (!isRun || bitOrder !== "msb") return undefined;
  const [bitOffset, bitWidth] = [first.bitOffset, flags.length];
  return { name: FLAGS, member: "", type: `u${bitWidth}`, bitOffset, bitWidth, aligned: false };
}

/** As many as lie in two bytes, wherever they begin in the first. */
const MOST_FLAGS = 9;

/**
 * The fields that a relation of a layer means: `udp.port` is `src_port` and `dst_port`, `ipv4.addr` is `src` and `dst`.
 * Undefined where the layer has not both.
 */
export function relationNamed(
  layer: HeaderClass,
  name: string,
): readonly [FieldLayout, FieldLayout] | undefined {
  const ends = name === "addr" ? ["src", "dst"] : [`src_${name}`, `dst_${name}`];
  const [first, second] = ends.map((end) => fieldNamed(layer, end));
  return first === undefined || second === undefined ? undefined : [first, second];
}

/** The names of a layer's fields and relations. */
export function fieldNames(layer: HeaderClass): string[] {
  const names = layer.LAYOUT.fields.map(({ name }) => name);
  const relations = names.filter((name) => name.startsWith("src_")).map((name) => name.slice(4));
  if (names.includes("src")) relations.push("addr");
  if (!names.includes(FLAGS) && flagsOf(layer.LAYOUT) !== undefined) names.push(FLAGS);
  return [...names, ...relations.filter((name) => relationNamed(layer, name) !== undefined)];
}
