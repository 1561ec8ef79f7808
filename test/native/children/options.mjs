// Filter, snap length, outgoing packets, and the errors that need a kernel.
import { RxRing, setInterfaceUp } from "zc-gen/ring";
import { ETHERTYPE, frame, loopbackSender, report, sleep, thrownBy } from "./support.mjs";

const sender = loopbackSender();
const other = frame(64);
other.set([0x88, 0xb6], 12);
const onlyOurs = [
  { code: 0x28, jt: 0, jf: 0, k: 12 },
  { code: 0x15, jt: 0, jf: 1, k: ETHERTYPE },
  { code: 0x06, jt: 0, jf: 0, k: 0xffffffff },
  { code: 0x06, jt: 0, jf: 0, k: 0 },
];

async function capture(options) {
  const ring = RxRing.open({ interface: "lo", blockTimeoutMs: 2, ...options });
  sender.send([frame(100), other]);
  const packets = [];
  const closing = sleep(20).then(() => ring.close());
  for await (const block of ring) {
    for (const packet of block) {
      const { capturedLength, originalLength, truncated, packetType, rxHash } = packet;
      packets.push({ capturedLength, originalLength, truncated, packetType, rxHash });
    }
  }
  await closing;
  return packets;
}

const results = {
  all: await capture({}),
  filtered: await capture({ filter: onlyOurs }),
  cut: await capture({ snaplen: 40 }),
  both: await capture({ filter: onlyOurs, snaplen: 40 }),
  outgoing: await capture({ ignoreOutgoing: false, filter: onlyOurs }),
  odd: await capture({ blockBytes: 12288, blocks: 3, promiscuous: true, filter: onlyOurs }),
};
const badFilter = thrownBy(() =>
  RxRing.open({
    interface: "lo",
    filter: [
      { code: 0xffff, jt: 0, jf: 0, k: 0 },
      { code: 6, jt: 0, jf: 0, k: 0 },
    ],
  }),
);
const tooBig = thrownBy(() => RxRing.open({ interface: "lo", blockBytes: 2 ** 29, blocks: 2, maxLeases: 1 }));
setInterfaceUp("lo", false);
const down = thrownBy(() => RxRing.open({ interface: "lo" }));
const missing = thrownBy(() => RxRing.open({ interface: "nope0" }));
process.setgroups([]);
process.setgid(65534);
process.setuid(65534);
const denied = thrownBy(() => RxRing.open({ interface: "lo" }));
const mayNotRaise = thrownBy(() => setInterfaceUp("lo"));
report({ results, badFilter, tooBig, down, missing, denied, mayNotRaise });
