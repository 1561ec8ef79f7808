import { parse } from "node:path";
import { CaptureError, PcapNgRecorder } from "../files/index.js";
import type { CaptureOptions } from "./options.js";

/** What was written where. */
export interface Written {
  readonly packets: number;
  readonly files: readonly string[];
}

/** The recorder that `-w` asks for; with a worker's number in the name, where there are several. */
export function openRecorder(options: CaptureOptions, worker?: number): PcapNgRecorder | undefined {
  const { write, rotateBytes, rotateSeconds, files } = options;
  if (write === undefined) return undefined;
  return PcapNgRecorder.create(worker === undefined ? write : ofWorker(write, worker), {
    application: "zc-gen capture",
    ...(rotateBytes === undefined ? {} : { rotateBytes }),
    ...(rotateSeconds === undefined ? {} : { rotateSeconds }),
    ...(files === undefined ? {} : { maxFiles: files }),
  });
}

/** `eth0.pcapng` becomes `eth0-w0.pcapng`. */
function ofWorker(path: string, worker: number): string {
  const { dir, name, ext } = parse(path);
  return `${dir === "" || dir.endsWith("/") ? dir : `${dir}/`}${name}-w${worker}${ext}`;
}

const EPIPE = 32;

/** Whether whoever read standard output has gone: no error for `capture -w - | head`. */
export function isClosedPipe(error: unknown): boolean {
  if (!(error instanceof CaptureError)) return false;
  return (error.cause as { errno?: number } | undefined)?.errno === -EPIPE;
}
