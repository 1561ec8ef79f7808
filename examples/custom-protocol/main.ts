import { createSocket } from "node:dgram";

import { RxRing, setInterfaceUp } from "zc-gen/ring";
import { PlaceEnum, SensorReading, Stack } from "./gen/index.js";

const PORT = 9750;

setInterfaceUp("lo"); // a new network namespace has its loopback down
await using ring = RxRing.open({ interface: "lo" });
const stack = ring.bind(Stack);
sendReadings([2150, 2175, -40]);

let count = 0;
for await (const block of ring) {
  for (const packet of block) {
    if (stack.decode(packet) !== 0) console.log(`bad packet: ${stack.explain()?.message}`);
    if (!stack.has(SensorReading)) continue;
    const { sensor, place, temperature, humidity } = stack.sensorReading;
    console.log(`sensor ${sensor} (${PlaceEnum.labels[place]}): ${temperature / 100} °C, ${humidity / 10} %`);
    console.log(`  ${stack}`);
    count++;
  }
  if (count >= 3) break;
}

/** Sends a datagram for each temperature, written with the class that reads it. */
function sendReadings(temperatures: readonly number[]): void {
  const socket = createSocket("udp4");
  for (const [index, temperature] of temperatures.entries()) {
    const bytes = new Uint8Array(SensorReading.MIN_LENGTH);
    const reading = new SensorReading(new DataView(bytes.buffer));
    reading.init(0, bytes.length);
    reading.place = 1 + index;
    reading.sensor = 7 + index;
    reading.sequence = index;
    reading.temperature = temperature;
    reading.humidity = 655;
    socket.send(bytes, PORT, "127.0.0.1");
  }
  socket.unref();
}
