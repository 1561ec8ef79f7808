// What other decoders read of what ours reads, and what they read beside it. Names are theirs: layer types of gopacket
// (gopacket/gopacket layers/layertypes.go, commit 25397391), modules of scapy.layers and scapy.contrib (2.6; those of contrib are
// loaded by hand), protocols of PcapPlusPlus (Packet++/header/ProtocolType.h, commit 008eab77). An empty name: none found there.

/** A row of the table. */
export interface PeerRow {
  readonly title: string;
  /** Names of our schemas. */
  readonly ours: readonly string[];
  readonly gopacket: string;
  readonly scapy: string;
  readonly pcapPlusPlus: string;
}

const row = (
  title: string,
  ours: string,
  gopacket: string,
  scapy: string,
  pcapPlusPlus: string,
): PeerRow => ({
  title,
  ours: ours.split(" ").filter((name) => name !== ""),
  gopacket,
  scapy,
  pcapPlusPlus,
});

export const PEER_ROWS: readonly PeerRow[] = [
  row("Ethernet II, IEEE 802.3", "ethernet", "Ethernet", "l2", "Ethernet, EthernetDot3"),
  row("VLAN tags", "vlan", "Dot1Q", "l2", "VLAN"),
  row("LLC", "llc", "LLC", "l2", "LLC"),
  row("SNAP", "snap", "SNAP", "l2", ""),
  row("ARP", "arp", "ARP", "l2", "ARP"),
  row("Linux cooked capture, version 1", "linux_sll", "LinuxSLL", "l2", "SLL"),
  row("Linux cooked capture, version 2", "linux_sll2", "LinuxSLL2", "l2", "SLL2"),
  row("BSD loopback", "null_link null_loopback loop", "Loopback", "l2", "NULL_LOOPBACK"),
  row("Raw IP", "raw_ip", "IPv4, IPv6", "inet", "IPv4, IPv6"),
  row("PPP", "ppp ppp_link ppp_hdlc ppp_compressed ppp_direction", "PPP", "ppp", "PPP_PPTP"),
  row("PPPoE", "pppoe pppoe_discovery", "PPPoE", "ppp", "PPPoESession, PPPoEDiscovery"),
  row("MPLS", "mpls", "MPLS", "contrib.mpls", "MPLS"),
  row("Spanning tree", "stp", "STP", "l2", "STP"),
  row("LLDP", "lldp", "LinkLayerDiscovery", "contrib.lldp", ""),
  row("LACP", "slow_protocols lacp", "", "contrib.lacp", ""),
  row("MACsec", "macsec", "", "contrib.macsec", ""),
  row("CDP", "cdp", "CiscoDiscovery", "contrib.cdp", ""),
  row("IPv4", "ipv4", "IPv4", "inet", "IPv4"),
  row("IPv6", "ipv6", "IPv6", "inet6", "IPv6"),
  row("IPv6 extension headers", "ipv6_hop_by_hop ipv6_destination_options ipv6_routing ipv6_fragment", "IPv6HopByHop, IPv6Destination, IPv6Routing, IPv6Fragment", "inet6", "IPv6"), // prettier-ignore
  row("AH", "ah", "IPSecAH", "ipsec", "AuthenticationHeader"),
  row("ESP", "esp", "IPSecESP", "ipsec", "ESP"),
  row("ICMP", "icmp", "ICMPv4", "inet", "ICMP"),
  row("ICMPv6, neighbor discovery, MLD", "icmpv6", "ICMPv6", "inet6", "ICMPv6"),
  row("IGMP", "igmp", "IGMP", "contrib.igmp, contrib.igmpv3", "IGMPv1, IGMPv2, IGMPv3"),
  row("VRRP", "vrrp", "VRRP", "vrrp", "VRRPv2, VRRPv3"),
  row("OSPF", "ospf ospf_hello", "OSPF", "contrib.ospf", ""),
  row("GRE", "gre wccp_redirect", "GRE", "l2", "GREv0, GREv1"),
  row("TCP", "tcp", "TCP", "inet", "TCP"),
  row("UDP", "udp", "UDP", "inet", "UDP"),
  row("UDP-Lite", "udp_lite", "UDPLite", "", ""),
  row("SCTP", "sctp", "SCTP", "sctp", ""),
  row("DCCP", "dccp", "", "", ""),
  row("VXLAN", "vxlan vxlan_gpe", "VXLAN", "vxlan", "VXLAN"),
  row("Geneve", "geneve", "Geneve", "contrib.geneve", ""),
  row("GTP, user plane", "gtp_u", "GTPv1U", "contrib.gtp", "GTPv1"),
  row("L2TP", "l2tp", "", "l2tp", ""),
  row("ERSPAN", "erspan erspan_i erspan_iii", "ERSPANII", "contrib.erspan", ""),
  row("WireGuard", "wireguard", "", "contrib.wireguard", "WireGuard"),
  row("Teredo", "teredo teredo_origin teredo_authentication", "", "", ""),
  row("DNS", "dns", "DNS", "dns", "DNS"),
  row("DHCP", "dhcpv4", "DHCPv4", "dhcp", "DHCP"),
  row("DHCPv6", "dhcpv6", "DHCPv6", "dhcp6", "DHCPv6"),
  row("NTP", "ntp", "NTP", "ntp", "NTP"),
  row("RTP", "rtp", "", "rtp", ""),
  row("RTCP: header", "rtcp", "", "contrib.rtcp", ""),
  row("STUN", "stun", "", "contrib.stun", ""),
  row("QUIC: what is not encrypted", "quic", "", "quic", ""),
  row("TLS: records, hellos", "tls tls_handshake", "TLS", "tls", "SSL"),
  row("SNMP: up to the version", "snmp", "", "snmp", ""),
  row("TFTP: fixed part", "tftp", "", "tftp", ""),
  row("CoAP", "coap", "", "contrib.coap", ""),
  row("MQTT: fixed header", "mqtt", "", "contrib.mqtt", ""),
  row("RADIUS", "radius", "RADIUS", "radius", "Radius"),
  row("BFD", "bfd", "BFD", "contrib.bfd", ""),
  row("NetFlow, versions 5 and 9", "netflow netflow_v5 netflow_v9", "", "netflow", ""),
  row("IPFIX: header", "ipfix", "", "netflow", ""),
  row("IEEE 802.11, radiotap", "", "Dot11, RadioTap", "dot11", ""),
  row("Bluetooth", "", "", "bluetooth", ""),
  row("CAN", "", "", "can", ""),
  row("EAP, EAPOL", "", "EAP, EAPOL", "eap", ""),
  row("BGP", "", "", "contrib.bgp", "BGP"),
  row("HTTP", "", "", "http", "HTTPRequest, HTTPResponse"),
  row("SIP", "", "SIP", "", "SIPRequest, SIPResponse"),
  row("sFlow", "", "SFlow", "", ""),
  row("Modbus", "", "Modbus", "contrib.modbus", ""),
  row("Diameter", "", "Diameter", "contrib.diameter", ""),
  row("SMB", "", "", "smb, smb2", ""),
  row("LDAP", "", "", "ldap", "LDAP"),
  row("Kerberos", "", "", "kerberos", ""),
  row("SOME/IP", "", "", "contrib.automotive", "SomeIP"),
  row("SSH", "", "", "ssh", "SSH"),
  row("GTP version 2", "", "GTPv2", "contrib.gtp_v2", ""),
];
