import { describe, expect, it } from "vitest";
import { viewOf } from "zc-gen";
import { Stack } from "zc-gen/protocols";
import { jsonLayers } from "../../decode/json-layers.js";
import { bytesOf } from "../vectors/packets.js";

const RAW_IP = 101;

/** The last layer of a packet, as `decode --json` has it. */
function lastLayer(linkType: number, hex: string): unknown {
  const bytes = bytesOf(hex);
  const stack = new Stack(viewOf(bytes));
  expect(stack.decode(0, bytes.length, linkType)).toBe(0);
  const { proto, fields } = jsonLayers(stack.layers(), 0).at(-1) ?? { proto: "", fields: {} };
  return { proto, ...fields };
}

function word(value: number): string {
  return value.toString(16).padStart(4, "0");
}

/** In an IPv4 packet of its own. */
function inIpv4(protocol: number, hex: string): string {
  const { length } = bytesOf(hex);
  return `4500${word(20 + length)} 00010000 40${word(protocol).slice(2)}0000 c0000201 c0000202 ${hex}`;
}

function inIpv6(nextHeader: number, hex: string): string {
  const { length } = bytesOf(hex);
  const addresses = "fe80000000000000 0000000000000001 ff02000000000000 0000000000000001";
  return `60000000 ${word(length)}${word(nextHeader).slice(2)}ff ${addresses} ${hex}`;
}

function inUdp(port: number, hex: string): string {
  const { length } = bytesOf(hex);
  return inIpv4(17, `${word(port)}${word(port)}${word(8 + length)}0000 ${hex}`);
}

