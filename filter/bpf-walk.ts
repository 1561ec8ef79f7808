import type { FieldLayout, HeaderClass } from "../runtime/index.js";
import { Decider, once, type Later, type Fact, type Found, type Knowledge } from "./bpf-decide.js";
import { inRanges, type Place } from "./bpf-fields.js";
import { Decisions, REJECT, valueKey, type Comparison, type Decision, type Value } from "./bpf-graph.js";
import type { Ranges } from "./ranges.js";
import type { Typed } from "./typed.js";

/** What is known of the layers that a program may meet. */
export interface LayerFacts {
  readonly layers: readonly HeaderClass[];
  /** Whether the schemas let anything follow a layer. */
  leads(layer: HeaderClass): boolean;
}

export interface WalkOptions {
  /** Packets begin with their network header. */
  readonly isCooked: boolean;
  readonly hasSnaplen: boolean;
  /** Packets that are malformed are told from others even where that only spares the other half work. */
  readonly isExact: boolean;
}

const ETHERNET_BYTES = 14;
const VLAN_BYTES = 4;
const IPV6_BYTES = 40;
/** linux/filter.h, from SKF_AD_OFF. */
const SKF_AD_PROTOCOL = 0;
const SKF_AD_VLAN_TAG = 44;
const SKF_AD_VLAN_TAG_PRESENT = 48;
/** Tags in the data, and IPv6 extension headers, that a program follows; what has more is looked at after decoding. */
const MOST_TAGS = 2;
const MOST_EXTENSIONS = 2;
const ETHER_TYPES = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd, tags: [0x8100, 0x88a8, 0x9100] } as const;
const PROTOCOLS = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  icmpv6: 58,
  fragment: 44,
} as const;
const EXTENSIONS: Readonly<Record<string, number>> = {
  ipv6_hop_by_hop: 0,
  ipv6_routing: 43,
  ipv6_destination_options: 60,
};
/** Types of errors, which quote the packet they are about. */
const QUOTING = {
  icmp: [
    { min: 3n, max: 5n },
    { min: 11n, max: 12n },
  ],
  icmpv6: [{ min: 1n, max: 4n }],
} as const;
const BYTE: FieldLayout = {
  name: "type",
  member: "type",
  type: "u8",
  bitOffset: 0,
  bitWidth: 8,
  aligned: true,
};

/** What an IP header says of where its packet ends. */
interface Limit {
  readonly value: Value;
  /** From where it counts: bytes from the packet's start, without X. */
  readonly from: number;
}

/** A place in a packet: what is known so far, where the next header begins, and where the packet says it ends. */
interface Here {
  readonly known: Knowledge;
  readonly place: Place;
  readonly limits: readonly Limit[];
}

type Follow = (here: Here) => Decision;

/** Follows the ways from the link to ports, and decides an expression at the end of each. */
export class Walk {
  readonly decider: Decider;
  /** Set when malformed packets pass that a decoder would stop at. */
  passesMalformed: boolean = false;
  private readonly typed: Typed;
  private readonly facts: LayerFacts;
  private readonly options: WalkOptions;
  private readonly decisions: Decisions = new Decisions();
  private readonly named: ReadonlySet<string>;
  private readonly decided = new Map<string, Decision>();

  constructor(typed: Typed, facts: LayerFacts, options: WalkOptions) {
    this.typed = typed;
    this.facts = facts;
    this.options = options;
    this.decider = new Decider(this.decisions, options.hasSnaplen);
    this.named = namedLayers(typed);
  }

  decision(): Decision {
    const nothing: Knowledge = { found: [], facts: new Map() };
    if (!this.named.has("vlan")) return this.fromLink(nothing);
    const present: Value = { base: "kernel", offset: SKF_AD_VLAN_TAG_PRESENT, bytes: 4 };
    const tag: Found = { name: "vlan", place: { base: "kernel", offset: SKF_AD_VLAN_TAG } };
    const tagged = this.fromLink({ ...nothing, found: [tag] });
    return this.decisions.compare(present, "==", 0, this.fromLink(nothing), tagged);
  }

  private fromLink(known: Knowledge): Decision {
    const here: Here = { known, place: { base: "packet", offset: 0 }, limits: [] };
    return this.options.isCooked ? this.cooked(here) : this.ethernet(here);
  }

