import { SockaddrLl, Tpacket3Hdr, TpacketBlockDesc } from "../generated/index.js";
import type { BlockDevice } from "./block-device.js";
import type { Counters } from "./counters.js";
import {
  AF_PACKET,
  alignUp,
  SOCKADDR_LL_AT,
  TP_STATUS_BLK_TMO,
  TP_STATUS_CSUM_VALID,
  TP_STATUS_CSUMNOTREADY,
  TP_STATUS_KERNEL,
  TP_STATUS_LOSING,
  TP_STATUS_USER,
  TP_STATUS_VLAN_TPID_VALID,
  TP_STATUS_VLAN_VALID,
  TPACKET3_HDRLEN,
  TPACKET_ALIGNMENT,
  TPACKET_V3,
  V3_ALIGNMENT,
} from "./if-packet.js";
import type { ChecksumStatus } from "./packet.js";

/** What a mock packet carries beside its bytes. All may be left out. */
export interface MockPacketInfo {
  readonly seconds?: number;
  readonly nanoseconds?: number;
  /** More than was captured makes the packet truncated. Default the bytes' number. */
  readonly originalLength?: number;
  /** A VLAN tag that the kernel took out. */
  readonly vlanTci?: number;
  /** Default 0x8100, with `vlanTci`. */
  readonly vlanTpid?: number;
  readonly checksumStatus?: ChecksumStatus;
  readonly rxHash?: number;
  readonly packetType?: number;
  readonly interfaceIndex?: number;
}

const ARPHRD_ETHER = 1;
const ETHERNET_HEADER = 14;
// As the kernel places them (net/packet/af_packet.c, tpacket_rcv): the network header 16-aligned, the MAC header before.
const TP_NET = alignUp(TPACKET3_HDRLEN + TPACKET_ALIGNMENT, TPACKET_ALIGNMENT);
const TP_MAC = TP_NET - ETHERNET_HEADER;

/** Plays the kernel for a ring in memory: fills blocks, closes them, drops and freezes as the kernel would. */
export class MockKernel {
  private readonly device: BlockDevice;
  private readonly counters: Counters;
  private readonly desc: TpacketBlockDesc;
  private readonly hdr: Tpacket3Hdr;
  private readonly sockaddr: SockaddrLl;
  private readonly bytes: Uint8Array;
  private readonly blockBytes: number;
  private readonly blocks: number;
  /** Blocks opened so far: the open one, if any, has this sequence number. */
  private sequence: number = 0;
  private isOpen: boolean = false;
  private frozen: boolean = false;
  private losing: boolean = false;
  /** Where the next packet goes, and where the last one is, in the open block; from the start of the view. */
  private nextAt: number = 0;
  private lastAt: number = 0;

  constructor(device: BlockDevice, view: DataView, blockBytes: number, counters: Counters) {
    this.device = device;
    this.counters = counters;
    this.desc = new TpacketBlockDesc(view);
    this.hdr = new Tpacket3Hdr(view);
    this.sockaddr = new SockaddrLl(view);
    this.bytes = new Uint8Array(device.buffer);
    this.blockBytes = blockBytes;
    this.blocks = view.byteLength / blockBytes;
  }

  /** Whether the next packet finds room. */
  hasRoomFor(length: number): boolean {
    if (this.isOpen && this.fits(packetBytes(this.clamp(length)))) return true;
    return this.device.acquire(this.sequence % this.blocks) === TP_STATUS_KERNEL;
  }

  /** Receives one packet. Returns false when it was dropped, for want of a free block. */
  receive(data: Uint8Array, info: MockPacketInfo): boolean {
    const snaplen = this.clamp(data.length);
    if (this.isOpen && !this.fits(packetBytes(snaplen))) this.closeBlock(0);
    if (!this.isOpen && !this.openBlock()) return this.drop();
    this.counters.received++;
    this.write(data.subarray(0, snaplen), data.length, info);
    return true;
  }

  /** Hands the open block over, full or not, if it holds a packet. */
  retire(): void {
    if (this.isOpen) this.closeBlock(TP_STATUS_BLK_TMO);
  }

  private clamp(length: number): number {
    return Math.min(length, this.blockBytes - TpacketBlockDesc.MIN_LENGTH - TP_MAC);
  }

  private fits(bytes: number): boolean {
    return this.nextAt + bytes < this.blockEnd();
  }

  private blockEnd(): number {
    return (((this.sequence - 1) % this.blocks) + 1) * this.blockBytes;
  }

