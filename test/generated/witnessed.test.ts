// Packets built after the figures of the documents that are named, read by us and, where it is installed, by tshark.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { viewOf, type Header, type HeaderClass, type JsonObject } from "zc-gen";
import { PcapWriter } from "zc-gen/files";
import { Coap, Mqtt, Rtcp, Stack, Tls, TlsHandshake } from "zc-gen/protocols";
import { jsonFields } from "../../decode/json-fields.js";
import { jsonLayers } from "../../decode/json-layers.js";
import { requirement } from "../support/requirement.js";
import { bytesOf } from "../vectors/packets.js";

const needsTshark = requirement(
  "tshark",
  () => spawnSync("tshark", ["-v"]).status === 0 || "it does not run",
  "apt-get install tshark",
);

const MACS = "020000000002 020000000001";
const word = (value: number): string => value.toString(16).padStart(4, "0");
const lengthOf = (hex: string): number => bytesOf(hex).length;
const snap = (hex: string): string => `01000ccccccc 020000000001 ${word(8 + lengthOf(hex))} aaaa03 00000c ${hex}`;
const ipv4 = (protocol: number, hex: string): string =>
  `${MACS} 0800 4500${word(20 + lengthOf(hex))} 00010000 40${word(protocol).slice(2)}0000 c0000201 c0000202 ${hex}`;
const ipv6 = (next: number, hex: string): string =>
  `${MACS} 86dd 60000000 ${word(lengthOf(hex))}${word(next).slice(2)}40 20010db8${"00".repeat(11)}01 20010db8${"00".repeat(11)}02 ${hex}`;
const udp = (port: number, hex: string): string =>
  ipv4(17, `c000 ${word(port)} ${word(8 + lengthOf(hex))} 0000 ${hex}`);
/** From a port of its own: tshark does not read twice what it takes for sent twice. */
const tcp = (from: number, port: number, hex: string): string =>
  ipv4(6, `${word(from)} ${word(port)} 00000001 00000001 5018 ffff 0000 0000 ${hex}`);

interface Sample {
  readonly title: string;
  readonly frame: string;
  /** The layer, as `decode --json` has it: some of its fields. */
  readonly layer: { readonly proto: string } & Record<string, unknown>;
  /** What tshark says of the same, by its names. */
  readonly tshark: Readonly<Record<string, string>>;
  /** A header that no number leads to, and how many bytes before the frame's end it begins. */
  readonly at?: readonly [HeaderClass, number];
}

const LACP_PORT = "8000 020000000001 0001 00ff 0001";
const HELLO = "0303" + "07".repeat(32);
const EXTENSIONS = "0000000e000c 00 0009 6c6f63616c686f7374 0010000e000c 026832 08687474702f312e31 002b0003 020304";
const CLIENT_HELLO = `0100${word(2 + 32 + 1 + 4 + 2 + 2 + lengthOf(EXTENSIONS))} ${HELLO} 00 0002 1301 01 00 ${word(lengthOf(EXTENSIONS))} ${EXTENSIONS}`;
const SERVER_HELLO = `0200002e ${HELLO} 00 1301 00 0006 002b0002 0304`;
const OLD_HELLO = `02000026 ${HELLO} 00 002f 00`;
const INNER = `${MACS} 88b5 0102`;

const TEREDO_IPV6 = `60000000 0000 3b40 20010000 c0000201 0000 3fff 3ffffdfe 20010db8${"00".repeat(11)}02`;

const record = (hex: string): string => `160303 ${word(lengthOf(hex))} ${hex}`;
const within = (Class: HeaderClass, hex: string): readonly [HeaderClass, number] => [Class, lengthOf(hex)];