// Built after the figures of the documents that are named; expected values are written by hand.
const PACKETS: readonly (readonly [title: string, linkType: number, hex: string, layer: object])[] = [
  [
    "neighbor solicitation with the sender's address (RFC 4861 §4.3)",
    RAW_IP,
    inIpv6(58, "8700abcd 00000000 fe800000000000000000000000000002 0101 020000000001"),
    {
      proto: "icmpv6",
      type: 135,
      checksum: 0xabcd,
      target_address: "fe80::2",
      options: [{ type: 1, length: 1, data: "020000000001", link_layer_address: "020000000001" }],
    },
  ],
  [
    "router advertisement with prefix, MTU and name server (RFC 4861 §4.2, RFC 8106 §5.1)",
    RAW_IP,
    inIpv6(
      58,
      "8600abcd 40c00708 00000000 00000000" +
        "030440c0 00278d00 00093a80 00000000 20010db8000000000000000000000000" +
        "05010000 000005dc" +
        "19030000 00000708 20010db8000000000000000000000035",
    ),
    {
      cur_hop_limit: 64,
      managed: true,
      other_config: true,
      router_lifetime: 1800,
      options: [
        {
          type: 3,
          length: 4,
          prefix_length: 64,
          on_link: true,
          autonomous: true,
          valid_lifetime: 2_592_000,
          preferred_lifetime: 604_800,
          prefix: "20010db8000000000000000000000000",
        },
        { type: 5, length: 1, mtu: 1500 },
        { type: 25, length: 3, lifetime: 1800, addresses: ["2001:db8::35"] },
      ],
    },
  ],
  [
    "multicast listener query of version 2, for two sources (RFC 3810 §5.1)",
    RAW_IP,
    inIpv6(
      58,
      "8200abcd 27100000 ff020000000000000000000000000003 0a7d0002" +
        "20010db8000000000000000000000001 20010db8000000000000000000000002",
    ),
    { maximum_response_delay: 10_000, suppress: true, qrv: 2, qqic: 125, num_sources: 2, sources: ["2001:db8::1", "2001:db8::2"] },
  ],
  [
    "multicast listener query of version 1 (RFC 2710 §3)",
    RAW_IP,
    inIpv6(58, "8200abcd 27100000 ff020000000000000000000000000003"),
    { multicast_address: "ff02::3", body: "" },
  ],
  [
    "membership query of version 3 (RFC 9776 §4.1)",
    RAW_IP,
    inIpv4(2, "1164abcd e0000016 0a7d0001 c0000263"),
    { group_address: "224.0.0.22", suppress: true, qrv: 2, qqic: 125, num_sources: 1, sources: ["192.0.2.99"] },
  ],
  [
    "membership report of version 3, with auxiliary data and bytes after the records (RFC 9776 §4.2)",
    RAW_IP,
    inIpv4(2, "2200abcd 00000002 01010001 e1000001 c0000263 aaaaaaaa 04000000 e1000002 ffff"),
    {
      num_group_records: 2,
      group_records: [
        { record_type: 1, aux_data_len: 1, num_sources: 1, multicast_address: "225.0.0.1", sources: ["192.0.2.99"], auxiliary_data: "aaaaaaaa" },
        { record_type: 4, aux_data_len: 0, num_sources: 0, multicast_address: "225.0.0.2", sources: [] },
      ],
    },
  ],
  [
    "multicast listener report of version 2 (RFC 3810 §5.2)",
    RAW_IP,
    inIpv6(58, "8f00abcd 00000001 03000001 ff020000000000000000000000000003 20010db8000000000000000000000001"),
    {
      num_records: 1,
      records: [{ record_type: 3, num_sources: 1, multicast_address: "ff02::3", sources: ["2001:db8::1"] }],
    },
  ],
  [
    "ICMP router advertisement (RFC 1256 §3)",
    RAW_IP,
    inIpv4(1, "0900abcd 02020708 c0000201 00000000 c0000202 80000000"),
    {
      num_addrs: 2,
      lifetime: 1800,
      router_addresses: [
        { address: "192.0.2.1", preference_level: 0 },
        { address: "192.0.2.2", preference_level: -(2 ** 31) },
      ],
    },
  ],
  [
    "membership query of version 2 (RFC 2236 §2)",
    RAW_IP,
    inIpv4(2, "1164abcd 00000000"),
    { max_resp_code: 100, group_address: "0.0.0.0", query_v3: "" },
  ],
  [
    "DHCPDISCOVER (RFC 2131 §3.1, RFC 2132)",
    RAW_IP,
    inUdp(
      67,
      `01010600 12345678 00008000 ${"00000000".repeat(4)} 020000000001${"00".repeat(10 + 192)} 63825363` +
        "350101 00 3204c0000207 3d0701020000000001 37030103 06 52060104656e7330 ff 00",
    ),
    {
      proto: "dhcpv4",
      broadcast: true,
      options: [
        { code: 53, length: 1, data: "01", message_type: 1 },
        { code: 0 },
        { code: 50, length: 4, data: "c0000207", requested_address: "192.0.2.7" },
        { code: 61, length: 7, data: "01020000000001", hardware_type: 1, identifier: "020000000001" },
        { code: 55, length: 3, data: "010306", parameter_request_list: [1, 3, 6] },
        { code: 82, length: 6, data: "0104656e7330", items: [{ code: 1, length: 4, data: "656e7330" }] },
        { code: 255 },
      ],
    },
  ],
  [
    "SCTP INIT with the addresses that are understood (RFC 9260 §3.3.2)",
    RAW_IP,
    inIpv4(132, "0b590b59 00000000 00000000 0100001c deadbeef 00010000 000a0800 00000001 000c0006 0005 0000"),
    {
      proto: "sctp",
      src_port: 2905,
      chunks: [
        {
          type: 1,
          flags: 0,
          length: 28,
          initiate_tag: 0xdeadbeef,
          a_rwnd: 65_536,
          outbound_streams: 10,
          inbound_streams: 2048,
          initial_tsn: 1,
          parameters: [{ type: 12, length: 6, data: "0005", address_types: [5] }],
        },
      ],
    },
  ],
  [
    "SCTP SACK and DATA of an odd length (RFC 9260 §3.3.1, §3.3.4)",
    RAW_IP,
    inIpv4(132, "0b590b59 00000001 00000000 03000014 0000000a 00001000 00010000 00020003 00030011 0000000b 00010002 00000003 61000000"),
    {
      chunks: [
        { type: 3, length: 20, cumulative_tsn_ack: 10, a_rwnd: 4096, num_gap_blocks: 1, num_duplicate_tsns: 0, gap_blocks: [{ gap_start: 2, gap_end: 3 }] },
        { type: 0, flags: 3, length: 17, tsn: 11, stream_identifier: 1, stream_sequence_number: 2, payload_protocol_identifier: 3, user_data: "61" },
      ],
    },
  ],
  [
    "PADI of RFC 2516 appendix B, with a host's mark",
    1,
    `ffffffffffff 020000000002 8863 11090000 000c 01010000 01030004 0a0b0c0d ${"00".repeat(20)}`,
    {
      proto: "pppoe",
      code: 9,
      tags: [
        { type: 0x0101, length: 0 },
        { type: 0x0103, length: 4, value: "0a0b0c0d" },
      ],
    },
  ],
  [
    "LLDP data unit (IEEE 802.1AB §8.2)",
    1,
    `0180c200000e 020000000002 88cc 0207 04020000000002 0405 0565746830 0602 0078 0a03 737731 0e04 00140004 fe06 0080c2 01 0001 0000 ${"00".repeat(10)}`,
    {
      proto: "lldp",
      tlvs: [
        { type: 1, length: 7, value: "04020000000002", chassis_id_subtype: 4, chassis_id: "020000000002" },
        { type: 2, length: 5, value: "0565746830", port_id_subtype: 5, port_id: "65746830" },
        { type: 3, length: 2, value: "0078", ttl: 120 },
        { type: 5, length: 3, value: "737731", system_name: "sw1" },
        { type: 7, length: 4, value: "00140004", system_capabilities: 20, enabled_capabilities: 4 },
        { type: 127, length: 6, value: "0080c2010001", organization_oui: 0x0080c2, organization_subtype: 1, information: "0001" },
        { type: 0, length: 0 },
      ],
    },
  ],
  [
    "PPP with address and control (RFC 1662 §3.1)",
    9,
    "ff03 c021 0101 0004",
    { proto: "ppp", address: 0xff, control: 3, protocol: 0xc021 },
  ],
  ["PPP with a protocol field of one byte (RFC 1661 §6.5)", 9, "fd 0102", { proto: "ppp", protocol: 0xfd }],
  [
    "segment routing header with a segment and padding (RFC 8754 §2)",
    RAW_IP,
    inIpv6(43, "3b030401 00000007 20010db8000000000000000000000001 0406 000000000000"),
    {
      proto: "ipv6_routing",
      segments_left: 1,
      last_entry: 0,
      tag: 7,
      addresses: ["2001:db8::1"],
      tlvs: [{ type: 4, length: 6, data: "000000000000" }],
    },
  ],
  [
    "Geneve with an option of Open vSwitch (RFC 8926 §3.5)",
    RAW_IP,
    inUdp(6081, "024088b5 00000500 01018001 0a0b0c0d"),
    { proto: "geneve", critical: true, vni: 5, options: [{ class: 0x0101, type: 0x80, length: 1, data: "0a0b0c0d" }] },
  ],
];