  private openBlock(): boolean {
    const index = this.sequence % this.blocks;
    if (this.device.acquire(index) !== TP_STATUS_KERNEL) return this.freeze();
    this.sequence++;
    this.isOpen = true;
    this.frozen = false;
    this.nextAt = index * this.blockBytes + TpacketBlockDesc.MIN_LENGTH;
    this.lastAt = -1;
    const { hdr } = this.standOnBlock();
    hdr.numPkts = 0;
    hdr.offsetToFirstPkt = TpacketBlockDesc.MIN_LENGTH;
    hdr.blkLen = TpacketBlockDesc.MIN_LENGTH;
    hdr.seqNumHigh = Math.floor(this.sequence / 0x1_0000_0000);
    hdr.seqNumLow = this.sequence >>> 0;
    return true;
  }

  private freeze(): false {
    if (!this.frozen) this.counters.freezes++;
    this.frozen = true;
    return false;
  }

  private drop(): false {
    this.counters.received++;
    this.counters.dropped++;
    this.losing = true;
    return false;
  }

  private standOnBlock(): TpacketBlockDesc {
    const start = this.blockEnd() - this.blockBytes;
    this.desc.wrap(start, start + this.blockBytes);
    this.desc.version = TPACKET_V3;
    this.desc.offsetToPriv = TpacketBlockDesc.MIN_LENGTH;
    return this.desc;
  }

  private write(data: Uint8Array, length: number, info: MockPacketInfo): void {
    const at = this.nextAt;
    const total = packetBytes(data.length);
    this.hdr.wrap(at, this.blockEnd());
    this.writeHeader(data.length, length, total, info);
    this.writeSockaddr(at, info);
    this.bytes.set(data, at + TP_MAC);
    const { hdr } = this.standOnBlock();
    const time = hdr.numPkts === 0 ? hdr.tsFirstPkt : hdr.tsLastPkt;
    time.tsSec = info.seconds ?? 0;
    time.tsNsec = info.nanoseconds ?? 0;
    hdr.numPkts++;
    hdr.blkLen += total;
    this.lastAt = at;
    this.nextAt = at + total;
  }

  private writeHeader(snaplen: number, length: number, total: number, info: MockPacketInfo): void {
    const { hdr } = this;
    hdr.tpNextOffset = total;
    hdr.tpSec = info.seconds ?? 0;
    hdr.tpNsec = info.nanoseconds ?? 0;
    hdr.tpSnaplen = snaplen;
    hdr.tpLen = info.originalLength ?? length;
    hdr.tpStatus = packetStatus(info);
    hdr.tpMac = TP_MAC;
    hdr.tpNet = TP_NET;
    hdr.hv1.tpRxhash = info.rxHash ?? 0;
    hdr.hv1.tpVlanTci = info.vlanTci ?? 0;
    hdr.hv1.tpVlanTpid = info.vlanTpid ?? 0;
  }

  private writeSockaddr(at: number, info: MockPacketInfo): void {
    this.sockaddr.wrap(at + SOCKADDR_LL_AT, this.blockEnd());
    this.sockaddr.sllFamily = AF_PACKET;
    this.sockaddr.sllIfindex = info.interfaceIndex ?? 1;
    this.sockaddr.sllHatype = ARPHRD_ETHER;
    this.sockaddr.sllPkttype = info.packetType ?? 0;
  }

  private closeBlock(flags: number): void {
    const index = (this.sequence - 1) % this.blocks;
    this.hdr.wrap(this.lastAt, this.blockEnd());
    this.hdr.tpNextOffset = 0; // the kernel rewrites the last one's on close
    this.isOpen = false;
    const losing = this.losing ? TP_STATUS_LOSING : 0;
    this.losing = false;
    this.device.publish(index, TP_STATUS_USER | flags | losing);
    this.device.poke();
  }
}

function packetBytes(snaplen: number): number {
  return alignUp(TP_MAC + snaplen, V3_ALIGNMENT);
}

function packetStatus(info: MockPacketInfo): number {
  let status = TP_STATUS_USER;
  if (info.vlanTci !== undefined) status |= TP_STATUS_VLAN_VALID;
  if (info.vlanTpid !== undefined) status |= TP_STATUS_VLAN_TPID_VALID;
  if (info.checksumStatus === "valid") status |= TP_STATUS_CSUM_VALID;
  if (info.checksumStatus === "notReady") status |= TP_STATUS_CSUMNOTREADY;
  return status;
}
