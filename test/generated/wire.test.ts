import { describe, expect, it } from "vitest";
import { Fault, faultCode, faultField, isIncomplete } from "zc-gen";
import { Arp, ArpOperation, Ethernet, EtherType, Icmp, Icmpv6, IpProtocol, Ipv4, Ipv6, Tcp, Udp, Vlan } from "zc-gen/protocols";
import { ARP_REQUEST, bytesOf, TCP_IN_IPV6_IN_QINQ, UDP_IN_IPV4 } from "../vectors/packets.js";

describe("every field of real bytes", () => {
  it("reads Ethernet", () => {
    const ethernet = Ethernet.of(UDP_IN_IPV4);
    expect(ethernet.toJSON()).toEqual({ dst: "02:00:00:00:00:02", src: "02:00:00:00:00:01", ether_type: 0x0800 });
    expect(ethernet.dst).toBe(0x020000000002);
    expect(ethernet.etherType).toBe(EtherType.ipv4);
    expect([ethernet.headerLength, ethernet.payloadOffset, ethernet.payloadEnd]).toEqual([14, 14, 51]);
  });

  it("reads IPv4", () => {
    const ipv4 = Ipv4.of(UDP_IN_IPV4, 14);
    expect(ipv4.toJSON()).toEqual({
      version: 4,
      ihl: 5,
      dscp: 46,
      ecn: 1,
      total_length: 33,
      identification: 0x1234,
      reserved: 0,
      dont_fragment: true,
      more_fragments: false,
      fragment_offset: 0,
      ttl: 64,
      protocol: 17,
      header_checksum: 0x3ba8,
      src: "192.0.2.1",
      dst: "198.51.100.2",
      options: [],
    });
    expect(ipv4.protocol).toBe(IpProtocol.udp);
    expect([ipv4.src, ipv4.srcEquals("192.0.2.1"), ipv4.dstEquals("192.0.2.1")]).toEqual([0xc0000201, true, false]);
  });

  it("reads UDP", () => {
    expect(Udp.of(UDP_IN_IPV4, 34).toJSON()).toEqual({ src_port: 50000, dst_port: 5300, length: 13, checksum: 0 });
  });

  it("reads a stacked VLAN tag", () => {
    expect(Vlan.of(TCP_IN_IPV6_IN_QINQ, 14).toJSON()).toEqual({ pcp: 5, dei: true, vid: 100, ether_type: 0x8100 });
    expect(Vlan.of(TCP_IN_IPV6_IN_QINQ, 18).toJSON()).toEqual({ pcp: 0, dei: false, vid: 200, ether_type: 0x86dd });
  });

  it("reads IPv6", () => {
    const ipv6 = Ipv6.of(TCP_IN_IPV6_IN_QINQ, 22);
    expect(ipv6.toJSON()).toEqual({
      version: 6,
      dscp: 46,
      ecn: 0,
      flow_label: 0x12345,
      payload_length: 24,
      next_header: 6,
      hop_limit: 64,
      src: "2001:db8::1",
      dst: "2001:db8::2",
    });
    expect(ipv6.trafficClass).toBe(0xb8);
    expect([ipv6.srcWord(0), ipv6.srcWord(3)]).toEqual([0x20010db8, 1]);
    expect([ipv6.dstEquals("2001:db8::2"), ipv6.dstEquals("2001:db8::3")]).toEqual([true, false]);
  });

  it("reads TCP and finds the end of its options", () => {
    const tcp = Tcp.of(TCP_IN_IPV6_IN_QINQ, 62);
    expect(tcp.toJSON()).toEqual({
      src_port: 54321,
      dst_port: 443,
      sequence_number: 0x01020304,
      acknowledgment_number: 0x05060708,
      data_offset: 6,
      reserved: 0,
      cwr: true,
      ece: true,
      urg: false,
      ack: false,
      psh: false,
      rst: false,
      syn: true,
      fin: false,
      window: 64240,
      checksum: 0,
      urgent_pointer: 0,
      options: [{ kind: 2, length: 4, value: { mss: 1440 } }],
    });
    expect([tcp.headerLength, tcp.payloadOffset]).toEqual([24, 86]);
  });

  it("reads ARP", () => {
    const arp = Arp.of(ARP_REQUEST, 14);
    expect(arp.operation).toBe(ArpOperation.request);
    expect([...arp.senderHardwareAddressBytes(), ...arp.senderProtocolAddressBytes()]).toEqual([2, 0, 0, 0, 0, 1, 192, 0, 2, 1]);
    expect(arp.toJSON()).toMatchObject({ target_hardware_address: "000000000000", target_protocol_address: "c0000202" });
  });

  it("reads ICMP and ICMPv6", () => {
    const bytes = bytesOf("08 00 f7 fe 00 01 00 02");
    expect(Icmp.of(bytes).toJSON()).toEqual({ type: 8, code: 0, checksum: 0xf7fe, identifier: 1, sequence_number: 2 });
    expect(Icmpv6.of(bytesOf("80 00 12 34 00 01 00 02")).toJSON()).toMatchObject({ type: 128, identifier: 1, sequence_number: 2 });
  });
});