describe("a packet of", () => {
  it.each(PACKETS)("%s", (_title, linkType, hex, layer) => {
    expect(lastLayer(linkType, hex)).toMatchObject(layer);
  });
});

// Of tunnels and applications over UDP: two of each, of which each shows what the other has not.
const OVER_UDP: readonly (readonly [title: string, port: number, hex: string, layer: object])[] = [
  [
    "NTP request of a client (RFC 5905 §7.3)",
    123,
    `23000620 ${"00".repeat(36)} e5f0a1b280000000`,
    { proto: "ntp", leap_indicator: 0, version: 4, mode: 3, stratum: 0, poll: 6, precision: 32, transmit_timestamp: "16568920817119789056" },
  ],
  [
    "NTP control message that reads variables (RFC 9327 §2)",
    123,
    "16020001 00000000 00000000",
    { proto: "ntp", version: 2, mode: 6, response: false, opcode: 2, sequence: 1, count: 0 },
  ],
  [
    "STUN binding request (RFC 8489 §5)",
    3478,
    "00010000 2112a442 000102030405060708090a0b",
    { proto: "stun", message_type: 1, message_length: 0, magic_cookie: 0x2112a442, transaction_id: "000102030405060708090a0b" },
  ],
  [
    "STUN binding success with an attribute (RFC 8489 §14.2)",
    3478,
    "0101000c 2112a442 000102030405060708090a0b 00200008 0001a147e112a643",
    { proto: "stun", message_type: 0x101, message_length: 12 },
  ],
  [
    "RADIUS access request (RFC 2865 §7.1)",
    1812,
    "01000038 0f403f9473978057bd83d5cb98f4227a 01066e656d6f 02120dbe708d93d413ce3196e43f782a0aee 0406c0a80110 050600000003",
    { proto: "radius", code: 1, identifier: 0, length: 56, authenticator: "0f403f9473978057bd83d5cb98f4227a" },
  ],
  [
    "RADIUS access accept (RFC 2865 §7.1)",
    1812,
    "02000026 86fe220e7624ba2a1005f6bf9b55e0b2 060600000001 0f0600000000 0e06c0a80103",
    { proto: "radius", code: 2, length: 38 },
  ],
  ["TFTP data (RFC 1350 §5)", 69, "0003 0001 6869", { proto: "tftp", opcode: 3, block: 1 }],
  ["TFTP error (RFC 1350 §5)", 69, "0005 0001 6e6f00", { proto: "tftp", opcode: 5, error_code: 1 }],
  [
    "CoAP confirmable GET (RFC 7252 appendix A, figure 16)",
    5683,
    "40017d34 bb74656d7065726174757265",
    { proto: "coap", version: 1, type: 0, tkl: 0, code: 1, message_id: 0x7d34 },
  ],
  [
    "CoAP acknowledgement with a token (RFC 7252 appendix A, figure 17)",
    5683,
    "61457d35 20 ff32322e332043",
    { proto: "coap", type: 2, tkl: 1, code: 0x45, message_id: 0x7d35, token: "20" },
  ],
  [
    "BFD control packet of a session that is up (RFC 5880 §4.1)",
    3784,
    "20c00318 00000001 00000002 000f4240 000f4240 00000000",
    { proto: "bfd", version: 1, diagnostic: 0, state: 3, detect_mult: 3, length: 24, my_discriminator: 1, your_discriminator: 2, desired_min_tx_interval: 1_000_000 },
  ],
  [
    "BFD control packet with a simple password (RFC 5880 §4.2)",
    3784,
    "20440320 00000001 00000000 000f4240 000f4240 00000000 0108 01 6869212121",
    { proto: "bfd", state: 1, authentication_present: true, length: 32, auth_type: 1, auth_len: 8 },
  ],
  ["SNMP version 1 (RFC 1157 §4)", 161, "3026 020100 0406", { proto: "snmp", short_length: 38, version: 0 }],
  [
    "SNMP version 2c of more than 127 bytes (X.690 §8.1.3.5)",
    161,
    "308180 020101 0406",
    { proto: "snmp", is_long: true, short_length: 1, long_length: "80", version: 1 },
  ],
  [
    "DHCPv6 solicit (RFC 8415 §8)",
    547,
    "01102030 0001000a 00030001020000000001",
    { proto: "dhcpv6", msg_type: 1, transaction_id: 0x102030 },
  ],
  [
    "DHCPv6 relay-forward (RFC 8415 §9)",
    547,
    "0c00 20010db8000000000000000000000001 fe800000000000000000000000000002 00090004 01102030",
    { proto: "dhcpv6", msg_type: 12, hop_count: 0, link_address: "2001:db8::1", peer_address: "fe80::2" },
  ],
  [
    "NetFlow version 5 with a flow",
    2055,
    "0005 0001 000003e8 5f5e1000 00000000 00000007 0000 0000" +
      "c0000201 c0000202 00000000 0001 0002 00000003 000000b4 00000064 000000c8 c000 0050 00 12 06 00 0000 0000 18 18 0000",
    { proto: "netflow_v5", count: 1, flow_sequence: 7, records: [{ src_addr: "192.0.2.1", packets: 3, octets: 180, dst_port: 80, protocol: 6 }] },
  ],
  [
    "NetFlow version 9 (RFC 3954 §5.1)",
    2055,
    "0009 0000 000003e8 5f5e1000 00000007 00000001",
    { proto: "netflow_v9", count: 0, sequence_number: 7, source_id: 1 },
  ],
  [
    "VXLAN of network 5 (RFC 7348 §5)",
    4789,
    "08000000 00000500",
    { proto: "vxlan", flags: 8, vni_present: true, vni: 5 },
  ],
  ["VXLAN without a network", 4789, "00000000 00000000", { proto: "vxlan", flags: 0, vni_present: false, vni: 0 }],
  [
    "GTP-U with a user's packet (3GPP TS 29.281 §5.1)",
    2152,
    `30ff0014 00000007 ${inIpv4(255, "")}`,
    { proto: "gtp_u", version: 1, message_type: 255, length: 20, teid: 7, inner: [{ proto: "ipv4" }] },
  ],
  [
    "GTP-U echo request with a sequence number (3GPP TS 29.281 §7.2.1)",
    2152,
    "32010004 00000000 00050000",
    { proto: "gtp_u", message_type: 1, sequence_number_flag: true, sequence_number: 5, next_extension_header_type: 0 },
  ],
  [
    "L2TP control message (RFC 2661 §3.1)",
    1701,
    "c802000c 00010000 00020003",
    { proto: "l2tp", type: true, version: 2, length: 12, tunnel_id: 1, session_id: 0, ns: 2, nr: 3 },
  ],
  [
    "L2TP data message with PPP (RFC 2661 §3.1)",
    1701,
    "0002 00010007 ff03c021 01010004",
    { proto: "l2tp", type: false, tunnel_id: 1, session_id: 7, inner: [{ proto: "ppp", protocol: 0xc021 }] },
  ],
  [
    "WireGuard transport data",
    51820,
    `04000000 00000007 0500000000000000 ${"ab".repeat(16)}`,
    { proto: "wireguard", type: 4, receiver_index: 0x07000000, counter: "5" },
  ],
  [
    "WireGuard cookie reply",
    51820,
    `03000000 01000000 ${"01".repeat(24)} ${"02".repeat(32)}`,
    { proto: "wireguard", type: 3, receiver_index: 1, cookie_nonce: "01".repeat(24), encrypted_cookie: "02".repeat(32) },
  ],
  ["VXLAN-GPE with IPv4", 4790, `0c000001 00000500 ${inIpv4(255, "")}`, { proto: "vxlan_gpe", next_protocol: 1, vni: 5 }],
  ["VXLAN-GPE of operation and maintenance", 4790, "09000000 00000500", { proto: "vxlan_gpe", oam: true, next_protocol_present: false }],
  [
    "Teredo bubble (RFC 4380 §5.2.8)",
    3544,
    inIpv6(59, ""),
    { proto: "teredo", inner: [{ proto: "ipv6", next_header: 59 }] },
  ],
  [
    "Teredo packet with its origin (RFC 4380 §5.1.1)",
    3544,
    `0000 efff f5fffffe ${inIpv6(59, "")}`,
    { proto: "teredo", inner: [{ proto: "teredo_origin", obfuscated_port: 0xefff }, { proto: "ipv6" }] },
  ],
  [
    "IPFIX message header (RFC 7011 §3.1)",
    4739,
    "000a0010 5f5e1000 00000001 00000002",
    { proto: "ipfix", version: 10, length: 16, sequence_number: 1, observation_domain_id: 2 },
  ],
];