const SAMPLES: readonly Sample[] = [
  {
    title: "LACP of a port that is in sync (IEEE 802.1AX §6.4.2)",
    frame: `0180c2000002 020000000001 8809 01 01 0114 ${LACP_PORT} 3d 000000 0214 ${LACP_PORT} 3d 000000 0310 8000 ${"00".repeat(12 + 52)}`,
    layer: { proto: "lacp", version: 1, actor: { system_priority: 32768, system: "02:00:00:00:00:01", port: 1, collecting: true, timeout: false, activity: true }, collector_max_delay: 0x8000 }, // prettier-ignore
    tshark: { "lacp.version": "0x01", "lacp.actor.sysid": "02:00:00:00:00:01", "lacp.actor.port": "1" },
  },
  {
    title: "LACP of a port that hears nobody",
    frame: `0180c2000002 020000000001 8809 01 01 0114 ${LACP_PORT} c5 000000 0214 ${"00".repeat(18)} 0310 0000 ${"00".repeat(12 + 52)}`,
    layer: { proto: "lacp", actor: { expired: true, defaulted: true, synchronization: false, aggregation: true }, partner: { port: 0 } },
    tshark: { "lacp.actor.state": "0xc5", "lacp.partner.sysid": "00:00:00:00:00:00" },
  },
  {
    title: "MACsec with its secure channel (IEEE 802.1AE §9.3)",
    frame: `${MACS} 88e5 2c 00 00000001 020000000001 0001 ${"ab".repeat(64)}`,
    layer: { proto: "macsec", secure_channel_present: true, encrypted: true, changed: true, association_number: 0, short_length: 0, packet_number: 1, system: "02:00:00:00:00:01", port: 1 }, // prettier-ignore
    tshark: { "macsec.PN": "1", "macsec.SCI.system_identifier": "02:00:00:00:00:01", "macsec.SCI.port_identifier": "1" },
  },
  {
    title: "MACsec of a short frame without its channel",
    frame: `${MACS} 88e5 01 10 00000002 ${"ab".repeat(32)}`,
    layer: { proto: "macsec", secure_channel_present: false, encrypted: false, association_number: 1, short_length: 16, packet_number: 2 },
    tshark: { "macsec.PN": "2", "macsec.AN": "0x01", "macsec.SL": "16" },
  },
  {
    title: "CDP, version 2",
    frame: snap("2000 02 b4 abcd 0001 0007 737731"),
    layer: { proto: "cdp", version: 2, ttl: 180, checksum: 0xabcd },
    tshark: { "cdp.version": "2", "cdp.ttl": "180", "cdp.checksum": "0xabcd" },
  },
  {
    title: "CDP, version 1",
    frame: snap("2000 01 3c 0001 0003 0005 30"),
    layer: { proto: "cdp", version: 1, ttl: 60, checksum: 1 },
    tshark: { "cdp.version": "1", "cdp.ttl": "60" },
  },
  {
    title: "VRRP version 2 (RFC 3768 §5.1)",
    frame: ipv4(112, `2101 64 01 00 01 abcd c0000263 ${"00".repeat(8)}`),
    layer: { proto: "vrrp", version: 2, virtual_router_id: 1, priority: 100, advertisement_interval: 1, addresses: ["192.0.2.99"] },
    tshark: { "vrrp.virt_rtr_id": "1", "vrrp.prio": "100", "vrrp.ip_addr": "192.0.2.99" },
  },
  {
    title: "VRRP version 3 (RFC 5798 §5.1)",
    frame: ipv4(112, "3107 ff 02 0064 abcd c0000263 c0000264"),
    layer: { proto: "vrrp", version: 3, virtual_router_id: 7, priority: 255, max_advertisement_interval: 100, addresses: ["192.0.2.99", "192.0.2.100"] }, // prettier-ignore
    tshark: { "vrrp.virt_rtr_id": "7", "vrrp.prio": "255", "vrrp.ip_addr": "192.0.2.99,192.0.2.100" },
  },
  {
    title: "OSPF hello of a router that has a neighbor (RFC 2328 §A.3.2)",
    frame: ipv4(89, `02010030 c0000201 00000000 abcd 0000 ${"00".repeat(8)} ffffff00 000a 02 01 00000028 c0000201 00000000 c0000202`),
    layer: { proto: "ospf_hello", network_mask: "255.255.255.0", hello_interval: 10, options: 2, router_dead_interval: 40, neighbors: ["192.0.2.2"] },
    tshark: { "ospf.hello.network_mask": "255.255.255.0", "ospf.hello.hello_interval": "10", "ospf.hello.active_neighbor": "192.0.2.2" },
  },
  {
    title: "OSPF version 3 (RFC 5340 §A.3.1)",
    frame: ipv6(89, `03010024 c0000201 00000001 abcd 02 00 00000005 01000013 000a 0028 ${"00".repeat(8)}`),
    layer: { proto: "ospf", version: 3, type: 1, length: 36, router_id: "192.0.2.1", area_id: "0.0.0.1", instance_id: 2 },
    tshark: { "ospf.version": "3", "ospf.srcrouter": "192.0.2.1", "ospf.area_id": "0.0.0.1", "ospf.instance_id": "2" },
  },
  {
    title: "DCCP request (RFC 4340 §5.1)",
    frame: ipv4(33, "c0001389 05 00 0000 01 00 000000000007 00000009"),
    layer: { proto: "dccp", src_port: 0xc000, dst_port: 5001, data_offset: 5, type: 0, extended: true, sequence_number: 7 },
    tshark: { "dccp.srcport": "49152", "dccp.type": "0", "dccp.seq_raw": "7" },
  },
  {
    title: "DCCP data with a short number",
    frame: ipv4(33, "c0001389 03 00 0000 04 000009 6869"),
    layer: { proto: "dccp", data_offset: 3, type: 2, extended: false, short_sequence_number: 9 },
    tshark: { "dccp.type": "2", "dccp.data_offset": "3" },
  },
  {
    title: "UDP-Lite whose header alone is covered (RFC 3828 §3.1)",
    frame: ipv4(136, "c0001389 0008 abcd 6869"),
    layer: { proto: "udp_lite", src_port: 0xc000, dst_port: 5001, checksum_coverage: 8, checksum: 0xabcd },
    tshark: { "udp.srcport": "49152", "udp.checksum_coverage": "8" },
  },
  {
    title: "UDP-Lite with DNS",
    frame: ipv4(136, "c0000035 0000 abcd 0007 0100 0001 0000 0000 0000 0161 00 0001 0001"),
    layer: { proto: "udp_lite", dst_port: 53, checksum_coverage: 0, inner: [{ proto: "dns", id: 7, questions: [{ name: "a" }] }] },
    tshark: { "udp.dstport": "53", "dns.id": "0x0007" },
  },
  {
    title: "ERSPAN type I (draft-foschiano-erspan-03 §4.1)",
    frame: ipv4(47, `0000 88be ${INNER}`),
    layer: { proto: "erspan_i", inner: [{ proto: "ethernet", ether_type: 0x88b5 }] },
    tshark: { "gre.proto": "0x88be", "frame.protocols": "eth:ethertype:ip:gre:erspan:eth:ethertype:data" },
  },
  {
    title: "ERSPAN type II (draft-foschiano-erspan-03 §4.2)",
    frame: ipv4(47, `1000 88be 00000001 1064 0005 00000007 ${INNER}`),
    layer: { proto: "erspan", version: 1, vlan: 100, session_id: 5, index: 7, inner: [{ proto: "ethernet", ether_type: 0x88b5 }] },
    tshark: { "erspan.version": "1", "erspan.vlan": "100", "erspan.spanid": "5", "erspan.index": "7" },
  },
  {
    title: "ERSPAN type III (draft-foschiano-erspan-03 §4.3)",
    frame: ipv4(47, `1000 22eb 00000001 2064 0405 00000001 0007 8000 ${INNER}`),
    layer: { proto: "erspan_iii", version: 2, vlan: 100, truncated: true, session_id: 5, timestamp: 1, security_group_tag: 7, inner: [{ proto: "ethernet" }] }, // prettier-ignore
    tshark: { "erspan.version": "2", "erspan.vlan": "100", "erspan.spanid": "5", "erspan.truncated": "1" },
  },
  {
    title: "NetFlow version 5 with a flow (Cisco, NetFlow Export Datagram Format)",
    frame: udp(2055, "0005 0001 00002710 6553f100 0000000a 00000007 01 02 4064 c0000201 c0000202 c00002fe 0001 0002 0000000a 000003e8 00001000 00002000 c000 0035 00 1b 11 08 fde8 fde9 18 10 0000"),
    layer: { proto: "netflow_v5", count: 1, sys_uptime: 10_000, unix_secs: 1_700_000_000, unix_nsecs: 10, flow_sequence: 7, engine_type: 1, engine_id: 2, sampling_mode: 1, sampling_interval: 100, records: [{ src_addr: "192.0.2.1", dst_addr: "192.0.2.2", next_hop: "192.0.2.254", input: 1, output: 2, packets: 10, octets: 1000, first: 4096, last: 8192, src_port: 49_152, dst_port: 53, tcp_flags: 0x1b, protocol: 17, tos: 8, src_as: 65_000, dst_as: 65_001, src_mask: 24, dst_mask: 16 }] }, // prettier-ignore
    tshark: { "cflow.count": "1", "cflow.sysuptime": "10.000000000", "cflow.unix_secs": "1700000000", "cflow.unix_nsecs": "10", "cflow.sequence": "7", "cflow.engine_type": "1", "cflow.engine_id": "2", "cflow.samplingmode": "1", "cflow.samplerate": "100", "cflow.srcaddr": "192.0.2.1", "cflow.dstaddr": "192.0.2.2", "cflow.nexthop": "192.0.2.254", "cflow.inputint": "1", "cflow.outputint": "2", "cflow.packets": "10", "cflow.octets": "1000", "cflow.timestart": "4.096000000", "cflow.timeend": "8.192000000", "cflow.srcport": "49152", "cflow.dstport": "53", "cflow.tcpflags": "0x1b", "cflow.protocol": "17", "cflow.tos": "0x08", "cflow.srcas": "65000", "cflow.dstas": "65001", "cflow.srcmask": "24", "cflow.dstmask": "16" }, // prettier-ignore
  },
  {
    title: "NetFlow version 9 without flows (RFC 3954 §5.1)",
    frame: udp(2055, "0009 0000 00002710 6553f100 00000007 00000102"),
    layer: { proto: "netflow_v9", count: 0, sys_uptime: 10_000, unix_secs: 1_700_000_000, sequence_number: 7, source_id: 258 },
    tshark: { "cflow.version": "9", "cflow.count": "0", "cflow.sysuptime": "10.000000000", "cflow.unix_secs": "1700000000", "cflow.sequence": "7", "cflow.source_id": "258" },
  },
  {
    title: "Teredo with an origin indication (RFC 4380 §5.1.1)",
    frame: udp(3544, `0000 3fff 3ffffdfe ${TEREDO_IPV6}`),
    layer: { proto: "teredo", inner: [{ proto: "teredo_origin", obfuscated_port: 0x3fff, obfuscated_address: 0x3ffffdfe }, { proto: "ipv6", next_header: 59 }] },
    tshark: { "teredo.orig.port": "49152", "teredo.orig.addr": "192.0.2.1", "ipv6.nxt": "59" },
  },
  {
    title: "Teredo with an authentication and an origin indication (RFC 4380 §5.1.1)",
    frame: udp(3544, `0001 00 00 0102030405060708 00 0000 3fff 3ffffdfe ${TEREDO_IPV6}`),
    layer: { proto: "teredo", inner: [{ proto: "teredo_authentication", id_len: 0, au_len: 0, nonce: "0102030405060708", confirmation: 0 }, { proto: "teredo_origin", obfuscated_port: 0x3fff }, { proto: "ipv6" }] }, // prettier-ignore
    tshark: { "teredo.auth.nonce": "0102030405060708", "teredo.auth.conf": "00", "teredo.orig.port": "49152", "ipv6.nxt": "59" },
  },
  {
    title: "Teredo with an authentication of a client (RFC 4380 §5.1.1)",
    frame: udp(3544, `0001 02 04 aabb 01020304 0102030405060708 01 ${TEREDO_IPV6}`),
    layer: { proto: "teredo", inner: [{ proto: "teredo_authentication", id_len: 2, au_len: 4, client_identifier: "aabb", authentication_value: "01020304", nonce: "0102030405060708", confirmation: 1 }, { proto: "ipv6" }] }, // prettier-ignore
    tshark: { "teredo.auth.idlen": "2", "teredo.auth.aulen": "4", "teredo.auth.id": "aabb", "teredo.auth.value": "01020304", "teredo.auth.nonce": "0102030405060708", "teredo.auth.conf": "01" },
  },
  {
    title: "IPFIX with a template set (RFC 7011 §3.1)",
    frame: udp(4739, "000a 0020 5f5e1000 00000009 00000003 0002 0010 0100 0002 0008 0004 000c 0004"),
    layer: { proto: "ipfix", version: 10, length: 32, export_time: 1_600_000_000, sequence_number: 9, observation_domain_id: 3 },
    tshark: { "cflow.version": "10", "cflow.len": "32", "cflow.sequence": "9", "cflow.od_id": "3" },
  },
  {
    title: "RTCP receiver report (RFC 3550 §6.4.2)",
    frame: udp(5005, "80c90001 00000007"),
    at: [Rtcp, 8],
    layer: { proto: "rtcp", version: 2, count: 0, packet_type: 201, length: 1 },
    tshark: { "rtcp.version": "2", "rtcp.pt": "201", "rtcp.length": "1" },
  },
  {
    title: "RTCP source description with a padding (RFC 3550 §6.5)",
    frame: udp(5005, "a1ca0004 00000007 0103612e62000000 00000004 00000000".slice(0, -9)),
    at: [Rtcp, 20],
    layer: { proto: "rtcp", padding: true, count: 1, packet_type: 202, length: 4 },
    tshark: { "rtcp.pt": "202", "rtcp.padding": "1", "rtcp.sc": "1" },
  },
  {
    title: "MQTT ping request (MQTT 5.0 §3.12)",
    frame: tcp(50001, 1883, "c000"),
    at: [Mqtt, 2],
    layer: { proto: "mqtt", type: 12, flags: 0, remaining_length: 0 },
    tshark: { "mqtt.msgtype": "12", "mqtt.len": "0" },
  },
  {
    title: "MQTT publish of more than 127 bytes (MQTT 5.0 §3.3)",
    frame: tcp(50002, 1883, `30 8001 0001 61 ${"62".repeat(125)}`),
    at: [Mqtt, 131],
    layer: { proto: "mqtt", type: 3, flags: 0, remaining_length: 128 },
    tshark: { "mqtt.msgtype": "3", "mqtt.len": "128" },
  },
  {
    title: "TLS alert record (RFC 8446 §5.1)",
    frame: tcp(50003, 443, "150303 0002 0228"),
    at: [Tls, 7],
    layer: { proto: "tls", type: 21, legacy_record_version: 0x0303, length: 2 },
    tshark: { "tls.record.content_type": "21", "tls.record.length": "2" },
  },
  {
    title: "TLS client hello with server name and protocols (RFC 6066 §3, RFC 7301 §3.1)",
    frame: tcp(50004, 443, record(CLIENT_HELLO)),
    at: within(TlsHandshake, CLIENT_HELLO),
    layer: {
      proto: "tls_handshake",
      msg_type: 1,
      legacy_version: 0x0303,
      session_id: "",
      cipher_suites: [0x1301],
      extensions: [
        { type: 0, server_names: [{ name_type: 0, host_name: "localhost" }] },
        { type: 16, protocols: [{ protocol: "h2" }, { protocol: "http/1.1" }] },
        { type: 43, versions: [0x0304] },
      ],
    },
    tshark: { "tls.handshake.extensions_server_name": "localhost", "tls.handshake.extensions_alpn_str": "h2,http/1.1", "tls.handshake.ciphersuite": "0x1301" }, // prettier-ignore
  },
  {
    title: "TLS server hello (RFC 8446 §4.1.3)",
    frame: tcp(50005, 443, record(SERVER_HELLO)),
    at: within(TlsHandshake, SERVER_HELLO),
    layer: { proto: "tls_handshake", msg_type: 2, length: 46, cipher_suite: 0x1301, extensions: [{ type: 43, selected_version: 0x0304 }] },
    tshark: { "tls.handshake.type": "2", "tls.handshake.ciphersuite": "0x1301", "tls.handshake.extensions.supported_version": "0x0304" },
  },
  {
    title: "TLS server hello without extensions (RFC 5246 §7.4.1.3)",
    frame: tcp(50006, 443, record(OLD_HELLO)),
    at: within(TlsHandshake, OLD_HELLO),
    layer: { proto: "tls_handshake", length: 38, cipher_suite: 0x002f, compression_method: 0 },
    tshark: { "tls.handshake.ciphersuite": "0x002f", "tls.handshake.length": "38" },
  },
  {
    title: "CoAP with options of one byte and a payload (RFC 7252 §3.1)",
    frame: udp(5683, "44017d34 20010203 b4 74656d70 04 61626364 81 2a ff 6869"),
    layer: { proto: "coap", token: "20010203", options: [{ delta: 11, length: 4, value: "74656d70", number: 11 }, { delta: 0, value: "61626364", number: 11 }, { delta: 8, value: "2a", number: 19 }, { delta: 15, value: "" }] }, // prettier-ignore
    tshark: { "coap.opt.desc": "Type 11, Critical, Unsafe,Type 11, Critical, Unsafe,Type 19, Critical, Unsafe", "coap.opt.delta": "11,0,8", "coap.opt.length": "4,4,1", "coap.token": "20010203" },
  },
  {
    title: "CoAP with options of more bytes (RFC 7252 §3.1)",
    frame: udp(5683, `40017d35 d301 616263 e100f4 07 0d01 ${"61".repeat(14)}`),
    layer: { proto: "coap", options: [{ delta: 13, delta_extended: 1, value: "616263", number: 14 }, { delta: 14, delta_extended_16: 0xf4, value: "07", number: 527 }, { length: 13, length_extended: 1, value: "61".repeat(14), number: 527 }] }, // prettier-ignore
    tshark: { "coap.opt.desc": "Type 14, Elective, Unsafe,Type 527, Critical, Unsafe,Type 527, Critical, Unsafe", "coap.opt.delta": "13,14,0", "coap.opt.delta_ext": "1,244", "coap.opt.length_ext": "1" },
  },
  {
    title: "RADIUS access request (RFC 2865 §7.1)",
    frame: udp(1812, "01000038 0f403f9473978057bd83d5cb98f4227a 01066e656d6f 02120dbe708d93d413ce3196e43f782a0aee 0406c0a80110 050600000003"),
    layer: { proto: "radius", attributes: [{ type: 1, length: 6, text: "nemo" }, { type: 2, length: 18 }, { type: 4, address: "192.168.1.16" }, { type: 5, integer: 3 }] }, // prettier-ignore
    tshark: { "radius.avp.type": "1,2,4,5", "radius.User_Name": "nemo", "radius.NAS_IP_Address": "192.168.1.16" },
  },
  {
    title: "RADIUS accounting with what a vendor has (RFC 2866 §4.1, RFC 2865 §5.26)",
    frame: udp(1813, "04000042 0f403f9473978057bd83d5cb98f4227a 280600000001 2c0a3030303030303031 1a0c 00000009 01063a69703d 5f1220010db8000000000000000000000001"),
    layer: { proto: "radius", attributes: [{ integer: 1 }, { text: "00000001" }, { type: 26, vendor_id: 9, vendor_attributes: [{ vendor_type: 1, vendor_length: 6 }] }, { address: "2001:db8::1" }] }, // prettier-ignore
    tshark: { "radius.avp.type": "40,44,26,95", "radius.Acct_Session_Id": "00000001", "radius.avp.vendor_id": "9" },
  },
  {
    title: "STUN binding success with an address (RFC 8489 §14.2)",
    frame: udp(3478, "0101000c 2112a442 000102030405060708090a0b 00200008 0001a147e112a643"),
    layer: { proto: "stun", attributes: [{ type: 0x20, length: 8, family: 1, xor_port: 0xa147, xor_ipv4: 0xe112a643 }] },
    tshark: { "stun.att.type": "0x0020", "stun.att.port": "32853", "stun.att.ipv4": "192.0.2.1" },
  },
  {
    title: "STUN error with attributes of odd lengths (RFC 8489 §14.8)",
    frame: udp(3478, "01110014 2112a442 000102030405060708090a0b 00090005 00000414 61000000 80220002 61620000"),
    layer: { proto: "stun", attributes: [{ type: 9, length: 5, error_class: 4, error_number: 20, reason: "a" }, { type: 0x8022, text: "ab" }] },
    tshark: { "stun.att.type": "0x0009,0x8022", "stun.att.error.class": "4", "stun.att.error.reason": "a", "stun.att.software": "ab" },
  },
  {
    title: "DHCPv6 solicit (RFC 8415 §21)",
    frame: udp(547, "01102030 0001000a 00030001020000000001 0003000c 000000010000000000000000 00060004 00170018 00080002 0064 00270006 01 0161 0162 00"),
    layer: { proto: "dhcpv6", options: [{ code: 1, duid_type: 3, hardware_type: 1, identifier: "020000000001" }, { code: 3, iaid: 1, ia_options: [] }, { numbers: [23, 24] }, { elapsed_time: 100 }, { fqdn: "a.b" }] }, // prettier-ignore
    tshark: { "dhcpv6.option.type": "1,3,6,8,39", "dhcpv6.duid.type": "3", "dhcpv6.client_domain": "a.b." },
  },
  {
    title: "DHCPv6 reply with an address and a prefix (RFC 8415 §21.6, §21.22)",
    frame: udp(547, "07102030 00030032 00000001 00000e10 00001518 00050018 20010db8000000000000000000000007 00001c20 00002a30 000d0006 0000 676f6f64 00190029 00000002 00000000 00000000 001a0019 00001c20 00002a30 38 20010db8000000000000000000000000"),
    layer: { proto: "dhcpv6", options: [{ t1: 3600, ia_options: [{ code: 5, address: "2001:db8::7", valid_lifetime: 10_800 }, { status_code: 0, status_message: "good" }] }, { iaid: 2, ia_options: [{ code: 26, prefix_length: 56, prefix: "2001:db8::" }] }] }, // prettier-ignore
    tshark: { "dhcpv6.iaaddr.ip": "2001:db8::7", "dhcpv6.status_code": "0", "dhcpv6.iaprefix.pref_len": "56" },
  },
  {
    title: "GTP-U with a PDU session container (3GPP TS 29.281 §5.2.1)",
    frame: udp(2152, "34ff001c 00000007 0005 00 85 01 0009 00 45000014 00010000 40fd0000 c0000201 c0000202"),
    layer: { proto: "gtp_u", next_extension_header_type: 0x85, extensions: [{ length: 1, content: "0009", next_type: 0 }], inner: [{ proto: "ipv4", protocol: 253 }] }, // prettier-ignore
    tshark: { "gtp.teid": "0x00000007", "gtp.ext_hdr.length": "1", "ip.proto": "17,253" },
  },
  {
    title: "GTP-U with two extension headers",
    frame: udp(2152, "34ff0020 00000007 0005 00 40 01 0868 85 01 0009 00 45000014 00010000 40fd0000 c0000201 c0000202"),
    layer: { proto: "gtp_u", extensions: [{ content: "0868", next_type: 0x85 }, { content: "0009", next_type: 0 }], inner: [{ proto: "ipv4" }] },
    tshark: { "gtp.ext_hdr.length": "1,1", "ip.proto": "17,253" },
  },
  {
    title: "DNS answer of HTTPS with parameters (RFC 9460 §2.2)",
    frame: udp(53, "00018180 0001000100000000 0161 00 0041 0001 c00c 0041 0001 00000e10 001b 0001 00 0001 0006 02683202 6833 0003 0002 01bb 0004 0004 c0000201"),
    layer: { proto: "dns", answers: [{ type: 65, svc_priority: 1, target_name: ".", svc_params: [{ key: 1, value: { alpn: [{ text: "h2" }, { text: "h3" }] } }, { value: { port: 443 } }, { value: { ipv4_hint: ["192.0.2.1"] } }] }] }, // prettier-ignore
    tshark: { "dns.svcb.svcpriority": "1", "dns.svcb.svcparam.alpn": "h2,h3", "dns.svcb.svcparam.port": "443", "dns.svcb.svcparam.ipv4hint.ip": "192.0.2.1" },
  },
  {
    title: "DNS answer with an alias form and options of EDNS (RFC 9460 §2.4.2, RFC 7871 §6)",
    frame: udp(53, "00018180 0001000100000001 0161 00 0040 0001 c00c 0040 0001 00000e10 0005 0000 0162 00 00 0029 1000 00000000 0017 0008 0007 0001 1800 c00002 000a 0008 0102030405060708"),
    layer: { proto: "dns", answers: [{ type: 64, svc_priority: 0, target_name: "b", svc_params: [] }], additionals: [{ options: [{ code: 8, value: { family: 1, source_prefix_length: 24, address_prefix: "c00002" } }, { code: 10, value: { client_cookie: "0102030405060708" } }] }] }, // prettier-ignore
    tshark: { "dns.svcb.svcpriority": "0", "dns.svcb.targetname": "b", "dns.opt.client.netmask": "24", "dns.opt.cookie.client": "0102030405060708" },
  },
  {
    title: "QUIC version negotiation (RFC 9000 §17.2.1)",
    frame: udp(443, "c000000000 00 04 01020304 00000001 6b3343cf"),
    layer: { proto: "quic", long_header: true, version: 0, source_connection_id: "01020304", supported_versions: [1, 0x6b3343cf] },
    tshark: { "quic.header_form": "1", "quic.version": "0x00000000", "quic.scid": "01020304", "quic.supported_version": "0x00000001,0x6b3343cf" },
  },
  {
    title: "QUIC initial packet of version 1 with a token (RFC 9000 §17.2.2)",
    frame: udp(443, `c000000001 08 0102030405060708 00 02 abcd 44b0 ${"00".repeat(1200)}`),
    layer: { proto: "quic", version: 1, type_bits: 0, destination_connection_id: "0102030405060708", source_connection_id: "", token: "abcd", length: 1200 },
    tshark: { "quic.version": "0x00000001", "quic.dcid": "0102030405060708", "quic.token": "abcd", "quic.length": "1200" },
  },
];

