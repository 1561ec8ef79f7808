import {
  Arp,
  ArpOperation,
  Dns,
  DnsClass,
  DnsType,
  Ethernet,
  EtherType,
  HardwareType,
  Icmp,
  Icmpv6,
  IpProtocol,
  Ipv4,
  Ipv6,
  Tcp,
  Udp,
  Vlan,
} from "zc-gen/protocols";
import { internetChecksum, pseudoHeaderSum, sumWords } from "./checksum.js";

/** RFC 4443 §4.1: type, code, checksum, identifier, sequence number. */
const ECHO_BYTES = 8;

/** Who sends to whom, as text. */
export interface Ends {
  readonly src: string;
  readonly dst: string;
}

export interface Ports {
  readonly srcPort: number;
  readonly dstPort: number;
}

/** What a caller sets of a header; the writer does lengths, checksums and what follows. */
type Ipv4Fields = Partial<
  Pick<Ipv4, "ttl" | "identification" | "dontFragment" | "moreFragments" | "fragmentOffsetBytes">
>;
type TcpFields = Partial<
  Pick<Tcp, "sequenceNumber" | "acknowledgmentNumber" | "window" | "syn" | "ack" | "psh" | "fin">
>;

const MAX_FRAME = 2048;

/**
 * Writes frames header by header, outermost first, with the setters of the generated classes; `finish` fills lengths
 * and checksums in. One writer serves many frames, one after the other.
 *
 * ```ts
 * new FrameWriter().ethernet(macs).ipv4(addresses, IpProtocol.udp).udp(ports).payload("hello").finish();
 * ```
 */
export class FrameWriter {
  private readonly view: DataView = new DataView(new ArrayBuffer(MAX_FRAME));
  private readonly bytes: Uint8Array = new Uint8Array(this.view.buffer);
  private at: number = 0;
  /** The network header, for the pseudo header of checksums. */
  private ip: Ipv4 | Ipv6 | undefined = undefined;
  /** What is known only when the frame is whole: run innermost first. */
  private unfinished: (() => void)[] = [];

  /** Begins a frame. */
  ethernet(ends: Ends, etherType: number): this {
    this.at = 0;
    this.ip = undefined;
    this.unfinished = [];
    const header = this.place(Ethernet);
    header.srcText = ends.src;
    header.dstText = ends.dst;
    header.etherType = etherType;
    return this;
  }

  /** A tag; the header before says that it follows (`EtherType.vlan` or `EtherType.serviceVlan`). */
  vlan(vid: number, etherType: number, pcp: number = 0): this {
    const header = this.place(Vlan);
    header.vid = vid;
    header.pcp = pcp;
    header.etherType = etherType;
    return this;
  }

  /** A request when `targetMac` is left out, a reply otherwise. */
  arp(sender: { mac: string; ip: string }, targetIp: string, targetMac?: string): this {
    const header = this.place(Arp);
    header.hardwareType = HardwareType.ethernet;
    header.protocolType = EtherType.ipv4;
    header.hardwareLength = 6;
    header.protocolLength = 4;
    header.operation = targetMac === undefined ? ArpOperation.request : ArpOperation.reply;
    header.wrapOrThrow(header.offset, header.end); // its lengths tell where the addresses lie
    this.at = header.payloadOffset;
    header.setSenderHardwareAddress(bytesOf(sender.mac, ":", 16));
    header.setSenderProtocolAddress(bytesOf(sender.ip, ".", 10));
    header.setTargetProtocolAddress(bytesOf(targetIp, ".", 10));
    header.setTargetHardwareAddress(bytesOf(targetMac ?? "0:0:0:0:0:0", ":", 16));
    return this;
  }

  ipv4(ends: Ends, protocol: number, fields: Ipv4Fields = {}): this {
    const header = this.place(Ipv4);
    header.srcText = ends.src;
    header.dstText = ends.dst;
    header.protocol = protocol;
    Object.assign(header, { ttl: 64 }, fields);
    this.ip = header;
    this.unfinished.push(() => {
      header.totalLength = this.at - header.offset;
      header.headerChecksum = internetChecksum(sumWords(this.view, header.offset, header.payloadOffset));
    });
    return this;
  }

