import { CaptureError, PcapFile } from "../files/index.js";
import { filter, FilterError, type FilterPacket } from "../filter/index.js";
import { Stack } from "../generated/index.js";
import type { StackBase } from "../runtime/index.js";
import { bindLayers } from "./decode-as.js";
import { FieldTable } from "./field-table.js";
import { JsonLines } from "./json-lines.js";
import { Line } from "./line.js";
import { HELP, parseOptions, UsageError, type DecodeOptions } from "./options.js";
import { stackWith, type StackClass } from "./own-protocols.js";
import { ProgressBar } from "./progress.js";
import { TextOutput, type OutputStream } from "./text-output.js";
import { Tree } from "./tree.js";
import type { Formatter, PacketView } from "./view.js";

/** What the command touches of the process; tests bring their own. */
export interface DecodeHost {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Ends the command early and quietly: the reader of the output has gone. */
  readonly signal: AbortSignal;
}

const OK = 0;
const DAMAGED = 1;
const USAGE = 2;

/** `zc-gen decode` with the arguments behind it; the result is the exit code. */
export async function decode(args: readonly string[], host: DecodeHost): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options !== undefined) return await decodeFile(options, host);
    host.stdout.write(HELP);
    return OK;
  } catch (error) {
    if (host.signal.aborted) return OK;
    const text = messageOf(error);
    if (text === undefined) throw error;
    host.stderr.write(`zc-gen decode: ${text}\n`);
    return USAGE;
  }
}

async function decodeFile(options: DecodeOptions, host: DecodeHost): Promise<number> {
  const stackClass: StackClass = options.schemas.length === 0 ? Stack : await stackWith(options.schemas);
  const wanted = options.filter === undefined ? undefined : filter(options.filter, { stack: stackClass });
  const file = PcapFile.open(options.file, { follow: options.follow });
  const stopped = (): void => file.close();
  host.signal.addEventListener("abort", stopped);
  const output = new TextOutput(host.stdout);
  try {
    const stack = file.bind(stackClass);
    bindLayers(stack, options.bindings);
    const isWanted = wanted?.onDecoded(stack) ?? (() => true);
    await show(file, stack, isWanted, options, output, host);
    return OK;
  } catch (error) {
    await output.flush();
    if (host.signal.aborted) return OK;
    // Through a pipe it comes out late that there is no capture at all: that is no damage.
    if (!(error instanceof CaptureError) || file.format === undefined) throw error;
    host.stderr.write(`zc-gen decode: ${options.file}: ${error.message}\n`);
    return DAMAGED;
  } finally {
    host.signal.removeEventListener("abort", stopped);
    file.close();
  }
}

async function show(
  file: PcapFile,
  stack: StackBase,
  isWanted: (packet: FilterPacket) => boolean,
  options: DecodeOptions,
  output: TextOutput,
  host: DecodeHost,
): Promise<void> {
  const formatter = formatterFor(options, stack);
  const bar = progressBar(host);
  let n = 0;
  let shown = 0;
  output.add(formatter.head);
  if (options.count === 0) return output.flush();
  try {
    for await (const block of file) {
      for (const packet of block) {
        stack.decode(packet);
        n++;
        if (!isWanted(packet)) continue;
        const isFull = output.add(textOf({ n, packet, stack }, formatter, options));
        if (++shown === options.count) return;
        if (isFull) await output.flush();
      }
      bar?.show(file.progress, performance.now());
      // Who follows wants to see each packet now; everybody else is served in large pieces.
      if (options.follow || options.file === "-") await output.flush();
    }
  } finally {
    bar?.clear();
    await output.flush();
  }
}

function textOf(view: PacketView, formatter: Formatter, { layers, hex }: DecodeOptions): string {
  let text = formatter.format(view);
  if (layers) text += `${layersText(view)}\n`;
  if (hex) text += `${view.stack.hexDump()}\n`;
  return text;
}

function layersText({ packet, stack }: PacketView): string {
  const layers = stack.layers().map(({ layout, offset }) => `${layout.name}@${offset - packet.dataOffset}`);
  return `    ${layers.join(" / ") || "no layer"}`;
}

function formatterFor({ form, fields, separator }: DecodeOptions, stack: StackBase): Formatter {
  switch (form) {
    case "json":
      return new JsonLines();
    case "fields":
      return new FieldTable(fields, separator, stack);
    case "tree":
      return new Tree();
    case "lines":
      return new Line();
  }
}

/** Only where somebody looks at it, and not at the packets themselves. */
function progressBar({ stdout, stderr }: DecodeHost): ProgressBar | undefined {
  if (stderr.isTTY !== true || stdout.isTTY === true) return undefined;
  return new ProgressBar((text) => void stderr.write(text), performance.now());
}

/** What to say of an error of the user's; `undefined` for a bug of ours. */
function messageOf(error: unknown): string | undefined {
  if (error instanceof UsageError) return `${error.message} (zc-gen decode --help shows what there is)`;
  if (error instanceof FilterError) return error.message;
  if (error instanceof CaptureError) return error.message;
  if (!(error instanceof Error)) return undefined;
  const isOurs = error.name === "SchemaError" || error.name === "GeneratorError";
  return isOurs || "syscall" in error ? error.message : undefined;
}