/** The layer of that name, the tunnel's own even where nothing fits in it. */
function layerInUdp(proto: string, port: number, hex: string): object | undefined {
  const bytes = bytesOf(inUdp(port, hex));
  const stack = new Stack(viewOf(bytes));
  stack.decode(0, bytes.length, RAW_IP);
  const found = jsonLayers(stack.layers(), 0).find((one) => one.proto === proto);
  const inner = found?.inner?.map((one) => ({ proto: one.proto, ...one.fields }));
  return found && { proto, ...found.fields, ...(inner && { inner }) };
}

it.each(OVER_UDP)("reads %s", (_title, port, hex, layer) => {
  const { proto } = layer as { proto: string };
  expect(layerInUdp(proto, port, hex)).toMatchObject(layer);
});

/** Names and offsets of the layers, quoted ones included. */
function path(linkType: number, hex: string): string {
  const bytes = bytesOf(hex);
  const stack = new Stack(viewOf(bytes));
  stack.decode(0, bytes.length, linkType);
  return jsonLayers(stack.layers(), 0)
    .map(({ proto, offset }) => `${proto}@${offset}`)
    .join(" ");
}

const MACS = "020000000001 020000000002";
const DNS_QUERY = "00010100 0001000000000000 0161 00 0001 0001";
const TCP_SYN = "c0000050 00000001 00000000 6002ffff 00000000 020405b4";

