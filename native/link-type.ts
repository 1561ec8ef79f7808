// What ARPHRD_* of an interface (linux/if_arp.h) means as LINKTYPE_* (https://www.tcpdump.org/linktypes.html).
const LINK_TYPES: Readonly<Record<number, number>> = {
  1: 1, // ARPHRD_ETHER -> ETHERNET
  772: 1, // ARPHRD_LOOPBACK: Ethernet headers with zero addresses
  512: 9, // ARPHRD_PPP -> PPP
  768: 101, // ARPHRD_TUNNEL -> RAW
  769: 101, // ARPHRD_TUNNEL6
  776: 101, // ARPHRD_SIT
  778: 101, // ARPHRD_IPGRE
  801: 105, // ARPHRD_IEEE80211 -> IEEE802_11
  802: 119, // ARPHRD_IEEE80211_PRISM -> PRISM_HEADER
  803: 127, // ARPHRD_IEEE80211_RADIOTAP -> IEEE802_11_RADIOTAP
  65534: 101, // ARPHRD_NONE: tun -> RAW
};

/** `ARPHRD_LOOPBACK`. */
export const ARPHRD_LOOPBACK = 772;

/** LINKTYPE_* number of an interface's packets, -1 where we know none. */
export function linkTypeOf(hatype: number): number {
  return LINK_TYPES[hatype] ?? -1;
}

// LINKTYPE_* of packets that begin with their network header, by EtherType.
const NETWORK_TYPES: Readonly<Record<number, number>> = { 0x0800: 228, 0x86dd: 229 };

/** LINKTYPE_* number of a packet without link-layer header: IPV4 or IPV6, -1 for others. */
export function linkTypeOfProtocol(etherType: number): number {
  return NETWORK_TYPES[etherType] ?? -1;
}
