// Tells DHCP clients apart by what they ask for, and in which order: that list hardly changes within an operating system.
// `node dist/examples/dhcp-fingerprint.js traffic.pcapng`
import { PcapFile } from "zc-gen/files";
import { Dhcpv4OptionCode, Stack, type Dhcpv4 } from "zc-gen/protocols";

const BOOTREQUEST = 1;

await using file = PcapFile.open(process.argv[2] ?? "-");
const stack = file.bind(Stack);
const seen = new Set<string>();

for await (const block of file) {
  for (const packet of block) {
    stack.decode(packet);
    const { dhcpv4 } = stack;
    if (!dhcpv4.isWrapped || dhcpv4.op !== BOOTREQUEST) continue;
    const line = `${clientOf(dhcpv4)} ${fingerprintOf(dhcpv4)}`;
    if (!seen.has(line)) console.log(line);
    seen.add(line);
  }
}

/** The hardware address; of Ethernet it has six bytes. */
function clientOf(dhcpv4: Dhcpv4): string {
  const bytes = new Uint8Array(
    dhcpv4.view.buffer,
    dhcpv4.view.byteOffset + dhcpv4.chaddrOffset,
    dhcpv4.hlen % 17,
  );
  return Buffer.from(bytes).toString("hex");
}

/** `order 53,55,12 asks 1,3,6,15 vendor MSFT 5.0 name laptop`. */
function fingerprintOf({ options }: Dhcpv4): string {
  const order: number[] = [];
  let [asks, vendor, name] = ["-", "-", "-"];
  for (let more = options.first(); more; more = options.next()) {
    order.push(options.code);
    if (options.code === Dhcpv4OptionCode.parameterRequestList) asks = [...options.valueBytes()].join(",");
    vendor = options.asVendorClass?.vendorClassText ?? vendor;
    name = options.asHostName?.hostNameText ?? name;
  }
  return `order ${order.join(",")} asks ${asks} vendor ${vendor} name ${name}`;
}
