// The common subset of pcap-filter(7), translated. Its grammar is tcpdump.peggy.
import { parseIpv4 } from "../runtime/index.js";
import { didYouMean, FilterError, type FilterErrorCode, type Span } from "./error.js";
import { ArithmeticTranslator } from "./tcpdump-arithmetic.js";
import { NUMBERS } from "./tcpdump-names.js";
import { parse } from "./tcpdump-parser.js";
import type {
  Compared,
  Joined,
  Kind,
  Related,
  TcpdumpSyntax,
  TcpdumpSyntaxError,
  Word,
} from "./tcpdump-syntax.js";

/** Deeper brackets are refused: whoever walks expressions recurses. */
const MAX_DEPTH = 48;
const MAX_TEXT = 4096;

/** How a translation says that a packet has a protocol. */
type Protocols = Readonly<Record<string, string>>;

/** Wherever it stands, as names of ours mean it: in tunnels, behind tags and labels, too. */
const ANYWHERE: Protocols = {
  ip: "ipv4",
  ip6: "ipv6",
  arp: "arp",
  icmp: "ipv4.protocol == icmp",
  icmp6: "ipv6.next_header == icmpv6",
  igmp: "ipv4.protocol == igmp",
  tcp: "(ipv4.protocol == tcp || ipv6.next_header == tcp || ipv6_fragment.next_header == tcp)",
  udp: "(ipv4.protocol == udp || ipv6.next_header == udp || ipv6_fragment.next_header == udp)",
  sctp: "(ipv4.protocol == sctp || ipv6.next_header == sctp || ipv6_fragment.next_header == sctp)",
};

const [IPV4, IPV6] = ["ethernet.ether_type == ipv4", "ethernet.ether_type == ipv6"] as const;

/** Right behind Ethernet's header, as tcpdump means it. */
const BEHIND_ETHERNET: Protocols = {
  ip: IPV4,
  ip6: IPV6,
  arp: "ethernet.ether_type == arp",
  icmp: `(${IPV4} && ipv4.protocol == icmp)`,
  icmp6: `(${IPV6} && ${orFragment("icmpv6")})`,
  igmp: `(${IPV4} && ipv4.protocol == igmp)`,
  tcp: eitherIp("tcp", orFragment),
  udp: eitherIp("udp", orFragment),
  sctp: eitherIp("sctp", orFragment),
};

/** Protocols whose bytes tcpdump looks for behind IPv4 alone, or behind IPv6 without extension headers. */
const WITH_BYTES_BEHIND: Protocols = {
  ...Object.fromEntries(
    ["icmp", "igmp", "tcp", "udp", "sctp"].map((name) => [name, `${IPV4} && ipv4.protocol == ${name}`]),
  ),
  ip: IPV4,
  ip6: IPV6,
  arp: BEHIND_ETHERNET["arp"] as string,
  icmp6: `${IPV6} && ${directly("icmpv6")}`,
};

/** tcpdump looks for ports behind IPv6 without extension headers only. */
const WITH_PORTS_BEHIND: Protocols = {
  tcp: eitherIp("tcp", directly),
  udp: eitherIp("udp", directly),
  sctp: eitherIp("sctp", directly),
};

function eitherIp(name: string, ofIpv6: (name: string) => string): string {
  return `(${IPV4} && ipv4.protocol == ${name} || ${IPV6} && ${ofIpv6(name)})`;
}

function directly(name: string): string {
  return `ipv6.next_header == ${name}`;
}

function orFragment(name: string): string {
  const fragment = "ipv6.next_header == 44 && ipv6_fragment.next_header";
  return `(${directly(name)} || ${fragment} == ${name})`;
}

/** What a translation of tcpdump's expressions keeps. */
export interface TcpdumpOptions {
  /**
   * Says of every header that it stands right behind Ethernet's, which tcpdump means on Ethernet: longer to read, and the
   * kernel's program is as short as tcpdump's. Default false: wherever the header stands.
   */
  readonly isExact?: boolean;
}

/** The words behind names of the grammar. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  "a protocol": ["ether", ...Object.keys(ANYWHERE)],
  "a direction": ["src", "dst"],
  "a number": [...NUMBERS.keys()],
};
const WITH_PORTS: readonly string[] = ["tcp", "udp", "sctp"];

/**
 * An expression of tcpdump's in our language: `tcp port 80 and host 10.1.2.3`. docs/filters.md tells what of
 * pcap-filter(7) is known, and where the two differ.
 *
 * @throws FilterError for what is no such expression, or not of that subset.
 */
