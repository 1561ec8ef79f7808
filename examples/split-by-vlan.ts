// Splits a capture into one file for each VLAN: `node dist/examples/split-by-vlan.js traffic.pcapng folder`.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PcapFile, PcapWriter } from "zc-gen/files";
import { Stack } from "zc-gen/protocols";

const [source = "-", folder = "vlans"] = process.argv.slice(2);
const ETHERNET = 1;

const writers = new Map<string, PcapWriter>();
const counts = new Map<string, number>();

function writerOf(name: string): PcapWriter {
  let writer = writers.get(name);
  if (writer === undefined) {
    writer = PcapWriter.create(join(folder, `${name}.pcap`), { linkType: ETHERNET });
    writers.set(name, writer);
  }
  return writer;
}

mkdirSync(folder, { recursive: true });
await using file = PcapFile.open(source);
const stack = file.bind(Stack);
try {
  for await (const block of file) {
    for (const packet of block) {
      if (packet.linkType !== ETHERNET) continue; // a pcap has one link type
      stack.decode(packet); // a fault deeper down does not matter: the tag stands before it
      const name = stack.vlan.isWrapped ? `vlan-${stack.vlan.vid}` : "untagged";
      writerOf(name).writePacket(packet, file.view);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
} finally {
  // Also when the capture was damaged: what came before is kept. Each file appears now, complete.
  for (const writer of writers.values()) writer.finish();
}
for (const [name, count] of [...counts].sort()) console.log(`${name}.pcap: ${count}`);
