import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type AnyFields, buildPacket, type HeaderClass } from "zc-gen";
import { PcapFile, PcapNgWriter, PcapWriter } from "zc-gen/files";
import { Arp, Dhcpv4, Dns, Ethernet, Ipv4, Tcp, Udp } from "zc-gen/protocols";
import { needsIproute, needsNamespace } from "../native/support/namespace.js";
import { IN_NAMESPACE } from "./support/privilege.js";
import { needsExamples, runCommand, runExample } from "./support/run.js";

beforeEach(needsExamples);

describe("decode-bytes", () => {
  it("tells the layers, the padding, the payload, and where a packet was cut", async () => {
    const { code, stdout } = await runExample("decode-bytes.js");
    expect(stdout.split("\n")).toEqual([
      "ethernet 02:00:00:00:00:02 > 02:00:00:00:00:01 | ipv4 192.0.2.1 > 192.0.2.2 | udp 42000 > 7000 | 2 bytes",
      "from 192.0.2.1, ttl 64, 16 bytes of padding",
      "to port 7000: hi",
      "udp src_port 42000, dst_port 7000, length 10, checksum 21508",
      "cut: udp at 34 needs 8 bytes, but only 4 are there",
      "",
    ]);
    expect(code).toBe(0);
  });
});

describe("rewrite-ttl", () => {
  it("takes one hop off and keeps the checksum right", async () => {
    const { code, stdout } = await runExample("rewrite-ttl.js");
    expect(stdout).toContain("before: ttl 64, checksum 0xf6cc");
    expect(stdout).toContain("after:  ttl 63, checksum 0xf7cc");
    const header = Buffer.from(stdout.trim().split("\n").at(-1) as string, "hex").subarray(0, 20);
    let sum = 0;
    for (let at = 0; at < 20; at += 2) sum += header.readUInt16BE(at);
    expect((sum & 0xffff) + (sum >> 16)).toBe(0xffff); // RFC 1071: with the checksum in place all ones
    expect(code).toBe(0);
  });
});

