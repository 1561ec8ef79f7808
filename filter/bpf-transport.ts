import type { FieldLayout, HeaderClass } from "../runtime/index.js";
import { once, type Found, type Knowledge, type Later } from "./bpf-decide.js";
import { inRanges, NOWHERE, type Place } from "./bpf-fields.js";
import type { Decision } from "./bpf-graph.js";
import { rowsOf, type Attach } from "./bpf-schemas.js";
import { valueAt, withFound, type Here, type Ways } from "./bpf-ways.js";
import type { Ranges } from "./ranges.js";

type Transport = "tcp" | "udp";

/** With more ports than that to tunnels, a short program takes all between the first and the last for one. */
const MOST_PORTS = 2;
const BYTE: FieldLayout = {
  name: "type",
  member: "type",
  type: "u8",
  bitOffset: 0,
  bitWidth: 8,
  aligned: true,
};

/** What follows IP: transport headers, messages, and what ports lead to. */
export class TransportWalk {
  private readonly ways: Ways;

  constructor(ways: Ways) {
    this.ways = ways;
  }

  tcp(here: Here): Decision {
    const { ways } = this;
    const stopped = ways.decide(here.known);
    const known = withFound(here.known, { name: "tcp", place: here.place });
    const words = valueAt(here.place, 12, 1, 0xf0);
    return this.room(here, ways.schemas.bytesOf("tcp"), stopped, () =>
      ways.guards.one({ value: words, comparison: ">=", k: 0x50 }, stopped, () =>
        this.withOptions(here, stopped, this.ports(here, known, "tcp")),
      ),
    );
  }

  /** A header longer than its fixed part has to fit, too: asked last, as that takes X. */
  private withOptions({ place, limits }: Here, stopped: Decision, good: Decision): Decision {
    const { decisions, guards } = this.ways;
    if (guards.isElided(stopped, good)) return good;
    return decisions.instead(good, (verdict) =>
      decisions.move("tcp end", place.offset, guards.endsBefore(limits, stopped, verdict)),
    );
  }

  udp(here: Here): Decision {
    const { ways } = this;
    const stopped = ways.decide(here.known);
    const known = withFound(here.known, { name: "udp", place: here.place });
    const value = valueAt(here.place, 4, 2);
    const bytes = ways.schemas.bytesOf("udp");
    const fits = [
      { value, comparison: "==", k: 0 },
      { value, comparison: ">=", k: bytes },
    ] as const;
    return this.room(here, bytes, stopped, () =>
      ways.guards.any(fits, stopped, () => this.ports(here, known, "udp")),
    );
  }

  /** ICMP: errors hold the beginning of another packet. */
  messages(here: Here, name: string): Decision {
    const { ways } = this;
    const known = withFound(here.known, { name, place: here.place });
    return this.room(here, ways.schemas.bytesOf(name), ways.decide(here.known), () => {
      const quotes = ways.decide(known, `packets that ${name} errors quote`);
      const type = valueAt(here.place, 0, 1);
      return inRanges(ways.decisions, [type], BYTE, this.quoting(name), quotes, ways.decide(known));
    });
  }

  /** A header that nothing is looked for behind. `isLoose`: whether all of it is well is not known. */
  leaf(here: Here, name: string, isLoose: boolean = false): Decision {
    const { ways } = this;
    const layer = ways.schemas.layer(name);
    const found: Found = { name, place: here.place, ...(isLoose ? { perhaps: true } : {}) };
    const known = withFound(here.known, found);
    const leads = ways.schemas.following(name).some((next) => ways.schemas.reaches(next, ways.named));
    const inside = ways.decide(known, leads ? `what follows ${name}` : undefined);
    return this.room(here, layer?.LAYOUT.minLength ?? 0, ways.decide(here.known), () => inside);
  }

