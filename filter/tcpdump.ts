// The common subset of pcap-filter(7), translated:
//   expression = term { ( "and" | "&&" | "or" | "||" ) term }          one precedence, from left to right
//   term       = ( "not" | "!" ) term | "(" expression ")" | primitive
//   primitive  = [ protocol ] [ direction ] [ type ] id | protocol | "vlan" [ number ]
//              | ( "ip" | "ip6" | "ether" ) "proto" number | ( "less" | "greater" ) number
//   protocol   = "ether" | "ip" | "ip6" | "arp" | "icmp" | "icmp6" | "igmp" | "tcp" | "udp" | "sctp"
//   direction  = "src" | "dst" | "src or dst" | "src and dst"
//   type       = "host" | "net" | "port" | "portrange"
// An id without anything before it is of the kind that came before: port 80 or 443. Hosts are addresses, never names.
import { parseIpv4 } from "../runtime/index.js";
import { FilterError, type Span } from "./error.js";

/** Deeper brackets are refused: whoever walks expressions recurses. */
const MAX_DEPTH = 48;
const MAX_TEXT = 4096;

interface Word extends Span {
  readonly text: string;
}

/** What stands before an id. */
interface Kind {
  readonly protocol: string;
  readonly direction: "src" | "dst" | "src or dst" | "src and dst";
  readonly type: string;
}

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

const TYPES: readonly string[] = ["host", "net", "port", "portrange"];
const WITH_PORTS: readonly string[] = ["tcp", "udp", "sctp"];

/**
 * An expression of tcpdump's in our language: `tcp port 80 and host 10.1.2.3`. docs/filters.md tells what of
 * pcap-filter(7) is known, and where the two differ.
 *
 * @throws FilterError for what is no such expression, or not of that subset.
 */
export function fromTcpdump(text: string, { isExact = false }: TcpdumpOptions = {}): string {
  return new Translator(text, isExact).whole();
}

class Translator {
  private readonly text: string;
  private readonly words: readonly Word[];
  private at: number = 0;
  private depth: number = 0;
  private before: Kind | undefined = undefined;

  private readonly protocols: Protocols;
  private readonly isExact: boolean;

  constructor(text: string, isExact: boolean) {
    this.text = text;
    this.isExact = isExact;
    this.protocols = isExact ? BEHIND_ETHERNET : ANYWHERE;
    const words = text.slice(0, MAX_TEXT + 1).matchAll(/&&|\|\||[()!]|[^\s()!&|]+|\S/g);
    this.words = Array.from(words, ({ 0: word, index }) => ({
      text: word,
      start: index,
      end: index + word.length,
    }));
  }

  whole(): string {
    if (this.text.length > MAX_TEXT) {
      throw this.error(`more than ${MAX_TEXT} characters`, "ERR_FILTER_TOO_LARGE");
    }
    const translated = this.expression();
    if (this.word !== undefined) throw this.error(`expected "and", "or" or the end`);
    return translated;
  }

  private expression(): string {
    let [left, joined] = [this.term(), ""];
    for (;;) {
      const join = this.takes("and", "&&") ? "&&" : this.takes("or", "||") ? "||" : "";
      if (join === "") return left;
      if (joined !== "" && joined !== join) left = `(${left})`;
      left = `${left} ${join} ${this.term()}`;
      joined = join;
    }
  }

  private term(): string {
    if (++this.depth > MAX_DEPTH) throw this.error(`more than ${MAX_DEPTH} levels`, "ERR_FILTER_TOO_LARGE");
    const term = this.innerTerm();
    this.depth--;
    return term;
  }

  private innerTerm(): string {
    if (this.takes("not", "!")) return `!(${this.term()})`;
    if (!this.takes("(")) return this.primitive();
    const inner = this.expression();
    if (!this.takes(")")) throw this.error(`expected ")"`);
    return `(${inner})`;
  }

  private primitive(): string {
    if (this.takes("vlan")) return /^\d+$/.test(this.word?.text ?? "") ? `vlan.id == ${this.next()}` : "vlan";
    if (this.takes("less")) return `original_length <= ${this.number()}`;
    if (this.takes("greater")) return `original_length >= ${this.number()}`;
    const protocol = this.protocol();
    if (protocol !== "" && this.takes("proto")) return this.numbered(protocol);
    const direction = this.direction();
    const type = TYPES.find((each) => this.takes(each));
    if (protocol === "" && direction === undefined && type === undefined) return this.idAlone();
    if (direction === undefined && type === undefined && !this.isId()) return this.protocolAlone(protocol);
    const kind: Kind = { protocol, direction: direction ?? "src or dst", type: type ?? "host" };
    this.before = kind;
    return this.compared(kind);
  }

  /** `or 443`: of the kind that came before; an address alone is a host. */
  private idAlone(): string {
    if (!this.isId()) throw this.error("expected a protocol, a direction, host, net or port");
    return this.compared(this.before ?? { protocol: "", direction: "src or dst", type: "host" });
  }

