import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { viewOf } from "zc-gen";
import { CaptureFile, type PacketCopy } from "zc-gen/files";
import { Arp, Icmp, Icmpv6, Ipv4, Ipv6, PcapHeaderLittle, Stack, Tcp, Udp } from "zc-gen/protocols";
import { internetChecksum, pseudoHeaderSum, sumWords } from "../../examples/captures/checksum.js";
import { ownTraffic } from "../../examples/captures/own-traffic.js";
import { writePcap } from "../../examples/captures/pcap-writer.js";
import { needsNamespace } from "../native/support/namespace.js";
import { IN_NAMESPACE } from "./support/privilege.js";
import { needsExamples, runExample } from "./support/run.js";

const SAMPLE = fileURLToPath(new URL("../../examples/captures/sample.pcap", import.meta.url));
const ETHERNET = 1;

function decoded(bytes: Uint8Array): Stack {
  const stack = new Stack(viewOf(bytes));
  expect(stack.decode(0, bytes.length, ETHERNET)).toBe(0);
  return stack;
}

const packetsOf = (file: Uint8Array): PacketCopy[] => [...CaptureFile.from(file).copies()];

describe("our own traffic", () => {
  const stacks = ownTraffic().map(decoded);

  it("has every protocol that is bundled", () => {
    for (const layer of [Arp, Icmp, Icmpv6, Ipv4, Ipv6, Tcp, Udp]) {
      expect(stacks.some((stack) => stack.has(layer))).toBe(true);
    }
    expect(Math.max(...stacks.map((stack) => stack.vlanCount))).toBe(2);
    expect(stacks.some((stack) => stack.has(Ipv4) && stack.ipv4.moreFragments)).toBe(true);
    expect(stacks.some((stack) => stack.has(Ipv4) && stack.ipv4.fragmentOffset > 0)).toBe(true);
  });

  it("declares every length right", () => {
    for (const stack of stacks) {
      const wrong = stack.layers().filter((layer) => layer.truncated !== 0 || layer.trailing !== 0);
      const isFragment = stack.has(Ipv4) && stack.ipv4.moreFragments;
      expect(wrong.map(String).length).toBe(isFragment ? 1 : 0); // the datagram is longer than its first piece
    }
  });

  it("sums every checksum right", () => {
    for (const stack of stacks.filter((each) => each.has(Ipv4))) {
      const { view, offset, payloadOffset } = stack.ipv4;
      expect(internetChecksum(sumWords(view, offset, payloadOffset))).toBe(0);
    }
    const whole = stacks.filter((stack) => !stack.has(Ipv4) || !stack.ipv4.moreFragments);
    for (const stack of whole) {
      const sums: [typeof Udp | typeof Tcp | typeof Icmpv6, number][] = [[Udp, 17], [Tcp, 6], [Icmpv6, 58]]; // prettier-ignore
      for (const [layer, protocol] of sums.filter(([each]) => stack.has(each))) {
        const ip = stack.has(Ipv4) ? stack.ipv4 : stack.ipv6;
        const layers = stack.layers();
        expect(layers[layers.indexOf(ip) + 1]).toBeInstanceOf(layer);
        const { view, payloadOffset, payloadEnd } = ip;
        const sum = pseudoHeaderSum(ip, protocol, payloadEnd - payloadOffset);
        expect(internetChecksum(sum + sumWords(view, payloadOffset, payloadEnd))).toBe(0);
      }
    }
  });
});

describe("the bundled capture", () => {
  const file = readFileSync(SAMPLE);

  it("is small, and holds our own traffic with the long packets cut", () => {
    const packets = packetsOf(file);
    expect(file.length).toBeLessThan(100_000);
    expect(packets.length).toBe(ownTraffic().length);
    expect(packets.some(({ bytes, originalLength }) => bytes.length < originalLength)).toBe(true);
    expect(packets.map(({ bytes }) => bytes)).toEqual(
      ownTraffic().map((frame, index) => frame.subarray(0, packets[index]?.bytes.length)),
    );
  });

  it("is written as it was read", () => {
    const { snaplen } = PcapHeaderLittle.of(file);
    expect(Buffer.from(writePcap(packetsOf(file), snaplen)).equals(file)).toBe(true);
  });
});

describe("recording", () => {
  const folder = mkdtempSync(join(tmpdir(), "zc-record-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(needsExamples);
  beforeEach(needsNamespace);

  it("gives the bundled packets again, VLAN tags in place", async () => {
    const path = join(folder, "again.pcap");
    const ended = await runExample("captures/record.js", [path], { under: IN_NAMESPACE });
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    const contents = ({ bytes, originalLength }: PacketCopy): unknown => [
      originalLength,
      Buffer.from(bytes).toString("hex"),
    ];
    expect(packetsOf(readFileSync(path)).map(contents)).toEqual(
      packetsOf(readFileSync(SAMPLE)).map(contents),
    );
  });
});
