// What a ring can be asked for, one scenario a run: fanout, live filters, cooked packets, time stamps, ...
import { readFileSync } from "node:fs";
import { fanoutProgram, filter } from "zc-gen/filter";
import { RxRing, setInterfaceUp } from "zc-gen/ring";
import {
  describeError,
  ETHERTYPE,
  frame,
  loopbackSender,
  report,
  sleep,
  thrownBy,
  until,
} from "./support.mjs";

const sender = loopbackSender();
const open = (options) => RxRing.open({ interface: "lo", blockTimeoutMs: 2, ...options });
const small = { blockBytes: 65536, blocks: 8 };
const warnings = [];
process.on("warning", (warning) => warnings.push(warning.code));

/** An IPv4 and UDP frame from a port: a flow of its own each. */
function flow(port) {
  const bytes = frame(64);
  const view = new DataView(bytes.buffer);
  view.setUint16(12, 0x0800);
  view.setUint16(14, 0x4500);
  view.setUint16(16, 50);
  view.setUint32(18, 0);
  view.setUint16(22, 0x4011);
  view.setUint16(24, 0);
  view.setUint32(26, 0x7f000001);
  view.setUint32(30, 0x7f000001);
  view.setUint16(34, port);
  view.setUint16(36, 9);
  view.setUint16(38, 30);
  return bytes;
}

/** Reads until nothing came for a while; what `pick` makes of each packet. */
async function packetsOf(ring, pick = (packet) => packet.capturedLength) {
  const packets = [];
  const closing = sleep(30).then(() => ring.close());
  for await (const block of ring) for (const packet of block) packets.push(pick(packet));
  await closing;
  return packets;
}

