// Answers pings to an address: each reply is made of its request, where it lies in the ring, and sent from there. Let the
// kernel not answer too (sysctl net.ipv4.icmp_echo_ignore_all=1), then `node icmp-echo-responder.js eth0 192.0.2.7`.
import { IcmpType, Stack } from "zc-gen/protocols";
import { PacketSender, RxRing, type Packet } from "zc-gen/ring";

const [interfaceName, address] = process.argv.slice(2);
if (interfaceName === undefined || address === undefined) {
  throw new TypeError("usage: icmp-echo-responder.js INTERFACE ADDRESS");
}
const ring = RxRing.open({ interface: interfaceName });
const sender = PacketSender.open({ interface: interfaceName });
const stack = ring.bind(Stack);
let answered = 0;
process.once("SIGINT", () => void ring.close());

for await (const block of ring) {
  for (const packet of block) {
    if (stack.decode(packet) !== 0 || !isRequest(packet)) continue;
    makeReply();
    const { dataOffset, capturedLength } = packet;
    answered += sender.send(
      new Uint8Array(ring.view.buffer, ring.view.byteOffset + dataOffset, capturedLength),
    );
  }
}
sender.close();
console.log(`answered: ${answered}`);

/** A whole echo request to us, as far as anyone can tell. */
function isRequest(packet: Packet): boolean {
  const { ethernet, ipv4, icmp } = stack;
  return (
    ethernet.isWrapped &&
    icmp.isWrapped &&
    icmp.type === IcmpType.echo &&
    ipv4.dstEquals(address as string) &&
    !ipv4.isFragment &&
    icmp.verifyChecksum(ipv4, packet.checksumStatus) === "good"
  );
}

/** Turns the request round: addresses change places, which no checksum minds; the type and the ttl are new. */
function makeReply(): void {
  const { ethernet, ipv4, icmp } = stack;
  [ethernet.src, ethernet.dst] = [ethernet.dst, ethernet.src];
  [ipv4.src, ipv4.dst] = [ipv4.dst, ipv4.src];
  ipv4.ttl = 64;
  ipv4.updateHeaderChecksum();
  icmp.type = IcmpType.echoReply;
  icmp.adjustChecksum(IcmpType.echo << 8, IcmpType.echoReply << 8); // the upper byte of a word
}
