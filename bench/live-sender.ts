// Sends 64-byte frames for some seconds without a pause, and prints how many went out.
import { PacketSender } from "../native/index.js";
import { udpFrame } from "./frames.js";

const [name = "vb", seconds = "5"] = process.argv.slice(2);
const sender = PacketSender.open({ interface: name });
const frames = Array.from({ length: 64 }, (_, number) => udpFrame(64, number));
let sent = 0;
for (const until = performance.now() + Number(seconds) * 1000; performance.now() < until;) {
  sent += sender.send(frames);
}
sender.close();
console.log(sent);