export function fromTcpdump(text: string, { isExact = false }: TcpdumpOptions = {}): string {
  if (text.length > MAX_TEXT) {
    const problem = `more than ${MAX_TEXT} characters`;
    throw new FilterError("ERR_FILTER_TOO_LARGE", problem, text, { start: 0, end: 1 });
  }
  return new Translator(text, isExact).translated(syntaxOf(text));
}

/** @throws FilterError that tells what could stand where the text is none. */
function syntaxOf(text: string): TcpdumpSyntax {
  const tooDeep = (start: number): never => {
    const problem = `more than ${MAX_DEPTH} levels`;
    throw new FilterError("ERR_FILTER_TOO_LARGE", problem, text, { start, end: start + 1 });
  };
  try {
    return parse(text, { maxDepth: MAX_DEPTH, tooDeep, numbers: NUMBERS });
  } catch (error) {
    if (error instanceof FilterError) throw error;
    throw unexpected(text, error as TcpdumpSyntaxError);
  }
}

function unexpected(text: string, { expected, location }: TcpdumpSyntaxError): FilterError {
  const { offset: start } = location.start;
  const [found = ""] = /^(?:&&|\|\||[()!&|]|[^\s()!&|]+)/.exec(text.slice(start)) ?? [];
  // What has no name of the grammar's is a blank, or a backslash: nobody waits for these.
  const names = expected.flatMap(({ type, description }) =>
    type === "end" ? ["the end"] : (description?.split(", ") ?? []),
  );
  const all = [...new Set(names)];
  const wanted = all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} or ${all.at(-1)}`;
  const problem = `expected ${wanted}, not ${found === "" ? "the end" : JSON.stringify(found)}`;
  const words = all.flatMap((name) => WORDS[name] ?? (name.startsWith('"') ? name.slice(1, -1) : []));
  const span = { start, end: start + found.length };
  return new FilterError("ERR_FILTER_SYNTAX", problem, text, span, didYouMean(found, words));
}

class Translator {
  private readonly text: string;
  private readonly protocols: Protocols;
  private readonly isExact: boolean;
  /** What an id alone is of: the kind that came before. */
  private before: Omit<Compared, "id"> = {
    kind: "compared",
    protocol: null,
    direction: "src or dst",
    type: "host",
  };

  constructor(text: string, isExact: boolean) {
    this.text = text;
    this.isExact = isExact;
    this.protocols = isExact ? BEHIND_ETHERNET : ANYWHERE;
  }

  translated(syntax: TcpdumpSyntax): string {
    switch (syntax.kind) {
      case "joined":
        return this.joined(syntax);
      case "not":
        return `!(${this.translated(syntax.of)})`;
      case "group":
        return `(${this.translated(syntax.of)})`;
      case "vlan":
        return syntax.id === null ? "vlan" : `vlan.id == ${syntax.id}`;
      case "length":
        return `original_length ${syntax.relation} ${syntax.bytes}`;
      case "related":
        return this.related(syntax);
      case "numbered":
        return this.numbered(syntax.protocol, syntax.value);
      case "protocol":
        return this.protocolAlone(syntax.protocol);
      case "alone":
        return this.compared({ ...this.before, id: syntax.id });
      case "compared":
        this.before = syntax;
        return this.compared(syntax);
    }
  }

  private joined({ first, rest }: Joined): string {
    let [left, joined] = [this.translated(first), ""];
    for (const { join, term } of rest) {
      if (joined !== "" && joined !== join) left = `(${left})`;
      left = `${left} ${join} ${this.translated(term)}`;
      joined = join;
    }
    return left;
  }

  private protocolAlone(protocol: Word): string {
    const translated = this.protocols[protocol.text];
    if (translated === undefined) throw this.error(`expected what ${protocol.text} is to have`, protocol);
    return translated;
  }

  private related(syntax: Related): string {
    const arithmetic = new ArithmeticTranslator(this.text, (problem, span, code) =>
      this.error(problem, span, code),
    );
    const { text, protocols } = arithmetic.translated(syntax);
    const places = protocols.flatMap((protocol) => WITH_BYTES_BEHIND[protocol] ?? []);
    return this.isExact && places.length > 0 ? `(${[...places, text].join(" && ")})` : text;
  }

  private numbered(protocol: Word, value: Word): string {
    const fields: Readonly<Record<string, string>> = {
      ip: "ipv4.protocol",
      ip6: "ipv6.next_header",
      ether: "ethernet.ether_type",
    };
    const field = fields[protocol.text];
    if (field === undefined) throw this.error(`${protocol.text} has no proto`, protocol);
    return this.behind(protocol.text, `${field} == ${value.text}`);
  }

  private compared(compared: Compared): string {
    const { type, protocol, id } = compared;
    if (type === "port" || type === "portrange") return this.ports(compared);
    return protocol?.text === "ether"
      ? ended(compared, "ethernet", `== ${id.text}`)
      : this.addresses(compared);
  }

  private ports({ protocol, direction, id }: Compared): string {
    const range = /^(\d+)(?:-(\d+))?$/.exec(id.text);
    if (range === null) throw this.error("ports are numbers here", id, "ERR_FILTER_TYPE");
    const value = range[2] === undefined ? `== ${id.text}` : `in ${range[1]}..${range[2]}`;
    if (protocol !== null && !WITH_PORTS.includes(protocol.text)) {
      throw this.error(`${protocol.text} has no ports`, protocol);
    }
    const layers = protocol === null ? WITH_PORTS : [protocol.text];
    const parts = layers.map((layer) => {
      const relation = portsOf(layer, direction, value);
      return this.isExact ? `(${WITH_PORTS_BEHIND[layer]} && ${relation})` : relation;
    });
    return parts.length === 1 ? (parts[0] as string) : `(${parts.join(" || ")})`;
  }

  private addresses(compared: Compared): string {
    const { protocol, id } = compared;
    const isV6 = id.text.includes(":");
    if (!isV6 && !/^\d+(\.\d+){3}(\/\d+)?$/.test(id.text)) {
      throw this.error("hosts and nets are whole addresses here", id, "ERR_FILTER_TYPE");
    }
    const layer = isV6 ? "ipv6" : "ipv4";
    if (!isV6) this.requireIpv4(id);
    const name = protocol?.text ?? "";
    const ofIp = (): string => this.behind(isV6 ? "ip6" : "ip", ended(compared, layer, `in ${id.text}`));
    if (WITH_PORTS.includes(name)) return `${this.protocols[name]} && ${ofIp()}`;
    const isIp = name === "" || name === (isV6 ? "ip6" : "ip");
    const isArp = !isV6 && !id.text.includes("/") && (name === "" || name === "arp");
    if (!isIp && !isArp) throw this.error(`${name} has no such address`, id, "ERR_FILTER_TYPE");
    const parts = [
      ...(isIp ? [ofIp()] : []),
      ...(isArp ? [this.behind("arp", arpOf(compared, id.text))] : []),
    ];
    return parts.length === 1 ? (parts[0] as string) : `(${parts.join(" || ")})`;
  }

  private requireIpv4(id: Word): void {
    try {
      parseIpv4(id.text.replace(/\/.*/, ""));
    } catch (error) {
      throw this.error((error as Error).message, id, "ERR_FILTER_TYPE");
    }
  }

  /** A relation of a layer's fields, with where the layer stands. */
  private behind(protocol: string, relation: string): string {
    const isThere = protocol === "ether" ? undefined : this.protocols[protocol];
    return this.isExact && isThere !== undefined ? `(${isThere} && ${relation})` : relation;
  }

  private error(problem: string, span: Span, code: FilterErrorCode = "ERR_FILTER_SYNTAX"): FilterError {
    return new FilterError(code, problem, this.text, span);
  }
}

/** `src or dst` is one relation of ours, `src and dst` two fields. */
function ended({ direction }: Kind, layer: string, value: string): string {
  switch (direction) {
    case "src or dst":
      return `${layer}.addr ${value}`;
    case "src and dst":
      return `(${layer}.src ${value} && ${layer}.dst ${value})`;
    default:
      return `${layer}.${direction} ${value}`;
  }
}

function portsOf(layer: string, direction: Kind["direction"], value: string): string {
  switch (direction) {
    case "src or dst":
      return `${layer}.port ${value}`;
    case "src and dst":
      return `(${layer}.src_port ${value} && ${layer}.dst_port ${value})`;
    default:
      return `${layer}.${direction}_port ${value}`;
  }
}

function arpOf({ direction }: Kind, address: string): string {
  const value = `== 0x${parseIpv4(address).toString(16).padStart(8, "0")}`;
  const [sender, target] = ["sender", "target"].map((end) => `arp.${end}_protocol_address ${value}`);
  if (direction === "src") return sender as string;
  if (direction === "dst") return target as string;
  return `(${sender} ${direction === "src or dst" ? "||" : "&&"} ${target})`;
}
