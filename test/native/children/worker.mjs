// Rings in workers that end in every way there is; the process must live on.
import { readFileSync } from "node:fs";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { RxRing, setInterfaceUp } from "zc-gen/ring";
import { frame, loopbackSender, nextBlock, report } from "./support.mjs";

const inWorker = {
  async exit() {
    await capture();
    process.exit(0);
  },
  async terminate() {
    await capture();
    parentPort.postMessage("ready");
    setInterval(() => {}, 1000);
  },
  async terminateWhileWaiting() {
    const ring = await capture();
    parentPort.postMessage("ready");
    for await (const block of ring) block.release();
  },
  async naturalEnd() {
    await capture();
  },
  async close() {
    const ring = await capture();
    await ring.close();
  },
  async throws() {
    await capture();
    throw new Error("on purpose");
  },
};

if (isMainThread) await main();
else await inWorker[workerData]();

async function main() {
  setInterfaceUp("lo");
  const endings = [];
  for (let round = 0; round < 3; round++) {
    for (const ending of Object.keys(inWorker)) endings.push(await run(ending));
  }
  report({ endings, sockets: readFileSync("/proc/net/packet", "utf8").trim().split("\n").length - 1 });
}

function run(ending) {
  const worker = new Worker(new URL(import.meta.url), { workerData: ending });
  worker.on("message", () => void worker.terminate());
  worker.on("error", () => {});
  return new Promise((resolve) => worker.on("exit", () => resolve(ending)));
}

async function capture() {
  const sender = loopbackSender();
  const ring = RxRing.open({ interface: "lo", blockBytes: 65536, blocks: 4, blockTimeoutMs: 1 });
  sender.send(frame());
  await nextBlock(ring);
  sender.close();
  return ring;
}
