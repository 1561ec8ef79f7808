// A binary protocol over TCP. Messages come as the segments cut them: in pieces, or several at once.
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { MessageFramer } from "zc-gen";
import { Telemetry } from "./gen/index.js";

/** No message of this protocol is longer, and no peer can make us keep more. */
const MAX_BYTES = 1024;

/** Prints a peer's messages until it ends; a peer that breaks the protocol is cut off. */
async function serve(socket: Socket): Promise<void> {
  try {
    for await (const message of new MessageFramer(Telemetry, { maxBytes: MAX_BYTES }).read(socket)) {
      const values = Array.from({ length: message.valuesCount }, (_, i) => message.valuesAt(i));
      console.log(`sensor ${message.sensor}: ${values.join(", ")} ${message.unitText}`);
    }
    console.log("end of stream");
  } catch (error) {
    console.log(`refused: ${(error as Error).message}`);
    socket.destroy();
  }
}

function telemetry(sensor: number, unit: string, values: readonly number[]): Uint8Array {
  const text = new TextEncoder().encode(unit);
  const bytes = new Uint8Array(9 + text.length + 2 * values.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x5a47);
  view.setUint16(2, bytes.length);
  view.setUint32(4, sensor);
  view.setUint8(8, text.length);
  bytes.set(text, 9);
  for (const [i, value] of values.entries()) view.setInt16(9 + text.length + 2 * i, value);
  return bytes;
}

const server = createServer();
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;

/** Sends chunks as segments of their own, and waits until the server is done with them. */
async function send(chunks: readonly Uint8Array[]): Promise<void> {
  const client = connect({ port, host: "127.0.0.1", noDelay: true });
  const [socket] = (await once(server, "connection")) as [Socket];
  const served = serve(socket);
  client.on("error", () => undefined); // The server may cut us off.
  for (const chunk of chunks) {
    client.write(chunk);
    await pause(5);
  }
  client.end();
  await served;
  client.destroy();
}

const messages = [telemetry(7, "°C", [21, -3]), telemetry(8, "hPa", [1013]), telemetry(9, "", [])];
const stream = new Uint8Array(messages.flatMap((message) => [...message]));

await send([stream]);
await send([stream.subarray(0, 1), stream.subarray(1, 12), stream.subarray(12, 19), stream.subarray(19)]);
await send([stream.subarray(0, -1)]);
await send([new TextEncoder().encode("GET / HTTP/1.1\r\n")]);
await send([new Uint8Array([0x5a, 0x47, 0xff, 0xff, 0, 0, 0, 7, 0])]);
server.close();
