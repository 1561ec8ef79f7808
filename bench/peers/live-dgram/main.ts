// Node's own dgram.
import { createSocket } from "node:dgram";
import { LiveTally, sayReady } from "../support/live.js";

const socket = createSocket({ type: "udp4", recvBufferSize: 4 << 20 });
const tally = new LiveTally();
socket.on("message", (message, { port }) => {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  tally.take(view, 0, () => port + message.length);
});
socket.bind(5001, "0.0.0.0", sayReady);
