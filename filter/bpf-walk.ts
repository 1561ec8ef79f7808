import { covers } from "./bpf-covers.js";
import type { Fact, Found, Knowledge } from "./bpf-decide.js";
import type { Place } from "./bpf-fields.js";
import { valueKey, type Decision, type Value } from "./bpf-graph.js";
import { emit } from "./bpf-emit.js";
import type { Guard } from "./bpf-guards.js";
import type { Schemas } from "./bpf-schemas.js";
import { TransportWalk } from "./bpf-transport.js";
import { valueAt, Ways, withFact, withFound, type Here, type WalkOptions, type Way } from "./bpf-ways.js";
import type { Typed } from "./typed.js";

/** linux/filter.h, from SKF_AD_OFF. */
const SKF_AD_PROTOCOL = 0;
const SKF_AD_VLAN_TAG = 44;
const SKF_AD_VLAN_TAG_PRESENT = 48;
/** Tags in the data, and IPv6 extension headers, that a program follows; what has more is looked at after decoding. */
const MOST_TAGS = 2;
const MOST_EXTENSIONS = 2;
/** What extension headers of IPv6 have in common (RFC 8200 §4.3): a length in their second byte. */
const EXTENSIONS = ["ipv6_hop_by_hop", "ipv6_routing", "ipv6_destination_options"] as const;

/** What stands around each decision behind a header: that it is a first fragment, that X moves on. */
type Wrapped = (here: Here, decision: Decision) => Decision;

const plainly: Wrapped = (_, decision) => decision;

/** A number that tells what comes next, and what it is known by when it cannot be loaded any more. */
interface Next {
  readonly value: Value;
  readonly key: string;
  readonly parent: "ipv4" | "ipv6";
  /** Extension headers before. */
  readonly extensions?: number;
  readonly wrapped: Wrapped;
  /** Whether the expression asks for what that looks at: then nobody passes without it. */
  readonly isAsked?: boolean;
  /** What is decided for other numbers, if not the same as for these. */
  readonly others?: (here: Here, open: string) => Decision | undefined;
}

/** Follows the ways from the link to ports, and decides an expression at the end of each. */
export class Walk {
  private readonly ways: Ways;
  private readonly transport: TransportWalk;

  constructor(typed: Typed, schemas: Schemas, options: WalkOptions) {
    this.ways = new Ways(typed, schemas, options);
    this.transport = new TransportWalk(this.ways);
  }

  /** Why some packets pass that do not match: of the decision made last. */
  reasons(): string[] {
    const reasons = [...this.ways.decider.reasons];
    if (this.ways.guards.passesMalformed) {
      reasons.push("packets with malformed headers are told apart after decoding");
    }
    return reasons;
  }

  decision(): Decision {
    const nothing: Knowledge = { found: [], facts: new Map() };
    if (!this.ways.named.has("vlan")) return this.fromLink(nothing);
    const present: Value = { base: "kernel", offset: SKF_AD_VLAN_TAG_PRESENT, bytes: 4 };
    const tag: Found = { name: "vlan", place: { base: "kernel", offset: SKF_AD_VLAN_TAG } };
    const tagged = this.fromLink({ ...nothing, found: [tag] });
    return this.ways.decisions.compare(present, "==", 0, this.fromLink(nothing), tagged);
  }

  private fromLink(known: Knowledge): Decision {
    const here: Here = { known, place: { base: "packet", offset: 0 }, limits: [] };
    return this.ways.options.isCooked ? this.cooked(here) : this.ethernet(here);
  }

  private cooked(here: Here): Decision {
    const protocol: Value = { base: "kernel", offset: SKF_AD_PROTOCOL, bytes: 2 };
    return this.ways.chosen(here, protocol, this.networks(), (next) => this.ways.decide(next.known));
  }

  private ethernet(here: Here): Decision {
    const bytes = this.ways.schemas.bytesOf("ethernet");
    const inside = this.enter(here, "ethernet", bytes);
    return this.ways.guards.captured(bytes, this.ways.decide(here.known), () =>
      this.etherType(inside, bytes - 2, 0),
    );
  }

  /** What an EtherType before `here` leads to. */
  private etherType(here: Here, offset: number, tags: number): Decision {
    const value: Value = { base: "packet", offset, bytes: 2 };
    const ways = [...this.networks(), this.leafWay("arp", "ethernet"), ...this.namedWays("ethernet")];
    if (this.ways.named.has("vlan") && tags < MOST_TAGS) {
      ways.push(this.way("vlan", "ethernet", (next) => this.vlan(next, tags + 1)));
    }
    return this.ways.chosen(here, value, ways, (next) => {
      return this.ways.decide(next.known, "frames of other EtherTypes");
    });
  }

  private networks(): Way[] {
    return [
      this.way("ipv4", "ethernet", (next) => this.ipv4(next)),
      this.way("ipv6", "ethernet", (next) => this.ipv6(next)),
    ];
  }

