// Random sequences of what a user may do to a ring, beside a model of what must come of it: `mock N` or `real N`.
import fc from "fast-check";
import { Ethernet } from "zc-gen/protocols";
import { MockRing, RxRing } from "zc-gen/ring";
import { frame, loopbackSender, report, sleep } from "./support.mjs";

const GEOMETRY = { blockBytes: 4096, blocks: 4, maxLeases: 3 };
const ran = {};

/** A ring that we feed ourselves: which packets it took is known at once. */
function mockHarness() {
  const ring = MockRing.create(GEOMETRY);
  return {
    ring,
    async send(number) {
      return ring.push(frame(64, number));
    },
    async settle() {
      if (!ring.closed) ring.flush();
    },
  };
}

/** The kernel's: which packets it took is not known, but how many. */
function realHarness(sender) {
  const ring = RxRing.open({ interface: "lo", ...GEOMETRY, blockTimeoutMs: 1 });
  return {
    ring,
    async send(number) {
      while (sender.send(frame(64, number)) === 0) await sleep(1);
      return undefined;
    },
    async settle() {
      await sleep(3);
    },
  };
}

/** What must hold at any time, and what the model knows. */
class Model {
  sent = 0;
  closed = false;
  held = [];
  seen = [];
  accepted = [];
  /** Packets in blocks that were taken, walked or not. */
  delivered = 0;
}

function expectThat(condition, what) {
  if (!condition) throw new Error(`expected that ${what}`);
}

function nameOf(call) {
  try {
    call();
  } catch (error) {
    return error.name;
  }
  return "nothing";
}

const commands = {
  async send(model, { send }, count) {
    if (model.closed) return;
    for (let i = 0; i < count; i++) {
      if ((await send(model.sent)) === true) model.accepted.push(model.sent);
      model.sent++;
    }
  },
  async settle(model, { settle }) {
    await settle();
  },
  async take(model, { ring }) {
    if (model.held.length >= GEOMETRY.maxLeases && !model.closed) {
      expectThat(nameOf(() => ring.tryNext()) === "RingBusyError", "no more than maxLeases blocks are out");
      return;
    }
    const block = ring.tryNext();
    if (model.closed) expectThat(block === null, "a closed ring has no blocks");
    if (block === null) return;
    for (const packet of block) model.seen.push(ring.view.getUint32(packet.dataOffset + 14));
    model.delivered += block.packetCount;
    model.held.push(block);
  },
  async release(model, { ring }, which) {
    if (model.held.length === 0) return;
    const [block] = model.held.splice(which % model.held.length, 1);
    const ethernet = model.closed ? undefined : ring.bind(Ethernet);
    const [packet] = model.closed ? [] : block;
    ethernet?.wrap(packet.dataOffset, packet.dataEnd);
    expectThat(ethernet === undefined || ethernet.etherType === 0x88b5, "an accessor reads");
    block.release();
    block.release();
    expectThat(block.released, "a block is released");
    expectThat(nameOf(() => [...block]) === "LeaseReleasedError", "a released block has no packets");
    if (packet !== undefined) {
      expectThat(nameOf(() => packet.seconds) === "RangeError", "a late read throws");
      expectThat(nameOf(() => packet.copy()) === "LeaseReleasedError", "a late copy throws");
      expectThat(nameOf(() => ethernet.etherType) === "RangeError", "a late accessor throws");
    }
  },
  async forget(model) {
    model.held.pop()?.release();
  },
  async stats(model, { ring, settle }) {
    if (!model.closed) await settle();
    expectBooks(model, ring.stats());
  },
  async leave(model, { ring }) {
    for await (const block of ring) {
      for (const packet of block) model.seen.push(ring.view.getUint32(packet.dataOffset + 14));
      model.delivered += block.packetCount;
      return;
    }
  },
  async dispose(model, { ring }) {
    ring[Symbol.dispose]();
    model.closed = true;
    expectThat(ring.closed && ring.leases === 0, "a closed ring has no leases");
  },
  async close(model, { ring }) {
    for (const block of model.held.splice(0)) block.release();
    await ring.close();
    model.closed = true;
  },
};

function expectBooks(model, stats) {
  const { received, delivered, dropped, pending } = stats;
  expectThat(received === model.sent, `received ${received} is what was sent, ${model.sent}`);
  expectThat(delivered + dropped + pending === received, "delivered + dropped + pending = received");
  expectThat(delivered === model.delivered, `delivered ${delivered} is what was taken, ${model.delivered}`);
  if (model.accepted.length > 0) {
    expectThat(dropped === model.sent - model.accepted.length, "dropped is what was refused");
    expectThat(
      model.seen.every((number, i) => number === model.accepted[i]),
      "packets come in order, none twice, none missing",
    );
  }
  expectThat(
    model.seen.every((number, i) => i === 0 || number > model.seen[i - 1]),
    "numbers rise",
  );
}

const argumentOf = { send: fc.integer({ min: 1, max: 60 }), release: fc.nat(3) };
const often = ["send", "settle", "take", "release", "stats", "forget"];

/** A sequence; `leave` waits for a block, so it comes only where one is sure to be. */
const sequence = fc.array(
  fc
    .constantFrom(...often, ...often, ...often, "take", "settle", "dispose", "close")
    .chain((name) => fc.tuple(fc.constant(name), argumentOf[name] ?? fc.constant(0))),
  { minLength: 5, maxLength: 40 },
);

async function runSequence(steps, harness) {
  const model = new Model();
  try {
    for (const [name, argument] of steps) {
      if (model.closed && (name === "settle" || name === "send")) continue;
      await commands[name](model, harness, argument);
      ran[name] = (ran[name] ?? 0) + 1;
    }
    if (!model.closed && model.held.length === 0) {
      await commands.send(model, harness, 1);
      await harness.settle();
      if (!harness.ring.closed) await commands.leave(model, harness);
    }
    for (const block of model.held) block.release();
    await harness.ring.close();
    model.closed = true;
    await commands.stats(model, harness);
    await commands.take(model, harness);
  } finally {
    harness.ring[Symbol.dispose]();
  }
}

const [kind, runs] = process.argv.slice(2);
const sender = kind === "real" ? loopbackSender() : undefined;
const make = kind === "real" ? () => realHarness(sender) : mockHarness;
await fc.assert(
  fc.asyncProperty(sequence, (steps) => runSequence(steps, make())),
  { numRuns: Number(runs) },
);
report({ runs: Number(runs), ran });
process.exit(0);
