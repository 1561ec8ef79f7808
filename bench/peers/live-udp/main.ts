// DatagramSource on a UDP socket: payloads, sender's address and port.
import { DatagramSource } from "../../../native/index.js";
import { LiveTally, sayReady } from "../support/live.js";

const source = DatagramSource.onUdp({ address: "0.0.0.0", port: 5001, receiveBuffer: 4 << 20 });
const tally = new LiveTally();
sayReady();
for await (const block of source) {
  for (const packet of block) {
    const read = (): number => packet.remotePort + packet.capturedLength;
    tally.take(source.view, packet.dataOffset, read);
  }
}