  private vlan(here: Here, tags: number): Decision {
    const bytes = this.ways.schemas.bytesOf("vlan");
    const inside = this.enter(here, "vlan", bytes);
    return this.ways.guards.captured(inside.place.offset, this.ways.decide(here.known), () =>
      this.etherType(inside, inside.place.offset - 2, tags),
    );
  }

  private ipv4(here: Here): Decision {
    const { decisions, guards, schemas } = this.ways;
    const { offset } = here.place;
    const total = valueAt(here.place, 2, 2);
    const stopped = this.ways.decide(here.known);
    const known = withFound(here.known, { name: "ipv4", place: here.place });
    const limits = [{ value: total, plus: 0, from: offset }];
    const inside: Here = { known, place: { base: "x", offset }, limits };
    const words: Guard = { value: valueAt(here.place, 0, 1, 0x0f), comparison: ">=", k: 5 };
    const whole = (): Decision => {
      const content = guards.reachesX(inside.place, limits, stopped, () => this.ipv4Version(here, inside));
      return decisions.moveLate("ipv4", offset, content);
    };
    return guards.captured(offset + schemas.bytesOf("ipv4"), stopped, () =>
      guards.one(words, stopped, whole),
    );
  }

  private ipv4Version({ place }: Here, inside: Here): Decision {
    const version: Guard = { value: valueAt(place, 0, 1, 0xf0), comparison: "==", k: 0x40 };
    return this.ways.guards.one(version, this.ways.decide(inside.known), () =>
      this.ipv4Content(place, inside),
    );
  }

  /** Fragments but the first are asked for before the protocol or after it: what is shorter, then what is faster. */
  private ipv4Content(place: Place, inside: Here): Decision {
    const { decisions } = this.ways;
    const fragment = valueAt(place, 6, 2, 0x1fff);
    const first = (here: Here): Here => ({
      ...here,
      known: withFact(here.known, valueKey(fragment), { is: 0 }),
    });
    const ifFirst: Wrapped = ({ known }, decision) => {
      const later = this.ways.decide(withFact(known, valueKey(fragment), { not: [0] }));
      return decisions.compare(fragment, "==", 0, decision, later);
    };
    const later = this.ways.decide(withFact(inside.known, valueKey(fragment), { not: [0] }));
    const isAsked = this.ways.decide(first(inside).known) !== later;
    const value = valueAt(place, 9, 1);
    const next = { value, key: valueKey(value), parent: "ipv4", isAsked } as const;
    const before = ifFirst(inside, this.protocol(first(inside), { ...next, wrapped: plainly }));
    const behind = this.protocol(first(inside), { ...next, wrapped: ifFirst });
    const [long, short] = [before, behind].map(
      (one) => emit(decisions.moveLate("ipv4", place.offset, one)).length,
    );
    return (long as number) < (short as number) ? before : behind;
  }

  private ipv6(here: Here): Decision {
    const { guards, schemas } = this.ways;
    const { offset } = here.place;
    const bytes = schemas.bytesOf("ipv6");
    const known = withFound(here.known, { name: "ipv6", place: here.place });
    const limits = [{ value: valueAt(here.place, 4, 2), plus: bytes, from: offset }];
    const inside: Here = { known, place: { base: "x", offset }, limits };
    const version: Guard = { value: valueAt(here.place, 0, 1, 0xf0), comparison: "==", k: 0x60 };
    const value = valueAt(here.place, 6, 1);
    const follow = (): Decision =>
      this.protocol(inside, { value, key: valueKey(value), parent: "ipv6", wrapped: plainly });
    return guards.captured(offset + bytes, this.ways.decide(here.known), () =>
      guards.one(version, this.ways.decide(known), () => this.fromNumber(bytes, follow())),
    );
  }

  /** With X set to a number, or with the number where X stood. */
  private fromNumber(bytes: number, decision: Decision): Decision {
    const { decisions, options } = this.ways;
    return options.isFolded ? decisions.folded(decision, bytes) : decisions.move("number", bytes, decision);
  }

  /** What a protocol's number leads to. */
  private protocol(here: Here, following: Next): Decision {
    const { value, key, parent, extensions = 0, wrapped, isAsked = false, others } = following;
    const isExact = this.ways.options.isExact || isAsked;
    const ways = [
      this.way("tcp", parent, (next) => this.transport.tcp(next)),
      this.way("udp", parent, (next) => this.transport.udp(next)),
      ...(parent === "ipv4" ? this.ipv4Ways() : this.ipv6Ways(extensions)),
      ...this.namedWays(parent),
    ].map((way) => {
      const isKept = isExact || this.ways.named.has(way.name);
      const around = isKept ? wrapped : this.loosely(wrapped);
      return { ...way, follow: (next: Here) => around(next, way.follow(next)) };
    });
    const open = `other ${parent} packets`;
    const ofOthers = (next: Here): Decision =>
      (isExact ? wrapped : this.loosely(wrapped))(next, this.ways.decide(next.known, open));
    return this.ways.chosen(here, value, ways, (next) => others?.(next, open) ?? ofOthers(next), key);
  }

