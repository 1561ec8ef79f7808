import { Stack } from "../generated/index.js";
import type { StackBase } from "../runtime/index.js";
import { compile, type KernelProgram, type KernelTarget } from "./bpf.js";
import { Schemas } from "./bpf-schemas.js";
import { Catalog } from "./catalog.js";
import { completions } from "./complete.js";
import { check } from "./check.js";
import type { PacketTest } from "./packet.js";
import { predicate } from "./predicate.js";
import type { Typed } from "./typed.js";

/** A `Stack` class: ours, or one that was generated from schemas of the user's. */
export type StackClass<S extends StackBase = StackBase> = new (view: DataView) => S;

/** What a filter may name. */
export interface FilterOptions {
  /** The `Stack` whose layers can be named. Default that of `zc-gen/protocols`. */
  readonly stack?: StackClass;
}

/**
 * An expression in the names of the schemas, found right: `udp.dst_port == 53 && ipv4.src in 10.0.0.0/8`. The language
 * stands in docs/filters.md.
 *
 * @throws FilterError with the place in the text.
 */
export function filter(text: string, options: FilterOptions = {}): Filter {
  return new Filter(text, options);
}

/** See {@link filter}. One serves any number of rings and files. */
export class Filter {
  /** As it was written. */
  readonly text: string;
  /** @internal */
  readonly typed: Typed;

  private readonly schemas: Schemas;

  /** @internal */
  constructor(text: string, { stack = Stack }: FilterOptions) {
    this.text = text;
    this.typed = check(text, catalogOf(stack));
    this.schemas = new Schemas(new stack(new DataView(new ArrayBuffer(0))).layerClasses);
  }

  /** The kernel's half: classic BPF that never drops a packet that matches, and may let others pass. */
  program(target: KernelTarget = {}): KernelProgram {
    return compile(this.typed, this.schemas, target);
  }

  /**
   * The test of packets in a Stack's view. It decodes the packet, so that the Stack stands on it afterwards:
   *
   *     const stack = ring.bind(Stack);
   *     const isDns = filter("udp.port == 53").on(stack);
   *     for await (const block of ring) for (const packet of block.where(isDns)) stack.dns.id;
   *
   * The Stack must be of the class that the filter was made for.
   */
  on(stack: StackBase): PacketTest {
    const test = predicate(this.typed, stack);
    return (packet) => {
      stack.decode(packet);
      return test(packet);
    };
  }

  /** The test of the packet that a Stack stands on already, which is given for its lengths and tag alone. */
  onDecoded(stack: StackBase): PacketTest {
    return predicate(this.typed, stack);
  }

  toString(): string {
    return this.text;
  }
}

/** What the last word of an unfinished expression can become, whole words: for shells and editors. */
export function completeFilter(text: string, { stack = Stack }: FilterOptions = {}): string[] {
  return completions(text, catalogOf(stack));
}

const catalogs = new WeakMap<StackClass, Catalog>();

/** The names of a Stack's layers. */
export function catalogOf(stack: StackClass): Catalog {
  let catalog = catalogs.get(stack);
  if (catalog === undefined) {
    catalog = new Catalog(new stack(new DataView(new ArrayBuffer(0))).layerClasses);
    catalogs.set(stack, catalog);
  }
  return catalog;
}
