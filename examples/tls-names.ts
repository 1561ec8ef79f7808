// Lists the servers that TLS clients ask for by name (SNI, RFC 6066 §3): `node dist/examples/tls-names.js traffic.pcapng`.
// A ClientHello is found where one TCP segment holds it whole, on any port; one that is spread over several is not put
// together, and only counted.
import { PcapFile } from "zc-gen/files";
import { Stack, Tls, TlsContentType, TlsHandshake } from "zc-gen/protocols";

await using file = PcapFile.open(process.argv[2] ?? "-");
const stack = file.bind(Stack);
const record = new Tls(file.view);
const handshake = new TlsHandshake(file.view);
let cut = 0;

for await (const block of file) {
  for (const packet of block) {
    stack.decode(packet);
    const { tcp, ipv4, ipv6 } = stack;
    if (!tcp.isWrapped || !beginsHello(tcp.payloadOffset, tcp.payloadEnd)) continue;
    if (record.truncated > 0 || handshake.wrap(record.payloadOffset, record.payloadEnd) !== 0) {
      cut++;
      continue;
    }
    const ip = ipv4.isWrapped ? ipv4 : ipv6;
    console.log(`${ip.srcText} > ${ip.dstText} ${tcp.dstPort}: ${serverName(handshake) ?? "(no name)"}`);
  }
}
if (cut > 0) console.log(`${cut} in more than one segment`);

/** Puts the record's accessor on what a segment carries. */
function beginsHello(start: number, end: number): boolean {
  const CLIENT_HELLO = 1;
  return (
    record.wrap(start, end) === 0 &&
    record.validate() === 0 &&
    record.type === TlsContentType.handshake &&
    record.legacyRecordVersion >> 8 === 3 &&
    record.payloadEnd > record.payloadOffset &&
    file.view.getUint8(record.payloadOffset) === CLIENT_HELLO
  );
}

function serverName({ body }: TlsHandshake): string | undefined {
  if (body?.case !== "tlsClientHello" || !body.hasExtensions) return undefined;
  const { extensions } = body;
  for (let more = extensions.first(); more; more = extensions.next()) {
    const names = extensions.asServerName?.serverNames;
    if (names?.first()) return names.element.hostNameText;
  }
  return undefined;
}