  /** Without what is around it where the decision alone accepts all that it does with it. */
  private loosely(wrapped: Wrapped): Wrapped {
    return (next, decision) => {
      const whole = wrapped(next, decision);
      return covers(decision, whole) ? decision : whole;
    };
  }

  private ipv4Ways(): Way[] {
    return [
      this.way("icmp", "ipv4", (next) => this.transport.messages(next, "icmp")),
      this.leafWay("igmp", "ipv4", true),
    ];
  }

  private ipv6Ways(extensions: number): Way[] {
    const messages = this.way("icmpv6", "ipv6", (next) => this.transport.messages(next, "icmpv6"));
    if (extensions === MOST_EXTENSIONS) return [messages];
    const fragment = this.way("ipv6_fragment", "ipv6", (next) => this.fragment(next, extensions));
    const rare = [...this.extensionWays(extensions), fragment];
    return [messages, ...rare.map((way) => ({ ...way, isRare: true as const }))];
  }

  /** Those that the expression names one by one, the others, which look the same, together. */
  private extensionWays(extensions: number): Way[] {
    const named = EXTENSIONS.filter((name) => this.ways.named.has(name));
    const others = EXTENSIONS.filter((name) => !this.ways.named.has(name));
    const numbers = others.flatMap((name) => this.ways.schemas.numbers("ipv6", name));
    return [
      ...named.map((name) => this.way(name, "ipv6", (next) => this.extension(next, name, extensions))),
      { name: "", numbers, follow: (next) => this.extension(next, "ipv6_extension", extensions) },
    ];
  }

  private extension(here: Here, name: string, extensions: number): Decision {
    const { decisions, guards } = this.ways;
    const { place, limits } = here;
    const stopped = this.ways.decide(here.known);
    const moved: Wrapped = (_, decision) =>
      decisions.move(
        "extension",
        place.offset,
        guards.reachesX(place, limits, stopped, () => decision),
      );
    return guards.room(place, limits, 2, stopped, () => this.behind(here, name, extensions, moved, stopped));
  }

  private fragment(here: Here, extensions: number): Decision {
    const { decisions, guards, schemas } = this.ways;
    const { place, limits, known } = here;
    const moved: Wrapped = (_, decision) => decisions.move("fragment", place.offset, decision);
    const follow = this.behind(here, "ipv6_fragment", extensions, moved, this.ways.decide(known));
    const isFirst = valueAt(place, 2, 2, 0xfff8);
    const later = this.ways.decide(withFound(known, { name: "ipv6_fragment", place }));
    const bytes = schemas.bytesOf("ipv6_fragment");
    return guards.room(place, limits, bytes, this.ways.decide(known), () =>
      decisions.compare(isFirst, "==", 0, follow, later),
    );
  }

  /**
   * Behind an extension header, which X moves past where somebody looks there. For others X stays where it is if their
   * decision accepts what that of headers does that do not fit, `stopped`.
   */
  private behind(
    here: Here,
    name: string,
    extensions: number,
    wrapped: Wrapped,
    stopped: Decision,
  ): Decision {
    const [value, passed] = [valueAt(here.place, 0, 1), { base: "passed", offset: extensions } as const];
    const key = valueKey(valueAt(passed, 0, 1));
    const others: Next["others"] = ({ known: { facts } }, open) => {
      const known = { ...withFound(here.known, { name, place: here.place }), facts };
      const decision = this.ways.decide(withFact(known, valueKey(value), facts.get(key) as Fact), open);
      return covers(decision, stopped) ? decision : undefined;
    };
    const known = withFound(here.known, { name, place: passed });
    const next: Next = { value, key, parent: "ipv6", extensions: extensions + 1, wrapped, others };
    return this.protocol({ ...here, known }, next);
  }

  /** Layers of any schemas that stand behind a header as its number says, where the expression names them. */
  private namedWays(parent: string): Way[] {
    const { named, schemas } = this.ways;
    const others = schemas
      .following(parent)
      .filter(({ LAYOUT: { name } }) => named.has(name) && !FOLLOWED.has(name));
    return others.map(({ LAYOUT: { name } }) =>
      this.leafWay(name, parent, schemas.fixedBytes(name) === undefined),
    );
  }

  private leafWay(name: string, parent: string, isLoose: boolean = false): Way {
    return this.way(name, parent, (next) => this.transport.leaf(next, name, isLoose));
  }

  private way(name: string, parent: string, follow: Way["follow"]): Way {
    return { name, numbers: this.ways.schemas.numbers(parent, name), follow };
  }

  private enter(here: Here, name: string, bytes: number): Here {
    const known = withFound(here.known, { name, place: here.place });
    return { ...here, known, place: { ...here.place, offset: here.place.offset + bytes } };
  }
}

/** Layers that have ways of their own. */
const FOLLOWED: ReadonlySet<string> = new Set<string>([
  "ethernet",
  "vlan",
  "arp",
  "ipv4",
  "ipv6",
  "tcp",
  "udp",
  "icmp",
  "icmpv6",
  "igmp",
  "ipv6_fragment",
  ...EXTENSIONS,
]);
