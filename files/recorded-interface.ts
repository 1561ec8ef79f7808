import type { Framing } from "./packet-gather.js";
import type { InterfaceCounts } from "./pcapng-info.js";
import type { NewInterface, PcapNgWriter } from "./pcapng-writer.js";
import type { RecordableCounts } from "./recordable.js";

const NOTHING: RecordableCounts = { received: 0, dropped: 0, nicDropped: 0 };

/** An interface that is recorded, and what its files were told of it: the sum over all files is what the source counted. */
export class RecordedInterface {
  readonly index: number;
  readonly facts: NewInterface;
  readonly framing: Framing;
  /** Packets written, in all files. */
  written: number = 0;
  private readonly counts: () => RecordableCounts;
  private told: RecordableCounts & { readonly written: number } = { ...NOTHING, written: 0 };
  private since: { readonly seconds: number; readonly nanoseconds: number } = now();
  private hasEnded: boolean = false;

  constructor(index: number, facts: NewInterface, framing: Framing, counts: () => RecordableCounts) {
    this.index = index;
    this.facts = facts;
    this.framing = framing;
    this.counts = counts;
  }

  /** At the end of a file that another follows: what waits in the source will be counted in the next one. */
  writePeriod(writer: PcapNgWriter): void {
    if (this.hasEnded) return;
    const { dropped, nicDropped } = this.counts();
    const accountedFor = this.written + dropped;
    this.write(writer, { received: accountedFor, dropped, nicDropped });
  }

  /** At the end, with the final counts. */
  writeRest(writer: PcapNgWriter, counts: RecordableCounts): void {
    this.write(writer, counts);
    this.hasEnded = true;
  }

  private write(writer: PcapNgWriter, counts: RecordableCounts): void {
    const { told, since, written } = this;
    this.told = { ...counts, written };
    this.since = now();
    const statistics: InterfaceCounts = {
      dropped: BigInt(counts.nicDropped - told.nicDropped),
      accepted: BigInt(counts.received - told.received),
      osDropped: BigInt(counts.dropped - told.dropped),
      delivered: BigInt(written - told.written),
    };
    writer.writeStatistics(this.index, statistics, { ...this.since, since });
  }
}

function now(): { readonly seconds: number; readonly nanoseconds: number } {
  const ms = Date.now();
  return { seconds: Math.floor(ms / 1000), nanoseconds: (ms % 1000) * 1_000_000 };
}
