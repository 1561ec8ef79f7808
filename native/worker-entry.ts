// What a worker of `openWorkers` runs: opens its source, lets the user's module read it, and reports.
import { parentPort, workerData } from "node:worker_threads";
import { openCapture } from "./open-capture.js";
import { RxRing } from "./rx-ring.js";
import { SharedReader } from "./shared-reader.js";
import type { WorkerModule, WorkerOrder, WorkerReport, WorkerSource } from "./worker-protocol.js";

const port = parentPort;
if (port !== null && isOrder(workerData)) await work(workerData, (report) => port.postMessage(report));

async function work(order: WorkerOrder, tell: (report: WorkerReport) => void): Promise<void> {
  const { default: run } = (await import(order.module)) as WorkerModule;
  const source = openSource(order);
  const report = (): void => tell({ kind: "stats", stats: source.stats() });
  const timer = setInterval(report, order.reportMs);
  port?.on("message", () => void source.close()).unref();
  tell({ kind: "open", group: source instanceof RxRing ? source.fanoutGroup : undefined });
  try {
    const { index, data } = order;
    await run(source, { index, data, post: (message) => tell({ kind: "message", message }) });
  } finally {
    clearInterval(timer);
    await source.close();
    report();
  }
}

function openSource({ ring }: WorkerOrder): WorkerSource {
  return "token" in ring ? SharedReader.attach(ring.token) : openCapture(ring.options);
}

function isOrder(data: unknown): data is WorkerOrder {
  return typeof data === "object" && data !== null && "zcGenRingWorker" in data;
}
