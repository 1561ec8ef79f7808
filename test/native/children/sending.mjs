// Packets sent at once, with back-pressure, and from slots.
import { constants } from "node:os";
import { Ethernet } from "zc-gen/protocols";
import { PacketSender, RxRing, setInterfaceUp } from "zc-gen/ring";
import { addon } from "../../../dist/native/binding.js";
import { describeError, ETHERTYPE, frame, report, sleep, thrownBy } from "./support.mjs";

setInterfaceUp("lo");
const ring = RxRing.open({ interface: "lo", blockTimeoutMs: 2 });
const numbers = [];
const lengths = [];
const reading = (async () => {
  for await (const block of ring) {
    for (const packet of block) {
      numbers.push(ring.view.getUint32(packet.dataOffset + 14));
      lengths.push(packet.capturedLength);
    }
  }
})();
const sender = PacketSender.open({ interface: "lo", slots: 8, slotBytes: 128 });
const { EAGAIN, ENOBUFS } = constants.errno;
const full = (error, skip, count) => addon().injectFault("sendmmsg", error, skip, count);
const failing = async (promise) => promise.then(() => ({ name: "nothing" }), describeError);

const scenarios = {
  async all() {
    full(EAGAIN, 1, 3);
    const sent = await sender.sendAll(Array.from({ length: 3000 }, (_, i) => frame(64, i)));
    full(ENOBUFS, 0, 2);
    const more = await sender.sendAll([frame(64, 3000)]);
    return { sent, more };
  },
  async slots() {
    const ethernet = new Ethernet(sender.slots.view);
    for (let i = 0; i < 100; i++) {
      const { slots } = sender;
      if (slots.room === 0) await sender.flush();
      ethernet.wrap(slots.offset, slots.end);
      ethernet.dst = 0xffffffffffff;
      ethernet.src = 0x020000000001;
      ethernet.etherType = ETHERTYPE;
      slots.view.setUint32(slots.offset + 14, i);
      slots.commit(60 + (i % 8));
    }
    await sender.flush();
    await sender.flush();
    return { room: sender.slots.room };
  },
  async refused() {
    const { slots } = sender;
    for (let i = 0; i < 8; i++) {
      slots.view.setUint32(slots.offset + 14, i);
      slots.commit(i === 3 ? 4 : 64); // 4 bytes are less than an Ethernet header
    }
    const busy = thrownBy(() => slots.commit(64));
    const tooLong = thrownBy(() => slots.commit(129));
    const refused = await failing(sender.flush());
    await sender.flush();
    return { busy, tooLong, refused };
  },
  async closedWhileWaiting() {
    full(EAGAIN, 0, 1_000_000);
    const waiting = failing(sender.sendAll([frame()]));
    await sleep(5);
    sender.close();
    sender.close();
    const ended = await waiting;
    full(0, 0, 0);
    const without = PacketSender.open({ interface: "lo" });
    return { ended, after: thrownBy(() => sender.send(frame())), noSlots: thrownBy(() => without.slots) };
  },
};

const result = await scenarios[process.argv[2]]();
await sleep(20);
await ring.close();
await reading;
report({ ...result, numbers, lengths, stats: sender.stats() });
process.exit(0);
