// The interface goes down, comes up, and is deleted while a ring is read.
import { spawnSync } from "node:child_process";
import { PacketSender, RxRing, setInterfaceUp } from "zc-gen/ring";
import { describeError, frame, report, sleep, until } from "./support.mjs";

const events = [];
const ring = RxRing.open({
  interface: "vb",
  blockTimeoutMs: 20,
  onLink: ({ state, error }) =>
    events.push(error === undefined ? { state } : { state, ...describeError(error) }),
});
const sender = PacketSender.open({ interface: "va" });
let packets = 0;
let failure;
const reading = (async () => {
  for await (const block of ring) packets += block.packetCount;
})().catch((error) => (failure = describeError(error)));

sender.send(frame(), 3);
await until(() => packets === 3, "three packets");
setInterfaceUp("vb", false);
await until(() => ring.linkState === "down", "down");
const cpu = process.cpuUsage();
await sleep(100);
const cpuMs = process.cpuUsage(cpu).user / 1000;
setInterfaceUp("vb", true);
await until(() => ring.linkState === "up", "up");
sender.send(frame(), 3);
await until(() => packets === 6, "three more");

sender.send(frame(), 2); // in a block that is not full when the interface goes
spawnSync("ip", ["link", "del", "vb"]);
await reading;
const { linkState } = ring;
await ring.close();
report({ events, packets, failure, linkState, cpuMs, stats: ring.stats() });
