import { describe, expect, it } from "vitest";
import { buildPacket, type Header, type Layer } from "zc-gen";
import { completeFilter, filter, FilterError, type FilterPacket } from "zc-gen/filter";
import { EtherType, Ethernet, IpProtocol, Ipv4, Stack, Tcp, Udp, Vlan } from "zc-gen/protocols";
import { MockRing } from "zc-gen/ring";
import { run } from "./support/bpf-machine.js";
import { tableBelow } from "./support/page.js";

const ADDRESSES = { src: 0x0a000001, dst: 0xc0000201 };

/** Ethernet, tags if any, IPv4, UDP. */
function datagram(ports: { srcPort: number; dstPort: number }, vids: readonly number[] = []): Uint8Array {
  const tags = vids.map((vid) => [Vlan, { vid }] as unknown as Layer<Header>);
  const layers: Layer<Header>[] = [[Ethernet, {}], ...tags, [Ipv4, ADDRESSES], [Udp, ports]];
  const target = new Uint8Array(128);
  return target.slice(0, buildPacket(target, layers, [1, 2, 3, 4]));
}

function matches(text: string, bytes: Uint8Array, more: Partial<FilterPacket> = {}): boolean {
  const stack = new Stack(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return filter(text).on(stack)({ dataOffset: 0, dataEnd: bytes.length, linkType: 1, ...more });
}

function problemOf(text: string): FilterError {
  try {
    filter(text);
  } catch (error) {
    if (error instanceof FilterError) return error;
  }
  throw new Error(`${text} is accepted`);
}

describe("a filter", () => {
  const packet = datagram({ srcPort: 5000, dstPort: 53 });

  it.each([
    "udp",
    "udp.dst_port == 53",
    "udp.dst_port == 0x35",
    "udp.port == 53 and udp.port == 5000",
    "udp.port in {53, 80..90}",
    "udp.src_port not in {53, 80..90}",
    "port == 53",
    "ipv4.src in 10.0.0.0/8",
    "ipv4.src == 10.0.0.0/8",
    "ipv4.src in 10.0.0.0..10.0.0.9",
    "ipv4.addr == 192.0.2.1",
    "host == 10.0.0.1",
    "net in {fe80::/10, 192.0.2.0/24}",
    "ipv4.protocol == udp",
    "ethernet.ether_type == ipv4",
    "ethernet.src == 00:00:00:00:00:00",
    "captured_length == 46 || captured_length > 46",
    "!tcp",
    "not (tcp.port == 1)",
    "ipv4.ihl",
    "ipv4[*].src == 10.0.0.1",
    "!(arp.sender_hardware_address == 0x021fa0)",
    "udp.dst_port & 0xf0 == 0x30",
    "udp.dst_port & 0xff in {0x35, 0x36}",
    "udp.dst_port & 1",
    "ipv4.src & 255.0.0.255 == 10.0.0.1",
    "ipv4.dst & 0.0.0.1",
    "ipv4.flags == 0",
    "captured_length & 0x0f == 14",
    "udp.src_port > udp.dst_port",
    "udp.src_port != udp.dst_port",
    "ipv4.total_length < captured_length",
    "captured_length == original_length",
    "ipv4.total_length & 0xf0 == udp.length & 0xf0 || ipv4.ttl == ipv4.ttl",
    "ethernet.src == ethernet.dst",
  ])("matches with %s", (text) => expect(matches(text, packet)).toBe(true));

  it.each([
    "tcp",
    "udp.dst_port != 53",
    "udp.port != 53",
    "tcp.port != 53",
    "tcp.port == 53",
    "ipv4[1]",
    "ipv4[1].src == 10.0.0.1",
    "ipv4.more_fragments",
    "ipv6.src == ::1",
    "host == ::1",
    "udp && !(udp.port == 53)",
    "udp.dst_port & 0xf0 == 0x20",
    "udp.dst_port & 0x0100",
    "ethernet.dst & 01:00:00:00:00:00",
    "udp.src_port == udp.dst_port",
    "udp.src_port < udp.dst_port",
    "udp.src_port == tcp.src_port",
    "udp.src_port != tcp.src_port",
    "ipv4.src == ipv4.dst",
    "ipv6.src == ipv6.dst",
  ])("does not match with %s", (text) => expect(matches(text, packet)).toBe(false));

  it("asks for values of what is there only: a comparison with what is cut off is false", () => {
    const cut = packet.slice(0, 14 + 20 + 6);
    expect(matches("ipv4.protocol == udp", cut)).toBe(true);
    expect(matches("udp", cut)).toBe(false);
    expect(matches("udp.dst_port == 53", cut)).toBe(false);
    expect(matches("udp.dst_port != 53", cut)).toBe(false);
  });

  describe("of what elements and switches hold", () => {
    const target = new Uint8Array(256);
    const options = [
      { kind: 2, asMaximumSegmentSize: { mss: 1460 } },
      { kind: 8, asTimestamps: { tsValue: 7, tsEchoReply: 9 } },
    ];
    const tcp = [Tcp, { srcPort: 1, dstPort: 2, syn: true, options }] as unknown as Layer<Header>;
    const syn = target.slice(0, buildPacket(target, [[Ethernet, {}], [Ipv4, ADDRESSES], tcp]));

    it.each([
      "tcp.options.value.mss == 1460",
      "tcp.options.mss in {536, 1400..1500}",
      "tcp.options.ts_echo_reply == 9 && tcp.options.kind == timestamps",
      "tcp[*].options.value.mss > 1000",
      "tcp.options.value.mss",
      "tcp.options.value",
      "tcp.options.mss != 536",
    ])("matches with %s", (text) => expect(matches(text, syn)).toBe(true));

    it.each([
      "tcp.options.value.mss == 536",
      "tcp.options.mss != 1460",
      "tcp.options.shift_count",
      "tcp.options.shift_count != 3",
      "tcp[1].options.mss",
    ])("does not match with %s", (text) => expect(matches(text, syn)).toBe(false));

    it("leaves it to us what no program finds, and says so", () => {
      const { instructions, reasons } = filter("tcp.options.mss == 1460").program();
      expect(reasons).toContain("tcp.options.value.mss lies at no fixed place");
      expect(run(instructions, syn).result).toBeGreaterThan(0);
      expect(run(instructions, datagram({ srcPort: 1, dstPort: 2 })).result).toBe(0);
    });

    it("completes names and labels", () => {
      expect(completeFilter("tcp.options.value.m")).toEqual([
        "tcp.options.value.mss",
        "tcp.options.value.mac",
      ]);
      expect(completeFilter("udp && dhcpv4.options.message_type == d")).toEqual(["discover", "decline"]);
      expect(completeFilter("dns.questions.")).toEqual([
        "dns.questions.name",
        "dns.questions.type",
        "dns.questions.class",
      ]);
    });

    it.each([
      ["dhcpv4.options.message_typ == offer", "message_typ", 'did you mean "message_type"?'],
      ["dhcpv4.options.message_type == offerr", "offerr", 'did you mean "offer"?'],
      ["tcp.mss == 1460", "mss", 'did you mean "options.mss"?'],
    ])("%s is %j: %s", (text, place, note) => {
      const error = problemOf(text);
      expect([error.code, text.slice(error.start, error.end), error.notes]).toEqual([
        "ERR_FILTER_UNKNOWN_NAME",
        place,
        [note],
      ]);
    });
  });

  it("finds VLAN tags in the data, and the one that the kernel took out", () => {
    const [tagged, twice] = [
      datagram({ srcPort: 1, dstPort: 2 }, [10]),
      datagram({ srcPort: 1, dstPort: 2 }, [10, 25]),
    ];
    expect(matches("vlan.id == 10", tagged)).toBe(true);
    expect(matches("vlan[1].id == 25", twice)).toBe(true);
    expect(matches("vlan[*].id in 20..30", twice)).toBe(true);
    const inMeta = { hasVlan: true, vlanTci: (3 << 13) | 7 };
    expect(matches("vlan.id == 7 && vlan.pcp == 3 && !vlan.dei", packet, inMeta)).toBe(true);
    expect(matches("vlan.ether_type == ipv4", packet, inMeta)).toBe(true);
    expect(matches("vlan[1]", packet, inMeta)).toBe(false);
    expect(matches("vlan.id == 7 && vlan[1].id == 10", tagged, inMeta)).toBe(true);
  });

  it("chooses packets of a ring's block, and the Stack stands on them", () => {
    const ring = MockRing.create();
    for (const dstPort of [53, 80, 53, 443]) ring.push(datagram({ srcPort: 9, dstPort }));
    ring.push(datagram({ srcPort: 9, dstPort: 53 }), { vlanTci: 5 });
    ring.flush();
    const stack = ring.bind(Stack);
    const ports: number[] = [];
    for (const one of ring.tryNext()?.where(filter("udp.port == 53 && !vlan").on(stack)) ?? []) {
      ports.push(stack.udp.dstPort, one.capturedLength);
    }
    expect(ports).toEqual([53, 46, 53, 46]);
    void ring.close();
  });

  it("leaves the Stack on no earlier packet", () => {
    const frames = [53, 80, 53].map((dstPort) => datagram({ srcPort: 9, dstPort }));
    const length = (frames[0] as Uint8Array).length;
    const all = new Uint8Array(1024); // more than a test may look at beyond a packet
    frames.forEach((frame, i) => all.set(frame, i * length));
    const stack = new Stack(new DataView(all.buffer));
    const bounds = (i: number, linkType = 1): FilterPacket => {
      return { dataOffset: i * length, dataEnd: (i + 1) * length, linkType };
    };
    const [isDns, isWeb] = [filter("udp.port == 53").on(stack), filter("udp.port == 80").on(stack)];
    expect(isDns(bounds(0))).toBe(true);
    expect(isWeb(bounds(0))).toBe(false);
    expect(stack.udp.dstPort).toBe(53); // the same packet: what the first test found stays
    expect(isDns(bounds(1))).toBe(false);
    expect(stack.udp.isWrapped).toBe(false);
    expect(() => stack.udp.dstPort).toThrow(RangeError);
    expect(isDns(bounds(2))).toBe(true);
    expect(stack.udp.dstPort).toBe(53);
    const [raw, web] = [filter("ipv4 && udp.port == 53").on(stack), bounds(1)];
    expect(raw({ dataOffset: 14, dataEnd: length, linkType: 228 })).toBe(true); // LINKTYPE_IPV4
    expect(raw(web)).toBe(false);
    expect(stack.udp.isWrapped).toBe(false);
  });

  it("names layers of a Stack that it is given", () => {
    expect(EtherType.ipv4 + IpProtocol.udp).toBe(0x0811);
    class Mine extends Stack {}
    expect(filter("udp.port == 53", { stack: Mine }).text).toBe("udp.port == 53");
  });
});

describe("a filter that is no good", () => {
  it("is told with its place, and what was perhaps meant", () => {
    const error = problemOf("ipv4 && udp.dts_port == 53");
    expect(error.code).toBe("ERR_FILTER_UNKNOWN_NAME");
    expect(error.text.slice(error.start, error.end)).toBe("dts_port");
    expect(error.message).toBe(
      [
        "filter:1:13: error[ERR_FILTER_UNKNOWN_NAME]: udp has no field dts_port",
        "    1 | ipv4 && udp.dts_port == 53",
        "      |             ^^^^^^^^",
        '  note: did you mean "dst_port"?',
      ].join("\n"),
    );
  });

  it.each([
    ["upd.port == 1", "ERR_FILTER_UNKNOWN_NAME", "upd"],
    ["ethernet.ether_type == ipv5", "ERR_FILTER_UNKNOWN_NAME", "ipv5"],
    ["udp.dst_port == 70000", "ERR_FILTER_RANGE", "70000"],
    ["udp.dst_port == -1", "ERR_FILTER_RANGE", "-1"],
    ["udp.dst_port in 9..3", "ERR_FILTER_RANGE", "9..3"],
    ["ipv4.src in 10.0.0.1/8", "ERR_FILTER_RANGE", "10.0.0.1/8"],
    ["ipv4.src in 10.0.0.0/33", "ERR_FILTER_RANGE", "10.0.0.0/33"],
    ["ipv4[999].src == 10.0.0.1", "ERR_FILTER_RANGE", "999"],
    ["ipv4.src == 10.0.0.256", "ERR_FILTER_TYPE", "10.0.0.256"],
    ["ipv4.src == ::1", "ERR_FILTER_TYPE", "::1"],
    ["arp.sender_hardware_address == 000000000000", "ERR_FILTER_TYPE", "000000000000"],
    ["udp.port ~ 53", "ERR_FILTER_TYPE", "~"],
    ["udp == 53", "ERR_FILTER_TYPE", "udp"],
    ["udp.port.low == 53", "ERR_FILTER_TYPE", "low"],
    ["dns.questions == 1", "ERR_FILTER_TYPE", "dns.questions == 1"],
    ["tcp.options.value == 1", "ERR_FILTER_TYPE", "tcp.options.value == 1"],
    ["tcp.options.mss.low == 1", "ERR_FILTER_TYPE", "low"],
    ["tcp.options.mss == 70000", "ERR_FILTER_RANGE", "70000"],
    ["dns.questions.name == 1", "ERR_FILTER_TYPE", "1"],
    ['dns.questions.name < "a"', "ERR_FILTER_TYPE", "<"],
    ["udp.dst_port & 0x10000 == 0", "ERR_FILTER_RANGE", "0x10000"],
    ["udp.dst_port & 0x12 == 0x13", "ERR_FILTER_RANGE", "0x13"],
    ["udp.dst_port & 0x12 > 0x13", "ERR_FILTER_RANGE", "0x13"],
    ["udp.dst_port & 0 == 0", "ERR_FILTER_RANGE", "0"],
    ["udp.dst_port & low == 0", "ERR_FILTER_TYPE", "low"],
    ["tcp.syn & 1 == 1", "ERR_FILTER_TYPE", "1"],
    ["ipv4.src & 10.0.0.0/8 == 10.0.0.0", "ERR_FILTER_TYPE", "10.0.0.0/8"],
    ["dns.questions.name & 1", "ERR_FILTER_TYPE", "1"],
    ["udp.dst_port &", "ERR_FILTER_SYNTAX", ""],
    ["udp.src_port == ipv4.src", "ERR_FILTER_TYPE", "ipv4.src"],
    ["udp.src_port == tcp.syn", "ERR_FILTER_TYPE", "tcp.syn"],
    ["dns.questions.name == dns.answers.name", "ERR_FILTER_TYPE", "dns.answers.name"],
    ["udp.src_port == udp.dts_port", "ERR_FILTER_UNKNOWN_NAME", "dts_port"],
    ["udp.src_port in udp.dst_port", "ERR_FILTER_SYNTAX", "."],
    ["udp && (tcp", "ERR_FILTER_SYNTAX", ""],
    ["udp tcp", "ERR_FILTER_SYNTAX", "tcp"],
    ["udp.port ==", "ERR_FILTER_SYNTAX", ""],
    ["udp.port == $", "ERR_FILTER_SYNTAX", "$"],
    ['dns.questions.name == "a', "ERR_FILTER_SYNTAX", '"'],
    ["", "ERR_FILTER_SYNTAX", ""],
  ])("%s is %s at %j", (text, code, place) => {
    const error = problemOf(text);
    expect([error.code, text.slice(error.start, error.end)]).toEqual([code, place]);
  });

  it("is refused for its size before anything recurses", () => {
    expect(problemOf("!".repeat(100) + "udp").code).toBe("ERR_FILTER_TOO_LARGE");
    expect(problemOf("(".repeat(10_000)).code).toBe("ERR_FILTER_TOO_LARGE");
    expect(problemOf(Array.from({ length: 600 }, () => "udp").join("||")).code).toBe("ERR_FILTER_TOO_LARGE");
    expect(problemOf("u".repeat(20_000)).code).toBe("ERR_FILTER_TOO_LARGE");
    expect(filter("!".repeat(60) + "udp").text).toHaveLength(63);
  });
});

describe("docs/filters.md", () => {
  const examples = tableBelow("Ten that people use").map(([text = ""]) => text);
  const beside = tableBelow("Beside tcpdump and Wireshark").map(([, , ours = ""]) => ours);

  it("has ten examples", () => expect(examples).toHaveLength(10));
  it("has filters of three kinds beside each other", () => expect(beside.length).toBeGreaterThan(8));
  it.each([...examples, ...beside])("%s is a filter", (text) => expect(filter(text).text).toBe(text));
});