describe("the three lengths", () => {
  it("ends a payload where the header declares, and counts what trails", () => {
    const ipv4 = Ipv4.of(UDP_IN_IPV4, 14);
    expect([ipv4.declaredLength, ipv4.payloadEnd, ipv4.capturedEnd]).toEqual([33, 47, 51]);
    expect([ipv4.truncated, ipv4.trailing]).toEqual([0, 4]);
  });

  it("ends a payload where the capture stops, and counts what is missing", () => {
    const ipv4 = Ipv4.of(UDP_IN_IPV4.subarray(0, 40), 14);
    expect([ipv4.declaredLength, ipv4.payloadEnd, ipv4.truncated, ipv4.trailing]).toEqual([33, 40, 7, 0]);
  });

  it("takes an IPv4 total length of 0 for the captured end", () => {
    const bytes = UDP_IN_IPV4.slice(14);
    bytes.set([0, 0], 2);
    const ipv4 = Ipv4.of(bytes);
    expect([ipv4.declaredLength, ipv4.payloadEnd, ipv4.truncated, ipv4.trailing]).toEqual([37, 37, 0, 0]);
  });

  it("takes an IPv6 payload length of 0 for the captured end", () => {
    const bytes = TCP_IN_IPV6_IN_QINQ.slice(22);
    bytes.set([0, 0], 4);
    expect(Ipv6.of(bytes).payloadEnd).toBe(64);
  });

  it("takes an EtherType up to 1500 for the length of an 802.3 frame", () => {
    const frame = new Uint8Array(60);
    frame[13] = 38;
    const ethernet = Ethernet.of(frame);
    expect([ethernet.declaredLength, ethernet.payloadEnd, ethernet.trailing]).toEqual([52, 52, 8]);
  });

  it("refuses a declared length that is shorter than the header", () => {
    const bytes = UDP_IN_IPV4.slice(14);
    bytes.set([0, 19], 2);
    const ipv4 = new Ipv4(new DataView(bytes.buffer));
    const fault = ipv4.wrap(0, bytes.length);
    expect([faultCode(fault), isIncomplete(fault)]).toEqual([Fault.DECLARED_LENGTH, false]);
    expect(ipv4.explain(fault)?.message).toBe(
      "ipv4 at 0 declares 19 bytes in total_length, which is less than its own header",
    );
  });
});

