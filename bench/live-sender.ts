// Sends 64-byte frames, some in turn, for some seconds without a pause, and prints how many went out.
import { PacketSender } from "../native/index.js";
import { udpFrame } from "./frames.js";

const [name = "vb", seconds = "5", count = "64"] = process.argv.slice(2);
const sender = PacketSender.open({ interface: name });
const frames = Array.from({ length: Number(count) }, (_, number) => udpFrame(64, number));
let sent = 0;
for (const until = performance.now() + Number(seconds) * 1000; performance.now() < until;) {
  sent += sender.send(frames);
}
sender.close();
console.log(sent);
