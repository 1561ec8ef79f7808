// DatagramSource on the interface: recvmmsg into slots.
import { DatagramSource } from "../../../native/index.js";
import { FrameReader, interfaceName } from "../support/live.js";

const source = DatagramSource.onInterface({ interface: interfaceName(), receiveBuffer: 4 << 20 });
await new FrameReader(source).readAll();
