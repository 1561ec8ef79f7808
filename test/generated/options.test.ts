import { describe, expect, it } from "vitest";
import { Fault, faultCode } from "zc-gen";
import { Ipv4, Ipv4OptionType, Tcp, TcpOptionKind } from "zc-gen/protocols";
import { bytesOf } from "../vectors/packets.js";

// IPv4 headers out of ipv4-options.pcap, TCP ones out of TcpPacketWithOptions2.pcap (both PcapPlusPlus' tests, Unlicense)
// and mptcp-tcprst.pcap (tcpdump's tests, BSD); the SYN is one of Linux 6.1.
const SECURITY = bytesOf("4b00006c783700004001752d7f0000017f000001 8616000000020210 0002000000020004 0005000600ef0000" + "00".repeat(64));
const TIMESTAMP = bytesOf("4f00007c82e1400040010d440a0000060a00008a 442809 00 04eb39b9" + "00".repeat(96));
const ROUTER_ALERT = bytesOf("46000024000040000102fa480a00008ae0000001 94040000" + "00".repeat(12));
const RECORD_ROUTE = bytesOf("4f000050000040004006ead80a00008a0a000006 072710010203040a00008a0a00008a" + "00".repeat(53));
const STRICT_ROUTE = bytesOf("47000024334c0000400128710a0000060a00008a 0189070400000000" + "00".repeat(8));
const SYN = bytesOf("c3500050 00000001 00000000 a002faf0 00000000 020405b4 0402 080a 0a0b0c0d 00000000 01 030307");
const DATA = bytesOf("0050ac80b829cb98e977158690184ed2dea10000 0101080ad3f039980003009501030302");
const RESET = bytesOf("d9bb1f900000000181bdc28660140100f4700000 1e048000");

describe("TCP options", () => {
  it("of a SYN: each of them, by kind and in order", () => {
    const tcp = Tcp.of(SYN);
    const { options } = tcp;
    const kinds: number[] = [];
    for (let more = options.first(); more; more = options.next()) kinds.push(options.kind);
    expect([kinds, options.fault]).toEqual([[2, 4, 8, 1, 3], 0]);
    expect([options.find(TcpOptionKind.maximumSegmentSize), options.asMaximumSegmentSize?.mss]).toEqual([true, 1460]);
    expect([options.find(TcpOptionKind.windowScale), options.asWindowScale?.shiftCount]).toEqual([true, 7]);
    expect([options.find(TcpOptionKind.timestamps), options.asTimestamps?.tsValue]).toEqual([true, 0x0a0b0c0d]);
    expect(options.find(TcpOptionKind.sack)).toBe(false);
  });

  it("of a segment with data", () => {
    expect(Tcp.of(DATA).toJSON()["options"]).toEqual([
      { kind: 1 },
      { kind: 1 },
      { kind: 8, length: 10, value: { ts_value: 0xd3f03998, ts_echo_reply: 0x30095 } },
      { kind: 1 },
      { kind: 3, length: 3, value: { shift_count: 2 } },
    ]);
  });

  it("of multipath TCP", () => {
    const { options } = Tcp.of(RESET);
    expect([options.find(TcpOptionKind.multipath), options.asMultipath?.subtype]).toEqual([true, 8]);
    expect(options.asMultipath?.dataAsMpTcprst?.reason).toBe(0);
    expect(Tcp.of(RESET).toJSON()["options"]).toEqual([
      { kind: 30, length: 4, value: { subtype: 8, bits: 0, data: { reason: 0 } } },
    ]);
  });

  // RFC 8684 §3: lengths of each form.
  it.each([
    ["1e0c0181" + "0102030405060708", { checksum_required: true, extensibility: false, no_more_subflows: false, flags: 0, hmac_sha256: true, sender_key: "72623859790382856" }],
    ["1e0401 01", { checksum_required: false, extensibility: false, no_more_subflows: false, flags: 0, hmac_sha256: true }],
    ["1e0c1102 01020304 05060708", { address_id: 2, receiver_token: 0x1020304, sender_nonce: 0x5060708 }],
    ["1e101102 0102030405060708 0000000a", { address_id: 2, truncated_hmac: "72623859790382856", answer_nonce: 10 }],
    ["1e142005 0000000a 0000000b 0000000c 0004 0fff", { reserved_bits: 0, data_fin: false, dsn_64: false, has_dsn: true, ack_64: false, has_ack: true, data_ack: 10, data_sequence_number: 11, subflow_sequence_number: 12, data_level_length: 4, rest: "0fff" }],
    ["1e103001 c0000201 0102030405060708", { address_id: 1, ipv4: "192.0.2.1", truncated_hmac: "72623859790382856" }],
    ["1e054001 02", { address_ids: [1, 2] }],
  ])("of multipath TCP, as in %s", (hex, data) => {
    const option = bytesOf(hex);
    const padded = Math.ceil(option.length / 4) * 4;
    const bytes = new Uint8Array(20 + padded);
    bytes[12] = ((20 + padded) / 4) << 4;
    bytes.set(option, 20);
    const { options } = Tcp.of(bytes);
    expect([options.first(), options.fault]).toEqual([true, 0]);
    const [json] = options.toJSON() as { value: { data: unknown } }[];
    expect(json?.value.data).toEqual(data);
  });

  it("tell the value of TypeScript's union apart", () => {
    const { options } = Tcp.of(SYN);
    options.find(8);
    const { value } = options;
    expect(value?.case === "tcpTimestamps" ? value.tsEchoReply : undefined).toBe(0);
  });

  it("with a length of 0 end the walk there", () => {
    const bytes = SYN.slice();
    bytes[27] = 0;
    const { options } = Tcp.of(bytes);
    expect([options.find(3), faultCode(options.fault), options.faultOffset]).toEqual([false, Fault.ELEMENT_LENGTH, 26]);
    expect(Tcp.of(bytes).hexDump()).toContain("(tcp_option at 26 says it has 0 bytes");
  });
});

describe("IPv4 options", () => {
  it("security", () => {
    const { options } = Ipv4.of(SECURITY);
    expect([options.first(), options.tag, options.optionClass, options.number, options.length]).toEqual([true, 0x86, 0, 6, 0x16]);
    expect([options.copied, options.next(), options.stopOffset]).toEqual([true, false, 42]);
  });

  it("timestamps", () => {
    const { options } = Ipv4.of(TIMESTAMP);
    expect(options.find(Ipv4OptionType.timestamp)).toBe(true);
    const stamps = options.asTimestamp;
    expect([stamps?.pointer, stamps?.overflow, stamps?.flag, stamps?.dataLength]).toEqual([9, 0, 0, 36]);
    expect(stamps?.dataAsTimestampsOnly?.timestampsAt(0)).toBe(0x04eb39b9);
  });

  it("router alert", () => {
    expect(Ipv4.of(ROUTER_ALERT).toJSON()["options"]).toEqual([
      { copied: true, option_class: 0, number: 20, length: 4, value: { router_alert: 0 } },
    ]);
  });

  it("routes", () => {
    const { options } = Ipv4.of(RECORD_ROUTE);
    expect(options.find(Ipv4OptionType.recordRoute)).toBe(true);
    const recorded = options.asRecordRoute;
    expect([recorded?.pointer, recorded?.routeCount, recorded?.routeAt(0)]).toEqual([16, 9, 0x01020304]);
    const strict = Ipv4.of(STRICT_ROUTE).options;
    expect([strict.find(Ipv4OptionType.strictSourceRoute), strict.asStrictSourceRoute?.routeCount, strict.asRecordRoute]).toEqual([true, 1, undefined]);
  });
});