it.each(SAMPLES)("reads $title", ({ frame, at, layer: { proto, ...fields } }) => {
  const bytes = bytesOf(frame);
  const found = at === undefined ? layerOf(proto, bytes) : headerAt(at, bytes);
  expect(found).toMatchObject(fields);
});

function layerOf(proto: string, bytes: Uint8Array): object | undefined {
  const stack = new Stack(viewOf(bytes));
  expect([stack.decode(0, bytes.length, 1), stack.explain()]).toEqual([0, undefined]);
  const found = jsonLayers(stack.layers(), 0).find((one) => one.proto === proto);
  const struct = stack.layers().find(({ layout }) => layout.name === proto)?.toJSON();
  const inner = found?.inner?.map((one) => ({ proto: one.proto, ...one.fields }));
  return found && { ...structs(struct), ...found.fields, ...(inner && { inner }) };
}

/** Structures that are objects of their own, as LACP's two ports, whose fields have the same names. */
function structs(fields: JsonObject = {}): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => typeof value === "object" && !Array.isArray(value)));
}

function headerAt([Class, length]: readonly [HeaderClass, number], bytes: Uint8Array): object {
  const header: Header = new Class(viewOf(bytes));
  expect(header.explain(header.wrap(bytes.length - length, bytes.length))).toBeUndefined();
  return jsonFields(header);
}

