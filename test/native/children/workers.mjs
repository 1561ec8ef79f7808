// Several threads read one interface, or one ring.
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import { MockRing, openWorkers, SharedReader } from "zc-gen/ring";
import { describeError, frame, loopbackSender, report, sleep, thrownBy, until } from "./support.mjs";

const module = new URL("./count-module.mjs", import.meta.url);
const ring = { interface: "lo", blockBytes: 65536, blocks: 16, blockTimeoutMs: 2 };

async function opened(options) {
  const numbers = [];
  const exits = [];
  const others = [];
  const workers = await openWorkers({
    ring,
    module,
    workers: 2,
    onMessage: (message) => (Array.isArray(message) ? numbers.push(...message) : others.push(message)),
    onExit: ({ index, code, error, restarts }) =>
      exits.push({ index, code, restarts, error: error?.message }),
    ...options,
    data: { slowMs: 0, ...options.data },
  });
  return { workers, numbers, exits, others };
}

/** Sends numbered frames, some at a time, until `count` are out. */
async function flood(sender, count, from = 0) {
  for (let sent = 0; sent < count;) {
    sent += await sender.sendAll(
      Array.from({ length: Math.min(200, count - sent) }, (_, i) => flow(from + sent + i)),
    );
    await sleep(1);
  }
}

/** A frame of a flow of its own for the hash: IPv4 and UDP, its number in bytes 14 to 17 overlaid by a version. */
function flow(number) {
  const bytes = frame(64, number);
  bytes[20] = number;
  return bytes;
}

