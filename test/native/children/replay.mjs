// tcpreplay sends a capture over a veth pair; reports what arrived.
import { spawnSync } from "node:child_process";
import { RxRing } from "zc-gen/ring";
import { report } from "./support.mjs";

const ring = RxRing.open({ interface: "vb" });
const packets = [];
const reading = (async () => {
  for await (const block of ring) {
    for (const packet of block) packets.push(Buffer.from(packet.copy()).toString("hex"));
  }
})();
const { status, stderr } = spawnSync("tcpreplay", ["-i", "va", "--topspeed", process.argv[2]], {
  encoding: "utf8",
});
if (status !== 0) throw new Error(stderr);
await ring.close();
await reading;
report({ packets, stats: ring.stats() });
