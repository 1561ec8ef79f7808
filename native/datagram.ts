import { SockaddrIn, SockaddrIn6 } from "../generated/index.js";
import { formatIpv4 } from "../runtime/index.js";
import { AF_INET, SOCKADDR_LL_AT } from "./if-packet.js";
import { Packet } from "./packet.js";

const IPV4_MAPPED = 0xffff;

/**
 * A UDP datagram: what `Packet` tells, and who sent it. Its bytes are the payload alone; what only frames have
 * (`protocol`, `packetType`, `interfaceIndex`, VLAN) means nothing here.
 */
export class Datagram extends Packet {
  private readonly v4: SockaddrIn;
  private readonly v6: SockaddrIn6;

  /** @internal */
  constructor(view: DataView, linkType: number) {
    super(view, linkType);
    this.v4 = new SockaddrIn(view);
    this.v6 = new SockaddrIn6(view);
  }

  /** The sender's port. */
  get remotePort(): number {
    return this.stand().sinPort; // at the same place in both families
  }

  /** The sender's IPv4 address as a number, -1 when it has none. IPv6 sockets see IPv4 senders as ::ffff:a.b.c.d. */
  get remoteIpv4(): number {
    const { sinFamily, sinAddr } = this.stand();
    if (sinFamily === AF_INET) return sinAddr;
    const { v6 } = this;
    v6.wrap(this.v4.offset, this.hdr.end);
    const isMapped =
      v6.sin6AddrWord(0) === 0 && v6.sin6AddrWord(1) === 0 && v6.sin6AddrWord(2) === IPV4_MAPPED;
    return isMapped ? v6.sin6AddrWord(3) : -1;
  }

  /** The sender's address as text: "192.0.2.1", "2001:db8::1". */
  get remoteAddress(): string {
    const ipv4 = this.remoteIpv4;
    return ipv4 >= 0 ? formatIpv4(ipv4) : this.v6.sin6AddrText;
  }

  /** @internal */
  override park(): void {
    super.park();
    this.v4.park();
    this.v6.park();
  }

  private stand(): SockaddrIn {
    this.v4.wrap(this.hdr.offset + SOCKADDR_LL_AT, this.hdr.end);
    return this.v4;
  }
}