  private cooked(here: Here): Decision {
    const protocol: Value = { base: "kernel", offset: SKF_AD_PROTOCOL, bytes: 2 };
    return this.chosen(
      here,
      protocol,
      [
        [[ETHER_TYPES.ipv4], (next) => this.ipv4(next)],
        [[ETHER_TYPES.ipv6], (next) => this.ipv6(next)],
      ],
      (next) => this.decide(next.known),
    );
  }

  private ethernet(here: Here): Decision {
    const inside = this.enter(here, "ethernet", ETHERNET_BYTES);
    return this.within(here, ETHERNET_BYTES, () => this.etherType(inside, 12, 0));
  }

  /** What an EtherType before `here` leads to. */
  private etherType(here: Here, offset: number, tags: number): Decision {
    const value: Value = { base: "packet", offset, bytes: 2 };
    const ways: (readonly [readonly number[], Follow])[] = [
      [[ETHER_TYPES.ipv4], (next) => this.ipv4(next)],
      [[ETHER_TYPES.ipv6], (next) => this.ipv6(next)],
      [[ETHER_TYPES.arp], (next) => this.leaf(next, "arp")],
    ];
    if (this.named.has("vlan") && tags < MOST_TAGS) {
      ways.push([ETHER_TYPES.tags, (next) => this.vlan(next, tags + 1)]);
    }
    return this.chosen(here, value, ways, (next) => this.decide(next.known, "frames of other EtherTypes"));
  }

  private vlan(here: Here, tags: number): Decision {
    const inside = this.enter(here, "vlan", VLAN_BYTES);
    return this.within(here, VLAN_BYTES, () => this.etherType(inside, here.place.offset + 2, tags));
  }

  private ipv4(here: Here): Decision {
    const { offset } = here.place;
    const at = (delta: number, bytes: 1 | 2, mask?: number): Value => valueAt(here.place, delta, bytes, mask);
    const stopped = this.decide(here.known);
    const known = withFound(here.known, { name: "ipv4", place: here.place });
    const inside: Here = { known, place: { base: "x", offset }, limits: [{ value: at(2, 2), from: offset }] };
    const fits = (): Decision =>
      this.guardAny(totalFits(at(2, 2)), stopped, () => this.ipv4Content(here, inside));
    const whole = (): Decision =>
      this.decisions.move("ipv4", offset, this.roomIn(inside.place, 0, stopped, fits));
    return this.guard({ value: lengthOf(false), comparison: ">=", k: offset + 20 }, stopped, () =>
      this.guard({ value: at(0, 1, 0x0f), comparison: ">=", k: 5 }, stopped, whole),
    );
  }

  private ipv4Content({ place }: Here, inside: Here): Decision {
    const { known } = inside;
    const stopped = this.decide(known);
    const version: Guard = { value: valueAt(place, 0, 1, 0xf0), comparison: "==", k: 0x40 };
    return this.guard(version, stopped, () => {
      const fragment = valueAt(place, 6, 2, 0x1fff);
      const first = { ...inside, known: withFact(known, valueKey(fragment), { is: 0 }) };
      const later = this.decide(withFact(known, valueKey(fragment), { not: [0] }));
      return this.decisions.compare(
        fragment,
        "==",
        0,
        this.protocol(first, valueAt(place, 9, 1), "ipv4", 0),
        later,
      );
    });
  }

  private ipv6(here: Here): Decision {
    const { offset } = here.place;
    const inside = this.enter(here, "ipv6", IPV6_BYTES);
    const limits = [{ value: valueAt(here.place, 4, 2), from: offset + IPV6_BYTES }];
    const version: Guard = { value: valueAt(here.place, 0, 1, 0xf0), comparison: "==", k: 0x60 };
    return this.within(here, IPV6_BYTES, () =>
      this.guard(version, this.decide(inside.known), () =>
        this.protocol({ ...inside, limits }, valueAt(here.place, 6, 1), "ipv6", 0),
      ),
    );
  }

  private protocol(here: Here, value: Value, parent: "ipv4" | "ipv6", extensions: number): Decision {
    const ways: (readonly [readonly number[], Follow])[] = [
      [[PROTOCOLS.tcp], (next) => this.tcp(next)],
      [[PROTOCOLS.udp], (next) => this.udp(next)],
    ];
    if (parent === "ipv4") {
      ways.push([[PROTOCOLS.icmp], (next) => this.messages(next, "icmp", QUOTING.icmp)]);
      ways.push([[PROTOCOLS.igmp], (next) => this.leaf(next, "igmp", true)]);
    } else {
      ways.push([[PROTOCOLS.icmpv6], (next) => this.messages(next, "icmpv6", QUOTING.icmpv6)]);
      if (extensions < MOST_EXTENSIONS) {
        for (const [name, numbers] of this.extensionKinds()) {
          ways.push([numbers, (next) => this.extension(next, name, extensions)]);
        }
        ways.push([[PROTOCOLS.fragment], (next) => this.fragment(next, extensions)]);
      }
    }
    return this.chosen(here, value, ways, (next) => this.decide(next.known, `other ${parent} packets`));
  }