it("numbers the options of CoAP from the one before (RFC 7252 §3.1)", () => {
  const coap = Coap.of(bytesOf(`40017d35 b161 0162 d2010000 e100f4 07 ff`));
  const numbers: number[] = [];
  const { options } = coap;
  for (let more = options.first(); more; more = options.next()) numbers.push(options.element.number);
  expect(numbers).toEqual([11, 11, 25, 538, 538]);
});

it("reads them as tshark does", (context) => {
  needsTshark(context);
  const folder = mkdtempSync(join(tmpdir(), "zc-witnessed-"));
  try {
    const path = join(folder, "samples.pcap");
    const writer = PcapWriter.create(path, { linkType: 1 });
    SAMPLES.forEach(({ frame }, seconds) => writer.write(bytesOf(frame), { seconds }));
    writer.finish();
    const names = [...new Set(SAMPLES.flatMap(({ tshark }) => Object.keys(tshark)))];
    const fields = names.flatMap((name) => ["-e", name]);
    const args = ["-r", path, "-d", "udp.port==5005,rtcp", "-d", "udp.port==443,quic", "-T", "fields", "-E", "occurrence=a", ...fields];
    const { stdout, stderr } = spawnSync("tshark", args, { encoding: "utf8" });
    const rows = stdout.split("\n").map((line) => line.split("\t"));
    const said = SAMPLES.map(({ title, tshark }, at) => [
      title,
      Object.fromEntries(Object.keys(tshark).map((name) => [name, rows[at]?.[names.indexOf(name)]])),
    ]);
    expect(said, stderr).toEqual(SAMPLES.map(({ title, tshark }) => [title, tshark]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
