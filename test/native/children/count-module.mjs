// What workers of the tests run: reads numbered frames, and does what it is told at its first block.
import { parentPort, threadId } from "node:worker_threads";

export default async function read(source, { index, data, post }) {
  if (data.failAt === "start" && index === 1) throw new Error("on purpose");
  let numbers = [];
  for await (const block of source) {
    for (const packet of block) numbers.push(source.view.getUint32(packet.dataOffset + 14));
    if (numbers.length > 5000) {
      post(numbers);
      numbers = [];
    }
    if (data.failAt === "block" && index === 0 && threadId <= data.failThreads) throw new Error("on purpose");
    if (data.hold === index) {
      post("holding");
      await new Promise(() => parentPort.on("message", () => {})); // for ever, with the block
    }
    if (data.slowMs > 0) await new Promise((resolve) => setTimeout(resolve, data.slowMs));
  }
  post(numbers);
}
