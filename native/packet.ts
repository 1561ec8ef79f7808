import { SockaddrLl, Tpacket3Hdr, VirtioNetHdr } from "../generated/index.js";
import { PARKED, type PacketBounds } from "../runtime/index.js";
import { LeaseReleasedError } from "./errors.js";
import {
  ETH_P_8021Q,
  SOCKADDR_LL_AT,
  TP_STATUS_CSUM_VALID,
  TP_STATUS_CSUMNOTREADY,
  TP_STATUS_GSO_TCP,
  TP_STATUS_TS_RAW_HARDWARE,
  TP_STATUS_TS_SOFTWARE,
  TP_STATUS_VLAN_TPID_VALID,
  TP_STATUS_VLAN_VALID,
} from "./if-packet.js";
import { linkTypeOfProtocol } from "./link-type.js";

/** Where a packet got its time: in the card, where the stack took it from the driver, or as the kernel copied it. */
export type TimestampSource = "hardware" | "software" | "copy";

/** Whether the transport checksum is known good, not yet filled in (sent by this machine: do not verify), or neither. */
export type ChecksumStatus = "valid" | "notReady" | "unknown";

/**
 * A packet in its block: where its bytes lie, and what the kernel says of it, read in place.
 *
 * One object serves all packets of a block: it is valid until the loop goes on, and reading it after the block's
 * release throws a `RangeError`. Keep `copy()`, not the packet.
 */
export class Packet implements PacketBounds {
  /** LINKTYPE_* number: 1 is Ethernet. */
  linkType: number;
  /** The first byte, from the start of the ring's view. */
  dataOffset: number = PARKED;
  /** One past the last captured byte. */
  dataEnd: number = PARKED;
  /** @internal */
  readonly hdr: Tpacket3Hdr;
  private readonly sockaddr: SockaddrLl;

  private readonly vnet: VirtioNetHdr | undefined;

  /** @internal `hasVnet`: a virtio_net_hdr lies before each packet. */
  constructor(view: DataView, linkType: number, hasVnet: boolean = false) {
    this.hdr = new Tpacket3Hdr(view);
    this.sockaddr = new SockaddrLl(view);
    this.linkType = linkType;
    this.vnet = hasVnet ? new VirtioNetHdr(view) : undefined;
  }

  /** Captured bytes. */
  get capturedLength(): number {
    return this.hdr.tpSnaplen;
  }

  /** Bytes the packet had on the wire, or in the stack when segmentation is offloaded. */
  get originalLength(): number {
    return this.hdr.tpLen;
  }

  /** Whether fewer bytes were captured than the packet had. */
  get truncated(): boolean {
    return this.hdr.tpSnaplen < this.hdr.tpLen;
  }

  /** Seconds since 1970, unsigned 32 bits. */
  get seconds(): number {
    return this.hdr.tpSec;
  }

  /** Nanoseconds within the second. */
  get nanoseconds(): number {
    return this.hdr.tpNsec;
  }

  /** Where `seconds` and `nanoseconds` come from. */
  get timestampSource(): TimestampSource {
    const { tpStatus } = this.hdr;
    if ((tpStatus & TP_STATUS_TS_RAW_HARDWARE) !== 0) return "hardware";
    return (tpStatus & TP_STATUS_TS_SOFTWARE) !== 0 ? "software" : "copy";
  }

  /** The kernel's flow hash; 0 where it was not asked for or there is none. */
  get rxHash(): number {
    return this.hdr.hv1.tpRxhash;
  }

  /** Whether the kernel took a VLAN tag out of the packet. Only the outer one: an inner tag stays in the data. */
  get hasVlan(): boolean {
    return (this.hdr.tpStatus & TP_STATUS_VLAN_VALID) !== 0;
  }

  /** Tag control information: PCP in bits 15 to 13, DEI in 12, VID in 11 to 0. 0 without a tag. */
  get vlanTci(): number {
    return this.hasVlan ? this.hdr.hv1.tpVlanTci & 0xffff : 0;
  }

  /** EtherType of the tag: 0x8100 or 0x88a8. 0 without a tag. */
  get vlanTpid(): number {
    const { tpStatus } = this.hdr;
    if ((tpStatus & TP_STATUS_VLAN_VALID) === 0) return 0;
    return (tpStatus & TP_STATUS_VLAN_TPID_VALID) === 0 ? ETH_P_8021Q : this.hdr.hv1.tpVlanTpid;
  }

  get checksumStatus(): ChecksumStatus {
    const { tpStatus } = this.hdr;
    if ((tpStatus & TP_STATUS_CSUMNOTREADY) !== 0) return "notReady";
    return (tpStatus & TP_STATUS_CSUM_VALID) !== 0 ? "valid" : "unknown";
  }

  /** Whether newer kernels say that it is a TCP super-packet, to be segmented later. Older ones say nothing: see `virtioHeader`. */
  get isGso(): boolean {
    return (this.hdr.tpStatus & TP_STATUS_GSO_TCP) !== 0;
  }

  /** What the kernel spared the packet: segment size, checksum to come. On a ring with `vnetHeader`, else undefined. */
  get virtioHeader(): VirtioNetHdr | undefined {
    this.vnet?.wrap(this.dataOffset - VirtioNetHdr.MIN_LENGTH, this.dataOffset);
    return this.vnet;
  }

  /** EtherType as the kernel knows it, behind any VLAN tag; below 0x0600 one of its own numbers (linux/if_ether.h). */
  get protocol(): number {
    return this.sender.sllProtocol;
  }

  /** PACKET_HOST (0), BROADCAST (1), MULTICAST (2), OTHERHOST (3), OUTGOING (4): linux/if_packet.h. */
  get packetType(): number {
    return this.sender.sllPkttype;
  }

  /** The kernel's number of the interface (ifindex). */
  get interfaceIndex(): number {
    return this.sender.sllIfindex;
  }

  /** The packet's bytes, to keep. @throws LeaseReleasedError after the block's release. */
  copy(): Uint8Array {
    if (this.dataOffset < 0) {
      const hint = "copy inside the loop, before the block is released";
      throw new LeaseReleasedError("this packet's block went back to the kernel", {
        code: "ERR_RING_LEASE_RELEASED",
        hint,
      });
    }
    return new Uint8Array(this.hdr.view.buffer as ArrayBuffer).slice(this.dataOffset, this.dataEnd);
  }

  /** @internal Points at checked bytes; `hdr` stands already. */
  place(start: number, end: number): void {
    this.dataOffset = start;
    this.dataEnd = end;
  }

  /** @internal Makes every later read throw. */
  park(): void {
    this.place(PARKED, PARKED);
    this.hdr.park();
    this.sockaddr.park();
    this.vnet?.park();
  }

  /** What the kernel tells of interface and sender, as it stands in the block; valid as long as the packet. */
  get sender(): SockaddrLl {
    this.sockaddr.wrap(this.hdr.offset + SOCKADDR_LL_AT, this.hdr.end);
    return this.sockaddr;
  }
}

/** A packet that begins with its network header: `linkType` is its own, IPV4 (228), IPV6 (229), or -1. */
export class CookedPacket extends Packet {
  /** @internal */
  override place(start: number, end: number): void {
    super.place(start, end);
    if (start >= 0) this.linkType = linkTypeOfProtocol(this.protocol);
  }
}