  /** Types of errors, which quote the packet they are about. */
  private quoting(name: string): Ranges {
    const { schemas } = this.ways;
    const types = schemas.following(name).flatMap(({ LAYOUT }) => schemas.numbers(name, LAYOUT.name));
    return [...new Set(types)]
      .sort((a, b) => a - b)
      .map((type) => ({ min: BigInt(type), max: BigInt(type) }));
  }

  private room({ place, limits }: Here, bytes: number, stopped: Decision, follow: Later): Decision {
    return this.ways.guards.room(place, limits, bytes, stopped, follow);
  }

  /** What ports lead to: tunnels may hold what the expression names; of the others only those that it names matter. */
  private ports(here: Here, known: Knowledge, parent: Transport): Decision {
    const { ways } = this;
    const children = ways.schemas.following(parent);
    const leading = children.filter((child) => this.isTunnel(child));
    const tunnels = leading.filter((child) => ways.schemas.reaches(child, ways.named));
    const leaves = children.filter((child) => !leading.includes(child) && ways.named.has(child.LAYOUT.name));
    const open = once(() => ways.decide(known, `what follows ${parent} at some ports`));
    const closed = ways.decide(known);
    const inside = leaves.length === 0 ? closed : this.leavesBehind(here, known, parent, leaves, open);
    const besides = this.ifPort(here, rows(leaves, parent), inside, closed);
    return tunnels.length === 0 ? besides : this.ifPort(here, this.someOf(rows(tunnels, parent)), open(), besides); // prettier-ignore
  }

  /** Whether something follows; in a short program, whether it is mostly found elsewhere, such as SCTP, too. */
  private isTunnel({ LAYOUT: { name, attach = [] } }: HeaderClass): boolean {
    const { schemas, options } = this.ways;
    return schemas.following(name).length > 0 || (!options.isExact && attach.some(({ to }) => to === "ipv4"));
  }

  /** Ports to tunnels; of a short program, all from the first to the last where there are many. */
  private someOf(all: readonly Attach[]): readonly Attach[] {
    const [first] = all;
    if (this.ways.options.isExact || first === undefined || all.length <= MOST_PORTS) return all;
    const max = Math.max(...all.map((row) => row.max ?? row.value));
    const members = [...new Set(all.flatMap((row) => row.members))];
    return [{ to: first.to, members, value: Math.min(...all.map(({ value }) => value)), max }];
  }

  /** One of the layers that the expression names, which of them is not asked: each of them perhaps. */
  private leavesBehind(
    here: Here,
    known: Knowledge,
    parent: Transport,
    leaves: readonly HeaderClass[],
    open: Later,
  ): Decision {
    const { ways } = this;
    const isUdp = parent === "udp";
    const place: Place = isUdp
      ? { base: here.place.base, offset: here.place.offset + ways.schemas.bytesOf("udp") }
      : NOWHERE;
    const all = leaves.reduce(
      (before, { LAYOUT: { name } }) => withFound(before, { name, place, perhaps: true }),
      known,
    );
    const inside = (): Decision => ways.decide(all);
    const bytes = Math.max(...leaves.map(({ LAYOUT }) => LAYOUT.minLength));
    return isUdp ? ways.guards.room(place, [], bytes, open(), inside) : inside();
  }

  private ifPort({ place }: Here, all: readonly Attach[], yes: Decision, no: Decision): Decision {
    const { decisions } = this.ways;
    return ["dstPort", "srcPort"].reduce((next, member) => {
      const value = valueAt(place, member === "dstPort" ? 2 : 0, 2);
      const own = all.filter(({ members }) => members.includes(member));
      return own.reduce((otherwise, { value: min, max = min }) => {
        if (min === max) return decisions.compare(value, "==", min, yes, otherwise);
        const inside = decisions.compare(value, ">", max, otherwise, yes);
        return decisions.compare(value, ">=", min, inside, otherwise);
      }, next);
    }, no);
  }
}

function rows(layers: readonly HeaderClass[], parent: Transport): Attach[] {
  return layers.flatMap((layer) => rowsOf(layer, parent));
}
