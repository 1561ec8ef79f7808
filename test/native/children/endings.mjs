// Ways for a process to end with an open ring. The test looks at how it ended.
import { getEventListeners } from "node:events";
import { RxRing } from "zc-gen/ring";
import { frame, loopbackSender, nextBlock, report, sleep, until } from "./support.mjs";

const sender = loopbackSender();
const open = (options) => RxRing.open({ interface: "lo", blockTimeoutMs: 2, ...options });

const endings = {
  // The process ends by itself: an open ring that nobody reads does not keep it.
  async unread() {
    globalThis.ring = open();
    sender.send(frame());
    report("unread");
  },
  async exit() {
    const ring = open();
    sender.send(frame());
    const block = await nextBlock(ring);
    report(block.packetCount);
    process.exit(0);
  },
  async exitWhileWaiting() {
    const ring = open();
    setTimeout(() => {
      report("waiting");
      process.exit(0);
    }, 20);
    for await (const block of ring) block.release();
  },
  async underLoad() {
    const ring = open({ blockBytes: 4096, blocks: 8 });
    const flood = setInterval(() => sender.send(frame(), 500), 0);
    setTimeout(() => void ring.close(), 50);
    let packets = 0;
    for await (const block of ring) packets += block.packetCount;
    clearInterval(flood);
    report({ packets, stats: ring.stats() });
  },
  // Ctrl-C: the last packets, of a block that is not full yet, still come.
  async interrupted() {
    const ring = open({ blockTimeoutMs: 300 });
    process.once("SIGINT", () => {
      sender.send(frame(), 7);
      void ring.close();
    });
    console.log("READY");
    let packets = 0;
    for await (const block of ring) packets += block.packetCount;
    report({ packets, stats: ring.stats() });
  },
  async aborted() {
    const controller = new AbortController();
    const ring = open({ signal: controller.signal });
    setTimeout(() => {
      sender.send(frame(), 7);
      controller.abort();
    }, 5);
    let packets = 0;
    for await (const block of ring) packets += block.packetCount;
    await until(() => ring.closed);
    const again = await Promise.resolve()
      .then(() => open({ signal: controller.signal }))
      .catch((error) => error.name);
    report({ packets, again, listeners: getEventListeners(controller.signal, "abort").length });
  },
  // A reader that closes the ring and waits for that inside its own loop gets its ring closed, a second later.
  async closedInsideLoop() {
    const ring = open({ drainTimeoutMs: 50 });
    sender.send(frame(), 3);
    let packets = 0;
    for await (const block of ring) {
      packets += block.packetCount;
      await ring.close();
    }
    report({ packets, closed: ring.closed });
  },
  async forgotten() {
    const warnings = [];
    process.on("warning", (warning) => warnings.push(warning.code));
    (() => void open())();
    (() => void open())();
    const { readFileSync } = await import("node:fs");
    const sockets = () => readFileSync("/proc/net/packet", "utf8").trim().split("\n").length - 1;
    const before = sockets();
    for (let i = 0; i < 50 && sockets() > 1; i++) {
      globalThis.gc();
      await sleep(5);
    }
    report({ before, after: sockets(), warnings });
  },
  async forgottenBlock() {
    const warnings = [];
    process.on("warning", (warning) => warnings.push(warning.code));
    const ring = open();
    sender.send(frame());
    await nextBlock(ring);
    const before = ring.leases;
    for (let i = 0; i < 50 && ring.leases > 0; i++) {
      globalThis.gc();
      await sleep(5);
    }
    report({ before, after: ring.leases, warnings });
    await ring.close();
  },
};

await endings[process.argv[2]]();
