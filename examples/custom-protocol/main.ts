import { createSocket } from "node:dgram";

import { Icmp } from "zc-gen/protocols";
import { RxRing, setInterfaceUp } from "zc-gen/ring";
import { PlaceEnum, SensorReading, Stack } from "./gen/index.js";

const PORT = 9750;

setInterfaceUp("lo"); // the loopback of a new network namespace is down
await using ring = RxRing.open({ interface: "lo" });
const stack = ring.bind(Stack);

sendReading({ sensor: 7, place: 1, temperature: 2150, humidity: 655 });
sendReading({ sensor: 8, place: 2, temperature: -40, humidity: 990 });
sendReading({ sensor: 9, place: 3, temperature: 2400, humidity: 2000 }); // more than 100 %

let count = 0;
for await (const block of ring) {
  for (const packet of block) {
    const fault = stack.decode(packet);
    // Nobody listens here, so the kernel answers with ICMP errors that quote our datagrams.
    if (!stack.has(SensorReading) || stack.has(Icmp)) continue;
    count++;
    const { sensor, place, temperature, humidity } = stack.sensorReading;
    if (fault !== 0) console.log(`sensor ${sensor}: ${stack.explain()?.message}`);
    else
      console.log(
        `sensor ${sensor} (${PlaceEnum.labels[place]}): ${temperature / 100} °C, ${humidity / 10} %`,
      );
  }
  if (count >= 3) break;
}

/** Sends a datagram, written with the class that reads it. */
function sendReading(values: Pick<SensorReading, "sensor" | "place" | "temperature" | "humidity">): void {
  const bytes = new Uint8Array(SensorReading.MIN_LENGTH);
  const reading = new SensorReading(new DataView(bytes.buffer));
  reading.init(0, bytes.length); // zeros, and version 1
  Object.assign(reading, values);
  const socket = createSocket("udp4");
  socket.send(bytes, PORT, "127.0.0.1", () => socket.close());
}