describe("faults", () => {
  const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

  it("tells a header length below the fixed part by the field that claims it", () => {
    const bytes = UDP_IN_IPV4.slice(14);
    bytes[0] = 0x44;
    const ipv4 = new Ipv4(view(bytes));
    const fault = ipv4.wrap(0, bytes.length);
    expect([faultCode(fault), Ipv4.LAYOUT.fields[faultField(fault)]?.name]).toEqual([Fault.RANGE, "ihl"]);
    expect(ipv4.explain(fault)).toMatchObject({ code: "ERR_ZC_RANGE", field: "ihl", have: 4, required: 5 });
  });

  it("tells options that run past the end as incomplete, with the length they claim", () => {
    const bytes = UDP_IN_IPV4.slice(14, 40);
    bytes[0] = 0x4f;
    const ipv4 = new Ipv4(view(bytes));
    const fault = ipv4.wrap(0, bytes.length);
    expect([fault, isIncomplete(fault)]).toEqual([Fault.TRUNCATED_HEADER, true]);
    expect(ipv4.explain(fault)).toMatchObject({ code: "ERR_ZC_TRUNCATED_HEADER", required: 60, have: 26 });
  });

  it("leaves constants to validate", () => {
    const bytes = UDP_IN_IPV4.slice(14);
    bytes[0] = 0x65;
    const ipv4 = new Ipv4(view(bytes));
    expect(ipv4.wrap(0, bytes.length)).toBe(0);
    const fault = ipv4.validate();
    expect(ipv4.explain(fault)).toMatchObject({ code: "ERR_ZC_CONSTANT", field: "version", have: 6, required: 4 });
    expect(() => ipv4.wrapOrThrow(0, bytes.length)).toThrow("ipv4.version at 0 is 6, but must be 4");
  });

  it("parks after a failed wrap, so that the last packet cannot answer for this one", () => {
    const udp = new Udp(view(UDP_IN_IPV4));
    expect(udp.wrap(34, UDP_IN_IPV4.length)).toBe(0);
    expect(udp.wrap(45, UDP_IN_IPV4.length)).toBe(Fault.TRUNCATED);
    expect(() => udp.dstPort).toThrow(RangeError);
    expect(udp.explain(Fault.TRUNCATED)).toMatchObject({ offset: 45, required: 8, have: 6 });
  });
});

describe("writing", () => {
  it("makes a new header with its constants, whatever was there", () => {
    const bytes = new Uint8Array(40).fill(0xa5);
    const ipv4 = new Ipv4(new DataView(bytes.buffer));
    expect(ipv4.init(8, 40)).toBe(0);
    ipv4.srcText = "192.0.2.1";
    ipv4.ttl = 64;
    expect(Buffer.from(bytes.subarray(8, 28)).toString("hex")).toBe("4500000000000000400000" + "00c000020100000000");
    expect([bytes[7], bytes[28]]).toEqual([0xa5, 0xa5]);
  });

  it("writes addresses from text, and refuses what is none", () => {
    const ipv6 = Ipv6.of(TCP_IN_IPV6_IN_QINQ.slice(22));
    ipv6.dstText = "fe80::1:2";
    expect(ipv6.dstText).toBe("fe80::1:2");
    expect(() => (ipv6.dstText = "fe80::1::2")).toThrow(TypeError);
    const ethernet = Ethernet.of(UDP_IN_IPV4.slice());
    ethernet.srcText = "0a-0b-0c-0d-0e-0f";
    expect(ethernet.srcText).toBe("0a:0b:0c:0d:0e:0f");
    const target = new Uint8Array(8);
    expect(ethernet.copySrc(target, 1)).toBe(6);
    expect([...target]).toEqual([0, 10, 11, 12, 13, 14, 15, 0]);
    expect(() => ethernet.copySrc(target, 3)).toThrow(RangeError);
  });

  it("gives a unit its second accessor", () => {
    const ipv4 = Ipv4.of(UDP_IN_IPV4.slice(14));
    ipv4.fragmentOffsetBytes = 1480;
    expect([ipv4.fragmentOffset, ipv4.fragmentOffsetBytes, ipv4.dontFragment]).toEqual([185, 1480, true]);
  });
});