  ipv6(ends: Ends, nextHeader: number): this {
    const header = this.place(Ipv6);
    header.srcText = ends.src;
    header.dstText = ends.dst;
    header.nextHeader = nextHeader;
    header.hopLimit = 64;
    this.ip = header;
    this.unfinished.push(() => (header.payloadLength = this.at - header.payloadOffset));
    return this;
  }

  udp(ports: Ports): this {
    const header = this.place(Udp);
    Object.assign(header, ports);
    this.unfinished.push(() => {
      header.length = this.at - header.offset;
      // A sum of zero is sent as all ones: zero means that there is none (RFC 768).
      header.checksum = this.transportChecksum(header.offset, IpProtocol.udp) || 0xffff;
    });
    return this;
  }

  tcp(ports: Ports, fields: TcpFields = {}): this {
    const header = this.place(Tcp);
    Object.assign(header, ports, { window: 64_240, ack: true }, fields);
    this.unfinished.push(() => (header.checksum = this.transportChecksum(header.offset, IpProtocol.tcp)));
    return this;
  }

  /** An echo request (8) or reply (0) of ICMP. */
  icmpEcho(type: number, identifier: number, sequence: number): this {
    const header = this.place(Icmp);
    header.type = type;
    header.identifier = identifier;
    header.sequenceNumber = sequence;
    this.unfinished.push(
      () => (header.checksum = internetChecksum(sumWords(this.view, header.offset, this.at))),
    );
    return this;
  }

  /** An echo request (128) or reply (129) of ICMPv6. */
  icmpv6Echo(type: number, identifier: number, sequence: number): this {
    const header = this.place(Icmpv6);
    header.type = type;
    header.wrapOrThrow(header.offset, header.end); // its type tells which fields it has
    header.identifier = identifier;
    header.sequenceNumber = sequence;
    this.at = header.offset + ECHO_BYTES;
    this.unfinished.push(() => (header.checksum = this.transportChecksum(header.offset, IpProtocol.icmpv6)));
    return this;
  }

  /** A question for the addresses of a name. */
  dnsQuestion(id: number, name: string): this {
    const header = this.place(Dns);
    header.id = id;
    header.rd = true;
    header.qdcount = 1;
    this.at = header.offset + Dns.MIN_LENGTH;
    for (const label of name.split(".")) this.payload(Uint8Array.of(label.length)).payload(label);
    return this.payload(Uint8Array.of(0, 0, DnsType.a, 0, DnsClass.in));
  }

  /** Bytes, or text as UTF-8. */
  payload(content: string | Uint8Array): this {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
    return this;
  }

  /** The frame, in memory of its own. */
  finish(): Uint8Array {
    for (const fill of this.unfinished.reverse()) fill();
    return this.bytes.slice(0, this.at);
  }

  /** A new header after what there is, checksum fields zero. */
  private place<T extends Placeable>(header: new (view: DataView) => T): T {
    const cursor = new header(this.view);
    if (cursor.init(this.at, MAX_FRAME) !== 0) throw new RangeError(`a frame has ${MAX_FRAME} bytes at most`);
    this.at = cursor.payloadOffset;
    return cursor;
  }

  private transportChecksum(from: number, protocol: number): number {
    if (this.ip === undefined) throw new TypeError("ipv4() or ipv6() comes before a transport header");
    const length = this.at - from;
    return internetChecksum(pseudoHeaderSum(this.ip, protocol, length) + sumWords(this.view, from, this.at));
  }
}

interface Placeable {
  init(offset: number, end: number): number;
  readonly payloadOffset: number;
}

/** An address as the bytes that its text names one by one. */
function bytesOf(text: string, separator: string, radix: number): Uint8Array {
  return Uint8Array.from(text.split(separator), (part) => parseInt(part, radix));
}