  /** Those that the expression names one by one, the others, which look the same, together. */
  private extensionKinds(): (readonly [name: string, numbers: readonly number[]])[] {
    const kinds = Object.entries(EXTENSIONS);
    const named = kinds
      .filter(([name]) => this.named.has(name))
      .map(([name, number]) => [name, [number]] as const);
    const others = kinds.filter(([name]) => !this.named.has(name)).map(([, number]) => number);
    return others.length === 0 ? named : [...named, ["ipv6_extension", others]];
  }

  private extension(here: Here, name: string, extensions: number): Decision {
    return this.moved(here, (start) => {
      const stopped = this.decide(here.known);
      // What was there before X moved cannot be looked at any more; that it is there can.
      const known = withFound(here.known, { name, place: { base: "memory", offset: 0 } });
      const { offset } = start.place;
      const next = { ...here, known, place: start.place };
      const follow = (): Decision =>
        this.protocol(next, { base: "memory", offset: 0, bytes: 1 }, "ipv6", extensions + 1);
      const after = this.room(next, 0, stopped, follow);
      return this.room(start, 2, stopped, () => this.decisions.move("extension", offset, after));
    });
  }

  private fragment(here: Here, extensions: number): Decision {
    return this.moved(here, (start) => {
      const { offset } = start.place;
      const known = withFound(here.known, { name: "ipv6_fragment", place: { base: "memory", offset: 0 } });
      const next = { ...here, known, place: start.place };
      const follow = this.decisions.move(
        "fragment",
        offset,
        this.protocol(next, { base: "memory", offset: 0, bytes: 1 }, "ipv6", extensions + 1),
      );
      const isFirst: Value = { base: "x", offset: offset + 2, bytes: 2, mask: 0xfff8 };
      return this.room(start, 8, this.decide(here.known), () =>
        this.decisions.compare(isFirst, "==", 0, follow, this.decide(known)),
      );
    });
  }

  /** With X, from which extension headers are counted: 0 at the first. */
  private moved(here: Here, follow: Follow): Decision {
    if (here.place.base === "x") return follow(here);
    const place: Place = { base: "x", offset: here.place.offset };
    return this.decisions.move("zero", 0, follow({ ...here, place }));
  }

  private tcp(here: Here): Decision {
    const stopped = this.decide(here.known);
    const known = withFound(here.known, { name: "tcp", place: here.place });
    const words = valueAt(here.place, 12, 1, 0xf0);
    return this.room(here, 20, stopped, () =>
      this.guard({ value: words, comparison: ">=", k: 0x50 }, stopped, () =>
        this.tcpOptionsFit(here, words, stopped, () => this.ports(here, known, "tcp")),
      ),
    );
  }

  /** A header longer than 20 bytes has to fit, too: asked length by length, as a program multiplies only into X. */
  private tcpOptionsFit(here: Here, words: Value, stopped: Decision, follow: () => Decision): Decision {
    const good = follow();
    if (this.isElided(stopped, good)) return good;
    let decision = this.room(here, 60, stopped, () => good);
    for (let count = 14; count >= 5; count--) {
      const fits = this.room(here, 4 * count, stopped, () => good);
      decision = this.decisions.compare(words, "==", count << 4, fits, decision);
    }
    return decision;
  }

  private udp(here: Here): Decision {
    const stopped = this.decide(here.known);
    const known = withFound(here.known, { name: "udp", place: here.place });
    const length = valueAt(here.place, 4, 2);
    return this.room(here, 8, stopped, () =>
      this.guardAny(
        [
          { value: length, comparison: "==", k: 0 },
          { value: length, comparison: ">=", k: 8 },
        ],
        stopped,
        () => this.ports(here, known, "udp"),
      ),
    );
  }

