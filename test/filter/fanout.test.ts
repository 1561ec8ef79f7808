import { describe, expect, it } from "vitest";
import { buildPacket, type Header, type HeaderClass, type Layer } from "zc-gen";
import { fanoutProgram, filter } from "zc-gen/filter";
import { Ethernet, Ipv4, Tcp, Udp } from "zc-gen/protocols";
import { run } from "./support/bpf-machine.js";

/** Fanout programs see packets behind it. */
const ETHERNET_BYTES = 14;
/** SKF_AD_PROTOCOL. */
const IPV4 = { 0: 0x0800 };
const ADDRESSES = { src: 0x0a000001, dst: 0x0a000002 };

function packet(transport: HeaderClass, ports: { srcPort: number; dstPort: number }): Uint8Array {
  const target = new Uint8Array(128);
  const layers: Layer<Header>[] = [
    [Ethernet, {}],
    [Ipv4, ADDRESSES],
    [transport, ports] as unknown as Layer<Header>,
  ];
  return target.slice(0, buildPacket(target, layers, [1, 2, 3, 4]));
}

describe("a fanout program", () => {
  const program = fanoutProgram([filter("udp.port == 53"), filter("tcp.port in {80, 443}"), filter("udp")]);
  const memberOf = (transport: HeaderClass, srcPort: number, dstPort: number): number =>
    run(program, packet(transport, { srcPort, dstPort }).subarray(ETHERNET_BYTES), IPV4).result;

  it("gives the number of the first filter that a packet passes, and one more for others", () => {
    expect(memberOf(Udp, 9, 53)).toBe(0);
    expect(memberOf(Tcp, 443, 9)).toBe(1);
    expect(memberOf(Udp, 9, 54)).toBe(2);
    expect(memberOf(Tcp, 9, 9)).toBe(3);
  });

  it("is refused for filters that ask for Ethernet's header, which the kernel does not show", () => {
    expect(() => fanoutProgram([filter("ethernet.src == 02:00:00:00:00:01")])).toThrow(/no Ethernet header/);
  });

  it("is refused where the filters are too long together", () => {
    const ports = Array.from({ length: 400 }, (_, i) => 2 * i).join(", ");
    const long = filter(`udp.port in {${ports}}`);
    expect(() => fanoutProgram(Array.from({ length: 8 }, () => long))).toThrow(RangeError);
  });
});
