// Logs every DNS question of a capture with what was answered: `node dist/examples/dns-queries.js traffic.pcapng`, or live:
// `tcpdump -w - udp port 53 | node dist/examples/dns-queries.js -`.
import { enumLabel } from "zc-gen";
import { PcapFile } from "zc-gen/files";
import { DnsRcodeEnum, DnsTypeEnum, Stack, type Dns } from "zc-gen/protocols";

await using file = PcapFile.open(process.argv[2] ?? "-");
const stack = file.bind(Stack);

for await (const block of file) {
  for (const packet of block) {
    const fault = stack.decode(packet);
    const { dns, ipv4, ipv6 } = stack;
    if (!dns.isWrapped) continue;
    const from = ipv4.isWrapped ? ipv4.srcText : ipv6.isWrapped ? ipv6.srcText : "?";
    const time = new Date(packet.seconds * 1000).toISOString().slice(0, 19);
    // After a fault the questions can still be read, but what begins behind the damage cannot.
    const answer = !dns.qr ? "?" : fault === 0 ? ` = ${answerOf(dns)}` : " (broken answer)";
    for (const question of questionsOf(dns)) {
      console.log(`${time} ${from} ${question}${answer}`);
    }
  }
}

/** `example.com aaaa`. The cursor moves in place; nothing of the message is copied but the names. */
function* questionsOf({ questions }: Dns): Generator<string> {
  for (let more = questions.first(); more; more = questions.next()) {
    const { nameText = "(broken name)", type } = questions.element;
    yield `${nameText || "."} ${enumLabel(DnsTypeEnum, type) ?? type}`;
  }
}

/** The addresses, or why there are none. */
function answerOf({ answers, rcode }: Dns): string {
  const found: string[] = [];
  for (let more = answers.first(); more; more = answers.next()) {
    const { rdata } = answers.element;
    if (rdata?.case === "a" || rdata?.case === "aaaa") found.push(rdata.addressText);
  }
  return found.join(", ") || (enumLabel(DnsRcodeEnum, rcode) ?? `rcode ${rcode}`);
}
