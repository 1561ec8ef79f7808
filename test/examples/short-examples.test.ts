import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { PcapFile, PcapNgWriter } from "zc-gen/files";
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