const PATHS: readonly (readonly [title: string, linkType: number, hex: string, path: string])[] = [
  [
    "an IPv6 packet that ICMPv6 quotes, of messages without options (RFC 4443 §3.1)",
    RAW_IP,
    inIpv6(58, `0104abcd 00000000 ${inIpv6(17, "30390035 00080000")}`),
    "ipv6@0 icmpv6@40 ipv6@48 udp@88",
  ],
  [
    "of what a redirect quotes the header and 64 bits (RFC 792)",
    RAW_IP,
    inIpv4(1, `0501abcd c0000203 ${inUdp(53, DNS_QUERY)}`),
    "ipv4@0 icmpv4@20 ipv4@28 udp@48",
  ],
  [
    "all of what other errors quote",
    RAW_IP,
    inIpv4(1, `0301abcd 00000000 ${inUdp(53, DNS_QUERY)}`),
    "ipv4@0 icmpv4@20 ipv4@28 udp@48 dns@56",
  ],
  ["a BSD loopback capture of a big-endian machine", 0, `00000002 ${inUdp(9, "")}`, "null_loopback@0 ipv4@4 udp@24"], // prettier-ignore
  ["of a little-endian one", 0, `02000000 ${inUdp(9, "")}`, "null_loopback@0 ipv4@4 udp@24"],
  [
    "a bridged Ethernet frame behind SNAP and its padding (RFC 2684 §5.2)",
    1,
    `${MACS} 0026 aaaa03 0080c2 0007 0000 ${MACS} 0800 45000014 00010000 40ff0000 c0000201`,
    "ethernet@0 llc@14 ethernet@24",
  ],
  ["STP's service access point, in information only (IEEE 802.2 §5.4)", 1, `${MACS} 0007 42427f 00000080`, "ethernet@0 llc@14"],
  ["in unnumbered information", 1, `${MACS} 0007 424203 00000080`, "ethernet@0 llc@14 stp@17"],
  ["PPPoE, which has no address and control (RFC 2516 §7)", 1, `${MACS} 8864 1100 0001 0003 ff0321`, "ethernet@0 pppoe@14 ppp@20"],
  ["IPv4 behind SNAP of a bridge that tunnels (IEEE 802.1H)", 1, `${MACS} 001c aaaa03 0000f8 0800 ${inIpv4(255, "")}`, "ethernet@0 llc@14 ipv4@22"], // prettier-ignore
  ["no IPv4 behind SNAP of others", 1, `${MACS} 001c aaaa03 080007 0800 ${inIpv4(255, "")}`, "ethernet@0 llc@14"],
  ["a bridged BPDU behind SNAP (RFC 2684 §5.3)", 1, `${MACS} 000c aaaa03 0080c2 000e 00000080`, "ethernet@0 llc@14 stp@22"],
  ["no packet behind the label of a control channel (RFC 5586 §4.1)", 1, `${MACS} 8847 0000d140 ${inIpv4(255, "")}`, "ethernet@0 mpls@14"],
  ["the tags of a discovery packet of any code", 1, `${MACS} 8863 1142 0000 0004 01010000`, "ethernet@0 pppoe@14"],
  ["IPv4 behind GRE's source routes (RFC 1701)", RAW_IP, inIpv4(47, `40000800 00000000 08000008 c0000201c0000202 00000000 ${inIpv4(255, "")}`), "ipv4@0 gre@20 ipv4@44"], // prettier-ignore
  ["GRE, which carries no tag", RAW_IP, inIpv4(47, "00008100 00010800"), "ipv4@0 gre@20"],
];