const scenarios = {
  async fanout() {
    const shares = {};
    const drop = [{ code: 0x06, jt: 0, jf: 0, k: 0 }];
    for (const mode of ["hash", "lb", "cpu", "rollover", "rnd", "qm", "cbpf"]) {
      const fanout = { mode, group: 7, ...(mode === "cbpf" ? { program: drop } : {}) };
      const rings = [open({ ...small, fanout }), open({ ...small, fanout })];
      const flows = Array.from({ length: 50 }, (_, i) => flow(1000 + i));
      sender.send(flows, 4);
      const port = (packet) => new DataView(packet.copy().buffer).getUint16(34);
      shares[mode] = await Promise.all(rings.map((ring) => packetsOf(ring, port)));
    }
    report({ shares });
  },
  async fanoutFilters() {
    const program = fanoutProgram([filter("udp.src_port in 1000..1019"), filter("udp.src_port & 1 == 0")]);
    const fanout = { mode: "cbpf", group: 8, program };
    const rings = [1, 2, 3].map(() => open({ ...small, fanout }));
    sender.send(
      Array.from({ length: 50 }, (_, i) => flow(1000 + i)),
      4,
    );
    const port = (packet) => new DataView(packet.copy().buffer).getUint16(34);
    report({ shares: await Promise.all(rings.map((ring) => packetsOf(ring, port))) });
  },
  async groups() {
    const first = open({ ...small, fanout: { mode: "hash", uniqueId: true, defrag: true, rollover: true } });
    const group = first.fanoutGroup;
    const second = open({ ...small, fanout: { mode: "hash", group, defrag: true, rollover: true } });
    const mismatch = thrownBy(() => open({ ...small, fanout: { mode: "lb", group } }));
    const alone = open(small);
    report({ group, second: second.fanoutGroup, mismatch, none: alone.fanoutGroup === undefined });
  },
  async liveFilter() {
    const ours = (type) => [
      { code: 0x28, jt: 0, jf: 0, k: 12 },
      { code: 0x15, jt: 0, jf: 1, k: type },
      { code: 0x06, jt: 0, jf: 0, k: 0xffffffff },
      { code: 0x06, jt: 0, jf: 0, k: 0 },
    ];
    const other = frame(64);
    other.set([0x88, 0xb6], 12);
    const ring = open({ ...small, blocks: 64, maxLeases: 32, filter: ours(ETHERTYPE) });
    const flood = setInterval(() => sender.send([frame(), other], 200), 0);
    let from = Infinity;
    setTimeout(() => (from = ring.setFilter(ours(0x88b6))), 30);
    setTimeout(() => void ring.close(), 100);
    const counts = { before: 0, mixed: 0, after: 0, wrong: 0 };
    for await (const block of ring) {
      for (const packet of block) {
        const isNew = packet.protocol === 0x88b6;
        if (block.sequence >= from) counts[isNew ? "after" : "wrong"]++;
        else counts[isNew ? "mixed" : "before"]++;
      }
    }
    clearInterval(flood);
    await ring.close();
    const bad = thrownBy(() => open(small).setFilter([{ code: 0x28, jt: 0, jf: 0, k: 12 }]));
    const late = thrownBy(() => ring.setFilter());
    report({ from, counts, bad, late, stats: ring.stats() });
  },
  async filterOffAndOn() {
    const ring = open({ ...small, filter: [{ code: 6, jt: 0, jf: 0, k: 0 }] });
    sender.send(frame(100), 3);
    ring.setFilter();
    sender.send(frame(100), 2);
    ring.setFilter(undefined, 40);
    sender.send(frame(100), 1);
    report({ lengths: await packetsOf(ring) });
  },
  async vnetHeader() {
    const pick = (packet) => ({
      gso: packet.virtioHeader?.gsoType,
      size: packet.virtioHeader?.gsoSize,
      align: (packet.dataOffset + 14) % 8,
      bytes: Buffer.from(packet.copy()).toString("hex"),
      isGso: packet.isGso,
    });
    const ring = open({ ...small, vnetHeader: true });
    sender.send(frame(64), 2);
    const packets = await packetsOf(ring, pick);
    const without = open(small);
    sender.send(frame(64), 1);
    report({
      packets,
      sent: Buffer.from(frame(64)).toString("hex"),
      without: await packetsOf(without, pick),
    });
  },
  async cooked() {
    const pick = ({ linkType, protocol, interfaceIndex, capturedLength }) => ({
      linkType,
      protocol,
      interfaceIndex,
      capturedLength,
    });
    const ring = open({ ...small, cooked: true });
    sender.send([flow(1), frame()]);
    const cooked = await packetsOf(ring, pick);
    const any = RxRing.open({ interface: "any", ...small, blockTimeoutMs: 2 });
    sender.send(flow(1), 1);
    const names = { name: any.interfaceName, ringLinkType: any.linkType };
    report({ cooked, any: await packetsOf(any, pick), ...names });
  },
  async timestamps() {
    const result = {};
    for (const timestamps of ["copy", "software", "hardware"]) {
      const ring = open({ ...small, timestamps });
      await sleep(20); // the stack begins to stamp a moment after it was asked
      sender.send(frame());
      const now = Date.now() / 1000;
      const [packet] = await packetsOf(ring, (each) => ({
        source: each.timestampSource,
        off: Math.abs(each.seconds + each.nanoseconds / 1e9 - now),
      }));
      result[timestamps] = packet;
    }
    await sleep(1);
    report({ ...result, warnings });
  },
  async latency() {
    const ring = open({ latency: "low", blockTimeoutMs: undefined });
    const waits = [];
    for (let i = 0; i < 20; i++) {
      sender.send(frame());
      const began = performance.now();
      const block = ring.spinNext(50_000);
      waits.push(performance.now() - began);
      block?.release();
    }
    const began = performance.now();
    const nothing = ring.spinNext(3000);
    const waited = performance.now() - began;
    const { blockBytes, blocks } = ring;
    waits.sort((a, b) => a - b);
    report({ median: waits[10], nothing, waited, blockBytes, blocks });
  },
  async pinned() {
    const ring = open({ ...small, cpu: 0 });
    const allowed = /Cpus_allowed_list:\s*(\S+)/.exec(readFileSync("/proc/thread-self/status", "utf8"))?.[1];
    ring[Symbol.dispose]();
    report({ allowed, none: thrownBy(() => open({ ...small, cpu: 1000 })) });
  },
  async limits() {
    const rings = [];
    let error;
    while (error === undefined && rings.length < 5000) {
      try {
        rings.push(open({ blockBytes: 4096, blocks: 2 }));
      } catch (thrown) {
        error = describeError(thrown);
      }
    }
    const count = rings.length;
    for (const ring of rings) ring[Symbol.dispose]();
    await sleep(5);
    const again = open(small);
    sender.send(frame(), 3);
    report({ count, error, lengths: await packetsOf(again) });
  },
  async nicDropped() {
    const ring = open(small);
    await until(() => ring.stats().received >= 0);
    report({ nicDropped: ring.stats().nicDropped });
  },
};

setInterfaceUp("lo");
await scenarios[process.argv[2]]();
process.exit(0);
