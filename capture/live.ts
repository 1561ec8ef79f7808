import { record } from "../files/index.js";
import { Stack } from "../generated/index.js";
import {
  openCapture,
  openWorkers,
  type InterfaceDatagrams,
  type RingStats,
  type RxRing,
  type RxRingOptions,
} from "../native/index.js";
import { kernelFilter, restOfFilter } from "./chosen-filter.js";
import { checkFields, Columns } from "./columns.js";
import type { CaptureHost } from "./command.js";
import { LiveLine, type Watched } from "./live-line.js";
import type { CaptureOptions } from "./options.js";
import { isClosedPipe, openRecorder, type Written } from "./recording.js";
import type { WorkerMessage } from "./worker.js";

/** `zc-gen capture`: until Ctrl-C, the duration or the count; then the last packets, and the summary. */
export async function captureLive(options: CaptureOptions, host: CaptureHost): Promise<number> {
  checkFields(options.fields);
  const began = performance.now();
  const { stats, written } =
    options.workers > 1 ? await captureWithWorkers(options, host) : await captureHere(options, host);
  summarize({ stats, written, seconds: (performance.now() - began) / 1000 }, options, host);
  return 0;
}

interface Outcome {
  readonly stats: RingStats;
  /** With `-w`. */
  readonly written: Written | undefined;
}

async function captureHere(options: CaptureOptions, host: CaptureHost): Promise<Outcome> {
  const source = openCapture(ringOptions(options));
  try {
    const written = await untilEnded(source, options, host, () => show(source, options, host));
    return { stats: source.stats(), written };
  } finally {
    await source.close();
  }
}

/** A socket and ring each: the kernel shares packets out by flow. */
async function captureWithWorkers(options: CaptureOptions, host: CaptureHost): Promise<Outcome> {
  const written: Written[] = [];
  let running = options.workers;
  let allEnded = (): void => {};
  const ended = new Promise<void>((resolve) => (allEnded = resolve));
  let failure: Error | undefined;
  const workers = await openWorkers({
    ring: ringOptions(options),
    module: new URL("./worker.js", import.meta.url),
    workers: options.workers,
    restarts: 0,
    data: options,
    onMessage: (message) => {
      const told = message as WorkerMessage;
      if ("rows" in told) host.stdout.write(told.rows);
      else written.push(told.written);
    },
    onExit: ({ error }) => {
      if (error instanceof Error) failure ??= error;
      if (--running === 0 || error !== undefined) allEnded();
    },
  });
  const close = (): Promise<void> => workers.close();
  await untilEnded({ stats: () => workers.stats(), close }, options, host, () => ended);
  await workers.close();
  if (failure !== undefined) throw failure;
  const files = written.flatMap((each) => each.files);
  const packets = written.reduce((sum, each) => sum + each.packets, 0);
  return { stats: workers.stats(), written: options.write === undefined ? undefined : { packets, files } };
}

function ringOptions(options: CaptureOptions): Omit<RxRingOptions, "signal" | "onLink" | "fanout" | "cpu"> {
  const program = kernelFilter(options);
  return {
    interface: options.interface ?? "",
    promiscuous: options.promiscuous,
    ...(options.snaplen === undefined ? {} : { snaplen: options.snaplen }),
    ...(program === undefined ? {} : { filter: program }),
  };
}

/** Closes the source at Ctrl-C and when the time is over, and draws the live line meanwhile. */
async function untilEnded<T>(
  source: Watched & { close(): Promise<void> },
  options: CaptureOptions,
  host: CaptureHost,
  work: () => Promise<T>,
): Promise<T> {
  const close = (): void => void source.close();
  if (host.signal.aborted) close();
  host.signal.addEventListener("abort", close);
  const timer = options.duration > 0 ? setTimeout(close, options.duration * 1000) : undefined;
  const live = options.quiet || host.stderr.isTTY !== true ? undefined : new LiveLine(source, host);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    live?.end();
    host.signal.removeEventListener("abort", close);
    await source.close();
  }
}

/** Reads the source to its end: prints fields, records packets, or counts alone. */
async function show(
  source: RxRing | InterfaceDatagrams,
  options: CaptureOptions,
  host: CaptureHost,
): Promise<Written | undefined> {
  const stack = source.bind(Stack);
  const isWanted = restOfFilter(options, stack);
  const columns = new Columns(stack, options, isWanted);
  let left = options.count > 0 ? options.count : Infinity;
  const showBlock = (block: Parameters<Columns["rowsOf"]>[0] & { readonly packetCount: number }): void => {
    const text = columns.rowsOf(block, left);
    if (text !== "") host.stdout.write(text);
    left -= isWanted === undefined ? block.packetCount : columns.taken;
  };
  const recorder = openRecorder(options);
  if (recorder !== undefined) {
    try {
      const { packets } = await record(source, recorder, {
        count: left,
        onBlock: showBlock,
        ...(isWanted === undefined ? {} : { where: isWanted }),
      });
      return { packets, files: recorder.files };
    } catch (error) {
      if (!isClosedPipe(error)) throw error;
      return undefined;
    } finally {
      await recorder.close();
    }
  }
  for await (const block of source) {
    showBlock(block);
    if (left <= 0) break;
  }
  return undefined;
}

function summarize(
  { stats, written, seconds }: Outcome & { readonly seconds: number },
  { json }: CaptureOptions,
  host: CaptureHost,
): void {
  if (json) {
    const summary = { seconds: Number(seconds.toFixed(3)), ...stats };
    const recorded = written === undefined ? {} : { written: written.packets, files: written.files };
    host.stdout.write(`${JSON.stringify({ summary: { ...summary, ...recorded } })}\n`);
    return;
  }
  const { received, delivered, dropped, pending, nicDropped, freezes } = stats;
  const where = written === undefined ? "" : `${written.packets} written to ${filesText(written.files)}\n`;
  host.stderr.write(
    `${received} packets in ${seconds.toFixed(1)} s: ${delivered} delivered, ${dropped} dropped because the ring was full ` +
      `(it froze ${freezes} times), ${pending} left unread; ${nicDropped} lost in the card before\n${where}`,
  );
}

function filesText(files: readonly string[]): string {
  if (files.length > 3) return `${files.length} files, ${files[0]} to ${files.at(-1)}`;
  return files.length === 0 ? "standard output" : files.join(", ");
}
