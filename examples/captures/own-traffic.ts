import { EtherType, IpProtocol } from "zc-gen/protocols";
import { FrameWriter, type Ends } from "./frame-writer.js";

// Addresses for documentation: RFC 5737, RFC 3849; locally administered MACs.
const HOSTS = {
  laptop: { mac: "02:00:00:00:00:0a", ip: "192.0.2.10", ip6: "2001:db8::a" },
  server: { mac: "02:00:00:00:00:14", ip: "192.0.2.20", ip6: "2001:db8::14" },
  camera: { mac: "02:00:00:00:00:1e", ip: "192.0.2.30", ip6: "2001:db8::1e" },
  router: { mac: "02:00:00:00:00:01", ip: "192.0.2.1", ip6: "2001:db8::1" },
} as const;
const BROADCAST = "ff:ff:ff:ff:ff:ff";
const OUTSIDE = "198.51.100.7";

type Host = (typeof HOSTS)[keyof typeof HOSTS];

const macs = (from: Host, to: Host): Ends => ({ src: from.mac, dst: to.mac });
const ips = (from: Host, to: Host): Ends => ({ src: from.ip, dst: to.ip });
const ip6s = (from: Host, to: Host): Ends => ({ src: from.ip6, dst: to.ip6 });
const filler = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => 0x20 + (index % 95));

/**
 * A second in the life of a small network, frame by frame: ARP, a ping, a web request, a camera's stream over a VLAN,
 * names over IPv4 and IPv6, a datagram in fragments. The same frames in every run.
 */
export function ownTraffic(): Uint8Array[] {
  const writer = new FrameWriter();
  return [
    ...resolution(writer),
    ...ping(writer),
    ...webPage(writer),
    ...stream(writer),
    ...names(writer),
    ...fragments(writer),
  ];
}

function resolution(writer: FrameWriter): Uint8Array[] {
  const { laptop, router } = HOSTS;
  return [
    writer.ethernet({ src: laptop.mac, dst: BROADCAST }, EtherType.arp).arp(laptop, router.ip).finish(),
    writer.ethernet(macs(router, laptop), EtherType.arp).arp(router, laptop.ip, laptop.mac).finish(),
  ];
}

function ping(writer: FrameWriter): Uint8Array[] {
  const { laptop, router } = HOSTS;
  const echo = (from: Host, to: Host, type: number): Uint8Array =>
    writer
      .ethernet(macs(from, to), EtherType.ipv4)
      .ipv4(ips(from, to), IpProtocol.icmp)
      .icmpEcho(type, 0x1234, 1)
      .payload(filler(48))
      .finish();
  const echo6 = (from: Host, to: Host, type: number): Uint8Array =>
    writer
      .ethernet(macs(from, to), EtherType.ipv6)
      .ipv6(ip6s(from, to), IpProtocol.icmpv6)
      .icmpv6Echo(type, 0x1234, 1)
      .payload(filler(48))
      .finish();
  return [
    echo(laptop, router, 8),
    echo(router, laptop, 0),
    echo6(laptop, router, 128),
    echo6(router, laptop, 129),
  ];
}

function webPage(writer: FrameWriter): Uint8Array[] {
  const { laptop, server, router } = HOSTS;
  const up = { srcPort: 49_152, dstPort: 80 };
  const down = { srcPort: 80, dstPort: 49_152 };
  const request = (): FrameWriter =>
    writer
      .ethernet(macs(laptop, server), EtherType.ipv4)
      .ipv4(ips(laptop, server), IpProtocol.tcp, { dontFragment: true });
  const response = (): FrameWriter =>
    writer
      .ethernet(macs(server, laptop), EtherType.ipv4)
      .ipv4(ips(server, laptop), IpProtocol.tcp, { dontFragment: true });
  const segments = Array.from({ length: 8 }, (_, index) =>
    response()
      .tcp(down, { sequenceNumber: 9_001 + index * 1_000, acknowledgmentNumber: 1_019 })
      .payload(filler(1_000))
      .finish(),
  );
  return [
    request().tcp(up, { sequenceNumber: 1_000, syn: true, ack: false }).finish(),
    response().tcp(down, { sequenceNumber: 9_000, acknowledgmentNumber: 1_001, syn: true }).finish(),
    request()
      .tcp(up, { sequenceNumber: 1_001, acknowledgmentNumber: 9_001, psh: true })
      .payload("GET / HTTP/1.0\r\n\r\n")
      .finish(),
    ...segments,
    request().tcp(up, { sequenceNumber: 1_019, acknowledgmentNumber: 17_001, fin: true }).finish(),
    writer
      .ethernet(macs(router, server), EtherType.ipv6)
      .ipv6(ip6s(router, server), IpProtocol.tcp)
      .tcp({ srcPort: 50_000, dstPort: 443 }, { sequenceNumber: 7, syn: true, ack: false })
      .finish(),
  ];
}

function stream(writer: FrameWriter): Uint8Array[] {
  const { camera, server } = HOSTS;
  return Array.from({ length: 12 }, (_, index) => {
    const tagged =
      index % 4 === 3 // one in four with a second tag
        ? writer
            .ethernet(macs(camera, server), EtherType.serviceVlan)
            .vlan(100, EtherType.vlan)
            .vlan(20, EtherType.ipv4, 4)
        : writer.ethernet(macs(camera, server), EtherType.vlan).vlan(20, EtherType.ipv4, 4);
    return tagged
      .ipv4(ips(camera, server), IpProtocol.udp, { identification: index })
      .udp({ srcPort: 5004, dstPort: 5004 })
      .payload(filler(700))
      .finish();
  });
}

function names(writer: FrameWriter): Uint8Array[] {
  const { laptop, router } = HOSTS;
  const outside = { src: laptop.ip, dst: OUTSIDE };
  const over4 = Array.from({ length: 4 }, (_, index) =>
    writer
      .ethernet(macs(laptop, router), EtherType.ipv4)
      .ipv4(outside, IpProtocol.udp, { identification: 100 + index })
      .udp({ srcPort: 40_000 + index, dstPort: 53 })
      .dnsQuestion(100 + index, `host-${index}.example.com`)
      .finish(),
  );
  const over6 = Array.from({ length: 3 }, (_, index) =>
    writer
      .ethernet(macs(laptop, router), EtherType.ipv6)
      .ipv6(ip6s(laptop, router), IpProtocol.udp)
      .udp({ srcPort: 41_000 + index, dstPort: 53 })
      .dnsQuestion(200 + index, `host-${index}.example.net`)
      .finish(),
  );
  return [...over4, ...over6];
}

/** One datagram of 1208 bytes, cut in two as a router would. */
function fragments(writer: FrameWriter): Uint8Array[] {
  const { server, laptop } = HOSTS;
  const whole = writer
    .ethernet(macs(server, laptop), EtherType.ipv4)
    .ipv4(ips(server, laptop), IpProtocol.udp)
    .udp({ srcPort: 2049, dstPort: 700 })
    .payload(filler(1_200))
    .finish();
  const datagram = whole.subarray(-1_208);
  const fragment = (from: number, to: number): Uint8Array =>
    writer
      .ethernet(macs(server, laptop), EtherType.ipv4)
      .ipv4(ips(server, laptop), IpProtocol.udp, {
        identification: 777,
        moreFragments: to < datagram.length,
        fragmentOffsetBytes: from,
      })
      .payload(datagram.subarray(from, to))
      .finish();
  return [fragment(0, 800), fragment(800, 1_208)];
}
