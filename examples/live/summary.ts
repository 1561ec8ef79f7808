import type { RingStats } from "zc-gen/ring";
import type { DecodeClock } from "./decode-clock.js";
import type { Flow } from "./flow-table.js";
import { drawPacket } from "./packet-drawing.js";
import type { ProtocolCount } from "./protocol-table.js";
import type { Tally } from "./tally.js";
import { byteText, colors, columns, grouped } from "./terminal.js";

const TOP_TALKERS = 8;
const BAR_COLUMNS = 16;

/** What was seen, as text of several tables. */
export function summary(tally: Tally, stats: RingStats, seconds: number): string {
  const parts = [totals(tally, stats, seconds)];
  if (tally.packets > 0) parts.push(protocolTable(tally.protocols.rows(), tally.packets));
  const flows = tally.flows.top(TOP_TALKERS);
  if (flows.length > 0) parts.push(talkerTable(flows, tally.flows.overflow));
  if (tally.sample !== undefined) {
    parts.push(`${colors.bold("One packet")}  ${drawPacket(tally.sample, columns())}`);
  }
  return `${parts.join("\n\n")}\n`;
}

function totals(tally: Tally, stats: RingStats, seconds: number): string {
  const { packets, bytes, faults } = tally;
  const rate = seconds > 0 ? ` in ${seconds.toFixed(1)} s: ${grouped(packets / seconds)} a second` : "";
  const rows = [
    ["packets", `${grouped(packets)}${rate}`],
    ["bytes", byteText(bytes)],
    ["dropped", grouped(stats.dropped)],
  ];
  if (packets > 0) rows.push(["decoder", decoderText(tally.clock)]);
  if (faults > 0) rows.push(["faults", `${grouped(faults)}; the first: ${tally.firstFault}`]);
  return rows.map(([name, text]) => `${colors.cyan((name as string).padEnd(9))} ${text}`).join("\n");
}

function decoderText({ cachedNs, firstNs }: DecodeClock): string {
  const cached = colors.bold(`${cachedNs.toFixed(0)} ns a packet`);
  return `${cached} in cache, ${firstNs.toFixed(0)} ns with fetching it from memory (medians of blocks)`;
}

function protocolTable(rows: readonly ProtocolCount[], total: number): string {
  const lines = rows.map(({ name, packets, bytes }) => {
    const share = packets / total;
    const bar = "#".repeat(Math.round(share * BAR_COLUMNS));
    return `${name.padEnd(34)} ${numbers(packets, bytes)} ${(share * 100).toFixed(1).padStart(6)} %  ${colors.cyan(bar)}`.trimEnd();
  });
  const title = `${"Protocols".padEnd(34)} ${"packets".padStart(11)} ${"bytes".padStart(10)}    share`;
  return [colors.bold(title), ...lines].join("\n");
}

function talkerTable(flows: readonly Flow[], overflow: number): string {
  const names = flows.map(({ src, dst }) => `${src} > ${dst}`);
  const width = Math.max(34, ...names.map(({ length }) => length));
  const lines = flows.map(
    ({ packets, bytes }, index) => `${(names[index] as string).padEnd(width)} ${numbers(packets, bytes)}`,
  );
  if (overflow > 0) lines.push(`(${grouped(overflow)} packets of pairs that the table had no room for)`);
  const title = `${"Top talkers".padEnd(width)} ${"packets".padStart(11)} ${"bytes".padStart(10)}`;
  return [colors.bold(title), ...lines].join("\n");
}

function numbers(packets: number, bytes: number): string {
  return `${grouped(packets).padStart(11)} ${byteText(bytes).padStart(10)}`;
}