  /** What ports lead to: tunnels hold anything; of the others only what the expression names matters. */
  private ports(here: Here, known: Knowledge, parent: "tcp" | "udp"): Decision {
    const children = this.facts.layers.filter(({ LAYOUT }) => LAYOUT.attach?.some(({ to }) => to === parent));
    const tunnels = children.filter((child) => this.facts.leads(child));
    const leaves = children.filter((child) => !this.facts.leads(child) && this.named.has(child.LAYOUT.name));
    const open = once(() => this.decide(known, `what follows ${parent} at some ports`));
    const closed = this.decide(known);
    const inside = leaves.length === 0 ? closed : this.leavesBehind(here, known, parent, leaves, open);
    const besides = this.ifPort(here, parent, leaves, inside, closed);
    return tunnels.length === 0 ? besides : this.ifPort(here, parent, tunnels, open(), besides);
  }

  /** One of the layers that the expression names, which of them is not asked: each of them perhaps. */
  private leavesBehind(
    here: Here,
    known: Knowledge,
    parent: "tcp" | "udp",
    leaves: readonly HeaderClass[],
    open: Later,
  ): Decision {
    const isUdp = parent === "udp";
    const place: Place = isUdp
      ? { base: here.place.base, offset: here.place.offset + 8 }
      : { base: "memory", offset: 0 };
    const all = leaves.reduce(
      (before, { LAYOUT: { name } }) => withFound(before, { name, place, perhaps: true }),
      known,
    );
    const inside = (): Decision => this.decide(all);
    const bytes = Math.max(...leaves.map(({ LAYOUT }) => LAYOUT.minLength));
    return isUdp ? this.roomIn(place, bytes, open(), inside) : inside();
  }

  private ifPort(
    { place }: Here,
    parent: string,
    children: readonly HeaderClass[],
    yes: Decision,
    no: Decision,
  ): Decision {
    const rows = children.flatMap(({ LAYOUT }) => (LAYOUT.attach ?? []).filter(({ to }) => to === parent));
    return ["dstPort", "srcPort"].reduce((next, member) => {
      const value = valueAt(place, member === "dstPort" ? 2 : 0, 2);
      const own = rows.filter(({ members }) => members.includes(member));
      return own.reduce((otherwise, { value: min, max = min }) => {
        if (min === max) return this.decisions.compare(value, "==", min, yes, otherwise);
        const inside = this.decisions.compare(value, ">", max, otherwise, yes);
        return this.decisions.compare(value, ">=", min, inside, otherwise);
      }, next);
    }, no);
  }

  /** ICMP: errors hold the beginning of another packet. */
  private messages(here: Here, name: string, quoting: Ranges): Decision {
    const known = withFound(here.known, { name, place: here.place });
    return this.room(here, 4, this.decide(here.known), () => {
      const quotes = this.decide(known, `packets that ${name} errors quote`);
      return inRanges(this.decisions, [valueAt(here.place, 0, 1)], BYTE, quoting, quotes, this.decide(known));
    });
  }

  /** A header that nothing follows. `isLoose`: whether all of it is well is not known. */
  private leaf(here: Here, name: string, isLoose: boolean = false): Decision {
    const bytes = this.facts.layers.find(({ LAYOUT }) => LAYOUT.name === name)?.LAYOUT.minLength ?? 0;
    const found: Found = { name, place: here.place, ...(isLoose ? { perhaps: true } : {}) };
    const inside = this.decide(withFound(here.known, found));
    return this.room(here, bytes, this.decide(here.known), () => inside);
  }

  /** One way for each of some values, and another for all others. */
  private chosen(
    here: Here,
    value: Value,
    ways: readonly (readonly [readonly number[], Follow])[],
    others: Follow,
  ): Decision {
    const key = valueKey(value);
    const not = ways.flatMap(([numbers]) => numbers);
    const rest = others({ ...here, known: withFact(here.known, key, { not }) });
    return ways.reduceRight((otherwise, [numbers, follow]) => {
      const [number, ...more] = numbers;
      const fact = number === undefined || more.length > 0 ? undefined : { is: number };
      const decision = follow(
        fact === undefined ? here : { ...here, known: withFact(here.known, key, fact) },
      );
      return numbers.reduceRight<Decision>(
        (next, one) => this.decisions.compare(value, "==", one, decision, next),
        otherwise,
      );
    }, rest);
  }

  private decide(known: Knowledge, open?: string): Decision {
    const key = JSON.stringify([known.found, open, [...known.facts]]);
    let decision = this.decided.get(key);
    if (decision === undefined) {
      decision = this.decider.decide(this.typed, open === undefined ? known : { ...known, open });
      this.decided.set(key, decision);
    }
    return decision;
  }