it.each(PATHS)("finds %s", (_title, linkType, hex, expected) => {
  expect(path(linkType, hex)).toBe(expected);
});

it("shows the first 64 bits of a redirected TCP segment", () => {
  expect(lastLayer(RAW_IP, inIpv4(1, `0501abcd c0000203 ${inIpv4(6, TCP_SYN)}`))).toEqual({
    proto: "tcp",
    src_port: 0xc000,
    dst_port: 80,
    sequence_number: 1,
  });
});

it("tells the values of a TCP option that has its kind's length alone (RFC 9293 §3.2)", () => {
  const tcp = (option: string): string => inIpv4(6, `c0000050 00000001 00000000 7002ffff 00000000 ${option}`);
  expect(lastLayer(RAW_IP, tcp("020405b4 01010101"))).toMatchObject({ options: [{ kind: 2, mss: 1460 }, {}, {}, {}, {}] }); // prettier-ignore
  expect(lastLayer(RAW_IP, tcp("020505b4 01010101"))).toMatchObject({ options: [{ kind: 2, length: 5, data: "05b401" }, {}, {}, {}] }); // prettier-ignore
  expect(lastLayer(RAW_IP, tcp("020505b4 01010101"))).not.toMatchObject({ options: [{ mss: 1460 }, {}, {}, {}] });
});

