import { Stack } from "../generated/index.js";
import type { StackBase } from "../runtime/index.js";
import { compile, decisionsOf, type KernelProgram, type KernelTarget } from "./bpf.js";
import { Schemas } from "./bpf-schemas.js";
import { Catalog } from "./catalog.js";
import { completions } from "./complete.js";
import { check } from "./check.js";
import { early } from "./early.js";
import { moduleText, type EmitOptions } from "./emit-ts.js";
import type { PacketTest } from "./packet.js";
import { predicate } from "./predicate.js";
import type { Typed } from "./typed.js";

/** A `Stack` class: ours, or one that was generated from schemas of the user's. */
export type StackClass<S extends StackBase = StackBase> = new (view: DataView) => S;

/** LINKTYPE_ETHERNET. */
const ETHERNET = 1;

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
   * The test of packets in a Stack's view. A packet that matches is decoded, so that the Stack stands on it afterwards; of
   * Ethernet frames most that do not are told by a few bytes. Then the Stack is parked, unless somebody decoded that same
   * packet: it never stands on an earlier one.
   *
   *     const stack = ring.bind(Stack);
   *     const isDns = filter("udp.port == 53").on(stack);
   *     for await (const block of ring) for (const packet of block.where(isDns)) stack.dns.id;
   *
   * The Stack must be of the class that the filter was made for.
   */
  on(stack: StackBase): PacketTest {
    const exactly = predicate(this.typed, stack);
    const first = early(decisionsOf(this.typed, this.schemas));
    const { view } = stack;
    const ethernet = this.schemas.layer("ethernet");
    const header = ethernet && stack.headersOf(ethernet)[0];
    if (first === undefined || header === undefined) {
      return (packet) => {
        stack.decode(packet);
        return exactly(packet);
      };
    }
    const { step } = first;
    const last = view.byteLength - first.reach;
    let isOther = false;
    return (packet) => {
      const { dataOffset, linkType } = packet;
      const mayTell = linkType === ETHERNET && dataOffset <= last && !stack.hasBindings;
      if (mayTell && !step(view, dataOffset, dataOffset, packet)) {
        if (isOther || (header.offset >= 0 && header.offset !== dataOffset)) {
          stack.park();
          isOther = false;
        }
        return false;
      }
      stack.decode(packet);
      isOther = linkType !== ETHERNET;
      return exactly(packet);
    };
  }

  /** The test of the packet that a Stack stands on already, which is given for its lengths and tag alone. */
  onDecoded(stack: StackBase): PacketTest {
    return predicate(this.typed, stack);
  }

  /**
   * A TypeScript module whose `on(stack)` is this filter's, written ahead of time: faster than closures, as the engine sees
   * through it.
   */
  moduleText(options: EmitOptions = {}): string {
    return moduleText(this.text, this.typed, decisionsOf(this.typed, this.schemas), options);
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