  private protocolAlone(protocol: string): string {
    const translated = this.protocols[protocol];
    if (translated === undefined) throw this.error(`expected what ${protocol} is to have`);
    return translated;
  }

  private numbered(protocol: string): string {
    const fields: Readonly<Record<string, string>> = {
      ip: "ipv4.protocol",
      ip6: "ipv6.next_header",
      ether: "ethernet.ether_type",
    };
    const field = fields[protocol];
    if (field === undefined) throw this.error(`${protocol} has no proto`);
    this.takes("\\");
    return this.behind(protocol, `${field} == ${this.next().replace(/^\\/, "")}`);
  }

  private compared(kind: Kind): string {
    const start = this.word;
    const id = this.next();
    switch (kind.type) {
      case "port":
      case "portrange":
        return this.ports(kind, id);
      default:
        return kind.protocol === "ether"
          ? ended(kind, "ethernet", `== ${id}`)
          : this.addresses(kind, id, start);
    }
  }

  private ports({ protocol, direction }: Kind, id: string): string {
    const range = /^(\d+)(?:-(\d+))?$/.exec(id);
    if (range === null) throw this.error("ports are numbers here", "ERR_FILTER_TYPE", -1);
    const value = range[2] === undefined ? `== ${id}` : `in ${range[1]}..${range[2]}`;
    const layers = protocol === "" ? WITH_PORTS : [protocol];
    if (!layers.every((layer) => WITH_PORTS.includes(layer))) throw this.error(`${protocol} has no ports`);
    const parts = layers.map((layer) => {
      const relation = portsOf(layer, direction, value);
      return this.isExact ? `(${WITH_PORTS_BEHIND[layer]} && ${relation})` : relation;
    });
    return parts.length === 1 ? (parts[0] as string) : `(${parts.join(" || ")})`;
  }

  private addresses(kind: Kind, id: string, word: Word | undefined): string {
    const isV6 = id.includes(":");
    if (!isV6 && !/^\d+(\.\d+){3}(\/\d+)?$/.test(id)) {
      throw this.error("hosts and nets are whole addresses here", "ERR_FILTER_TYPE", -1);
    }
    const layer = isV6 ? "ipv6" : "ipv4";
    const { protocol } = kind;
    const ofIp = (): string => this.behind(isV6 ? "ip6" : "ip", ended(kind, layer, `in ${id}`));
    if (WITH_PORTS.includes(protocol)) return `${this.protocols[protocol]} && ${ofIp()}`;
    const isIp = protocol === "" || protocol === (isV6 ? "ip6" : "ip");
    const isArp = !isV6 && !id.includes("/") && (protocol === "" || protocol === "arp");
    if (!isIp && !isArp) {
      throw this.error(`${protocol} has no such address`, "ERR_FILTER_TYPE", word === undefined ? 0 : -1);
    }
    const parts = [...(isIp ? [ofIp()] : []), ...(isArp ? [this.behind("arp", arpOf(kind, id))] : [])];
    return parts.length === 1 ? (parts[0] as string) : `(${parts.join(" || ")})`;
  }

  /** A relation of a layer's fields, with where the layer stands. */
  private behind(protocol: string, relation: string): string {
    const isThere = protocol === "ether" ? undefined : this.protocols[protocol];
    return this.isExact && isThere !== undefined ? `(${isThere} && ${relation})` : relation;
  }

  private protocol(): string {
    const text = this.word?.text ?? "";
    if (text !== "ether" && !Object.hasOwn(ANYWHERE, text)) return "";
    this.at++;
    return text;
  }

  private direction(): Kind["direction"] | undefined {
    const first = this.takes("src") ? "src" : this.takes("dst") ? "dst" : undefined;
    const [join, second] = [this.words[this.at]?.text, this.words[this.at + 1]?.text];
    if (first !== "src" || second !== "dst" || (join !== "or" && join !== "and")) return first;
    this.at += 2;
    return `src ${join} dst`;
  }

  private isId(): boolean {
    return /^[\da-f][\da-f.:/-]*$|^::/i.test(this.word?.text ?? "");
  }

  private number(): string {
    const { word } = this;
    if (word === undefined || !/^\d+$/.test(word.text)) throw this.error("expected a number");
    return this.next();
  }

  private takes(...texts: readonly string[]): boolean {
    if (this.word === undefined || !texts.includes(this.word.text)) return false;
    this.at++;
    return true;
  }

  private next(): string {
    const { word } = this;
    if (word === undefined) throw this.error("expected more");
    this.at++;
    return word.text;
  }

  private get word(): Word | undefined {
    return this.words[this.at];
  }

  private error(
    problem: string,
    code: "ERR_FILTER_SYNTAX" | "ERR_FILTER_TOO_LARGE" | "ERR_FILTER_TYPE" = "ERR_FILTER_SYNTAX",
    step: number = 0,
  ): FilterError {
    const end: Span = { start: this.text.length, end: this.text.length };
    return new FilterError(code, problem, this.text, this.words[this.at + step] ?? end);
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