it("splits the key of PPTP's GRE header alone (RFC 2637 §4.1)", () => {
  expect(lastLayer(RAW_IP, inIpv4(47, "2081880b 00000007 00000001"))).toMatchObject({ call_id: 7, payload_length: 0, acknowledgment_number: 1 }); // prettier-ignore
  expect(lastLayer(RAW_IP, inIpv4(47, "20018909 00000007"))).toMatchObject({ version: 1, key: 7 });
});

it("takes a row of pad options of DHCP for one", () => {
  const dhcp = `01010600 00000001 ${"00".repeat(228)} 63825363 350101 000000 0c0161 0000`;
  expect(lastLayer(RAW_IP, inUdp(67, dhcp))).toMatchObject({
    options: [{ code: 53 }, { code: 0 }, { code: 12, host_name: "a" }, { code: 0 }],
  });
});

it("has no options of DHCP in a BOOTP message (RFC 951 §3)", () => {
  const bytes = bytesOf(inUdp(67, `01010600 00000001 ${"00".repeat(228)} ${"01".repeat(64)}`));
  const stack = new Stack(viewOf(bytes));
  stack.decode(0, bytes.length, RAW_IP);
  const last = jsonLayers(stack.layers(), 0).at(-1);
  expect(last).toMatchObject({ proto: "dhcpv4", fields: { op: 1, xid: 1, broadcast: false } });
  expect(Object.keys(last?.fields ?? {})).not.toContain("options");
});

it("reads the entries of GRE's source routes (RFC 1701)", () => {
  const routes = "08000404 c0000201 fffe0002 fc01 00000000";
  expect(lastLayer(RAW_IP, inIpv4(47, `58009999 abcd0000 00000007 ${routes}`))).toMatchObject({
    checksum: 0xabcd,
    strict_source_route: true,
    sequence_number: 7,
    source_routes: [
      { address_family: 0x0800, offset: 4, length: 4, routing_information: "c0000201" },
      { address_family: 0xfffe, length: 2, routing_information: "fc01" },
      { address_family: 0, length: 0 },
    ],
  });
});

it("tells the length of a TLV that ends a list", () => {
  const tlvs = (end: string): string => `${MACS} 88cc 0202 0461 ${end}`;
  expect(lastLayer(1, tlvs("0000"))).toMatchObject({ tlvs: [{ type: 1 }, { type: 0, length: 0 }] });
  expect(lastLayer(1, tlvs("0002abcd"))).toMatchObject({ tlvs: [{ type: 1 }, { type: 0, length: 2, value: "abcd" }] }); // prettier-ignore
  expect(lastLayer(1, tlvs("0102ab"))).toMatchObject({ tlvs: [{ type: 1 }] });
});
