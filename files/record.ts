import { wrongOption } from "./errors.js";
import type { Framing } from "./packet-gather.js";
import type { PcapNgRecorder } from "./pcapng-recorder.js";
import type { RecordableCounts, RecordablePacket, RecordableSource } from "./recordable.js";

/** Options of {@link record}. */
export interface RecordOptions<B extends Iterable<RecordablePacket>> {
  /** Writes only packets that pass, such as a filter's `on(source.bind(Stack))`: the others count as received. */
  readonly where?: (packet: B extends Iterable<infer P> ? P : never) => boolean;
  /** Ends after so many packets. */
  readonly count?: number;
  /** Ends in order when it aborts: what the source holds is written. */
  readonly signal?: AbortSignal;
  /** Told of each block once it is written, before it is released. */
  readonly onBlock?: (block: B) => void;
}

/** What {@link record} did. */
export interface RecordResult<S> {
  /** Packets written. */
  readonly packets: number;
  /** The source's final counts: `received` = `packets` + `dropped` + `pending`, unless `count` ended it inside a block. */
  readonly stats: S;
}

const LINKTYPE_ETHERNET = 1;
const LINKTYPE_LINUX_SLL2 = 276;

/**
 * Writes all packets of a source into pcapng files, from where they lie: until the source is closed or ends, `signal`
 * aborts, or `count` is reached. Then it closes the source, and writes the interface's statistics with the final counts.
 * Several sources can be recorded into one file, each an interface of it.
 *
 * A VLAN tag that the kernel took out is put back; packets without link-layer headers get LINKTYPE_LINUX_SLL2's.
 *
 * ```ts
 * await using recorder = PcapNgRecorder.create("eth0.pcapng", { rotateBytes: 100_000_000, maxFiles: 10 });
 * const { packets, stats } = await record(RxRing.open({ interface: "eth0" }), recorder);
 * ```
 *
 * @throws CaptureError for a source whose link type is unknown; what the source's iteration throws, the statistics
 * written; CaptureError (ERR_CAPTURE_WRITE) when the file cannot be: it then ends with the last packet that is whole.
 */
export async function record<B extends Iterable<RecordablePacket>, S extends RecordableCounts>(
  source: RecordableSource<B, S>,
  recorder: PcapNgRecorder,
  options: RecordOptions<B> = {},
): Promise<RecordResult<S>> {
  const { count = Infinity, signal, onBlock, where } = options;
  if (!(count > 0)) throw wrongOption("count", count, "above 0");
  const close = (): void => void source.close();
  const facts = {
    linkType: linkTypeOf(source),
    ...(source.interfaceName === undefined ? {} : { name: source.interfaceName }),
  };
  const recorded = recorder.addInterface(facts, framingOf(source), () => source.stats());
  const data = new Uint8Array(source.view.buffer, source.view.byteOffset, source.view.byteLength);
  if (signal?.aborted === true) close();
  signal?.addEventListener("abort", close);
  try {
    for await (const block of source) {
      recorder.write(recorded, where === undefined ? block : chosen(block, where), data, count);
      onBlock?.(block);
      if (recorded.written >= count) break;
    }
  } finally {
    signal?.removeEventListener("abort", close);
    await source.close();
    recorder.endInterface(recorded, source.stats());
  }
  return { packets: recorded.written, stats: source.stats() };
}

function* chosen<B extends Iterable<RecordablePacket>>(
  block: B,
  where: (packet: B extends Iterable<infer P> ? P : never) => boolean,
): Iterable<RecordablePacket> {
  for (const packet of block) if (where(packet as B extends Iterable<infer P> ? P : never)) yield packet;
}

type AnySource = RecordableSource<Iterable<RecordablePacket>, RecordableCounts>;

function framingOf({ cooked, linkType }: AnySource): Framing {
  if (cooked) return "cooked";
  return linkType === LINKTYPE_ETHERNET ? "ethernet" : "as it is";
}

function linkTypeOf({ cooked, linkType }: AnySource): number {
  if (cooked) return LINKTYPE_LINUX_SLL2;
  if (linkType >= 0) return linkType;
  throw wrongOption("the source's linkType", linkType, "known: without one, receive with `cooked: true`");
}