  private enter(here: Here, name: string, bytes: number): Here {
    const known = withFound(here.known, { name, place: here.place });
    return { ...here, known, place: { ...here.place, offset: here.place.offset + bytes } };
  }

  /** Whether so many bytes were captured: for headers that no length field ends. */
  private within(here: Here, bytes: number, follow: () => Decision): Decision {
    const enough: Guard = { value: lengthOf(false), comparison: ">=", k: here.place.offset + bytes };
    return this.guard(enough, this.decide(here.known), follow);
  }

  /** Whether so many bytes lie before the end: that of the capture, and that which the IP header says. */
  private room({ place, limits }: Here, bytes: number, stopped: Decision, follow: () => Decision): Decision {
    const isMoved = place.base === "x";
    const declared = (rest: readonly Limit[]): Decision => {
      const [limit, ...more] = rest;
      if (limit === undefined) return follow();
      const { value, from } = limit;
      const k = place.offset + bytes - from;
      const none: Guard = { value, comparison: "==", k: 0 };
      if (!isMoved) {
        return this.guardAny([none, { value, comparison: ">=", k }], stopped, () => declared(more));
      }
      const enough: Guard = { value: { ...value, minusX: true }, comparison: ">=", k };
      return this.guardBoth(none, { value, comparison: ">= X", k: 0 }, enough, stopped, () => declared(more));
    };
    return this.roomIn(place, bytes, stopped, () => declared(limits));
  }

  /** Whether so many bytes were captured. */
  private roomIn(place: Place, bytes: number, stopped: Decision, follow: () => Decision): Decision {
    const k = place.offset + bytes;
    if (place.base !== "x") {
      return this.guard({ value: lengthOf(false), comparison: ">=", k }, stopped, follow);
    }
    const notLess: Guard = { value: lengthOf(false), comparison: ">= X", k: 0 };
    const enough: Guard = { value: lengthOf(true), comparison: ">=", k };
    return this.guard(notLess, stopped, () => this.guard(enough, stopped, follow));
  }

  /** `none`, or both others. */
  private guardBoth(
    none: Guard,
    first: Guard,
    second: Guard,
    stopped: Decision,
    follow: () => Decision,
  ): Decision {
    const good = follow();
    if (this.isElided(stopped, good)) return good;
    const both = this.compared(first, this.compared(second, good, stopped), stopped);
    return this.compared(none, good, both);
  }

  private guardAny(guards: readonly Guard[], stopped: Decision, follow: () => Decision): Decision {
    const good = follow();
    if (this.isElided(stopped, good)) return good;
    return guards.reduceRight((next, guard) => this.compared(guard, good, next), stopped);
  }

  private guard(guard: Guard, stopped: Decision, follow: () => Decision): Decision {
    return this.guardAny([guard], stopped, follow);
  }

  /** Whether a check is left out, as nothing is lost when malformed packets pass. */
  private isElided(stopped: Decision, good: Decision): boolean {
    if (this.options.isExact || stopped !== REJECT) return false;
    if (good !== REJECT) this.passesMalformed = true;
    return true;
  }

  private compared({ value, comparison, k }: Guard, yes: Decision, no: Decision): Decision {
    return this.decisions.compare(value, comparison, k, yes, no);
  }
}

interface Guard {
  readonly value: Value;
  readonly comparison: Comparison;
  readonly k: number;
}

function lengthOf(isMoved: boolean): Value {
  return { base: "length", offset: 0, bytes: 4, ...(isMoved ? { minusX: true as const } : {}) };
}

/** The total length is 0, or not less than the header's. */
function totalFits(total: Value): Guard[] {
  return [
    { value: total, comparison: "==", k: 0 },
    { value: total, comparison: ">= X", k: 0 },
  ];
}

function valueAt({ base, offset }: Place, delta: number, bytes: 1 | 2 | 4, mask?: number): Value {
  return { base, offset: offset + delta, bytes, ...(mask === undefined ? {} : { mask }) };
}

function withFound(known: Knowledge, found: Found): Knowledge {
  return { ...known, found: [...known.found, found] };
}

function withFact(known: Knowledge, key: string, fact: Fact): Knowledge {
  return { ...known, facts: new Map([...known.facts, [key, fact]]) };
}

/** The layers that an expression names. */
function namedLayers(typed: Typed): Set<string> {
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
      return new Set(typed.operands.flatMap((each) => ("fact" in each ? [] : [each.layer.LAYOUT.name])));
  }
}
