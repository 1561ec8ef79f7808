// Constants of <linux/if_packet.h>, unchanged. Its structures are generated: schemas/linux/.
import { SockaddrLl, Tpacket3Hdr } from "../generated/index.js";

/** linux/socket.h. */
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_PACKET = 17;

export const TPACKET_V3 = 2;
export const TPACKET_ALIGNMENT = 16;
/** Headers of a block are aligned to this (net/packet/af_packet.c, V3_ALIGNMENT). */
export const V3_ALIGNMENT = 8;

export const TP_STATUS_KERNEL = 0;
export const TP_STATUS_USER: number = 1 << 0;
export const TP_STATUS_LOSING: number = 1 << 2;
export const TP_STATUS_CSUMNOTREADY: number = 1 << 3;
export const TP_STATUS_VLAN_VALID: number = 1 << 4;
export const TP_STATUS_BLK_TMO: number = 1 << 5;
export const TP_STATUS_VLAN_TPID_VALID: number = 1 << 6;
export const TP_STATUS_CSUM_VALID: number = 1 << 7;

/** Of newer kernels. */
export const TP_STATUS_GSO_TCP: number = 1 << 8;
export const TP_STATUS_TS_SOFTWARE: number = 1 << 29;
/** Negative: bit 31. */
export const TP_STATUS_TS_RAW_HARDWARE: number = 1 << 31;

export const TP_FT_REQ_FILL_RXHASH = 1;
/** linux/if_ether.h. */
export const ETH_P_8021Q = 0x8100;

/** `value` rounded up to a multiple of `to`, a power of two. */
export function alignUp(value: number, to: number): number {
  return (value + to - 1) & -to;
}

/** Bytes from a tpacket3_hdr to its sockaddr_ll: TPACKET_ALIGN(sizeof(struct tpacket3_hdr)). */
export const SOCKADDR_LL_AT: number = alignUp(Tpacket3Hdr.MIN_LENGTH, TPACKET_ALIGNMENT);
/** Bytes of the two together: TPACKET3_HDRLEN. */
export const TPACKET3_HDRLEN: number = SOCKADDR_LL_AT + SockaddrLl.MIN_LENGTH;
