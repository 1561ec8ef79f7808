// The child of the demonstration: runs inside a network namespace of its own, where it may do anything.
import { RxRing, setInterfaceUp } from "zc-gen/ring";
import { stopWithParent, tellReady } from "./child.js";
import { runSession } from "./session.js";
import { grouped } from "./terminal.js";
import { Traffic } from "./traffic.js";

const PACKETS_PER_SECOND = 20_000;
const RATE_TEXT = `${grouped(PACKETS_PER_SECOND)} packets/s`;

const seconds = Number(process.argv[2]);
setInterfaceUp("lo");
const ring = RxRing.open({ interface: "lo" });
const traffic = new Traffic("lo", PACKETS_PER_SECOND);
tellReady();
stopWithParent();
process.exitCode = await runSession(ring, {
  headline: `live: a TPACKET_V3 ring on the loopback of a private network namespace; ${RATE_TEXT} of our own`,
  seconds,
  onStop: () => traffic.stop(),
});
