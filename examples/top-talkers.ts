// Who talks most: the flows of a capture with the most bytes, both directions as one.
// `node dist/examples/top-talkers.js traffic.pcapng 10`
import { PcapFile } from "zc-gen/files";
import { Stack } from "zc-gen/protocols";

interface Flow {
  readonly name: string;
  packets: number;
  bytes: number;
}

const [source = "-", most = "10"] = process.argv.slice(2);
await using file = PcapFile.open(source);
const stack = file.bind(Stack);
const flows = new Map<string, Flow>();

for await (const block of file) {
  for (const packet of block) {
    stack.decode(packet); // what was found before a fault counts
    const name = flowOf(stack);
    if (name === undefined) continue;
    let flow = flows.get(name);
    if (flow === undefined) flows.set(name, (flow = { name, packets: 0, bytes: 0 }));
    flow.packets++;
    flow.bytes += packet.originalLength; // a cut packet had more on the wire
  }
}

for (const { name, packets, bytes } of [...flows.values()]
  .sort((a, b) => b.bytes - a.bytes)
  .slice(0, Number(most))) {
  console.log(`${bytes.toString().padStart(10)} bytes ${packets.toString().padStart(7)} packets  ${name}`);
}

/** Protocol and both ends, the smaller one first, so that question and answer are one flow. */
function flowOf({ ipv4, ipv6, tcp, udp }: Stack): string | undefined {
  const ip = ipv4.isWrapped ? ipv4 : ipv6.isWrapped ? ipv6 : undefined;
  if (ip === undefined) return undefined;
  const transport = tcp.isWrapped ? tcp : udp.isWrapped ? udp : undefined;
  const ends = [
    transport === undefined ? ip.srcText : `${ip.srcText} ${transport.srcPort}`,
    transport === undefined ? ip.dstText : `${ip.dstText} ${transport.dstPort}`,
  ];
  return `${tcp.isWrapped ? "tcp" : udp.isWrapped ? "udp" : "ip"}  ${ends.sort().join(" <-> ")}`;
}