const scenarios = {
  async fanout() {
    const sender = loopbackSender();
    const { workers, numbers, exits } = await opened({ fanout: { mode: "lb", uniqueId: true } });
    const { running, fanoutGroup } = workers;
    await flood(sender, 5000);
    await workers.close();
    await workers.close();
    const each = workers.workerStats().map((stats) => stats.delivered);
    report({ running, fanoutGroup, ...booksOf(numbers), each, exits, stats: workers.stats() });
  },
  async shared() {
    const sender = loopbackSender();
    const { workers, numbers, exits } = await opened({ mode: "shared", workers: 3 });
    await flood(sender, 5000);
    await workers.close();
    report({ ...booksOf(numbers), exits, stats: workers.stats() });
  },
  async restarted() {
    const sender = loopbackSender();
    const options = { mode: "shared", data: { failAt: "block", failThreads: 2 } };
    const { workers, exits } = await opened(options);
    let sent = 0;
    const send = async (count) => {
      await flood(sender, count, sent);
      sent += count;
    };
    // The one that fails has to get a block first, which the other may be quicker to take.
    for (let turn = 0; exits.length === 0 && turn < 1000; turn++) await send(100);
    await until(() => exits.length > 0, "a worker that fails");
    await until(() => workers.running === 2, "another in its place");
    await send(500);
    await workers.close();
    report({ exits, sent, stats: workers.stats() });
  },
  async failsAtOnce() {
    loopbackSender();
    const error = await opened({ data: { failAt: "start" }, restarts: 0 }).then(
      async ({ workers, exits }) => {
        await until(() => exits.length > 0);
        await workers.close();
        return exits[0];
      },
      (thrown) => describeError(thrown),
    );
    const missing = await opened({ module: new URL("./nowhere.mjs", import.meta.url) }).then(
      String,
      describeError,
    );
    const noInterface = await opened({ ring: { interface: "nope0" } }).then(String, describeError);
    report({ error, missing, noInterface });
  },
  // A reader that dies with a block: it goes back, and the others read on.
  async deadHolder() {
    const shared = MockRing.create({ blockBytes: 4096, blocks: 4, maxLeases: 3 });
    const token = shared.share();
    const holder = await reader(token, "hold");
    fill(shared, 4);
    await holder.said("holding");
    const held = { leases: shared.leases, oldest: shared.oldestLeaseMs >= 0, readers: shared.readers.length };
    await holder.worker.terminate();
    const after = { leases: shared.leases, readers: shared.readers.length };
    const other = await reader(token, "read");
    const misuse = {
      read: thrownBy(() => shared.tryNext()),
      again: thrownBy(() => shared.share()),
      plain: thrownBy(() => MockRing.create({ plainMemory: true }).share()),
      unknown: thrownBy(() => SharedReader.attach({ ...token, id: 9999 })),
    };
    await until(() => shared.stats().blocks === 4);
    fill(shared, 4);
    await shared.close();
    const stats = shared.stats();
    report({ held, after, misuse, stats, numbers: await other.ended });
  },
  // Readers that take what they can; every packet is seen by exactly one.
  async race() {
    const shared = MockRing.create({ blockBytes: 4096, blocks: 16, maxLeases: 4 });
    const token = shared.share();
    const readers = await Promise.all([1, 2, 3, 4].map(() => reader(token, "read")));
    const packets = Array.from({ length: 20_000 }, (_, number) => ({ bytes: frame(64, number) }));
    await shared.replay(packets);
    await shared.close();
    const lists = await Promise.all(readers.map(({ ended }) => ended));
    report({ ...booksOf(lists.flat()), stats: shared.stats(), shares: lists.map((list) => list.length) });
  },
  // Threads that are ended at any time, with and without blocks, while others read on.
  /** Workers that end while they open, attach and close: every call into the addon may be the one that is refused. */
  async earlyDeaths() {
    const shared = MockRing.create({ blockBytes: 4096, blocks: 8, maxLeases: 2 });
    const token = shared.share();
    const rounds = 60;
    for (let round = 0; round < rounds; round++) {
      const worker = new Worker(new URL(import.meta.url), { workerData: { token, what: "storm" } });
      await new Promise((resolve) => worker.once("message", resolve));
      if (round % 2 === 0) await sleep(round % 5);
      await worker.terminate();
    }
    await shared.close();
    report({ rounds, leases: shared.leases });
  },
  async deaths() {
    const shared = MockRing.create({ blockBytes: 4096, blocks: 8, maxLeases: 2 });
    const token = shared.share();
    const steady = await reader(token, "read");
    let sent = 0;
    for (let round = 0; round < 40; round++) {
      const victim = await reader(token, round % 2 === 0 ? "hold" : "read");
      for (let i = 0; i < 100; i++) if (shared.push(frame(64, sent))) sent++;
      shared.flush();
      if (round % 3 === 0) await sleep(1);
      await victim.worker.terminate();
    }
    const dropped = shared.stats().dropped;
    await shared.close();
    const numbers = await steady.ended;
    report({ sent, dropped, steady: numbers.length, leases: shared.leases, stats: shared.stats() });
  },
};

function booksOf(numbers) {
  return { seen: numbers.length, distinct: new Set(numbers).size };
}

function fill(ring, blocks) {
  for (let block = 0; block < blocks; block++) {
    for (let i = 0; i < 10; i++) ring.push(frame(64, block * 10 + i));
    ring.flush();
  }
}

async function reader(token, what) {
  const worker = new Worker(new URL(import.meta.url), { workerData: { token, what } });
  const said = (word) => new Promise((resolve) => worker.on("message", (m) => m === word && resolve()));
  const ended = new Promise((resolve) => worker.on("message", (m) => Array.isArray(m) && resolve(m)));
  await said("open");
  return { worker, said, ended };
}

if (isMainThread) {
  await scenarios[process.argv[2]]();
  process.exit(0);
} else if (workerData.what === "storm") {
  parentPort.postMessage("open");
  for (;;) {
    const reader = SharedReader.attach(workerData.token);
    reader.close();
    const ring = MockRing.create({ blockBytes: 4096, blocks: 2 });
    ring.push(frame(64, 1));
    ring.close();
  }
} else {
  const source = SharedReader.attach(workerData.token);
  parentPort.postMessage("open");
  const numbers = [];
  for await (const block of source) {
    if (workerData.what === "hold") {
      parentPort.postMessage("holding");
      await sleep(1_000_000);
    }
    for (const packet of block) numbers.push(source.view.getUint32(packet.dataOffset + 14));
  }
  parentPort.postMessage(numbers);
}