describe("split-by-vlan", () => {
  it("writes a capture for each VLAN, and one for packets without", async () => {
    const folder = mkdtempSync(join(tmpdir(), "zc-vlans-"));
    const source = join(folder, "all.pcapng");
    const frame = (tag: string): Uint8Array => Buffer.from(`020000000001020000000002${tag}88b50000`, "hex");
    const writer = PcapNgWriter.create(source);
    writer.addInterface();
    writer.addInterface({ linkType: 228 });
    for (const tag of ["81000005", "", "8100600781000005", "88a80005", ""]) writer.write(frame(tag));
    writer.write(Uint8Array.of(0x45), { interfaceIndex: 1 });
    writer.finish();
    try {
      const { code, stdout } = await runExample("split-by-vlan.js", [source, join(folder, "out")]);
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: "untagged.pcap: 2\nvlan-5.pcap: 2\nvlan-7.pcap: 1\n",
      });
      const split = [...PcapFile.open(join(folder, "out", "vlan-7.pcap"))];
      expect(split.map(({ packetCount }) => packetCount)).toEqual([1]);
      expect(readdirSync(join(folder, "out"))).toEqual(["untagged.pcap", "vlan-5.pcap", "vlan-7.pcap"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** A layer of any kind. */
type AnyLayer = readonly [header: HeaderClass, fields?: AnyFields];

/** Runs an example on a capture of these packets, a second apart. */
async function runOnCapture(
  example: string,
  packets: readonly (readonly AnyLayer[])[],
  payloads: readonly Uint8Array[] = [],
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "zc-example-"));
  const path = join(folder, "packets.pcap");
  const writer = PcapWriter.create(path);
  for (const [seconds, layers] of packets.entries()) {
    const frame = new Uint8Array(600);
    const length = buildPacket(frame, [[Ethernet], ...layers] as never, payloads[seconds]);
    writer.write(frame.subarray(0, length), { seconds });
  }
  writer.finish();
  try {
    const { code, stdout, stderr } = await runExample(`${example}.js`, [path]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const CLIENT = [Ipv4, { srcText: "192.0.2.1", dstText: "192.0.2.53" }] as const;
const SERVER = [Ipv4, { srcText: "192.0.2.53", dstText: "192.0.2.1" }] as const;

describe("dns-queries", () => {
  it("logs questions and answers", async () => {
    const questions = [{ nameText: "www.example.com", type: 1, class: 1 }];
    const answers = [{ nameText: "www.example.com", type: 1, class: 1, rdata: [192, 0, 2, 80] }];
    const stdout = await runOnCapture("dns-queries", [
      [CLIENT, [Udp, { srcPort: 4000, dstPort: 53 }], [Dns, { id: 7, rd: true, questions }]],
      [SERVER, [Udp, { srcPort: 53, dstPort: 4000 }], [Dns, { id: 7, qr: true, questions, answers }]],
      [SERVER, [Udp, { srcPort: 53, dstPort: 4000 }], [Dns, { id: 8, qr: true, rcode: 3, questions }]],
      [SERVER, [Udp, { srcPort: 53, dstPort: 4000 }], [Dns, { id: 9, qr: true, questions, ancount: 2 }]],
    ]);
    expect(stdout.split("\n")).toEqual([
      "1970-01-01T00:00:00 192.0.2.1 www.example.com a?",
      "1970-01-01T00:00:01 192.0.2.53 www.example.com a = 192.0.2.80",
      "1970-01-01T00:00:02 192.0.2.53 www.example.com a = nx_domain",
      "1970-01-01T00:00:03 192.0.2.53 www.example.com a (broken answer)",
      "",
    ]);
  });
});

describe("top-talkers", () => {
  it("adds both directions up, and lists the flows with the most bytes", async () => {
    const stdout = await runOnCapture("top-talkers", [
      [CLIENT, [Udp, { srcPort: 4000, dstPort: 5300 }]],
      [SERVER, [Udp, { srcPort: 5300, dstPort: 4000 }]],
      [CLIENT, [Tcp, { srcPort: 4001, dstPort: 80, syn: true }]],
      [[Arp, { hardwareLength: 0, protocolLength: 0 }]],
    ]);
    expect(stdout.split("\n").map((line) => line.trim())).toEqual([
      "84 bytes       2 packets  udp  192.0.2.1 4000 <-> 192.0.2.53 5300",
      "54 bytes       1 packets  tcp  192.0.2.1 4001 <-> 192.0.2.53 80",
      "",
    ]);
  });
});

describe("dhcp-fingerprint", () => {
  it("tells each client once, by its options", async () => {
    const options = [
      { code: 53, asMessageType: { messageType: 1 } },
      { code: 12, asHostName: { hostNameText: "laptop" } },
      { code: 60, asVendorClass: { vendorClassText: "MSFT 5.0" } },
      { code: 55, value: [1, 3, 6] },
      { code: 255 },
    ];
    const discover = {
      op: 1,
      hlen: 6,
      chaddr: Uint8Array.from({ length: 16 }, (_, i) => [2, 0, 0, 0, 0, 7][i] ?? 0),
      options,
    };
    const stdout = await runOnCapture("dhcp-fingerprint", [
      [CLIENT, [Udp, { srcPort: 68, dstPort: 67 }], [Dhcpv4, discover]],
      [CLIENT, [Udp, { srcPort: 68, dstPort: 67 }], [Dhcpv4, { ...discover, xid: 2 }]],
      [SERVER, [Udp, { srcPort: 67, dstPort: 68 }], [Dhcpv4, { ...discover, op: 2 }]],
    ]);
    expect(stdout).toBe("020000000007 order 53,12,60,55 asks 1,3,6 vendor MSFT 5.0 name laptop\n");
  });
});

/** RFC 8446 §4.1.2, RFC 6066 §3: a record with a ClientHello that asks for example.com. */
const CLIENT_HELLO = Buffer.from(
  "16030100490100004503030000000000000000000000000000000000000000000000000000000000000000" +
    "00000213010100001a000b0002010000000010000e00000b6578616d706c652e" +
    "636f6d",
  "hex",
);

describe("tls-names", () => {
  it("lists the names of hellos that a segment holds whole, and counts the others", async () => {
    const segment: readonly AnyLayer[] = [
      CLIENT,
      [Tcp, { srcPort: 4000, dstPort: 443, psh: true, ack: true }],
    ];
    const payloads = [CLIENT_HELLO, CLIENT_HELLO.subarray(0, 60), Buffer.from("GET / HTTP/1.1")];
    const stdout = await runOnCapture("tls-names", [segment, segment, segment], payloads);
    expect(stdout).toBe("192.0.2.1 > 192.0.2.53 443: example.com\n1 in more than one segment\n");
  });
});

describe("count-protocols", () => {
  beforeEach(needsNamespace);

  it("counts what arrives until Ctrl-C, and the last packets with it", async () => {
    const { stdout } = await runCommand([
      ...IN_NAMESPACE,
      process.execPath,
      "--input-type=module",
      "-e",
      COUNT,
    ]);
    expect(stdout).toContain("udp: 50");
    expect(stdout).toContain("dropped: 0");
  });
});

describe("icmp-echo-responder", () => {
  beforeEach(needsNamespace);
  beforeEach(needsIproute);

  it("answers the pings to its address with replies whose checksums are right, and no others", async () => {
    const shell =
      'ip link add va type veth peer name vb && ip link set va up && ip link set vb up && exec "$@"';
    const node = [process.execPath, "--input-type=module", "-e", PING];
    const { stdout, stderr } = await runCommand([...IN_NAMESPACE, "sh", "-ec", shell, "sh", ...node]);
    expect(stderr).toBe("");
    expect(stdout.trim().split("\n")).toEqual(["reply 1: good good", "reply 3: good good", "answered: 2"]);
  });
});

/** Pings 192.0.2.7 over a veth pair: a good request, one to another address, one more, one with a wrong checksum. */
const PING = `
import { buildPacket } from ${JSON.stringify(new URL("../../dist/runtime/index.js", import.meta.url).href)};
import { Ethernet, Icmp, Ipv4, Stack } from ${JSON.stringify(new URL("../../dist/generated/index.js", import.meta.url).href)};
import { PacketSender, RxRing } from ${JSON.stringify(new URL("../../dist/native/index.js", import.meta.url).href)};
import { readFileSync } from "node:fs";
const ring = RxRing.open({ interface: "va" });
const stack = ring.bind(Stack);
process.argv.splice(1, process.argv.length, "node", "vb", "192.0.2.7");
const running = import(${JSON.stringify(new URL("../../dist/examples/icmp-echo-responder.js", import.meta.url).href)});
while (readFileSync("/proc/net/packet", "utf8").trim().split("\\n").length < 3) await new Promise((done) => setTimeout(done, 5));
const sender = PacketSender.open({ interface: "va" });
const ping = (sequence, dstText, more = {}) => {
  const frame = new Uint8Array(60);
  const macs = { srcText: "02:00:00:00:00:01", dstText: "02:00:00:00:00:02" };
  buildPacket(frame, [[Ethernet, macs], [Ipv4, { ttl: 1, srcText: "192.0.2.1", dstText }], [Icmp, { type: 8, $rest: [0, 0, 0, sequence], ...more }]], new Uint8Array(18).fill(7));
  sender.send(frame);
};
ping(1, "192.0.2.7");
ping(2, "192.0.2.8");
ping(4, "192.0.2.7", { checksum: 0x1234 });
ping(3, "192.0.2.7");
let replies = 0;
for await (const block of ring) {
  for (const packet of block) {
    if (stack.decode(packet) !== 0 || !stack.icmp.isWrapped || stack.icmp.type !== 0) continue;
    const { ethernet, ipv4, icmp } = stack;
    if (ipv4.srcText !== "192.0.2.7" || ethernet.dstText !== "02:00:00:00:00:01" || ipv4.ttl !== 64) throw new Error(stack.toString());
    console.log("reply " + icmp.sequenceNumber + ": " + ipv4.verifyHeaderChecksum() + " " + icmp.verifyChecksum(ipv4));
    replies++;
  }
  if (replies === 2) break;
}
await ring.close();
sender.close();
process.kill(process.pid, "SIGINT");
await running;
`;

/** Raises the loopback, starts the example, sends 50 datagrams when its ring is there, and Ctrl-C at once. */
const COUNT = `
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { setInterfaceUp } from ${JSON.stringify(new URL("../../dist/native/index.js", import.meta.url).href)};
setInterfaceUp("lo");
const socket = createSocket("udp4");
process.argv[2] = "lo";
const running = import(${JSON.stringify(new URL("../../dist/examples/count-protocols.js", import.meta.url).href)});
while (readFileSync("/proc/net/packet", "utf8").trim().split("\\n").length < 2) await new Promise((done) => setTimeout(done, 5));
for (let sent = 0; sent < 50; sent++) await new Promise((done) => socket.send("x", 9, "127.0.0.1", done));
process.kill(process.pid, "SIGINT");
await running;
socket.close();
`;
