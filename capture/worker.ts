// What each worker of `zc-gen capture --workers` runs.
import { record } from "../files/index.js";
import { Stack } from "../generated/index.js";
import type { WorkerContext, WorkerSource } from "../native/index.js";
import { restOfFilter } from "./chosen-filter.js";
import { Columns } from "./columns.js";
import type { CaptureOptions } from "./options.js";
import { openRecorder, type Written } from "./recording.js";

/** What workers tell: rows to print, or at the end what they wrote. */
export type WorkerMessage = { readonly rows: string } | { readonly written: Written };

/** Reads the source to its end: prints fields, records packets, or counts alone. */
export default async function work(source: WorkerSource, context: WorkerContext): Promise<void> {
  const options = context.data as CaptureOptions;
  const tell = (message: WorkerMessage): void => context.post(message);
  const stack = source.bind(Stack);
  const isWanted = restOfFilter(options, stack);
  const columns = new Columns(stack, options, isWanted);
  const show = (block: Parameters<Columns["rowsOf"]>[0]): void => {
    const rows = columns.rowsOf(block, Infinity);
    if (rows !== "") tell({ rows });
  };
  await using recorder = openRecorder(options, context.index);
  if (recorder === undefined) {
    for await (const block of source) show(block);
    return;
  }
  const { packets } = await record(source, recorder, {
    onBlock: show,
    ...(isWanted === undefined ? {} : { where: isWanted }),
  });
  await recorder.close();
  tell({ written: { packets, files: recorder.files } });
}
